"""Who is in a static segment: read by page, changed by up to 500 and 500, or one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.api.members import members
from loader.sandbox.api.segments.segments import addresses_in, get, no_static_segment, statuses
from loader.sandbox.rules.addresses import subscriber_hash
from loader.sandbox.rules.writes import address_in
from loader.sandbox.state import lists
from loader.sandbox.state.contacts.documents import BATCH_MEMBER, SEGMENT_MEMBER, Documents
from loader.sandbox.state.segments import membership, segments
from loader.sandbox.wire.problems import not_found

if TYPE_CHECKING:
    from loader.sandbox.state.lists import ListRow
    from loader.sandbox.state.segments.segments import Segment
    from loader.sandbox.wire.call import Call, Document


def change(call: Call) -> Document:
    """Marketing API, Batch add or remove members: who is not on the list is ignored.

    Whatever their status, people on the list may be added. SANDBOX choice: who was in already is
    no error and not in `members_added`; what is in both arrays ends up outside.
    """
    of = lists.get(call.store, call.path["list_id"])
    segment = _static(call, of)
    body = call.document()
    add = addresses_in(body, "members_to_add") or []
    remove = addresses_in(body, "members_to_remove") or []
    with call.store.writing() as now:
        added = _join(call, of, segment, add, now)
        removed = _leave(call, of, segment, remove)
        if added or removed:
            segments.touch(call.store, segment.id, now)
    documents = Documents(call.store, of, BATCH_MEMBER, call.url)
    return {
        "members_added": documents.of(added),
        "members_removed": documents.of(removed),
        "errors": [],
        "total_added": len(added),
        "total_removed": len(removed),
        "error_count": 0,
        "_links": [],
    }


def page(call: Call) -> Document:
    """Marketing API, List members in segment: active subscribers, and what `include_...` adds."""
    of = lists.get(call.store, call.path["list_id"])
    segment = get(call, of)
    query, shown = call.query, statuses(call.query)
    document: Document = {"members": []}
    if query.projection.wants("members"):
        ids = membership.page(call.store, segment, shown, query.count, query.offset)
        keys = query.projection.keys(SEGMENT_MEMBER, "members")
        document["members"] = Documents(call.store, of, keys, call.url).of(ids)
    if query.projection.wants("total_items"):
        document["total_items"] = membership.total(call.store, segment, shown)
    document["_links"] = []
    return query.projection.cut(document)


def add(call: Call) -> Document:
    """Marketing API, Add member to segment. SANDBOX choice: 404 for who is not on the list."""
    of = lists.get(call.store, call.path["list_id"])
    segment = _static(call, of)
    address = address_in(call.document(), nullable=False)
    with call.store.writing() as now:
        ids = membership.ids_by_hashes(call.store, of, [subscriber_hash(address)])
        if not ids:
            raise not_found()
        membership.add(call.store, [(segment.id, ids[0])], now)
        segments.touch(call.store, segment.id, now)
    return Documents(call.store, of, SEGMENT_MEMBER, call.url).of(ids)[0]


def delete(call: Call) -> None:
    """Marketing API, Remove list member from segment. SANDBOX choice: 404 for who is not in it."""
    of = lists.get(call.store, call.path["list_id"])
    segment = _static(call, of)
    member = members.get(call, of)
    with call.store.writing() as now:
        if not membership.among(call.store, segment.id, [member.id]):
            raise not_found()
        membership.remove(call.store, [(segment.id, member.id)])
        segments.touch(call.store, segment.id, now)


def _static(call: Call, of: ListRow) -> Segment:
    segment = segments.by_id(call.store, of, call.number("segment_id"))
    if not segment or segment.type != segments.STATIC:
        raise no_static_segment(call.path["segment_id"])
    return segment


def _join(call: Call, of: ListRow, segment: Segment, addresses: list[str], now: str) -> list[int]:
    hashes = {subscriber_hash(address) for address in addresses}
    ids = membership.ids_by_hashes(call.store, of, hashes)
    already = membership.among(call.store, segment.id, ids)
    new = [member for member in ids if member not in already]
    membership.add(call.store, ((segment.id, member) for member in new), now)
    return new


def _leave(call: Call, of: ListRow, segment: Segment, addresses: list[str]) -> list[int]:
    hashes = {subscriber_hash(address) for address in addresses}
    ids = membership.ids_by_hashes(call.store, of, hashes)
    gone = membership.among(call.store, segment.id, ids)
    membership.remove(call.store, ((segment.id, member) for member in gone))
    return [member for member in ids if member in gone]
