"""Take out what an audience put in a place that its model does not name any more."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from loader.checks import check_leaves
from loader.errors import ConfigurationError, NotThere
from loader.mailchimp.segments import delete_segment
from loader.model import Audience, Plan, Route
from loader.pipeline.delivery import Delivery
from loader.places import KnownSegment, OldPlaces, RemoteList
from loader.pull.segments import membership_now

LEAVES = (Route.UNSUBSCRIBE, Route.ARCHIVE)


def old_places(
    registered: Iterable[Audience],
    name: str,
    places: Iterable[tuple[str, str]],
    on_leave: str | None,
) -> list[OldPlaces]:
    """What an audience has on each list, of the places (list and segment) where it has something.

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
    for list_id in dict.fromkeys(list_id for list_id, _ in filled):
        was = next((one for one in own if one.list_id == list_id), own[0])
        is_live = was.is_in_project and was.list_id == list_id
        on_list = OldPlaces(
            audience=replace(was, list_id=list_id, segment=None, on_leave=on_leave or was.on_leave),
            keeps_contacts=is_live and was.writes_contacts,
            kept_segment=was.segment if is_live else None,
        )
        if any(one == list_id and on_list.gives_up(segment) for one, segment in filled):
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
    plan, filled = await _plan(delivery, remote, known, places)
    check_leaves(places.audience, plan, force=delivery.settings.force_leave)
    await ledger.let_go(places)
    await ledger.settle()
    delivery.report.add_plan(plan)
    delivery.say("planned", plan.to_send())
    await ledger.claim()
    for segment in filled:
        await _empty(delivery, plan, segment)
    await delivery.send(plan, LEAVES, None, "")


async def _plan(
    delivery: Delivery, remote: RemoteList, known: dict[str, KnownSegment], places: OldPlaces
) -> tuple[Plan, list[KnownSegment]]:
    """What is to be taken out, and the segments that it concerns; nobody is in one that is gone."""
    ledger = delivery.ledger
    plan = await ledger.plan_retirement(places)
    filled = [
        known.get(name.lower()) or KnownSegment(name=name, id=None, is_ours=False, remake=False)
        for name in await ledger.segments_to_empty()
    ]
    there = {one.id for one in remote.segments.values()}
    gone = [segment for segment in filled if segment.id not in there]
    for segment in gone:
        await ledger.forget_segment(segment)
    if gone:
        plan = await ledger.plan_retirement(places)
    return plan, [segment for segment in filled if segment not in gone]


async def _empty(delivery: Delivery, plan: Plan, segment: KnownSegment) -> None:
    """Take people out of a segment; delete it when it is ours and nobody else is in it."""
    if segment.id is None:
        raise AssertionError("a segment that is there has an id")
    list_id = delivery.audience.list_id
    one = replace(delivery, audience=replace(delivery.audience, segment=segment.name))
    await one.send(plan, (Route.SEGMENT_REMOVE,), segment.id, "")
    workers = delivery.settings.connections
    left = await membership_now(delivery.client, list_id, segment.id, workers=workers)
    if segment.is_ours and not len(left):
        with suppress(NotThere):
            await delivery.client.ask(delete_segment(list_id, segment.id), lambda _: None)
        await delivery.ledger.forget_segment(segment)
