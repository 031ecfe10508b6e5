"""What PostgreSQL and its driver say, in our words, without a statement or a value. Pure."""

import errno
import os
import re

from loader.model.errors import WarehouseError, WarehouseLocked
from loader.text.foreign_text import without_secrets

FATAL = re.compile(r"(?:FATAL|ERROR):\s+(.+)")
IN_QUOTES = re.compile(r'"[^"]*"')
TABLE_HELD = "55P03"  # for longer than lock_timeout
NO_ROOM = ("53100", "53400")  # a full disk, and a limit that the server sets for a session
FULL_DISK = os.strerror(errno.ENOSPC)  # in an error while a query is read, which has no code
READ_ONLY = "25006"
KEPT = "What was committed before is kept."


class ConnectionLost(WarehouseError):
    """The server ended the session, or is not there any more."""

    is_temporary = True


def warehouse_error(code: str | None, said: str) -> WarehouseError:
    """What to tell of an error of a statement.

    Args:
        code: its SQLSTATE.
        said: its primary message.

    Returns:
        An error that says what to do.
    """
    text = without_secrets(said)
    if code in NO_ROOM or FULL_DISK in said:
        return WarehouseError(
            f"The server of the warehouse has no room: {text}. {KEPT} Make room there, then run"
            " again: what was sent is not sent twice."
        )
    if code == READ_ONLY:
        return WarehouseError(
            f"The warehouse can only be read: {text}. It is a standby, or its"
            " default_transaction_read_only is on. Name the server that can be written in"
            " profiles.yml, then run again."
        )
    if code == TABLE_HELD:
        return WarehouseLocked(f"Somebody else holds a table of the warehouse: {text}. {KEPT}")
    return WarehouseError(f"The warehouse refused: {text}. {KEPT} Fix this, then run again.")


def lost(raw: str) -> ConnectionLost:
    """What to tell when the session is gone.

    Args:
        raw: what libpq says.

    Returns:
        An error that says what to do.
    """
    why = f" ({reason_of(raw)})" if FATAL.search(raw) else ""
    return ConnectionLost(
        f"The connection to PostgreSQL was lost{why}. {KEPT} Run again: the next run goes on where"
        " this one stopped."
    )


def unreachable(raw: str) -> WarehouseError:
    """What to tell when no session could be opened.

    Args:
        raw: what libpq says, with the address of the server.

    Returns:
        An error that says why, and names no server.
    """
    return ConnectionLost(
        f"PostgreSQL does not let the loader in, or cannot be reached: {reason_of(raw)}. Nothing"
        " was sent. See to the server, or to what profiles.yml says of it: host, port, user,"
        " password, certificates."
    )


def reason_of(raw: str) -> str:
    """The reason in a text of libpq, without names, addresses and paths."""
    found = FATAL.search(raw)
    lines = raw.strip().splitlines()
    line = found[1] if found else (lines[0] if lines else "no reason given").rpartition(": ")[2]
    return without_secrets(IN_QUOTES.sub("(name)", line)).strip().rstrip(".")
