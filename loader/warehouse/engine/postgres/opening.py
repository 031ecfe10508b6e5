"""Open the database of a target, in sessions that are its own, when no other loader has it."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loader.model.errors import ConfigurationError, WarehouseError
from loader.warehouse.engine.postgres.profile import Profile, profile_of

if TYPE_CHECKING:
    from loader.warehouse.engine.postgres.session import Session
    from loader.warehouse.engine.postgres.warehouse import Postgres

# what a role, a database or a server may have set in another way; 0 is no limit
SETTINGS = {
    "statement_timeout": "0",  # a delta is streamed for as long as Mailchimp takes
    "idle_in_transaction_session_timeout": "0",  # a plan waits for Mailchimp in a transaction
    "idle_session_timeout": "0",
    "transaction_timeout": "0",
    "synchronous_commit": "on",  # an answer that is called stored outlives a crash of the server
    # a table that has just been filled has no statistics, and is taken for one row: the planner
    # would go through another one again for each of its rows, in hours
    "enable_nestloop": "off",
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
    "client_min_messages": "error",  # libpq prints the rest
}
# an older server has not all of them
SET = """
select set_config(pg_settings.name, given.value, false) as value
from pg_settings
inner join json_each_text(cast($1 as json)) as given on pg_settings.name = given.key
"""


def open_postgres(
    settings: dict[str, Any],
    folder: Path,
    *,
    wait: float,
    tell: Callable[[str], None],
    is_reading: bool,
) -> "Postgres":
    """Open the database of a dbt-postgres profile, waiting at most `wait` seconds for its lock.

    Args:
        settings: as profiles.yml has them.
        folder: where relative paths start.
        wait: seconds for another loader, and for whoever holds a table.
        tell: hears who holds the schema.
        is_reading: whether nothing is written, so that no other loader is in the way.

    Returns:
        The warehouse.

    Raises:
        ConfigurationError: the driver is not installed, a setting cannot be, or a pooler stands
            between that hands each transaction to another session.
        WarehouseError: nobody answers, or another loader holds the schema.
    """
    profile = profile_of(settings, folder)
    try:  # the driver takes a while, and those whose warehouse is another one may not have it
        from loader.warehouse.engine.postgres.holders import hold  # noqa: PLC0415
        from loader.warehouse.engine.postgres.warehouse import Postgres  # noqa: PLC0415
    except ImportError as error:
        if not (error.name or "").startswith("adbc"):
            raise
        raise ConfigurationError(
            "The loader has no driver for PostgreSQL. Install it: pip install"
            " 'dbt-mailchimp[postgres]'"
        ) from None
    main = _connect(profile)
    try:
        side = main.another()
        try:
            _require_own(main, side)  # before anything is set, which others would have then
            prepare = _prepared(profile, wait, is_reading=is_reading)
            for session in (main, side):
                session.set_up(prepare)
            if not is_reading:
                hold(main, profile.schema, wait, tell)
            return Postgres(main, profile, side=side)
        except BaseException:
            side.close()
            raise
    except BaseException:
        main.close()
        raise


def _connect(profile: Profile) -> "Session":
    """The first session; tried again as often as the profile says, after the seconds of dbt."""
    from loader.warehouse.engine.postgres.session import Session  # noqa: PLC0415 - with the driver

    for attempt in range(profile.retries):
        try:
            return Session.connect(profile.conninfo)
        except WarehouseError:
            time.sleep(attempt * attempt)
    return Session.connect(profile.conninfo)


def _prepared(profile: Profile, wait: float, *, is_reading: bool) -> Callable[["Session"], None]:
    """What sets all that a session needs, which it does itself: poolers refuse it as options."""
    values = {
        **SETTINGS,
        "lock_timeout": str(max(1, round(wait * 1000))),  # milliseconds
        "default_transaction_read_only": "on" if is_reading else None,
        "search_path": profile.search_path,
    }
    given = json.dumps({name: value for name, value in values.items() if value})

    def prepare(session: "Session") -> None:
        session.rows(SET, given)
        if profile.role:
            session.command(f"set role {profile.role}")

    return prepare


def _require_own(*sessions: "Session") -> None:
    """See that each of the connections keeps a session of the server to itself.

    Raises:
        ConfigurationError: a pooler hands transactions around.
    """
    asked = [
        [one.rows("select pg_backend_pid() as pid")[0]["pid"] for one in sessions] for _ in range(2)
    ]
    if asked[0] != asked[1] or len({*asked[0]}) < len(sessions):
        raise ConfigurationError(
            "Between the loader and PostgreSQL stands a pooler that hands each transaction to"
            " another session, as pgbouncer does with pool_mode = transaction. Locks and temporary"
            " tables are lost there. Give the target the address of the server itself, or of a"
            " pool with pool_mode = session."
        )
