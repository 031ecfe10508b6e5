"""A shop that has synced for a while, and another warehouse to which it moves."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from command_line import Printed
from shop import Shop

PEOPLE = [f"('p{n}@shop.de', 'n{n}', {n % 3}, 'Ada', {n % 7 != 0})" for n in range(30)]
COLUMNS = (
    "email_address varchar, person_id varchar, part bigint, fname varchar,"
    " marketing_consent boolean"
)
TABLE = (
    f"create table people ({COLUMNS})",
    f"insert into people values {', '.join(PEOPLE)}",
)
CHANGES = (
    "delete from people where person_id in ('n1', 'n2')",
    "update people set fname = 'Eva' where person_id in ('n3', 'n4')",
    "update people set email_address = 'moved@shop.de' where person_id = 'n5'",
    "update people set marketing_consent = false where person_id = 'n6'",
    "insert into people values ('new@shop.de', 'n99', 1, 'Ida', true)",
)
READERS = "select email_address, person_id, fname, marketing_consent from people"
PARTLY = f"{READERS} where part = 1"
OUTPUT = "{{type: duckdb, path: {}.duckdb, schema: main, threads: 2, settings: {{threads: 1}}}}"

Execute = Callable[[str], object]


class MovingShop:
    """The shop, whose profile has the targets `local` and `other`.

    Args:
        shop: the project; `local` is its warehouse.
        other: the output of the other target, for profiles.yml.
        execute: runs a statement in the other warehouse.
    """

    def __init__(self, shop: Shop, other: str, execute: Execute) -> None:
        self.shop = shop
        self.execute = execute
        outputs = f"    local: {OUTPUT.format('shop')}\n    other: {other}\n"
        text = f"shop:\n  target: local\n  outputs:\n{outputs}"
        (shop.folder / "profiles.yml").write_text(text)

    def begin(self) -> None:
        """Sync for some days: with leaves, changes, a rejection, and an audience that goes."""
        self.shop.sql(*TABLE)
        meta: dict[str, Any] = {"contacts": "upsert", "on_leave": "unsubscribe"}
        self.shop.audience("readers", READERS, segment="Readers", **meta)
        self.shop.audience("partly", PARTLY, segment="Part one", **meta)
        self.shop.audience("gone", f"{READERS} where part = 2", segment="Old readers")
        self.shop.dbt("run")
        self.shop.sync("--allow-first-sync")
        self.shop.sql(*CHANGES)
        self.shop.remove("gone")
        self.shop.dbt("run")
        self.shop.sync("--allow-leaves")

    def bring_people(self) -> None:
        """Bring the table of people into the other warehouse: not the loader's matter."""
        for statement in (*TABLE, *CHANGES):
            self.execute(statement)

    def copy(self) -> Printed:
        """Copy what the one target knows into the other."""
        return self.shop.loader("copy", "--from", "local", "--target", "other")


def in_another_file(folder: Path) -> tuple[str, Execute]:
    """Another DuckDB file: its output, and what runs a statement there."""

    def execute(sql: str) -> object:
        with duckdb.connect(str(folder / "other.duckdb")) as connection:
            return connection.execute(sql).fetchall()

    return OUTPUT.format("other"), execute
