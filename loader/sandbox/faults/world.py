"""What happens to the world while a sync is on its way: somebody else was there first."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias
from uuid import uuid4

from loader.sandbox.rules.spelling import name_key
from loader.sandbox.rules.statuses import PERSON
from loader.sandbox.state import lists
from loader.sandbox.state.campaigns import campaigns
from loader.sandbox.state.contacts import marks, members
from loader.sandbox.state.segments import membership, segments
from loader.sandbox.wire.carried import carried

if TYPE_CHECKING:
    from collections.abc import Callable

    from loader.sandbox.state.contacts.marks import Mark
    from loader.sandbox.state.contacts.members import Member
    from loader.sandbox.state.lists import ListRow
    from loader.sandbox.wire.call import Call
    from loader.sandbox.wire.world import World

    Happening: TypeAlias = Callable[[World, Call], bool]  # whether it could happen

BY_HAND = "By hand"


def list_deleted(_: World, call: Call) -> bool:
    """Delete the list of the request, or of its campaign, with everything on it."""
    of = _list_of(call)
    if not of:
        return False
    with call.store.writing():
        lists.delete(call.store, of)
    return True


def campaign_deleted(_: World, call: Call) -> bool:
    """Delete the campaign of the request with everything that happened to it."""
    of = campaigns.find(call.store, call.path.get("campaign_id", ""))
    if not of:
        return False
    with call.store.writing():
        campaigns.delete(call.store, of)
    return True


def key_revoked(world: World, _: Call) -> bool:
    """Change the key to one that nobody has."""
    world.api_key = f"{uuid4().hex}-{world.api_key.rpartition('-')[2]}"
    return True


def person_unsubscribes(_: World, call: Call) -> bool:
    """Let the first contact of the request that is subscribed unsubscribe by their own hand."""
    of = _list_of(call)
    who = next((each for each in _known(call, of) if each.status == "subscribed"), None)
    if not who:
        return False
    with call.store.writing() as now:
        gone = who._replace(status="unsubscribed", unsubscribed_by=PERSON, last_changed=now)
        members.update(call.store, [(who, gone)])
    return True


def marketer_tags(_: World, call: Call) -> bool:
    """Tag the first contact of the request that is on the list and has no such tag yet."""
    of = _list_of(call)
    known = [each.id for each in _known(call, of) if each.status != "archived"]
    if not of or not known:
        return False
    with call.store.writing() as now:
        tag = segments.tag_ids(call.store, of, [BY_HAND], now)[name_key(BY_HAND)]
        tagged = membership.among(call.store, tag, known)
        who = [member for member in known if member not in tagged][:1]
        membership.add(call.store, ((tag, member) for member in who), now)
    return bool(who)


def marked(mark: Mark) -> Happening:
    """Return what marks the first contact of a request."""

    def happen(_: World, call: Call) -> bool:
        of = _list_of(call)
        first = list(carried(call, of))[:1]
        if not of or not first or (first[0], mark) in marks.among(call.store, of, first):
            return False
        with call.store.writing():
            marks.add(call.store, of, first, mark)
        return True

    return happen


HAPPENINGS: dict[str, Happening] = {
    "list_deleted": list_deleted,
    "key_revoked": key_revoked,
    "person_unsubscribes": person_unsubscribes,
    "marketer_tags": marketer_tags,
    "poison": marked("poison"),
    "too_many_signups": marked("too_many_signups"),
    "campaign_deleted": campaign_deleted,
}


def _list_of(call: Call) -> ListRow | None:
    campaign = campaigns.find(call.store, call.path.get("campaign_id", ""))
    return lists.find(call.store, campaign.list_id if campaign else call.path.get("list_id", ""))


def _known(call: Call, of: ListRow | None) -> list[Member]:
    """Return the contacts of a request that the list has, in the order of the request."""
    if not of:
        return []
    hashes = list(carried(call, of))
    known = members.by_hashes(call.store, of, hashes)
    return [known[each] for each in hashes if each in known]
