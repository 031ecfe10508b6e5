"""Take out what an audience put in a place that its model does not name any more."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from loader.audience import UNFINISHED, Audience
from loader.checks.fuses import check_leaves
from loader.checks.targets import check_target
from loader.errors import ConfigurationError, FuseBlown, NotThere, Unfinished
from loader.mailchimp.answers import nothing
from loader.mailchimp.segments import delete_segment
from loader.model import Outcome, Route
from loader.pipeline.delivery import Delivery
from loader.pipeline.lookups import settle_changes
from loader.pipeline.on_list import LEAVES, OnList
from loader.pipeline.places import Ids
from loader.places import KnownSegment, OldPlaces, Place, RemoteList
from loader.pull.segments import membership_now
from loader.spelling import name_key
from loader.warehouse.plans import Turn

MEMBERSHIPS = (Route.SEGMENT_REMOVE, Route.TAG_REMOVE)


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
        given_up = [one for one in filled if one.list_id == list_id and on_list.gives_up(one)]
        if given_up:
            names = {name_key(one.segment): one.segment for one in given_up if one.segment}
            found.append(replace(on_list, segments=tuple(names.values())))
    if not found:
        raise ConfigurationError(
            f"Nothing to retire: what {name} put on a list belongs to what its model names now, or"
            " to an audience that took it over. To take it out, change the model or delete it, run"
            f" dbt, and then `loader retire {name}`."
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


@dataclass(frozen=True, kw_only=True)
class Retirement:
    """What an audience has in its old places of one list, on its way out.

    Attributes:
        on_list: of that audience alone.
        segments: those that it is taken out of, by the keys of their names.
    """

    on_list: OnList
    places: OldPlaces
    segments: dict[str, KnownSegment]

    async def let_go(self) -> None:
        """Take what is not taken out of Mailchimp out of what is the audience's."""
        (one,) = self.on_list.deliveries
        one.report.gives_up = await self.on_list.ledger.let_go(self.places)

    @property
    def ids(self) -> Ids:
        """What a request says in the place of names."""
        return Ids(segments={key: one.id for key, one in self.segments.items() if one.id})

    async def send(self) -> None:
        """Empty the segments, delete what is empty, and let the contacts leave.

        Raises:
            LoaderError: something stopped it; retiring again goes on with the rest.
        """
        await self.on_list.send(MEMBERSHIPS, self.ids)
        (one,) = self.on_list.deliveries
        for segment in self.segments.values():
            if await self._is_empty(segment, without=frozenset()):
                await self._delete(one, segment)
        for name in self.places.segments:
            await self.on_list.ledger.let_go_of_segment(name)
        await self.on_list.send(LEAVES, self.ids)

    async def foresee_deleted(self) -> list[str]:
        """The segments that would be empty, and be deleted."""
        removed: dict[str, set[str]] = defaultdict(set)
        async for batch in self.on_list.batches(MEMBERSHIPS, 1, self.ids):
            removed[batch.segment].update(batch.rows.column("email_address").to_pylist())
        return [
            one.name
            for key, one in self.segments.items()
            if await self._is_empty(one, without=frozenset(removed[key]))
        ]

    async def _is_empty(self, segment: KnownSegment, *, without: frozenset[str]) -> bool:
        """Whether a segment is ours and nobody else is in it."""
        if segment.id is None or not segment.is_ours:
            return False
        (one,) = self.on_list.deliveries
        list_id, workers = self.on_list.list_id, one.settings.connections
        inside = await membership_now(one.client, list_id, segment.id, workers=workers)
        return without.issuperset(inside.to_pylist())

    async def _delete(self, one: Delivery, segment: KnownSegment) -> None:
        if segment.id is None:
            raise AssertionError("a segment that is empty was looked at")
        with suppress(NotThere):
            await one.client.ask(delete_segment(self.on_list.list_id, segment.id), nothing)
        await self.on_list.ledger.forget_segment(segment.name)
        one.report.deleted.append(segment.name)


async def decided(on_list: OnList, remote: RemoteList, places: OldPlaces) -> Retirement:
    """Decide what is taken out, and who stays.

    Raises:
        LoaderError: Mailchimp or the warehouse failed.
    """
    (one,) = on_list.deliveries
    await settle_changes(one.client, on_list.ledger, on_list.list_id, [one.audience])
    await on_list.plan.begin([Turn(one.audience, one.audience.status_if_new)])
    segments = await _plan(on_list, remote, places)
    if not places.keeps_contacts:
        one.report.staying = await on_list.plan.staying(one.audience, gives_up=True)
    return Retirement(on_list=on_list, places=places, segments=segments)


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
    retirement = await decided(on_list, remote, places)
    check_leaves(one.audience, one.plan, force=one.settings.force_leave)
    await retirement.let_go()
    await on_list.plan.settle()
    one.report.add_plan(one.plan)
    one.say("planned", one.plan.to_send())
    await on_list.plan.claim()
    await retirement.send()


async def foresee_retirement(on_list: OnList, *, remote: RemoteList, places: OldPlaces) -> None:
    """Report what a retirement would do, as if Mailchimp had accepted everything.

    Raises:
        LoaderError: Mailchimp or the warehouse failed.
    """
    (one,) = on_list.deliveries
    retirement = await decided(on_list, remote, places)
    try:
        check_target(one.audience, one.settings.target)
        check_leaves(one.audience, one.plan, force=one.settings.force_leave)
    except (ConfigurationError, FuseBlown) as stopped:
        one.report.message = f"would stop: {stopped}"
    await retirement.let_go()
    one.report.add_plan(one.plan)
    for row in one.plan.rows:
        if row.outcome is None:
            one.report.add(Route(row.route).action, [(Outcome.ACCEPTED.value, None, row.contacts)])
    one.report.deleted += await retirement.foresee_deleted()


async def _plan(on_list: OnList, remote: RemoteList, places: OldPlaces) -> dict[str, KnownSegment]:
    """Decide what is to be taken out of which segments; nobody is in one that is gone."""
    (one,) = on_list.deliveries
    one.plan = await on_list.plan.retire(places)
    filled: dict[str, KnownSegment] = {}
    gone = []
    taken_out = {each.key: None for each in await on_list.plan.segments_to_fill()}
    keys = {name_key(key) for key in taken_out}
    for key in [*taken_out, *(name for name in places.segments if name_key(name) not in keys)]:
        there = remote.segments.get(name_key(key))
        ours = on_list.known.get(name_key(key))
        if there is None or (ours is not None and ours.id not in (None, there.id)):
            gone.append(key)
        else:
            is_ours = ours is not None and ours.is_ours
            filled[key] = KnownSegment(name=there.name, id=there.id, is_ours=is_ours, remake=False)
    for key in gone:
        await on_list.ledger.forget_segment(key)
    if gone:
        one.plan = await on_list.plan.retire(places)
    return filled
