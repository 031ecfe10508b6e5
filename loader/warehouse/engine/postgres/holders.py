"""Keep other loaders out of a schema, and say who is in the way."""

import time
from collections.abc import Callable
from typing import Any, Protocol

from loader.model.errors import WarehouseLocked
from loader.text.foreign_text import in_notice

PAUSE_SECONDS = 0.2  # between two tries
HOLD = """
select pg_try_advisory_lock(hashtext('dbt-mailchimp'), hashtext(cast($1 as text))) as is_held
"""
_SESSIONS = """
with

    locks as (
        select
            pg_locks.*,
            activity.application_name,
            host(activity.client_addr) as host,
            activity.xact_start,
            to_char(activity.backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as since
        from pg_locks
        inner join pg_database on pg_locks.database = pg_database.oid
        left join pg_stat_activity as activity on pg_locks.pid = activity.pid
        where pg_database.datname = current_database() and pg_locks.granted
    )

select pid, application_name, host, since
from locks
"""
HOLDER_OF_SCHEMA = f"""{_SESSIONS}
where locktype = 'advisory' and objsubid = 2
    and cast(classid as bigint) = hashtext('dbt-mailchimp') & 4294967295
    and cast(objid as bigint) = hashtext(cast($1 as text)) & 4294967295
"""
HOLDER_OF_TABLES = f"""{_SESSIONS}
inner join pg_class on locks.relation = pg_class.oid
inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid
where nspname = cast($1 as text) and mode not in ('AccessShareLock', 'RowShareLock')
order by xact_start
limit 1
"""


class Asking(Protocol):
    """A session of a server, whoever opened it."""

    def rows(self, text: str, /, *values: object) -> list[dict[str, Any]]:
        """The rows of a small answer."""
        ...


def hold(session: Asking, schema: str, wait: float, tell: Callable[[str], None]) -> None:
    """Hold a schema of a database for one loader until the session ends.

    Args:
        session: that holds it.
        schema: of the target.
        wait: seconds to wait at the most.
        tell: hears who holds it.

    Raises:
        WarehouseLocked: another loader still holds it.
    """
    end = time.monotonic() + wait
    told = ""
    while not session.rows(HOLD, schema)[0]["is_held"]:
        held = f"The schema {schema} is held by {_named(session.rows(HOLDER_OF_SCHEMA, schema))}"
        if time.monotonic() >= end:
            raise WarehouseLocked(
                f"{held}, still after {wait:g} s. Nothing was sent. Wait for it, or end it: one"
                " loader works in a schema at a time."
            )
        if held != told:
            tell(f"{held}. Waiting for at most {wait:g} s ...")
            told = held
        time.sleep(PAUSE_SECONDS)


def holder_of_tables(session: Asking, schema: str) -> str:
    """Who has changed tables of a schema, or keeps them for itself, in a transaction for longest.

    Args:
        session: that asks.
        schema: of the tables.

    Returns:
        Who it is, or that nobody is known.
    """
    return _named(session.rows(HOLDER_OF_TABLES, schema))


def _named(found: list[dict[str, Any]]) -> str:
    """A session by what the server knows of it; a role may not see everything of others."""
    if not found:
        return "somebody who is gone by now"
    row = found[0]
    where = f", from {row['host']}" if row["host"] else ""
    since = f", since {row['since']} UTC" if row["since"] else ""
    name = in_notice(row["application_name"] or "a session")
    return f"{name} (process {row['pid']} of the server{where}{since})"
