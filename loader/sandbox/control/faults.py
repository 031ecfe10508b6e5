"""Trouble on demand: faults, and connections that somebody else holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.api.routes import ROUTES
from loader.sandbox.faults.model import Fault, Faults
from loader.sandbox.faults.reading import BadFault, from_document, is_whole
from loader.sandbox.wire.problems import invalid_field

if TYPE_CHECKING:
    from loader.sandbox.wire.call import Call, Document
    from loader.sandbox.wire.world import World

PATHS = tuple(dict.fromkeys(path or "/" for _, path, _ in ROUTES))


def put_faults(world: World, call: Call) -> Document:
    """Replace all faults, and draw from the beginning; answers that a slow one held up come now."""
    body = call.document()
    seed, sent = body.get("seed", 0), body.get("faults")
    if not is_whole(seed, 0):
        raise invalid_field("seed", "Value must be a whole number from 0")
    if not isinstance(sent, list):
        raise invalid_field("faults", "This value should be of type iterable/array")
    faults = Faults([_fault(*each) for each in enumerate(sent)], seed)
    world.faults.over.set()
    world.faults = faults
    return world.faults.document()


def take_connections(world: World, call: Call) -> Document:
    """Let another integration of the user hold some of the connections."""
    taken, every = call.document().get("taken"), world.options.connections
    if not is_whole(taken, 0) or taken > every:
        raise invalid_field("taken", f"Value must be a whole number from 0 to {every}")
    world.taken = taken
    return {"taken": taken, "free": every - taken}


def _fault(number: int, sent: object) -> Fault:
    try:
        return from_document(sent, PATHS)
    except BadFault as error:
        raise invalid_field(f"faults.{number}.{error.field}".rstrip("."), error.message) from None
