"""Write tables anew, so that nothing that was deleted can be read in their files."""

from collections.abc import Sequence

from loader.model.errors import WarehouseError
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.engine.postgres.session import Session
from loader.warehouse.sql_templates import quoted_text

# the owner may; from PostgreSQL 17 also whoever was granted MAINTAIN
MAY_REWRITE = """
select pg_has_role(relowner, 'USAGE')
    or case when current_setting('server_version_num')::int >= 170000
        then has_table_privilege(oid, 'MAINTAIN') else false end as may_rewrite,
    pg_relation_filenode(oid)::bigint as file
from pg_class where oid = to_regclass({table})
"""


def require_rewritable(session: Session, tables: Sequence[Relation]) -> None:
    """See that a role may rewrite tables, before anything is deleted.

    Raises:
        WarehouseError: it may not; nothing was changed.
    """
    refused = [table for table in tables if not _about(session, table)[0]]
    if refused:
        raise WarehouseError(
            f"The role of the target may not rewrite {', '.join(refused)}, so what is deleted there"
            " could still be read in its files. Nothing was erased. Run this command with the role"
            " that owns these tables: the one that dbt has, or its `role` in profiles.yml."
        )


def rewrite(session: Session, tables: Sequence[Relation]) -> None:
    """Write tables and their indexes anew, and what the planner knows of their values.

    Raises:
        WarehouseError: one could not be rewritten.
    """
    for table in tables:
        _, before = _about(session, table)
        try:
            _forget_values_of_an_empty(session, table)
            session.command(f"vacuum (full, analyze) {table}")
        except WarehouseError as error:
            raise _not_rewritten(table, f" {error}") from None
        if _about(session, table)[1] == before:
            raise _not_rewritten(table, "")


def _forget_values_of_an_empty(session: Session, table: Relation) -> None:
    """`analyze` lets the planner know of an empty table what it knew: show it a row of nothing."""
    if session.rows(f"select 1 as one from {table} limit 1"):  # noqa: S608 - a table of ours
        return
    with session.transaction():
        session.command(f"insert into {table} default values")
        session.command(f"analyze {table}")
        session.command(f"delete from {table}")  # noqa: S608


def _about(session: Session, table: Relation) -> tuple[bool, int]:
    (row,) = session.rows(MAY_REWRITE.format(table=quoted_text(table)))
    return bool(row["may_rewrite"]), int(row["file"])


def _not_rewritten(table: Relation, why: str) -> WarehouseError:
    return WarehouseError(
        f"The rows were erased, but {table} could not be rewritten, and its file may still show"
        f" them.{why} Run again."
    )
