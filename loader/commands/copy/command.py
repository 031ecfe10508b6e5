"""Copy what another target knows, and say what comes next."""

from loader.model.errors import ConfigurationError
from loader.model.wording import counted
from loader.session.dbt_target import Target
from loader.warehouse.base import Warehouse
from loader.warehouse.copying import Copied, copy_all

TOLD: dict[str, tuple[str, str | None]] = {  # the tables that people ask about
    "loader_ledger": ("row of the ledger", "rows of the ledger"),
    "loader_acks": ("acknowledgement", None),
    "loader_runs": ("run", None),
    "mailchimp_members": ("contact", None),
}


def require_apart(here: Target, there: Target) -> None:
    """See that the two targets are not schemas of one database, which a copy would open twice.

    Raises:
        ConfigurationError: they are.
    """

    def place(target: Target) -> tuple[object, ...]:
        others = {name: value for name, value in target.settings.items() if name != "schema"}
        return target.type, target.folder, repr(sorted(others.items()))

    if place(here) == place(there):
        raise ConfigurationError(
            f"The targets '{here.name}' and '{there.name}' are schemas of one database, and a copy"
            " goes from one database to another. Nothing was copied."
        )


async def copy(there: Warehouse, here: Warehouse, *, source: str, target: str) -> list[str]:
    """Copy what another target knows into this one.

    Args:
        there: the warehouse of the other target.
        here: the warehouse of this one.
        source: the name of the other target.
        target: the name of this one.

    Returns:
        Sentences on what was copied, and on what comes next.

    Raises:
        LoaderError: nothing was copied, for the reason that it gives.
    """
    copied = await copy_all(there, here)
    return [
        _said(copied, source),
        f"Next: dbt run -t {target}, then loader plan -t {target}: only what changed is pending.",
        f"Send from one of the two: loader pause '*' -t {source} --reason 'moved to {target}'",
    ]


def _said(copied: Copied, source: str) -> str:
    counts = [counted(copied.rows[table], *what) for table, what in TOLD.items()]
    return (
        f"Copied from {source}: {counted(copied.audiences, 'audience')} with"
        f" {counted(copied.history, 'row')} of history, {', '.join(counts)}."
    )
