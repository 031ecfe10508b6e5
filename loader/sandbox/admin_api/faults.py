"""The fault schedule, and the connections that another integration of the user holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.api.routes import ROUTES
from loader.sandbox.faults.parse import InvalidFault, fault_from_json, is_integer
from loader.sandbox.faults.schedule import FaultSchedule
from loader.sandbox.problems import invalid_field

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.faults.fault import Fault
    from loader.sandbox.http.call import Call
    from loader.sandbox.http.server_state import ServerState

PATHS = tuple(dict.fromkeys(path or "/" for _, path, _ in ROUTES))


def put_faults(server: ServerState, call: Call) -> Document:
    """Replace all faults, and draw from the beginning; answers that a slow one held up come now."""
    body = call.document()
    seed, sent = body.get("seed", 0), body.get("faults")
    if not is_integer(seed, 0):
        raise invalid_field("seed", "Value must be a whole number from 0")
    if not isinstance(sent, list):
        raise invalid_field("faults", "This value should be of type iterable/array")
    faults = FaultSchedule([_fault(*each) for each in enumerate(sent)], seed)
    server.faults.ended.set()
    server.faults = faults
    return server.faults.document()


def put_connections(server: ServerState, call: Call) -> Document:
    """Let another integration of the user hold some of the connections."""
    taken, every = call.document().get("taken"), server.options.connections
    if not is_integer(taken, 0) or taken > every:
        raise invalid_field("taken", f"Value must be a whole number from 0 to {every}")
    server.connections_in_use = taken
    return {"taken": taken, "free": every - taken}


def _fault(number: int, sent: object) -> Fault:
    try:
        return fault_from_json(sent, PATHS)
    except InvalidFault as error:
        raise invalid_field(f"faults.{number}.{error.field}".rstrip("."), error.message) from None
