"""Who is in a static segment: read by page, changed by up to 500 and 500, or one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.api.segments.segments import addresses_in, get, no_static_segment, statuses
from loader.sandbox.http.request_contacts import get_member
from loader.sandbox.problems import not_found
from loader.sandbox.rules.member_write import address_in
from loader.sandbox.spelling import subscriber_hash
from loader.sandbox.state import lists
from loader.sandbox.state.contacts.member_json import BATCH_MEMBER, SEGMENT_MEMBER, MemberJson
from loader.sandbox.state.segments import membership, segments

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.lists import ListRow
    from loader.sandbox.state.segments.segments import Segment


def change(call: Call) -> Document:
    """Marketing API, Batch add or remove members: who is not on the list is ignored.

    Whatever their status, people on the list may be added. SANDBOX choice: who was in already is
    no error and not in `members_added`; what is in both arrays ends up outside.
    """
    list_row = lists.get(call.store, call.path["list_id"])
    segment = _static(call, list_row)
    body = call.document()
    add = addresses_in(body, "members_to_add") or []
    remove = addresses_in(body, "members_to_remove") or []
    with call.store.writing() as now:
        added = _join(call, list_row, segment, add, now)
        removed = _leave(call, list_row, segment, remove)
        if added or removed:
            segments.touch(call.store, segment.id, now)
    documents = MemberJson(call.store, list_row, BATCH_MEMBER, call.url)
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
    list_row = lists.get(call.store, call.path["list_id"])
    segment = get(call, list_row)
    query, shown = call.query, statuses(call.query)
    document: Document = {"members": []}
    if query.fields.wants("members"):
        ids = membership.page(call.store, segment, shown, query.count, query.offset)
        keys = query.fields.wanted_of(SEGMENT_MEMBER, "members")
        document["members"] = MemberJson(call.store, list_row, keys, call.url).of(ids)
    if query.fields.wants("total_items"):
        document["total_items"] = membership.total(call.store, segment, shown)
    document["_links"] = []
    return query.fields.apply(document)


def add(call: Call) -> Document:
    """Marketing API, Add member to segment. SANDBOX choice: 404 for who is not on the list."""
    list_row = lists.get(call.store, call.path["list_id"])
    segment = _static(call, list_row)
    address = address_in(call.document(), nullable=False)
    with call.store.writing() as now:
        ids = membership.ids_by_hashes(call.store, list_row, [subscriber_hash(address)])
        if not ids:
            raise not_found()
        membership.add(call.store, [(segment.id, ids[0])], now)
        segments.touch(call.store, segment.id, now)
    return MemberJson(call.store, list_row, SEGMENT_MEMBER, call.url).of(ids)[0]


def delete(call: Call) -> None:
    """Marketing API, Remove list member from segment. SANDBOX choice: 404 for who is not in it."""
    list_row = lists.get(call.store, call.path["list_id"])
    segment = _static(call, list_row)
    member = get_member(call, list_row)
    with call.store.writing() as now:
        if not membership.among(call.store, segment.id, [member.id]):
            raise not_found()
        membership.remove(call.store, [(segment.id, member.id)])
        segments.touch(call.store, segment.id, now)


def _static(call: Call, list_row: ListRow) -> Segment:
    segment = segments.by_id(call.store, list_row, call.number("segment_id"))
    if not segment or segment.type != segments.STATIC:
        raise no_static_segment(call.path["segment_id"])
    return segment


def _join(
    call: Call, list_row: ListRow, segment: Segment, addresses: list[str], now: str
) -> list[int]:
    hashes = {subscriber_hash(address) for address in addresses}
    ids = membership.ids_by_hashes(call.store, list_row, hashes)
    already = membership.among(call.store, segment.id, ids)
    new = [member for member in ids if member not in already]
    membership.add(call.store, ((segment.id, member) for member in new), now)
    return new


def _leave(call: Call, list_row: ListRow, segment: Segment, addresses: list[str]) -> list[int]:
    hashes = {subscriber_hash(address) for address in addresses}
    ids = membership.ids_by_hashes(call.store, list_row, hashes)
    gone = membership.among(call.store, segment.id, ids)
    membership.remove(call.store, ((segment.id, member) for member in gone))
    return [member for member in ids if member in gone]
