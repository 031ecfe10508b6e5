"""dbt's own SQL: compiled once by the real dbt, run again on copies of the warehouse it made."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from laws.settings import Feed, Setting
from shop import Shop
from warehouses.database import Database, Row, Session

COLUMNS = "audience varchar, email_address varchar, fname varchar, marketing_consent boolean"
CHANGES = ("create temporary table", "create or replace table", "update", "drop table")


class Project:
    """A shop with the audiences of some settings, built once while nobody was in its table."""

    def __init__(self, shop: Shop, settings: Iterable[Setting], columns: str = COLUMNS) -> None:
        self.shop = shop
        self.lists = {setting.name: shop.sandbox.new_list() for setting in settings}
        shop.sql(f"create table people ({columns})")
        for setting in settings:
            for feed in setting.feeds:
                list_id = self.lists[setting.name]
                shop.audience(feed.name, feed.select(shop), list_id=list_id, **feed.meta)
        shop.dbt("run")
        self.database.keep("empty")
        self._session: Session | None = None
        self._statements = statements(
            shop.dbt("--log-format", "json", "--log-level", "debug", "run")
        )

    @property
    def database(self) -> Database:
        """Their warehouse."""
        return self.shop.database

    def begin(self) -> None:
        """Put the warehouse back to where nothing was ever sent."""
        self.close()
        self.database.put_back("empty")

    def open(self) -> Session:
        """A session of this process, which the loader may have too; open until it is closed."""
        if self._session is None:
            self._session = self.database.session()
        return self._session

    def close(self) -> None:
        """Let go of the warehouse, so that whoever comes next finds what was committed, no more."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def query(self, sql: str) -> list[Any]:
        """Ask the warehouse."""
        return self.open().rows(sql)

    def replay(self, rows: Iterable[Row], feeds: Iterable[Feed]) -> None:
        """Replace everything in the table of people, and do what `dbt run` does about audiences."""
        session = self.open()
        self._fill(rows)
        for feed in feeds:
            session.begin()
            for statement in self._statements[feed.name]:
                session.execute(statement)
            session.commit()

    def build(self, rows: Iterable[Row], feeds: Iterable[Feed]) -> None:
        """Do the same with the real dbt."""
        self._fill(rows)
        self.close()
        self.shop.dbt("run", "--select", *(feed.name for feed in feeds))

    def _fill(self, rows: Iterable[Row]) -> None:
        session = self.open()
        session.begin()
        session.execute("delete from people")
        for row in rows:
            places = ", ".join("?" * len(row))
            session.execute(f"insert into people values ({places})", row)
        session.commit()


def statements(log: str) -> dict[str, list[str]]:
    """What dbt ran to bring the history of each audience up to date, from its log as JSON."""
    found = defaultdict(list)
    for line in log.splitlines():
        event = json.loads(line) if line.startswith("{") else {}
        data: dict[str, Any] = event.get("data", {})
        node = data.get("node_info", {})
        if event.get("info", {}).get("name") == "SQLQuery" and node.get("materialized"):
            sql = data["sql"].partition("*/")[2].strip()
            if sql.startswith(CHANGES):
                found[node["node_name"]].append(sql)
    return dict(found)
