"""What the statements of `sql/forget` are given: places of people, and who is asked for."""

from loader.warehouse.engine.dialect import Relation
from loader.warehouse.erasure.erase import ADDRESS_IN_A_TEXT
from loader.warehouse.erasure.locations import HISTORY, Location
from loader.warehouse.sql_templates import relation

PLACES = {
    name: Location(
        name=name,
        schema="main",
        table=relation("main", table),
        rule=HISTORY,
        scope=Relation("'main.readers'"),
    )
    for name, table in {
        "history": "readers__history",
        "loader_acks": "loader_acks",
        "loader_ledger": "loader_ledger",
        "loader_drift": "loader_drift",
        "mailchimp_members": "mailchimp_members",
    }.items()
}
VALUES: dict[str, object] = {
    "acknowledgements": [PLACES["loader_acks"]],
    "column": Relation("message"),
    "drifts": [PLACES["loader_drift"]],
    "histories": [PLACES["history"]],
    "is_count": True,
    "is_current": True,
    "ledgers": [PLACES["loader_ledger"]],
    "lines": [(1, "ada@people.example.com")],
    "others": [
        {
            "name": "readers__history",
            "table": PLACES["history"].table,
            "columns": [Relation("payload")],
        }
    ],
    "pattern": ADDRESS_IN_A_TEXT,
    "place": PLACES["history"],
    "table": PLACES["loader_ledger"].table,
}


def of_people(name: str) -> dict[str, object]:
    """The values of one of these statements; some are asked of no history."""
    if name in ("erase/lists", "erase/read_again"):
        return VALUES | {"place": PLACES["mailchimp_members"]}
    return VALUES
