"""One contact as the ledger and the acknowledgements have her, and what another row has instead."""

from datetime import datetime
from typing import Any

from cases.in_memory import RUN, InMemory, Row
from loader.warehouse.sql_templates import statement, tables

NOW = datetime(2026, 11, 29)  # noqa: DTZ001 - UTC without a zone, as in the warehouse
ANN, ANNA, BOB = "ann@shop.de", "anna@shop.de", "bob@shop.de"  # Ann's old address, her new one

KNOWN: Row = {
    "list_id": "f00d",
    "audience": "readers",
    "kind": "contact",
    "segment": "",
    "email_address": ANN,
}
ANSWERED: Row = {
    **RUN,
    "segment": "",
    "email_address": ANN,
    "action": "upsert",
    "payload_hash": "new",
    "outcome": "accepted",
    "acked_at": NOW,
}
ANOTHER: Row = {  # by column, what makes a row none of Ann's
    "run_id": "run 1",
    "audience": "others",
    "list_id": "beef",
    "kind": "tag",
    "segment": "gold",
    "email_address": BOB,
}


def other(row: Row, *columns: str) -> Row:
    """The same row, with another value in these columns."""
    return {**row, **{column: ANOTHER[column] for column in columns}}


def selected(warehouse: InMemory, name: str, **values: object) -> list[tuple[Any, ...]]:
    """What a statement that only reads finds."""
    return warehouse.rows(statement(name, **{**tables("main"), **RUN, **values}))


def make_changed(
    warehouse: InMemory, *changed: tuple[str, str, bool], status: str | None = None
) -> None:
    """Whose address the run changed: the old one, the new one, and whether nobody was there.

    The list showed all of them with one status, or none of them.
    """
    columns = ("previous_email", "email_address", "is_gone")
    told = dict.fromkeys((*columns[:2], "status"), "varchar")
    warehouse.make("loader_changed", **told, is_gone="boolean")
    rows = (dict(zip(columns, row, strict=True)) for row in changed)
    warehouse.given("loader_changed", *({**row, "status": status} for row in rows))
