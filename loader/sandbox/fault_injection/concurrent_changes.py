"""Changes that somebody else makes while a sync is running: a person, a marketer, an admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias
from uuid import uuid4

from loader.sandbox.http.request_contacts import contacts_of_request
from loader.sandbox.rules.statuses import PERSON
from loader.sandbox.spelling import name_key
from loader.sandbox.state import lists
from loader.sandbox.state.campaigns import campaigns
from loader.sandbox.state.contacts import blocked_addresses, members
from loader.sandbox.state.segments import membership, segments

if TYPE_CHECKING:
    from collections.abc import Callable

    from loader.sandbox.http.call import Call
    from loader.sandbox.http.server_state import ServerState
    from loader.sandbox.state.contacts.blocked_addresses import Mark
    from loader.sandbox.state.contacts.members import Member
    from loader.sandbox.state.lists import ListRow

    Change: TypeAlias = Callable[[ServerState, Call], bool]  # whether it could happen

BY_HAND = "By hand"


def list_deleted(_: ServerState, call: Call) -> bool:
    """Delete the list of the request, or of its campaign, with everything on it."""
    list_row = _list_of(call)
    if not list_row:
        return False
    with call.store.writing():
        lists.delete(call.store, list_row)
    return True


def campaign_deleted(_: ServerState, call: Call) -> bool:
    """Delete the campaign of the request with everything that happened to it."""
    campaign = campaigns.find(call.store, call.path.get("campaign_id", ""))
    if not campaign:
        return False
    with call.store.writing():
        campaigns.delete(call.store, campaign)
    return True


def key_revoked(server: ServerState, _: Call) -> bool:
    """Change the key to one that nobody has."""
    server.api_key = f"{uuid4().hex}-{server.api_key.rpartition('-')[2]}"
    return True


def person_unsubscribes(_: ServerState, call: Call) -> bool:
    """Let the first contact of the request that is subscribed unsubscribe by their own hand."""
    list_row = _list_of(call)
    who = next((each for each in _known(call, list_row) if each.status == "subscribed"), None)
    if not who:
        return False
    with call.store.writing() as now:
        gone = who._replace(status="unsubscribed", unsubscribed_by=PERSON, last_changed=now)
        members.update(call.store, [(who, gone)])
    return True


def marketer_tags(_: ServerState, call: Call) -> bool:
    """Tag the first contact of the request that is on the list and has no such tag yet."""
    list_row = _list_of(call)
    known = [each.id for each in _known(call, list_row) if each.status != "archived"]
    if not list_row or not known:
        return False
    with call.store.writing() as now:
        tag = segments.tag_ids(call.store, list_row, [BY_HAND], now)[name_key(BY_HAND)]
        tagged = membership.among(call.store, tag, known)
        who = [member for member in known if member not in tagged][:1]
        membership.add(call.store, ((tag, member) for member in who), now)
    return bool(who)


def address_blocked(mark: Mark) -> Change:
    """Return what marks the address of the first contact of a request."""

    def change(_: ServerState, call: Call) -> bool:
        list_row = _list_of(call)
        first = list(contacts_of_request(call, list_row))[:1]
        if (
            not list_row
            or not first
            or (first[0], mark) in blocked_addresses.among(call.store, list_row, first)
        ):
            return False
        with call.store.writing():
            blocked_addresses.add(call.store, list_row, first, mark)
        return True

    return change


CHANGES_BY_KIND: dict[str, Change] = {
    "list_deleted": list_deleted,
    "key_revoked": key_revoked,
    "person_unsubscribes": person_unsubscribes,
    "marketer_tags": marketer_tags,
    "poison": address_blocked("poison"),
    "too_many_signups": address_blocked("too_many_signups"),
    "campaign_deleted": campaign_deleted,
}


def _list_of(call: Call) -> ListRow | None:
    campaign = campaigns.find(call.store, call.path.get("campaign_id", ""))
    return lists.find(call.store, campaign.list_id if campaign else call.path.get("list_id", ""))


def _known(call: Call, list_row: ListRow | None) -> list[Member]:
    """Return the contacts of a request that the list has, in the order of the request."""
    if not list_row:
        return []
    hashes = list(contacts_of_request(call, list_row))
    known = members.by_hashes(call.store, list_row, hashes)
    return [known[each] for each in hashes if each in known]
