"""One contact: found, added, put, changed, archived, deleted for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.rules import addresses, writes
from loader.sandbox.rules.form import Form
from loader.sandbox.rules.switches import Switches
from loader.sandbox.rules.writes import Desk
from loader.sandbox.state import interests, lists, merge_fields, permissions
from loader.sandbox.state.contacts import marks, members
from loader.sandbox.state.contacts.documents import MEMBER, Documents
from loader.sandbox.state.segments import membership, segments
from loader.sandbox.wire.problems import (
    forgotten,
    invalid_field,
    member_exists,
    not_allowed,
    not_found,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from loader.sandbox.state.contacts.members import Member
    from loader.sandbox.state.lists import ListRow
    from loader.sandbox.wire.call import Call, Document

FIXED = frozenset({"pending", "cleaned", "archived"})  # statuses that archiving refuses
CANNOT_ARCHIVE = (
    "This list member cannot be removed. "
    "Can not archive a contact that is bounced, pending or archived"
)


def find(call: Call, of: ListRow) -> Member | None:
    """Return the contact that a path names, if the list has it."""
    return members.find(call.store, of, call.path["subscriber_hash"])


def get(call: Call, of: ListRow) -> Member:
    """Return the contact that a path names, archived or not, or refuse with 404."""
    found = find(call, of)
    if not found:
        raise not_found()
    return found


def info(call: Call) -> Document:
    """Marketing API, Get member info: an archived contact answers 200 too."""
    of = lists.get(call.store, call.path["list_id"])
    return _shown(call, of, get(call, of))


def add(call: Call) -> Document:
    """Marketing API, Add member to list; an archived contact comes back with all it had."""
    of = lists.get(call.store, call.path["list_id"])
    row = call.document()
    address = _address(call, row)
    if "status" not in row:
        raise invalid_field("", "Required fields were not provided: status")
    known = members.by_hash(call.store, of, addresses.subscriber_hash(address))
    if known and known.status != "archived":
        raise member_exists(address)
    tags = writes.tag_names(row)
    with call.store.writing() as now:
        desk = _desk(call, of, now)
        if known:
            member = _change(call, of, known, row, desk)
        else:
            member = _create(call, of, row, address, desk)
        _tag(call, of, member, tags or (), now)
    return _shown(call, of, member)


def put(call: Call) -> Document:
    """Marketing API, Add or update list member: a merge, what is not sent stays.

    An existing contact needs neither address nor status. Its tags are left alone, as the service
    did for years; a new one gets them.
    """
    of = lists.get(call.store, call.path["list_id"])
    known = find(call, of)
    if known:
        return _update(call, of, known)
    row = call.document()
    address = _address(call, row)
    if members.by_hash(call.store, of, addresses.subscriber_hash(address)):
        raise member_exists(address)
    tags = writes.tag_names(row)
    with call.store.writing() as now:
        member = _create(call, of, row, address, _desk(call, of, now))
        _tag(call, of, member, tags or (), now)
    return _shown(call, of, member)


def patch(call: Call) -> Document:
    """Marketing API, Update list member: 404 for somebody who is not on the list."""
    of = lists.get(call.store, call.path["list_id"])
    return _update(call, of, get(call, of))


def archive(call: Call) -> None:
    """Marketing API, Archive list member: everything is kept, and 405 the second time."""
    of = lists.get(call.store, call.path["list_id"])
    member = get(call, of)
    if member.status in FIXED:
        raise not_allowed(CANNOT_ARCHIVE)
    with call.store.writing() as now:
        gone = member._replace(status="archived", last_changed=now)
        members.update(call.store, [(member, gone)])


def delete_permanent(call: Call) -> None:
    """Marketing API, Delete list member: for good; the address never comes back by the API."""
    of = lists.get(call.store, call.path["list_id"])
    member = get(call, of)
    with call.store.writing():
        members.delete(call.store, member)
        marks.add(call.store, of, [member.subscriber_hash], "forgotten")


def _update(call: Call, of: ListRow, member: Member) -> Document:
    row = call.document()
    with call.store.writing() as now:
        current = _renamed(call, of, member, now) if "email_address" in row else member
        changed = writes.changed(current, row, _desk(call, of, now), _marks(call, of, current))
        if changed is not member:
            members.update(call.store, [(member, changed)])
    return _shown(call, of, changed)


def _renamed(call: Call, of: ListRow, member: Member, now: str) -> Member:
    """Change the address: the hash changes, and the old one answers 404 from now on."""
    address = writes.address_in(call.document(), nullable=False)
    renamed = writes.renamed(member, address, now)
    if renamed is member:
        return member
    _address(call, call.document())
    if members.by_hash(call.store, of, renamed.subscriber_hash):
        raise member_exists(address)
    if "forgotten" in _marks(call, of, renamed):
        raise forgotten(address)
    return renamed


def _create(call: Call, of: ListRow, row: Document, address: str, desk: Desk) -> Member:
    hashed = addresses.subscriber_hash(address)
    known = {mark for _, mark in marks.among(call.store, of, [hashed])}
    member = writes.created(row, address, desk, known)
    member = member._replace(id=members.next_id(call.store))
    members.insert(call.store, [member])
    return member


def _change(call: Call, of: ListRow, known: Member, row: Document, desk: Desk) -> Member:
    changed = writes.changed(known, row, desk, _marks(call, of, known))
    members.update(call.store, [(known, changed)])
    return changed


def _marks(call: Call, of: ListRow, member: Member) -> set[str]:
    return {mark for _, mark in marks.among(call.store, of, [member.subscriber_hash])}


def _desk(call: Call, of: ListRow, now: str) -> Desk:
    lenient = call.query.flag("skip_merge_validation")
    form = Form(merge_fields.of_list(call.store, of), single=True, lenient=lenient)
    wanted = {each.id for each in interests.of_list(call.store, of)}
    allowed = {each.id for each in permissions.of_list(call.store, of)}
    switches = Switches(wanted, allowed, single=True)
    return Desk(list_key=of.key, form=form, switches=switches, nullable=False, now=now, ip=call.ip)


def _address(call: Call, row: Document) -> str:
    address = writes.address_in(row, nullable=False)
    allowed = call.options.allow_example_com
    problem = addresses.refusal(address, allow_example_com=allowed)
    if problem:
        raise problem
    return address


def _tag(call: Call, of: ListRow, member: Member, names: Collection[str], now: str) -> None:
    if names:
        ids = segments.tag_ids(call.store, of, names, now)
        membership.add(call.store, ((segment, member.id) for segment in ids.values()), now)


def _shown(call: Call, of: ListRow, member: Member) -> Document:
    documents = Documents(call.store, of, call.query.projection.keys(MEMBER), call.url)
    return call.query.projection.cut(documents.of([member.id])[0])
