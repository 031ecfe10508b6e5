"""A shop on a server: two thousand people, an audience of them, and what became of both."""

from shop import Shop
from warehouses.postgres_database import PostgresDatabase
from warehouses.postgres_server import PostgresServer

PEOPLE = 2_000
TABLE = f"""
    create table people as
    select
        'person' || n || '@people.example.com' as email_address,
        md5(cast(n as text)) as fname,
        true as marketing_consent
    from generate_series(1, {PEOPLE}) as numbers (n)
"""


class ServedShop(Shop):
    """The same shop, with what only a server has."""

    def begin(self) -> None:
        """Make the people and their audience, and let dbt build it."""
        self.sql(TABLE)
        self.audience("readers", "select * from people", segment="Readers", on_leave="archive")
        self.dbt("run")
        self.forget_requests()

    @property
    def server(self) -> PostgresServer:
        """On which its database is."""
        if not isinstance(self.database, PostgresDatabase):
            raise TypeError("the conftest of this folder gives it another one")
        return self.database.server

    def ask(self, sql: str) -> str:
        """What psql says to a statement in its database."""
        return self.server.ask(sql, self.database.name)

    def acknowledged(self) -> list[tuple[str, str]]:
        """Whom the loader calls accepted, and in which segment."""
        told = "select email_address, segment from loader_acks where outcome = 'accepted'"
        return [(row["email_address"], row["segment"]) for row in self.query(told)]

    def is_exact(self) -> bool:
        """Whether the list shows everybody as they are wanted, and nobody else."""
        people = self.query("select email_address, fname from people")
        wanted = {row["email_address"]: ("subscribed", row["fname"], ["Readers"]) for row in people}
        return wanted == {
            address: (one["status"], one["merge_fields"]["FNAME"], one["tags"])
            for address, one in self.members().items()
        }
