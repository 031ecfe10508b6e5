"""Go through a sync against an imagined Mailchimp, inside a transaction that is undone."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from loader.checks.fuses import check_first, check_leaves, check_withdrawals
from loader.errors import FuseBlown
from loader.forecast import DEEDS, REASONS, Forecast, Memberships
from loader.mailchimp.refusals import ROLES, field_rules
from loader.model import Plan, Route
from loader.pipeline.delivery import COMPANIONS, CONTACTS, LEAVES, Delivery, status_of_new
from loader.pipeline.places import Ids, Places
from loader.places import KnownSegment, RemoteField, RemoteList, RemoteSegment
from loader.warehouse.reports.foresight import Foresight

# seconds for a call and for a contact in it, before this warehouse has seen a run: assumed, not
# measured, and with ten connections
ASSUMED_CALL, ASSUMED_CONTACT = 0.35, 0.01
ASSUMED_WIDTH = 10
ASSUMED = "assumed, for nothing was sent yet"


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """One audience and list, sent to nobody.

    Attributes:
        delivery: what a sync would send with; its client reads only.
        foresight: what the warehouse tells of the plan.
        most: people of everything that is told, to be shown.
    """

    delivery: Delivery
    foresight: Foresight
    most: int

    async def foresee(
        self, remote: RemoteList, known: dict[str, KnownSegment], contacts: int
    ) -> tuple[Forecast, RemoteList]:
        """What a sync would do, and the list as it then is.

        Raises:
            LoaderError: a sync would stop before it decides anything.
        """
        delivery = self.delivery
        before = await self.foresight.statuses()
        places = Places(delivery.client, delivery.audience, delivery.ledger, remote, known)
        plan = await delivery.plan(places)
        stops = tuple(_stops(delivery, plan, contacts))
        status = status_of_new(delivery.audience, remote)
        is_kept = status in ("subscribed", delivery.audience.kept_status)
        rules = field_rules(remote.merge_fields, places.missing_fields)
        await self.foresight.foresee(rules, ROLES, is_kept=is_kept)
        told = await self._told(remote)
        measured = await self.foresight.pace()
        writes, assumed = await self._pretend(places, status, is_kept=is_kept)
        await delivery.ledger.fold()
        told = replace(
            told,
            to_make=_to_make(places),
            writes=writes,
            seconds=round(assumed if measured is None else writes * measured, 1),
            pace=ASSUMED if measured is None else "as fast as the latest runs",
            before=before,
            after=await self.foresight.statuses(),
            stops=stops,
        )
        return told, _made(remote, places)

    async def _told(self, remote: RemoteList) -> Forecast:
        """What the warehouse says of the rows of the plan."""
        wanted, dropped_rows = await self.foresight.wanted()
        people = await self.foresight.people(self.most) if self.most else ()
        counted = self._counted(await self.foresight.counts(), await self._names(remote))
        return replace(
            counted,
            list_name=remote.name,
            wanted=wanted,
            dropped_rows=dropped_rows,
            people=tuple(people),
        )

    def _counted(self, counts: list[dict[str, Any]], names: dict[str, str]) -> Forecast:
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
            audience=self.delivery.audience.name,
            list_id=self.delivery.audience.list_id,
            deeds=dict(deeds),
            reasons={name: dict(found) for name, found in reasons.items()},
            segments=moved["segment"],
            tags=moved["tag"],
            no_write=no_write,
        )

    async def _names(self, remote: RemoteList) -> dict[str, str]:
        """The names of segments and tags as Mailchimp shows them, or as they will be made."""
        filled = await self.delivery.ledger.segments_to_fill()
        made = {one.key: one.name for one in filled}
        return made | {key: remote.segments[key].name for key in made if key in remote.segments}

    async def _pretend(self, places: Places, status: str, *, is_kept: bool) -> tuple[int, float]:
        """Answer what would be sent as Mailchimp is known to; the writes, and assumed seconds."""
        delivery = self.delivery
        ids = Ids(status_if_new=status)
        await delivery.ledger.settle()
        await delivery.ledger.claim()
        writes = places.requests_to_make
        seconds = writes * ASSUMED_CALL
        for routes in ((Route.WITHDRAW,), CONTACTS, COMPANIONS, LEAVES):
            for route in routes:
                async for batch in delivery.batches(route, ids):
                    writes += 1
                    seconds += (ASSUMED_CALL + batch.size * ASSUMED_CONTACT) / ASSUMED_WIDTH
            await self.foresight.pretend(routes, status_if_new=status, is_kept=is_kept)
        return writes, seconds


def _to_make(places: Places) -> dict[str, tuple[str, ...]]:
    segment = places.missing_segment
    made = {
        "merge fields": tuple(one.tag for one in places.missing_fields),
        "segment": (segment,) if segment is not None else (),
        "tags": tuple(one.name for one in places.missing_tags),
    }
    return {what: names for what, names in made.items() if names}


def _stops(delivery: Delivery, plan: Plan, contacts: int) -> Iterator[str]:
    """The fuses that would stop a sync, in the order in which it looks at them."""
    audience, settings = delivery.audience, delivery.settings
    fuses: tuple[Callable[[], None], ...] = (
        partial(check_first, audience, plan, contacts, first=settings.first),
        partial(check_withdrawals, audience, plan, force=settings.force_leave),
        partial(check_leaves, audience, plan, force=settings.force_leave),
    )
    for check in fuses:
        try:
            check()
        except FuseBlown as blown:
            yield str(blown)


def _made(remote: RemoteList, places: Places) -> RemoteList:
    """The list with what a sync would have made on it, for the audiences that come after."""
    fields = {one.tag: RemoteField(type=one.type) for one in places.missing_fields}
    names = [one.name for one in places.missing_tags]
    names += [places.missing_segment] if places.missing_segment is not None else []
    segments = {name.lower(): RemoteSegment(id=0, name=name) for name in names}
    return replace(
        remote,
        merge_fields={**remote.merge_fields, **fields},
        segments={**remote.segments, **segments},
    )
