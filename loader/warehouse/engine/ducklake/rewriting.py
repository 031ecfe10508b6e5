"""Write tables of a DuckLake anew, and delete the files and states in which deleted rows stand."""

import re
from collections.abc import Callable, Sequence

import duckdb

from loader.model.errors import WarehouseError
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.engine.duckdb.two_sessions import first_line

PARTS = re.compile(r'"((?:[^"]|"")*)"')
OF_TABLE = (
    # small changes stand in the catalog until they are written to a file
    "call ducklake_flush_inlined_data($1, schema_name => $2, table_name => $3)",
    "call ducklake_rewrite_data_files($1, $3, schema => $2, delete_threshold => 0)",
)
OF_LAKE = (
    "call ducklake_expire_snapshots($1, older_than => now())",
    "call ducklake_cleanup_old_files($1, cleanup_all => true)",
    # of processes that were killed; those of one that works now are younger
    "call ducklake_delete_orphaned_files($1, older_than => now() - interval 1 day)",
)


def rewrite(
    session: duckdb.DuckDBPyConnection,
    alias: str,
    tables: Sequence[Relation],
    committed: Callable[[Callable[[], object]], None],
) -> None:
    """Write tables anew, then forget every older state of the lake and the files that it needs.

    Args:
        session: without a transaction.
        alias: of the lake.
        tables: by their quoted schemas and names.
        committed: does one thing, again where somebody else is in the way.

    Raises:
        WarehouseError: it could not be done.
    """

    def call(statement: str, *values: str) -> None:
        committed(lambda: session.execute(statement, [alias, *values]).fetchall())

    try:
        for table in tables:
            for statement in OF_TABLE:
                call(statement, *(part.replace('""', '"') for part in PARTS.findall(table)))
        for statement in OF_LAKE:
            call(statement)
    except duckdb.Error as error:
        raise WarehouseError(
            "The rows were erased, but the files of the DuckLake could not be rewritten, and"
            f" may still show them: {first_line(error)} Fix this, then run again."
        ) from None
