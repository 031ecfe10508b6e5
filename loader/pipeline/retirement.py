"""Take out what an audience put in a place that its model does not name any more."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from loader.audience import Audience
from loader.checks.fuses import check_leaves
from loader.errors import ConfigurationError, NotThere
from loader.mailchimp.segments import delete_segment
from loader.model import Plan, Route
from loader.pipeline.delivery import LEAVES, Delivery
from loader.pipeline.lookups import settle_changes
from loader.pipeline.places import Ids
from loader.places import KnownSegment, OldPlaces, Place, RemoteList
from loader.pull.segments import membership_now


def old_places(
    registered: Iterable[Audience],
    name: str,
    places: Iterable[Place],
    on_leave: str | None,
) -> list[OldPlaces]:
    """What an audience has on each list, of the places where it has something.

    Raises:
        ConfigurationError: there is no such audience, or it names all of these places.
    """
    own = [one for one in registered if one.name == name]
    if not own:
        raise ConfigurationError(
            f"There is no audience {name}, and there never was. `loader ls` has the names."
        )
    found = []
    filled = list(places)
    for list_id in dict.fromkeys(place.list_id for place in filled):
        was = next((one for one in own if one.list_id == list_id), own[0])
        is_live = was.is_in_project and was.list_id == list_id
        on_list = OldPlaces(
            audience=replace(was, list_id=list_id, segment=None, on_leave=on_leave or was.on_leave),
            keeps_contacts=is_live and was.writes_contacts,
            keeps_tags=is_live and was.has_tags,
            kept_segment=was.segment if is_live else None,
        )
        if any(one.list_id == list_id and on_list.gives_up(one) for one in filled):
            found.append(on_list)
    if not found:
        raise ConfigurationError(
            f"{name} has nothing in a place that it does not name any more. To take it out of a"
            " place that it names, change its model or delete it, run dbt, and retire it then."
        )
    return found


async def retire(
    delivery: Delivery,
    *,
    remote: RemoteList,
    known: dict[str, KnownSegment],
    contacts: int,  # noqa: ARG001 - of interest to those who send
    places: OldPlaces,
) -> None:
    """Empty the segments, let the contacts leave, and let go of the rest.

    Raises:
        LoaderError: something stopped it, the fuse for one; retiring again goes on with the rest.
    """
    ledger = delivery.ledger
    await settle_changes(delivery.client, ledger, delivery.audience.list_id)
    plan, filled = await _plan(delivery, remote, known, places)
    check_leaves(places.audience, plan, force=delivery.settings.force_leave)
    await ledger.let_go(places)
    await ledger.settle()
    delivery.report.add_plan(plan)
    delivery.say("planned", plan.to_send())
    await ledger.claim()
    ids = Ids(segments={key: segment.id for key, segment in filled.items() if segment.id})
    await delivery.send(plan, (Route.SEGMENT_REMOVE, Route.TAG_REMOVE), ids)
    for segment in filled.values():
        await _delete_if_empty(delivery, segment)
    await delivery.send(plan, LEAVES, ids)


async def _plan(
    delivery: Delivery, remote: RemoteList, known: dict[str, KnownSegment], places: OldPlaces
) -> tuple[Plan, dict[str, KnownSegment]]:
    """What is to be taken out, and the segments that it concerns; nobody is in one that is gone."""
    ledger = delivery.ledger
    plan = await ledger.plan_retirement(places)
    filled: dict[str, KnownSegment] = {}
    gone = []
    for one in await ledger.segments_to_fill():
        there = remote.segments.get(one.key.lower())
        ours = known.get(one.key.lower())
        if there is None or (ours is not None and ours.id not in (None, there.id)):
            gone.append(one.key)
        else:
            is_ours = ours is not None and ours.is_ours
            filled[one.key] = KnownSegment(
                name=there.name, id=there.id, is_ours=is_ours, remake=False
            )
    for key in gone:
        await ledger.forget_segment(key)
    if gone:
        plan = await ledger.plan_retirement(places)
    return plan, filled


async def _delete_if_empty(delivery: Delivery, segment: KnownSegment) -> None:
    """Delete a segment that is ours when nobody is in it any more."""
    if segment.id is None or not segment.is_ours:
        return
    list_id = delivery.audience.list_id
    workers = delivery.settings.connections
    left = await membership_now(delivery.client, list_id, segment.id, workers=workers)
    if not len(left):
        with suppress(NotThere):
            await delivery.client.ask(delete_segment(list_id, segment.id), lambda _: None)
        await delivery.ledger.forget_segment(segment.name)
