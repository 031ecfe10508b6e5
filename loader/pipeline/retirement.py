"""Take out what an audience put in a place that its model does not name any more."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from loader.audience import UNFINISHED, Audience
from loader.checks.fuses import check_leaves
from loader.errors import ConfigurationError, NotThere, Unfinished
from loader.mailchimp.answers import nothing
from loader.mailchimp.segments import delete_segment
from loader.model import Route
from loader.pipeline.delivery import Delivery
from loader.pipeline.lookups import settle_changes
from loader.pipeline.on_list import LEAVES, OnList
from loader.pipeline.places import Ids
from loader.places import KnownSegment, OldPlaces, Place, RemoteList
from loader.pull.segments import membership_now
from loader.spelling import name_key
from loader.warehouse.ledger import Ledger
from loader.warehouse.plans import Turn


def old_places(
    registered: Iterable[Audience],
    name: str,
    places: Iterable[Place],
    on_leave: str | None,
) -> list[OldPlaces]:
    """What an audience has on each list, of the places where it has something.

    Raises:
        ConfigurationError: there is no such audience, or it names all of these places.
        Unfinished: dbt has not said yet which places the audiences of the project name.
    """
    audiences = list(registered)
    own = [one for one in audiences if one.name == name]
    if not own:
        raise ConfigurationError(
            f"There is no audience {name}, and there never was. `loader ls` has the names."
        )
    _check_places_are_known(audiences)
    present = [one for one in audiences if one.is_in_project]
    found = []
    filled = list(places)
    for list_id in dict.fromkeys(place.list_id for place in filled):
        was = next((one for one in own if one.list_id == list_id), own[0])
        is_live = was.is_in_project and was.list_id == list_id
        on_list = OldPlaces(
            audience=replace(was, list_id=list_id, segment=None, on_leave=on_leave or was.on_leave),
            keeps_contacts=is_live and was.writes_contacts,
            keeps_tags=is_live and was.has_tags,
            named_segments=tuple(
                one.segment.lower() for one in present if one.segment and one.list_id == list_id
            ),
            tagging=tuple(one for one in present if one.has_tags and one.list_id == list_id),
        )
        if any(one.list_id == list_id and on_list.gives_up(one) for one in filled):
            found.append(on_list)
    if not found:
        raise ConfigurationError(
            f"{name} has nothing in a place that it does not name any more. To take it out of a"
            " place that it names, change its model or delete it, run dbt, and retire it then."
        )
    return found


def _check_places_are_known(audiences: Iterable[Audience]) -> None:
    """A place that an audience names must not be emptied because nobody knows that it does.

    Raises:
        Unfinished: an audience was never built, or dbt has not come to its end since.
    """
    unknown = sorted(
        {
            one.name
            for one in audiences
            if one.is_in_project and (one.status == UNFINISHED or not one.history)
        }
    )
    if unknown:
        raise Unfinished(
            f"dbt has not finished with {', '.join(unknown)}, and so nobody knows which places it"
            " names; run dbt. A model that is not to be built can be disabled in dbt."
        )


async def retire(
    on_list: OnList,
    *,
    remote: RemoteList,
    places: OldPlaces,
) -> None:
    """Empty the segments, let the contacts leave, and let go of the rest.

    Raises:
        LoaderError: something stopped it, the fuse for one; retiring again goes on with the rest.
    """
    (one,) = on_list.deliveries
    await settle_changes(one.client, on_list.ledger, on_list.list_id, [one.audience])
    await on_list.plan.begin([Turn(one.audience, one.audience.status_if_new)])
    filled = await _plan(on_list, remote, places)
    if not places.keeps_contacts:
        one.report.staying = await on_list.plan.staying(one.audience, gives_up=True)
    check_leaves(one.audience, one.plan, force=one.settings.force_leave)
    await on_list.ledger.let_go(places)
    await on_list.plan.settle()
    one.report.add_plan(one.plan)
    one.say("planned", one.plan.to_send())
    await on_list.plan.claim()
    ids = Ids(segments={key: segment.id for key, segment in filled.items() if segment.id})
    await on_list.send((Route.SEGMENT_REMOVE, Route.TAG_REMOVE), ids)
    for segment in filled.values():
        await _delete_if_empty(one, on_list.ledger, segment)
    await on_list.send(LEAVES, ids)


async def _plan(on_list: OnList, remote: RemoteList, places: OldPlaces) -> dict[str, KnownSegment]:
    """Decide what is to be taken out of which segments; nobody is in one that is gone."""
    (one,) = on_list.deliveries
    one.plan = await on_list.plan.retire(places)
    filled: dict[str, KnownSegment] = {}
    gone = []
    for each in await on_list.plan.segments_to_fill():
        there = remote.segments.get(name_key(each.key))
        ours = on_list.known.get(name_key(each.key))
        if there is None or (ours is not None and ours.id not in (None, there.id)):
            gone.append(each.key)
        else:
            is_ours = ours is not None and ours.is_ours
            filled[each.key] = KnownSegment(
                name=there.name, id=there.id, is_ours=is_ours, remake=False
            )
    for key in gone:
        await on_list.ledger.forget_segment(key)
    if gone:
        one.plan = await on_list.plan.retire(places)
    return filled


async def _delete_if_empty(delivery: Delivery, ledger: Ledger, segment: KnownSegment) -> None:
    """Delete a segment that is ours when nobody is in it any more."""
    if segment.id is None or not segment.is_ours:
        return
    list_id = delivery.audience.list_id
    workers = delivery.settings.connections
    left = await membership_now(delivery.client, list_id, segment.id, workers=workers)
    if not len(left):
        with suppress(NotThere):
            await delivery.client.ask(delete_segment(list_id, segment.id), nothing)
        await ledger.forget_segment(segment.name)
