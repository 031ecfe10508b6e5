"""A shop that has synced for a while, and another warehouse to which it moves."""

from typing import Any

from command_line import Printed
from dbt_process import write_profiles
from shop import Shop
from warehouses.database import Database

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


class MovingShop:
    """The shop, whose profile has the targets `local` and `other`.

    Args:
        shop: the project; `local` is its warehouse.
        other: the database of the other target.
    """

    def __init__(self, shop: Shop, other: Database) -> None:
        self.shop = shop
        self._other = other
        write_profiles(shop.folder, local=shop.database.output, other=other.anywhere)

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
        self.execute(*TABLE, *CHANGES)

    def execute(self, *statements: str) -> None:
        """Change the other warehouse by hand."""
        with self._other.session() as session:
            for statement in statements:
                session.execute(statement)

    def keep(self) -> None:
        """Keep both warehouses, for tests to begin with."""
        self.shop.keep()
        self._other.keep("kept")

    def put_back(self) -> None:
        """Let everything be as it was when it was kept."""
        self.shop.put_back()
        self._other.put_back("kept")

    def copy(self) -> Printed:
        """Copy what the one target knows into the other."""
        return self.shop.loader("copy", "--from", "local", "--target", "other")
