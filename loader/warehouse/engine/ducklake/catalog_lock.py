"""A session of the catalog's server that a loader keeps for as long as it holds a schema."""

from contextlib import suppress
from typing import Any

import duckdb

from loader.warehouse.engine.duckdb.two_sessions import refused
from loader.warehouse.engine.ducklake.attachment import literal

PREPARED = """
select set_config(pg_settings.name, given.value, false) as value
from pg_settings
inner join
    (
        values ('application_name', 'dbt-mailchimp'), ('idle_session_timeout', '0')
    ) as given (name, value)
    on pg_settings.name = given.name
"""


class CatalogSession:
    """One connection of DuckDB's postgres extension, taken out of its pool.

    A connection that goes back to the pool loses its locks. In a transaction of DuckDB's it does
    not go back; that of PostgreSQL is ended, so that it holds back no vacuum.

    Args:
        connection: a DuckDB of its own, with the lake attached.
        alias: of the lake.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, alias: str) -> None:
        self._connection = connection
        self._catalog = literal(f"__ducklake_metadata_{alias}")
        connection.begin()
        self.rows("select 1 as one")  # which takes one from the pool
        connection.execute(f"call postgres_execute({self._catalog}, 'commit')")
        self.rows(PREPARED)

    def rows(self, text: str, *values: object) -> list[dict[str, Any]]:
        """The rows of a small answer of the server.

        Args:
            text: SQL of PostgreSQL.
            values: of its parameters.

        Raises:
            WarehouseError: the query failed.
        """
        for number, value in enumerate(values, start=1):
            text = text.replace(f"${number}", literal(value))
        query = f"from postgres_query({self._catalog}, {literal(text)})"
        try:
            found: list[dict[str, Any]] = self._connection.sql(query).to_arrow_table().to_pylist()
        except duckdb.Error as error:
            raise refused(error) from None
        return found

    def close(self) -> None:
        """Let go of the schema."""
        with suppress(duckdb.Error):  # the server may have ended the session
            self._connection.rollback()
        self._connection.close()
