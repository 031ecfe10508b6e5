"""One contact: found, added, put, changed, archived, deleted for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.http.request_contacts import find_member, get_member
from loader.sandbox.problems import (
    forgotten,
    invalid_field,
    member_exists,
    not_allowed,
)
from loader.sandbox.rules import addresses, member_write
from loader.sandbox.rules.interests_and_permissions import PreferenceRules
from loader.sandbox.rules.member_write import WriteContext
from loader.sandbox.rules.merge_field_schema import MergeFieldSchema
from loader.sandbox.spelling import subscriber_hash
from loader.sandbox.state import interests, lists, merge_fields, permissions
from loader.sandbox.state.contacts import blocked_addresses, members
from loader.sandbox.state.contacts.member_json import MEMBER, MemberJson
from loader.sandbox.state.segments import membership, segments

if TYPE_CHECKING:
    from collections.abc import Collection

    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.contacts.members import Member
    from loader.sandbox.state.lists import ListRow

FIXED = frozenset({"pending", "cleaned", "archived"})  # statuses that archiving refuses
CANNOT_ARCHIVE = (
    "This list member cannot be removed. "
    "Can not archive a contact that is bounced, pending or archived"
)


def info(call: Call) -> Document:
    """Marketing API, Get member info: an archived contact answers 200 too."""
    list_row = lists.get(call.store, call.path["list_id"])
    return _shown(call, list_row, get_member(call, list_row))


def add(call: Call) -> Document:
    """Marketing API, Add member to list; an archived contact comes back with all it had."""
    list_row = lists.get(call.store, call.path["list_id"])
    row = call.document()
    address = _address(call, row)
    if "status" not in row:
        raise invalid_field("", "Required fields were not provided: status")
    known = members.by_hash(call.store, list_row, subscriber_hash(address))
    if known and known.status != "archived":
        raise member_exists(address)
    tags = member_write.tag_names(row)
    with call.store.writing() as now:
        context = _context(call, list_row, now)
        if known:
            member = _change(call, list_row, known, row, context)
        else:
            member = _create(call, list_row, row, address, context)
        _tag(call, list_row, member, tags or (), now)
    return _shown(call, list_row, member)


def put(call: Call) -> Document:
    """Marketing API, Add or update list member: a merge, what is not sent stays.

    An existing contact needs neither address nor status. Its tags are left alone, as the service
    did for years; a new one gets them.
    """
    list_row = lists.get(call.store, call.path["list_id"])
    known = find_member(call, list_row)
    if known:
        return _update(call, list_row, known)
    row = call.document()
    address = _address(call, row)
    if members.by_hash(call.store, list_row, subscriber_hash(address)):
        raise member_exists(address)
    tags = member_write.tag_names(row)
    with call.store.writing() as now:
        member = _create(call, list_row, row, address, _context(call, list_row, now))
        _tag(call, list_row, member, tags or (), now)
    return _shown(call, list_row, member)


def patch(call: Call) -> Document:
    """Marketing API, Update list member: 404 for somebody who is not on the list."""
    list_row = lists.get(call.store, call.path["list_id"])
    return _update(call, list_row, get_member(call, list_row))


def archive(call: Call) -> None:
    """Marketing API, Archive list member: everything is kept, and 405 the second time."""
    list_row = lists.get(call.store, call.path["list_id"])
    member = get_member(call, list_row)
    if member.status in FIXED:
        raise not_allowed(CANNOT_ARCHIVE)
    with call.store.writing() as now:
        gone = member._replace(status="archived", last_changed=now)
        members.update(call.store, [(member, gone)])


def delete_permanent(call: Call) -> None:
    """Marketing API, Delete list member: for good; the address never comes back by the API."""
    list_row = lists.get(call.store, call.path["list_id"])
    member = get_member(call, list_row)
    with call.store.writing():
        members.delete(call.store, member)
        blocked_addresses.add(call.store, list_row, [member.subscriber_hash], "forgotten")


def _update(call: Call, list_row: ListRow, member: Member) -> Document:
    row = call.document()
    with call.store.writing() as now:
        current = _renamed(call, list_row, member, now) if "email_address" in row else member
        changed = member_write.updated_member(
            current, row, _context(call, list_row, now), _marks(call, list_row, current)
        )
        if changed is not member:
            members.update(call.store, [(member, changed)])
    return _shown(call, list_row, changed)


def _renamed(call: Call, list_row: ListRow, member: Member, now: str) -> Member:
    """Change the address: the hash changes, and the old one answers 404 from now on."""
    address = member_write.address_in(call.document(), nullable=False)
    renamed = member_write.with_new_address(member, address, now)
    if renamed is member:
        return member
    _address(call, call.document())
    if members.by_hash(call.store, list_row, renamed.subscriber_hash):
        raise member_exists(address)
    if "forgotten" in _marks(call, list_row, renamed):
        raise forgotten(address)
    return renamed


def _create(
    call: Call, list_row: ListRow, row: Document, address: str, context: WriteContext
) -> Member:
    hashed = subscriber_hash(address)
    known = {mark for _, mark in blocked_addresses.among(call.store, list_row, [hashed])}
    member = member_write.new_member(row, address, context, known)
    member = member._replace(id=members.next_id(call.store))
    members.insert(call.store, [member])
    return member


def _change(
    call: Call, list_row: ListRow, known: Member, row: Document, context: WriteContext
) -> Member:
    changed = member_write.updated_member(known, row, context, _marks(call, list_row, known))
    members.update(call.store, [(known, changed)])
    return changed


def _marks(call: Call, list_row: ListRow, member: Member) -> set[str]:
    return {
        mark for _, mark in blocked_addresses.among(call.store, list_row, [member.subscriber_hash])
    }


def _context(call: Call, list_row: ListRow, now: str) -> WriteContext:
    lenient = call.query.flag("skip_merge_validation")
    schema = MergeFieldSchema(
        merge_fields.of_list(call.store, list_row), single=True, lenient=lenient
    )
    wanted = {each.id for each in interests.of_list(call.store, list_row)}
    allowed = {each.id for each in permissions.of_list(call.store, list_row)}
    preferences = PreferenceRules(wanted, allowed, single=True)
    return WriteContext(
        list_key=list_row.key,
        merge_fields=schema,
        preferences=preferences,
        nullable=False,
        now=now,
        ip=call.ip,
    )


def _address(call: Call, row: Document) -> str:
    address = member_write.address_in(row, nullable=False)
    allowed = call.options.allow_example_com
    problem = addresses.refusal(address, allow_example_com=allowed)
    if problem:
        raise problem
    return address


def _tag(call: Call, list_row: ListRow, member: Member, names: Collection[str], now: str) -> None:
    if names:
        ids = segments.tag_ids(call.store, list_row, names, now)
        membership.add(call.store, ((segment, member.id) for segment in ids.values()), now)


def _shown(call: Call, list_row: ListRow, member: Member) -> Document:
    documents = MemberJson(call.store, list_row, call.query.fields.wanted_of(MEMBER), call.url)
    return call.query.fields.apply(documents.of([member.id])[0])
