"""Go through a sync against an imagined Mailchimp, inside a transaction that is undone."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from loader.checks.targets import check_target
from loader.errors import ConfigurationError, FuseBlown
from loader.forecast import DEEDS, REASONS, Forecast, Memberships
from loader.mailchimp.refusals import address_rules, field_rules
from loader.model import Route
from loader.pipeline.delivery import Delivery, blown_of
from loader.pipeline.on_list import COMPANIONS, CONTACTS, LEAVES, WITHDRAWALS, OnList
from loader.pipeline.places import Ids
from loader.places import RemoteList
from loader.warehouse.reports.foresight import Foresight

# seconds for a call and for a contact in it, before this warehouse has seen a run: assumed, not
# measured, and with ten connections
ASSUMED_CALL, ASSUMED_CONTACT = 0.35, 0.01
ASSUMED_WIDTH = 10
ASSUMED = "assumed, for nothing was sent yet"


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """The audiences of one list, sent to nobody.

    Attributes:
        on_list: what a sync would send with; its clients read only.
        foresight: what the warehouse tells of the plan of the list.
        most: people of everything that is told, to be shown.
    """

    on_list: OnList
    foresight: Foresight
    most: int

    async def foresee(self, remote: RemoteList) -> list[Forecast]:
        """What a sync would do with each audience that nothing stops before it decides.

        Raises:
            LoaderError: the warehouse failed.
        """
        await self.on_list.prepare(remote)
        going = self.on_list.going
        if not going:
            return []
        told = await self._told(remote)
        stops = {one.audience.name: [*_target_stops(one), *_guard_stops(one)] for one in going}
        tripped = await self.on_list.guard()
        # what others do may be another once somebody is stopped, and so what stops them
        stops |= {one.audience.name: [*_target_stops(one)] for one in self.on_list.going}
        for one, blown in tripped:
            stops[one.audience.name] += map(str, blown)
        stopped = [one for one, _ in tripped]
        if tripped or len(self.on_list.going) < len(going):
            # of those that go on the rest may be another; a stopped one is told as if it were meant
            again = await self._told(remote)
            told |= {name: again[name] for name in again if name not in _names_of(stopped)}
        before, measured = await self.foresight.statuses(), await self.foresight.pace()
        costs = await self._pretend(tripped)
        await self.on_list.ledger.fold([one.audience for one in going])
        after = await self.foresight.statuses()
        return [
            _then(
                replace(
                    each,
                    list_name=remote.name,
                    is_double_optin=remote.double_optin,
                    stops=tuple(stops[name]),
                ),
                costs.get(name, (0, 0.0)),
                measured,
                before,
                after,
            )
            for name, each in told.items()
        ]

    async def _told(self, remote: RemoteList) -> dict[str, Forecast]:
        """What the warehouse says of the rows of the plan, by audience."""
        is_made, names = self.on_list.plan.is_made, await self._names(remote)
        if is_made:
            await self._judge(remote)
        counts = await self.foresight.counts() if is_made else {}
        people = await self.foresight.people(self.most) if is_made and self.most else {}
        told = {}
        for one in self.on_list.going:
            wanted, dropped_rows = await self.foresight.wanted(one.audience)
            name = one.audience.name
            told[name] = replace(
                _counted(one, counts.get(name, []), names),
                wanted=wanted,
                dropped_rows=dropped_rows,
                staying=one.report.staying,
                given_up=one.report.given_up,
                people=tuple(
                    {**one_of, "segment": names.get(one_of["segment"], one_of["segment"])}
                    for one_of in people.get(name, ())
                ),
                to_make=_to_make(one, self.on_list.going),
            )
        return told

    async def _judge(self, remote: RemoteList) -> None:
        """Say of the rows of the plan what Mailchimp is known to refuse."""
        going = self.on_list.going
        missing = {one.tag: one for each in going for one in each.places.missing_fields}
        rules = field_rules(remote.merge_fields, list(missing.values()))
        await self.foresight.foresee(rules, address_rules(takes_fake=remote.takes_fake))

    async def _names(self, remote: RemoteList) -> dict[str, str]:
        """The names of segments and tags as Mailchimp shows them, or as they will be made."""
        filled = await self.on_list.plan.segments_to_fill()
        made = {one.key: one.name for one in filled}
        return made | {key: remote.segments[key].name for key in made if key in remote.segments}

    async def _pretend(
        self, tripped: Sequence[tuple[Delivery, list[FuseBlown]]]
    ) -> dict[str, tuple[int, float]]:
        """Answer what would be sent as Mailchimp is known to; writes and assumed seconds of each.

        A call counts for the audience of its first contact. Of those that a fuse has tripped go
        withdrawals alone, as in a sync.
        """
        on_list = self.on_list
        costs = {one.audience.name: (0, 0.0) for one in on_list.going}
        if not costs:
            return costs
        await on_list.plan.settle()
        await self._answer(WITHDRAWALS, costs)
        for one, blown in tripped:
            one.stop(blown[0])
        for one in on_list.going:
            # what several audiences miss is made once
            own = _to_make(one, on_list.going)
            missed = len(one.places.missing_fields) + len(one.places.missing_tags)
            shared = missed - len(own.get("merge fields", ())) - len(own.get("tags", ()))
            _add(costs, one.audience.name, one.places.requests_to_make - shared, ASSUMED_CALL)
        await on_list.plan.claim()
        for routes in (CONTACTS, COMPANIONS, LEAVES):
            await self._answer(routes, costs)
        return costs

    async def _answer(self, routes: tuple[Route, ...], costs: dict[str, tuple[int, float]]) -> None:
        """Answer what would go these ways, and count what it costs."""
        for turn in range(1, self.on_list.turns(routes) + 1):
            async for batch in self.on_list.batches(routes, turn, Ids()):
                seconds = (ASSUMED_CALL + batch.size * ASSUMED_CONTACT) / ASSUMED_WIDTH
                _add(costs, str(batch.rows.column("audience")[0]), 1, seconds)
            await self.foresight.pretend(routes, turn=turn)


def _names_of(deliveries: Sequence[Delivery]) -> set[str]:
    return {one.audience.name for one in deliveries}


def _add(costs: dict[str, tuple[int, float]], name: str, writes: int, seconds: float) -> None:
    """Add writes of so many seconds each to what an audience costs."""
    had, took = costs[name]
    costs[name] = (had + writes, took + writes * seconds)


def _then(
    told: Forecast,
    cost: tuple[int, float],
    measured: float | None,
    before: dict[str, int],
    after: dict[str, int],
) -> Forecast:
    """A forecast with what it costs, and with the list before the run and after it."""
    writes, assumed = cost
    return replace(
        told,
        writes=writes,
        seconds=round(assumed if measured is None else writes * measured, 1),
        pace=ASSUMED if measured is None else "as fast as the latest runs",
        before=before,
        after=after,
    )


def _counted(one: Delivery, counts: list[dict[str, Any]], names: dict[str, str]) -> Forecast:
    deeds: dict[str, int] = defaultdict(int)
    reasons: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    moved: dict[str, dict[str, Memberships]] = {"segment": {}, "tag": {}}
    no_write = 0
    for row in counts:
        category, contacts = row["category"], row["contacts"]
        if category in DEEDS:
            deeds[category] += contacts
        elif category in REASONS:
            reasons[category][row["reason"] or "no reason given"] += contacts
        elif category in ("memberships_given", "memberships_taken"):
            name = names.get(row["segment"], row["segment"])
            verb = category.removeprefix("memberships_")
            has = moved[row["kind"]].get(name, Memberships())
            moved[row["kind"]][name] = replace(has, **{verb: getattr(has, verb) + contacts})
        elif category == "accepted":
            no_write += contacts
    return Forecast(
        audience=one.audience.name,
        list_id=one.audience.list_id,
        deeds=dict(deeds),
        reasons={name: dict(found) for name, found in reasons.items()},
        segments=moved["segment"],
        tags=moved["tag"],
        no_write=no_write,
        mirrors=one.report.mirrors,
    )


def _to_make(one: Delivery, going: Sequence[Delivery]) -> dict[str, tuple[str, ...]]:
    """What is missing on the list for an audience, and for none before it."""
    before = going[: going.index(one)]
    fields = {each.tag for other in before for each in other.places.missing_fields}
    tags = {each.key for other in before for each in other.places.missing_tags}
    segment = one.places.missing_segment
    made = {
        "merge fields": tuple(
            each.tag for each in one.places.missing_fields if each.tag not in fields
        ),
        "segment": (segment,) if segment is not None else (),
        "tags": tuple(each.name for each in one.places.missing_tags if each.key not in tags),
    }
    return {what: names for what, names in made.items() if names}


def _target_stops(one: Delivery) -> Iterator[str]:
    """Whether a sync from this target would be refused."""
    try:
        check_target(one.audience, one.settings.target)
    except ConfigurationError as stopped:
        yield str(stopped)


def _guard_stops(one: Delivery) -> Iterator[str]:
    """The guards that would stop a sync, in the order in which it looks at them."""
    return map(str, blown_of((*one.guards(), *one.guards_of_rest())))
