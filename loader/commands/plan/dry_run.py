"""Go through a sync against an imagined Mailchimp, inside a transaction that is undone."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from loader.commands.plan.plan_report import ACTIONS, REASONS, AudiencePlan, Memberships
from loader.commands.sync.audience_sync import AudienceSync, tripped_guards
from loader.commands.sync.list_sync import ListSync
from loader.commands.sync.remote_ids import RemoteIds
from loader.mailchimp.values.value_rules import address_rules, field_rules
from loader.model.batch import COMPANIONS, CONTACTS, LEAVES, WITHDRAWALS, Operation
from loader.model.checks.targets import check_target
from loader.model.errors import ConfigurationError, GuardTripped
from loader.model.list_schema import ListSchema
from loader.warehouse.reports.plan_queries import PlanQueries

# seconds for a call and for a contact in it, before this warehouse has seen a run: assumed, not
# measured, and with ten connections
ASSUMED_CALL, ASSUMED_CONTACT = 0.35, 0.01
ASSUMED_WIDTH = 10
ASSUMED = "assumed: no earlier run to measure"


@dataclass(frozen=True, kw_only=True)
class DryRun:
    """The audiences of one list, sent to nobody.

    Attributes:
        list_sync: what a sync would send with; its clients read only.
        plan_queries: what the warehouse tells of the plan of the list.
        sample: people of everything that is told, to be shown.
    """

    list_sync: ListSync
    plan_queries: PlanQueries
    sample: int

    async def run(self, remote: ListSchema) -> list[AudiencePlan]:
        """What a sync would do with each audience that nothing stops before it decides.

        Args:
            remote: the list as Mailchimp shows it.

        Returns:
            A plan for each; one that was stopped before is not among them, and its report says why.

        Raises:
            LoaderError: the warehouse failed.
        """
        await self.list_sync.prepare(remote)
        going = self.list_sync.going
        if not going:
            return []
        told = await self._summarise(remote)
        stops = {one.audience.name: [*_target_stops(one), *_guard_stops(one)] for one in going}
        tripped = await self.list_sync.guard()
        # what others do may be another once somebody is stopped, and so what stops them
        stops |= {one.audience.name: [*_target_stops(one)] for one in self.list_sync.going}
        for one, tripped_by in tripped:
            stops[one.audience.name] += map(str, tripped_by)
        work = await self.list_sync.work(tripped)
        stopped = [one for one, _ in tripped]
        if tripped or len(self.list_sync.going) < len(going):
            # of those that go on the rest may be another; a stopped one is told as if it were meant
            again = await self._summarise(remote)
            told |= {name: again[name] for name in again if name not in _names_of(stopped)}
        before = await self.plan_queries.statuses()
        measured = await self.plan_queries.seconds_per_write()
        costs = await self._simulate(tripped)
        # the list after the run is counted in the ledger, as if Mailchimp had accepted everything
        await self.list_sync.ledger.apply_acks([one.audience for one in going])
        after = await self.plan_queries.statuses()
        return [
            _with_costs(
                replace(
                    each,
                    list_name=remote.name,
                    is_double_optin=remote.double_optin,
                    stops=tuple(stops[name]),
                    operations=work.get(name, {}),
                ),
                costs.get(name, (0, 0.0)),
                measured,
                before,
                after,
            )
            for name, each in told.items()
        ]

    async def _summarise(self, remote: ListSchema) -> dict[str, AudiencePlan]:
        """What the warehouse says of the rows of the plan, by audience."""
        is_made, names = self.list_sync.plan.is_made, await self._names(remote)
        if is_made:
            await self._judge(remote)
        counts = await self.plan_queries.counts() if is_made else {}
        people = await self.plan_queries.people(self.sample) if is_made and self.sample else {}
        told = {}
        for one in self.list_sync.going:
            wanted, dropped_rows = await self.plan_queries.size(one.audience)
            name = one.audience.name
            told[name] = replace(
                _count(one, counts.get(name, []), names),
                wanted=wanted,
                dropped_rows=dropped_rows,
                staying=one.report.staying,
                given_up=one.report.given_up,
                people=tuple(
                    {**one_of, "segment": names.get(one_of["segment"], one_of["segment"])}
                    for one_of in people.get(name, ())
                ),
                to_make=_to_make(one, self.list_sync.going),
            )
        return told

    async def _judge(self, remote: ListSchema) -> None:
        """Say of the rows of the plan what Mailchimp is known to refuse."""
        going = self.list_sync.going
        missing = {one.tag: one for each in going for one in each.setup.missing_fields}
        rules = field_rules(remote.merge_fields, list(missing.values()))
        await self.plan_queries.classify(rules, address_rules(takes_fake=remote.takes_fake))

    async def _names(self, remote: ListSchema) -> dict[str, str]:
        """The names of segments and tags as Mailchimp shows them, or as they will be made."""
        filled = await self.list_sync.plan.segments_to_fill()
        made = {one.key: one.name for one in filled}
        return made | {key: remote.segments[key].name for key in made if key in remote.segments}

    async def _simulate(
        self, tripped: Sequence[tuple[AudienceSync, list[GuardTripped]]]
    ) -> dict[str, tuple[int, float]]:
        """Answer what would be sent as Mailchimp is known to; writes and assumed seconds of each.

        A call counts for the audience of its first contact. Of those that a guard has tripped go
        withdrawals alone, as in a sync.
        """
        list_sync = self.list_sync
        costs = {one.audience.name: (0, 0.0) for one in list_sync.going}
        if not costs:
            return costs
        await list_sync.plan.record_skipped()
        await self._answer(WITHDRAWALS, costs)
        for one, tripped_by in tripped:
            one.stop(tripped_by[0])
        for one in list_sync.going:
            # what several audiences miss is made once
            own = _to_make(one, list_sync.going)
            missed = len(one.setup.missing_fields) + len(one.setup.missing_tags)
            shared = missed - len(own.get("merge fields", ())) - len(own.get("tags", ()))
            _add_cost(costs, one.audience.name, one.setup.requests_to_make - shared, ASSUMED_CALL)
        await list_sync.plan.claim()
        for routes in (CONTACTS, COMPANIONS, LEAVES):
            await self._answer(routes, costs)
        return costs

    async def _answer(
        self, routes: tuple[Operation, ...], costs: dict[str, tuple[int, float]]
    ) -> None:
        """Answer what would go these ways, and count what it costs."""
        for turn in range(1, self.list_sync.turns(routes) + 1):
            async for batch in self.list_sync.read_batches(routes, turn, RemoteIds()):
                seconds = (ASSUMED_CALL + batch.size * ASSUMED_CONTACT) / ASSUMED_WIDTH
                _add_cost(costs, str(batch.rows.column("audience")[0]), 1, seconds)
            await self.plan_queries.simulate_acks(routes, turn=turn)


def _names_of(audience_syncs: Sequence[AudienceSync]) -> set[str]:
    return {one.audience.name for one in audience_syncs}


def _add_cost(costs: dict[str, tuple[int, float]], name: str, writes: int, seconds: float) -> None:
    """Add writes of so many seconds each to what an audience costs."""
    had, took = costs[name]
    costs[name] = (had + writes, took + writes * seconds)


def _with_costs(
    told: AudiencePlan,
    cost: tuple[int, float],
    measured: float | None,
    before: dict[str, int],
    after: dict[str, int],
) -> AudiencePlan:
    """A plan with what it costs, and with the list before the run and after it."""
    writes, assumed = cost
    return replace(
        told,
        writes=writes,
        seconds=round(assumed if measured is None else writes * measured, 1),
        pace=ASSUMED if measured is None else "at the pace of the latest runs",
        before=before,
        after=after,
    )


def _count(one: AudienceSync, counts: list[dict[str, Any]], names: dict[str, str]) -> AudiencePlan:
    deeds: dict[str, int] = defaultdict(int)
    reasons: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    moved: dict[str, dict[str, Memberships]] = {"segment": {}, "tag": {}}
    no_write = 0
    for row in counts:
        category, contacts = row["category"], row["contacts"]
        if category in ACTIONS:
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
    return AudiencePlan(
        audience=one.audience.name,
        list_id=one.audience.list_id,
        deeds=dict(deeds),
        reasons={name: dict(found) for name, found in reasons.items()},
        segments=moved["segment"],
        tags=moved["tag"],
        no_write=no_write,
        mirrors=one.report.mirrors,
    )


def _to_make(one: AudienceSync, going: Sequence[AudienceSync]) -> dict[str, tuple[str, ...]]:
    """What is missing on the list for an audience, and for none before it."""
    before = going[: going.index(one)]
    fields = {each.tag for other in before for each in other.setup.missing_fields}
    tags = {each.key for other in before for each in other.setup.missing_tags}
    segment = one.setup.missing_segment
    made = {
        "merge fields": tuple(
            each.tag for each in one.setup.missing_fields if each.tag not in fields
        ),
        "segment": (segment,) if segment is not None else (),
        "tags": tuple(each.name for each in one.setup.missing_tags if each.key not in tags),
    }
    return {what: names for what, names in made.items() if names}


def _target_stops(one: AudienceSync) -> Iterator[str]:
    """Whether a sync from this target would be refused."""
    try:
        check_target(one.audience, one.settings.target)
    except ConfigurationError as stopped:
        yield str(stopped)


def _guard_stops(one: AudienceSync) -> Iterator[str]:
    """The guards that would stop a sync, in the order in which it looks at them."""
    return map(str, tripped_guards((*one.guards(), *one.guards_of_rest())))
