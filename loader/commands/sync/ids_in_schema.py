"""Find in a list schema the ids of what was made. Pure."""

from collections.abc import Callable

import orjson

from loader.model.addresses import name_key
from loader.model.list_schema import (
    ListSchema,
    TrackedSegment,
)


def is_to_make(segment: TrackedSegment) -> bool:
    """Whether a segment has to be made, or made anew."""
    return segment.id is None or segment.recreate


def quoted(text: str) -> str:
    """A text as JSON has it, as dbt writes it into a payload."""
    return orjson.dumps(text).decode()


def id_of_segment(name: str) -> Callable[[ListSchema], int | None]:
    """What finds the id of a segment or tag in a schema, if it is there."""

    def find(remote: ListSchema) -> int | None:
        there = remote.segments.get(name_key(name))
        return None if there is None else there.id

    return find


def id_of_field(tag: str) -> Callable[[ListSchema], int | None]:
    """What finds the id of a merge field in a schema, if it is there."""

    def find(remote: ListSchema) -> int | None:
        there = remote.merge_fields.get(tag)
        return None if there is None else there.id

    return find
