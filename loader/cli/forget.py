"""`loader forget`: erase a person from the warehouse."""

import asyncio
import sys
from typing import Any

import click

from loader.cli.options import Place, place_of, warehouse_options
from loader.errors import ConfigurationError, Interrupted
from loader.warehouse.forgetting import Forgotten
from loader.warehouse.forgetting import forget as erase


@click.command()
@warehouse_options
def forget(**options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Erase people from history, ledger, acknowledgements and what was pulled or verified.

    Their addresses are read from standard input, a line each, because arguments can be seen by
    everybody on the machine. The file of a DuckDB warehouse is written anew, so that nothing can be
    read in it any more. Mailchimp is not told: delete them there first, or they stand on its lists
    at the next sync again. Whoever an audience still selects is not erased.
    """
    forgotten = asyncio.run(_forget(place_of(options), _addresses()))
    click.echo(
        f"Erased {forgotten.people:,} people: {forgotten.history:,} rows of history,"
        f" {forgotten.ledger:,} of the ledger, {forgotten.acks:,} acknowledgements."
    )
    if forgotten.lists:
        click.echo(
            f"When last read, Mailchimp had them on {', '.join(forgotten.lists)}. Those lists are"
            " read whole at the next sync; delete the people there before."
        )


async def _forget(place: Place, addresses: list[str]) -> Forgotten:
    with place.open() as warehouse:
        return await erase(warehouse, addresses)


def _addresses() -> list[str]:
    """The addresses of standard input; where a person types, one, and a question."""
    if sys.stdin.isatty():
        address: str = click.prompt("Address", err=True)
        if not click.confirm("Erase all that is known of it? That cannot be undone.", err=True):
            raise Interrupted("Nothing was erased.")
        return [address]
    addresses = [line.strip() for line in sys.stdin if line.strip()]
    if not addresses:
        raise ConfigurationError("Standard input has no address. Write one a line.")
    return addresses
