"""The plan of one list: what becomes of each row that its audiences owe it."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pyarrow as pa

from loader.model.approved_plan import ApprovedRows
from loader.model.audience import Audience
from loader.model.batch import Operation
from loader.model.list_schema import ComparedField, PlannedSegment, StalePlacements
from loader.model.plan_counts import Loss, PlanCounts, PlannedRows
from loader.model.reasons import ALREADY_APPLIED, IN_FLIGHT, ISOLATED_FAILURE, RETRY_DAYS, said
from loader.warehouse.base import Warehouse
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.records.acks import Acknowledgements
from loader.warehouse.rules.decisions import rules_of_a_plan
from loader.warehouse.rules.drift import EMAIL_CHANGED
from loader.warehouse.sql_templates import statement, tables

Names = tuple[tuple[str, str], ...]  # a text of a payload, and what takes its place on the wire


class Turn(NamedTuple):
    """An audience that has its turn, and the status in which it creates contacts."""

    audience: Audience
    status_if_new: str

    @classmethod
    def of(cls, audience: Audience, *, is_double_optin: bool) -> "Turn":
        """The turn of an audience on a list that asks newcomers to confirm, or does not."""
        return cls(audience, audience.initial_status(is_double_optin=is_double_optin))


class ListPlan:
    """What one run does on one list, for all audiences that have their turn there.

    Attributes:
        is_made: whether there is a plan: when the audiences owe the list nothing, there is none.
    """

    def __init__(self, warehouse: Warehouse, list_id: str, *, run_id: str, now: datetime) -> None:
        self._warehouse = warehouse
        self._now = now
        self._key = {"run_id": run_id, "list_id": list_id}
        self._tables = tables(warehouse.schema)
        self._is_empty = True
        self.is_made = False

    async def begin(self, turns: Iterable[Turn]) -> None:
        """Say which audiences there are, and what each of them may do."""
        rules = [
            {
                "audience": one.audience.name,
                "contacts": one.audience.contacts,
                "maintained_status": one.audience.maintained_status,
                "revives": one.audience.can_resubscribe,
                "status_if_new": one.status_if_new,
            }
            for one in turns
        ]
        await self._execute(
            "delta/audience_rules", "delta/begin_compared", "delta/begin_losses", rules=rules
        )
        self._is_empty = True

    async def add(self, audience: Audience) -> None:
        """Read what an audience owes the list: once, for all that is asked of it."""
        delta, is_first = Relation(audience.delta), self._is_empty
        await self._execute("delta/read", delta=delta, is_first=is_first)
        self._is_empty = False

    async def note_lost(self, audience: Audience, values: Sequence[ComparedField]) -> None:
        """Note who would lose which of these values or permissions, of what was confirmed."""
        history, names = Relation(audience.history), ("delta/lost_values", "delta/lost_permissions")
        await self._execute(*names, audience=audience.name, history=history, values=values)

    async def leave_alone(self, audience: Audience, values: Sequence[ComparedField]) -> None:
        """Note which contacts the list shows with these values as the audience wants them."""
        names = ("delta/comparable_payloads", "members/diff_values", "delta/already_applied")
        await self._execute(*names, audience=audience.name, values=values)

    async def mirror(self, audience: Audience, selecting: Iterable[Audience]) -> None:
        """Add whom an audience archives that mirrors its list: nobody whom another selects."""
        others = [
            {"history": Relation(one.history), "delta": Relation(one.delta)} for one in selecting
        ]
        await self._execute("delta/mirror_archives", audience=audience.name, selecting=others)

    async def make(self, *, retry_rejected: bool) -> dict[str, PlanCounts]:
        """Decide what becomes of each row, and keep it; the plan of each audience in numbers.

        An audience that owes nothing has no plan.
        """
        self.is_made = not self._is_empty and await self._is_owed()
        if not self.is_made:
            return {}
        await self.decide(retry_rejected=retry_rejected)
        return await self._numbers()

    async def decide(self, *, retry_rejected: bool, **known: Relation) -> None:
        """Decide what becomes of each row that was read.

        `known` are relations that take the place of the ledger, the members and the drift, where
        some of their rows are enough.
        """
        a_day_ago, three_days_ago, a_week_ago = (
            self._now - timedelta(days=days) for days in RETRY_DAYS
        )
        await self._execute(
            "plan/decide",
            retry_rejected=retry_rejected,
            isolated_failure=ISOLATED_FAILURE,
            email_changed=EMAIL_CHANGED,
            a_day_ago=a_day_ago,
            three_days_ago=three_days_ago,
            a_week_ago=a_week_ago,
            **rules_of_a_plan(),
            **known,
        )

    async def retire(self, places: StalePlacements) -> PlanCounts:
        """Decide what is taken out of places that an audience does not name any more."""
        self.is_made = True
        await self._execute(
            "plan/retire",
            audience=places.audience.name,
            keeps_contacts=places.keeps_contacts,
            keeps_tags=places.keeps_tags,
            named_segments=places.named_segments,
            tagging=[Relation(one.history) for one in places.tagging],
            on_leave=places.audience.on_leave,
        )
        return (await self._numbers())[places.audience.name]

    async def staying(self, audience: Audience, *, gives_up: bool = False) -> dict[str, int]:
        """How many would leave and stay, by the audiences that want them and may create contacts.

        `gives_up` says that the audience wants none of its contacts there any more.
        """
        if audience.on_leave == "keep" or not (gives_up or audience.writes_contacts):
            return {}
        history = None if gives_up else Relation(audience.history)
        found = await self._ask("plan/staying", audience=audience.name, history=history)
        return {row["audiences"]: row["contacts"] for row in found}

    async def _numbers(self) -> dict[str, PlanCounts]:
        planned: dict[str, list[PlannedRows]] = defaultdict(list)
        for row in await self._warehouse.fetch(statement("plan/counts")):
            why = (row.pop(name) for name in ("reason_code", "message", "mailchimp_code"))
            reason = said(*why) or None
            planned[row.pop("audience")].append(PlannedRows(**row, reason=reason))
        found = await self._ask("plan/safety_counts")
        is_first = any(row["known"] == 0 for row in found)
        strangers = (await self._ask("plan/strangers"))[0]["contacts"] if is_first else 0
        losses = await self._losses()
        return {
            row["audience"]: PlanCounts(
                rows=tuple(planned[row["audience"]]),
                leaving=row["leaving"],
                withdrawing=row["withdrawing"],
                sent=row["sent"],
                is_first=row["known"] == 0,
                losses=tuple(losses[row["audience"]]),
                strangers=strangers,
            )
            for row in found
        }

    async def _losses(self) -> dict[str, list[Loss]]:
        rows = await self._warehouse.fetch(statement("plan/losses"))
        names: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
        for row in rows:
            if row["name"]:
                names[row["audience"], row["kind"]].append((row["name"], row["people"]))
        found: dict[str, list[Loss]] = defaultdict(list)
        for row in rows:
            if row["name"] is None:
                named = tuple(names[row["audience"], row["kind"]])
                loss = Loss(kind=row["kind"], people=row["people"], names=named)
                found[row["audience"]].append(loss)
        return found

    async def work(self) -> dict[str, dict[str, ApprovedRows]]:
        """What goes of each audience, by operation: how many rows, and a fingerprint of them."""
        found: dict[str, dict[str, ApprovedRows]] = defaultdict(dict)
        if self.is_made:
            for row in await self._warehouse.fetch(statement("plan/fingerprint")):
                rows = ApprovedRows(rows=row["contacts"], fingerprint=row["fingerprint"])
                found[row["audience"]][row["route"]] = rows
        return found

    def undone_if_refused(self) -> AbstractAsyncContextManager[None]:
        """What is written meanwhile is kept together, or undone when an error ends it."""
        return self._warehouse.transaction()

    async def hold_back(self, audience: Audience) -> None:
        """Let nothing more go of an audience but withdrawals."""
        await self._execute("delta/hold_back", audience=audience.name)

    async def leave_out(self, audience: Audience) -> None:
        """Take an audience out of the plan that is made next."""
        await self._execute("delta/leave_out", audience=audience.name)

    async def record_skipped(self) -> None:
        """Record what does not go to Mailchimp."""
        if not self.is_made:
            return
        await self._execute("plan/claim", "plan/record_skipped", is_sent=False, **self._claim)

    async def claim(self) -> None:
        """Note who is about to be sent, before the first of them is."""
        if not self.is_made:
            return
        await self._execute("plan/claim", "plan/claim_changes", is_sent=True, **self._claim)

    @property
    def _claim(self) -> dict[str, object]:
        return {"in_flight": IN_FLIGHT, "already_applied": ALREADY_APPLIED, "now": self._now}

    async def segments_to_fill(self) -> list[PlannedSegment]:
        """The segments that audiences put somebody into or take somebody out of."""
        if not self.is_made:
            return []
        found = await self._ask("plan/affected_segments")
        return [PlannedSegment(key=row.pop("segment"), **row) for row in found]

    async def names(self) -> dict[str, list[tuple[str, str]]]:
        """What the rows of each audience name of the list: a merge field, interest or segment."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        if self.is_made:
            for row in await self._warehouse.fetch(statement("plan/names")):
                found[row["audience"]].append((row["what"], row["name"]))
        return found

    def stream_operation(
        self, route: Operation, *, turn: int, names: Names, is_left: bool
    ) -> AsyncIterator[pa.RecordBatch]:
        """The rows that go one way: keys, and the text of each for a request, segment by segment.

        `names` are the texts of a payload that the ids of the list take the place of. `is_left`
        asks for those whom another audience has taken off the list in this run, and not for the
        others.
        """
        return self._warehouse.stream(
            statement(
                "plan/operations",
                route=route.value,
                is_membership=route.is_membership,
                turn=turn,
                names=names,
                is_left=is_left,
                **self._tables,
                **self._key,
            )
        )

    def acknowledgements(self) -> Acknowledgements:
        """Where the answers of this run go."""

        async def append(table: pa.Table) -> None:
            await self._warehouse.append(self._tables["acks"], table)

        return Acknowledgements(append, dict(self._key), self._now)

    async def read_at(self) -> datetime | None:
        """When the list was read last, by Mailchimp's clock."""
        (row,) = await self._ask("members/watermark")
        found: datetime | None = row["read_at"]
        return found

    async def drop(self) -> None:
        """The plan has served."""
        await self._execute("plan/cleanup")

    async def _is_owed(self) -> bool:
        (row,) = await self._warehouse.fetch(statement("delta/is_any"))
        return bool(row["is_owed"])

    async def _ask(self, name: str, **values: object) -> list[dict[str, Any]]:
        known = {**self._tables, **self._key, **values}
        return await self._warehouse.fetch(statement(name, **known))

    async def _execute(self, *names: str, **values: object) -> None:
        known = {**self._tables, **self._key, **values}
        await self._warehouse.execute(*(statement(name, **known) for name in names))
