"""`loader retire`: take out what an audience put in a place that it no longer has."""

from typing import Any

import click

from loader.audience import ON_LEAVE
from loader.cli.running import perform, run_options


@click.command()
@click.argument("audience")
@click.option(
    "--on-leave",
    type=click.Choice(ON_LEAVE),
    help="What happens to contacts of ours; default: what the audience says.",
)
@click.option("--force-leave", is_flag=True, help="So many leaves are meant.")
@click.option(
    "--list-deleted",
    "is_list_deleted",
    is_flag=True,
    help="A list that Mailchimp does not have was deleted; forget what was put there.",
)
@run_options
def retire(
    *,
    audience: str,
    on_leave: str | None,
    is_list_deleted: bool,
    **options: Any,  # noqa: ANN401 - click passes options by name
) -> None:
    """Take out what AUDIENCE put in a place that it no longer has.

    A list or a segment that its model named before, or all of them when the model is not in the dbt
    project any more. Its segments are emptied, and deleted when they are ours and nobody else is in
    them; its contacts leave as --on-leave says, unless another audience wants them. What it still
    names stays. The acknowledgements stay too.
    """
    perform(
        options,
        lambda run: run.retire(audience, on_leave, is_list_deleted=is_list_deleted),
        lambda _: None,
    )
