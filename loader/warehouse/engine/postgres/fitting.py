"""Rows as a table takes them: ADBC writes each value in the type that it has. Pure."""

import pyarrow as pa
import pyarrow.compute as pc

from loader.model.errors import WarehouseError


def fitted(rows: pa.Table, columns: pa.Schema, table: str) -> pa.Table:
    """Rows in the types of the columns that they are for.

    Args:
        rows: to be appended.
        columns: those of the table.
        table: its name.

    Returns:
        The same rows; columns that they lack are left to the warehouse.

    Raises:
        WarehouseError: there is no such column, or a value that it cannot hold; nothing was
            written.
    """
    taken = {}
    for name in rows.column_names:
        if name not in columns.names:
            raise _refused(table, name, "it has no such column")
        taken[name] = _column(rows.column(name), columns.field(name).type, table, name)
    return pa.table(taken)


def _column(values: pa.ChunkedArray, kind: pa.DataType, table: str, name: str) -> pa.ChunkedArray:
    if values.type != kind:
        try:
            values = values.cast(kind)
        except pa.ArrowException:
            raise _refused(table, name, f"a value is none of type {kind}") from None
    if pa.types.is_string(kind) and pc.any(pc.match_substring(values, "\0")).as_py():
        raise _refused(table, name, "a text has the character 0, which PostgreSQL cannot hold")
    return values


def _refused(table: str, column: str, why: str) -> WarehouseError:
    return WarehouseError(
        f"The warehouse refused: {why} (table {table}, column {column}). What was committed before"
        " is kept. Fix this, then run again."
    )
