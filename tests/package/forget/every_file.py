"""A walk through everything that the loader, or dbt for it, has written into a folder."""

from typing import NamedTuple

from loader.warehouse.erasure.locations import rule_of
from shop import Shop


class Table(NamedTuple):
    """A table or view of the warehouse with all that it shows, as text."""

    name: str
    columns: list[str]
    is_table: bool
    is_known: bool  # whether the list of places says how people are erased from it
    text: str


def walk(shop: Shop) -> list[Table]:
    """Every table and view of the warehouse."""
    found = shop.query(
        "select table_name, array_agg(cast(column_name as varchar)) as columns,"
        " min(table_type) as kind"
        " from information_schema.columns join information_schema.tables"
        " using (table_catalog, table_schema, table_name)"
        f" where table_catalog = '{shop.database.name}' and table_schema = 'main'"
        " group by table_name"
    )
    registered = shop.query("select relation from loader_audiences where relation is not null")
    selected = {row["relation"].rpartition(".")[2].strip('"') for row in registered}
    # one session: to open the file takes longer than a table
    with shop.database.session() as session:
        return [
            Table(
                name=row["table_name"],
                columns=row["columns"],
                is_table=row["kind"] == "BASE TABLE",
                is_known=row["table_name"] in selected
                or rule_of(row["table_name"], row["columns"]) is not None,
                text=str(session.rows(f'select * from "{row["table_name"]}"')),
            )
            for row in found
        ]


def files_with(shop: Shop, *texts: str) -> set[str]:
    """The files of the project's folder that have one of these texts."""
    return {
        path.relative_to(shop.folder).as_posix()
        for path in shop.folder.rglob("*")
        if path.is_file() and any(text.encode() in path.read_bytes() for text in texts)
    }
