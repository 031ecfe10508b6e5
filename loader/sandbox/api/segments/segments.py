"""Segments of a list; the static ones are its tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from loader.sandbox.problems import invalid, invalid_field, not_found
from loader.sandbox.spelling import subscriber_hash
from loader.sandbox.state import lists
from loader.sandbox.state.segments import membership, segments

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.http.query import Query
    from loader.sandbox.state.lists import ListRow
    from loader.sandbox.state.segments.segments import Segment

MAX_MEMBERS = 500
TYPES = (segments.SAVED, segments.STATIC, "fuzzy")
TOO_MANY = (
    "Maximum allowed member items exceeded, please provide at most 500 items in "
    "members_to_add field or members_to_remove field"
)
NEITHER = 'Must provide either an "options" field or a "static_segment" field'


def page(call: Call) -> Document:
    """Marketing API, List segments: tags are among them, as type static."""
    list_row = lists.get(call.store, call.path["list_id"])
    found = [each for each in segments.of_list(call.store, list_row) if _listed(each, call.query)]
    shown = found[call.query.offset : call.query.offset + call.query.count]
    counts: dict[int, int] = {}
    if call.query.fields.wants("segments", "member_count"):
        counts = membership.counts(call.store, shown, statuses(call.query))
    document: Document = {
        "segments": [_document(list_row, each, counts.get(each.id, 0)) for each in shown],
        "list_id": list_row.id,
        "total_items": len(found),
        "_links": [],
    }
    return call.query.fields.apply(document)


def add(call: Call) -> Document:
    """Marketing API, Add segment: static with addresses, of which none is a tag, or saved."""
    list_row = lists.get(call.store, call.path["list_id"])
    body = call.document()
    name = _name(body)
    addresses = addresses_in(body, "static_segment")
    if addresses is None and not isinstance(body.get("options"), dict):
        raise invalid(NEITHER)
    options = _options(body) if addresses is None else None
    with call.store.writing() as now:
        segment_id = segments.make(call.store, list_row, name, options, now)
        _put_in(call, list_row, segment_id, addresses or [], now)
    return _shown(call, list_row, segment_id)


def info(call: Call) -> Document:
    """Marketing API, Get segment info."""
    list_row = lists.get(call.store, call.path["list_id"])
    return call.query.fields.apply(_shown(call, list_row, get(call, list_row).id))


def patch(call: Call) -> Document:
    """Marketing API, Update segment: `static_segment` replaces everybody who is in it."""
    list_row = lists.get(call.store, call.path["list_id"])
    segment = get(call, list_row)
    body = call.document()
    addresses = addresses_in(body, "static_segment")
    if addresses is not None and segment.type != segments.STATIC:
        raise no_static_segment(segment.id)
    with call.store.writing() as now:
        changed = segment._replace(updated_at=now)
        if "name" in body:
            changed = changed._replace(name=_free_name(call, list_row, segment))
        if isinstance(body.get("options"), dict) and segment.type == segments.SAVED:
            changed = changed._replace(options=_options(body))
        segments.change(call.store, changed)
        if addresses is not None:
            membership.empty(call.store, segment.id)
            _put_in(call, list_row, segment.id, addresses, now)
    return _shown(call, list_row, segment.id)


def delete(call: Call) -> None:
    """Marketing API, Delete segment: everybody in it loses the tag."""
    list_row = lists.get(call.store, call.path["list_id"])
    segment = get(call, list_row)
    with call.store.writing():
        segments.delete(call.store, segment)


def get(call: Call, list_row: ListRow) -> Segment:
    """Return the segment that a path names, or refuse with 404."""
    found = segments.by_id(call.store, list_row, call.number("segment_id"))
    if not found:
        raise not_found()
    return found


def no_static_segment(segment_id: object) -> Exception:
    """Return the refusal of a segment that is unknown or not static."""
    return not_found(f"A Static Segment with an id of {segment_id} does not exist for this list")


def statuses(query: Query) -> list[str]:
    """Return the statuses that count: active subscribers, and what `include_...` adds."""
    added = ("cleaned", "transactional", "unsubscribed")
    return ["subscribed", *(status for status in added if query.flag(f"include_{status}"))]


def addresses_in(body: Document, name: str) -> list[str] | None:
    """Return an array of addresses from a body, at most 500, or nothing if it has none."""
    sent = body.get(name)
    if sent is None:
        return None
    if not isinstance(sent, list) or not all(isinstance(address, str) for address in sent):
        raise invalid_field(name, "This value should be of type iterable/array")
    if len(sent) > MAX_MEMBERS:  # SANDBOX choice: `static_segment` has the same limit
        raise invalid(TOO_MANY)
    return sent


def _put_in(call: Call, list_row: ListRow, segment_id: int, addresses: list[str], now: str) -> None:
    """Fill a segment; an address that is not on the list is ignored."""
    hashes = {subscriber_hash(address) for address in addresses}
    ids = membership.ids_by_hashes(call.store, list_row, hashes)
    membership.add(call.store, ((segment_id, member) for member in ids), now)


def _listed(segment: Segment, query: Query) -> bool:
    kind = query.choice("type", TYPES)
    never = query.choice("exclude_type", TYPES)
    if (kind and segment.type != kind) or segment.type == never:
        return False
    for name in ("created_at", "updated_at"):
        moment = getattr(segment, name)
        since, before = query.since(f"since_{name}"), query.before(f"before_{name}")
        if (since and moment <= since) or (before and moment >= before):
            return False
    return True


def _name(body: Document) -> str:
    name = body.get("name")
    if "name" not in body:
        raise invalid_field("", "Required fields were not provided: name")
    if not isinstance(name, str) or not name.strip():
        raise invalid_field("name", "This value should not be blank")
    return name


def _free_name(call: Call, list_row: ListRow, segment: Segment) -> str:
    name = _name(call.document())
    taken = segments.by_names(call.store, list_row, [name])
    if any(segment_id != segment.id for segment_id, _ in taken.values()):
        raise invalid_field("name", "A segment with this name already exists for this list.")
    return name


def _options(body: Document) -> str:
    """Return the conditions. SANDBOX choice: kept and shown, never evaluated."""
    return orjson.dumps(body["options"]).decode()


def _shown(call: Call, list_row: ListRow, segment_id: int) -> Document:
    segment = segments.by_id(call.store, list_row, segment_id)
    if not segment:
        raise not_found()
    counts = membership.counts(call.store, [segment], statuses(call.query))
    return _document(list_row, segment, counts.get(segment.id, 0))


def _document(list_row: ListRow, segment: Segment, member_count: int) -> Document:
    return {
        "id": segment.id,
        "name": segment.name,
        "member_count": member_count,
        "type": segment.type,
        "created_at": segment.created_at,
        "updated_at": segment.updated_at,
        "options": orjson.loads(segment.options or '{"match": "any", "conditions": []}'),
        "list_id": list_row.id,
        "_links": [],
    }
