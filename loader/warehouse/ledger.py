"""What the loader asks of the warehouse and writes into it for one run: a method a sentence."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

import pyarrow as pa

from loader.audience import Audience
from loader.model import ALONE, SHOWN, Plan, PlannedRows, Route
from loader.places import KnownSegment, OldPlaces, SegmentToFill, ShownValue
from loader.warehouse.acks import Acknowledgements
from loader.warehouse.connect import Warehouse
from loader.warehouse.folding import FOLLOW, ON_ITS_WAY, fold_statements
from loader.warehouse.registry import rows
from loader.warehouse.reports.runs import RunRow
from loader.warehouse.statements import Relation, statement, tables

DELTA_OF_PLAN = Relation("loader_delta")  # the rows of a delta, for the time of a plan
Names = tuple[tuple[str, str], ...]  # a text of a payload, and what takes its place on the wire


class Ledger:
    """The tables of one audience and list, for the time of one run."""

    def __init__(
        self, warehouse: Warehouse, audience: Audience, *, run_id: str, now: datetime
    ) -> None:
        self._warehouse = warehouse
        self._audience = audience
        self._now = now
        self._key = {"run_id": run_id, "audience": audience.name, "list_id": audience.list_id}
        self._tables = tables(warehouse.schema)

    async def start(self, *, options: str, version: str) -> None:
        """Say that the run has come to this audience."""
        await self._execute("runs/start", now=self._now, options=options, version=version)

    async def plan(
        self,
        values: Sequence[ShownValue],
        selecting: Sequence[Audience],
        *,
        retry_rejected: bool,
        sends_all: bool,
    ) -> Plan:
        """Decide what becomes of each row of the delta, and keep it for the time of the run.

        Contacts that the list shows with these values as wanted need no write, unless everything
        is to be sent. Whom one of `selecting` selects is not archived by an audience that mirrors
        its list.
        """
        audience = self._audience
        await self._execute("plan/read_delta", delta=Relation(audience.delta))
        await self._execute(
            "plan/payloads",
            "members/compare",
            "plan/mirror",
            "plan/make",
            "plan/forget_delta",
            delta=DELTA_OF_PLAN,
            values=values,
            mirrors=audience.mirror,
            # who mirrors nothing asks nobody
            selecting=[
                {"history": Relation(one.history), "delta": Relation(one.delta)}
                for one in (selecting if audience.mirror else ())
            ],
            sends_all=sends_all,
            shown=SHOWN,
            contacts=audience.contacts,
            kept_status=audience.kept_status,
            retry_rejected=retry_rejected,
            revives=audience.revives,
            alone=ALONE,
            a_day_ago=self._now - timedelta(days=1),
            three_days_ago=self._now - timedelta(days=3),
            a_week_ago=self._now - timedelta(days=7),
        )
        return await self._planned()

    async def plan_retirement(self, places: OldPlaces) -> Plan:
        """Decide what is taken out of places that the audience does not name any more."""
        await self._execute(
            "plan/retire",
            keeps_contacts=places.keeps_contacts,
            keeps_tags=places.keeps_tags,
            kept_segment=places.kept_segment or "",
            on_leave=places.audience.on_leave,
        )
        return await self._planned()

    async def _planned(self) -> Plan:
        """The plan in numbers."""
        counts = await rows(self._warehouse, statement("plan/counts"))
        leaves = statement("plan/leaves", **self._tables, **self._key)
        (numbers,) = await rows(self._warehouse, leaves)
        return Plan(
            rows=tuple(PlannedRows(**row) for row in counts),
            leaving=numbers["leaving"],
            withdrawing=numbers["withdrawing"],
            sent=numbers["sent"],
            is_first=numbers["known"] == 0,
        )

    async def settle(self) -> None:
        """Record what does not go to Mailchimp."""
        await self._execute("plan/claim", "plan/settle", is_sent=False, **self._claim)

    async def claim(self) -> None:
        """Note who is about to be sent, before the first of them is."""
        await self._execute("plan/claim", "plan/claim_changes", is_sent=True, **self._claim)

    @property
    def _claim(self) -> dict[str, object]:
        return {"on_its_way": ON_ITS_WAY, "shown": SHOWN, "now": self._now}

    async def pulled_at(self) -> datetime | None:
        """When the contacts of the list were pulled last, by Mailchimp's clock."""
        query = statement("members/pulled_mark", **self._tables, **self._key)
        (row,) = await rows(self._warehouse, query)
        found: datetime | None = row["read_at"]
        return found

    async def pulled_fields(self) -> dict[str, int]:
        """The ids of the merge fields of the list, by tag, as they were when it was pulled."""
        query = statement("members/fields", **self._tables, **self._key)
        return {row["tag"]: row["merge_id"] for row in await rows(self._warehouse, query)}

    async def segments_to_fill(self) -> list[SegmentToFill]:
        """The segments that the plan puts somebody into or takes somebody out of."""
        found = await rows(self._warehouse, statement("plan/segments", **self._tables, **self._key))
        return [SegmentToFill(key=row.pop("segment"), **row) for row in found]

    async def open_changes(self) -> list[tuple[str, str]]:
        """Changes of address that an earlier run told, unheard, and that may have been done."""
        query = statement(
            "ledger/open_changes",
            on_its_way=ON_ITS_WAY,
            history=Relation(self._audience.history),
            **self._tables,
            **self._key,
        )
        found = await rows(self._warehouse, query)
        return [(row["old_address"], row["new_address"]) for row in found]

    async def follow(self, changes: list[tuple[str, str]]) -> None:
        """These contacts have another address: the old one and the new."""
        names = ("fold/changed_before", *FOLLOW)
        await self._execute(*names, changes=changes, on_its_way=ON_ITS_WAY)

    async def tags_given(self) -> list[str]:
        """The tags that this audience has given to somebody, in lower case."""
        query = statement("ledger/tags", **self._tables, **self._key)
        return [row["segment"] for row in await rows(self._warehouse, query)]

    def rows_of(
        self, route: Route, *, segment: str, status_if_new: str, names: Names
    ) -> AsyncIterator[pa.RecordBatch]:
        """The rows of the plan that go one way: keys, and the text of each for a request.

        `segment` says which memberships, '' what is in none; `names` are the texts of a payload
        that the ids of the list take the place of.
        """
        return self._warehouse.stream(
            statement(
                "plan/stream",
                route=route.value,
                segment=segment,
                status_if_new=status_if_new,
                names=names,
                **self._tables,
                **self._key,
            )
        )

    def acknowledgements(self) -> Acknowledgements:
        """Where the answers of this run go."""

        async def append(table: pa.Table) -> None:
            await self._warehouse.append(self._tables["acks"], table)

        return Acknowledgements(append, dict(self._key), self._now)

    async def fold(self) -> None:
        """Bring the ledger up to date with what this run was answered."""
        await self._execute("plan/drop")
        await self._warehouse.execute(
            *await fold_statements(self._warehouse, self._tables, self._key),
            *(
                statement(
                    name,
                    kept_status=self._audience.kept_status,
                    on_its_way=ON_ITS_WAY,
                    **self._tables,
                    **self._key,
                )
                for name in (
                    "fold/unclaim",
                    "fold/unknow",
                    "fold/unclaim_single",
                    "fold/note_members",
                )
            ),
        )

    async def finish(self, row: RunRow, *, now: datetime) -> None:
        """Say how it ended."""
        values = {name: getattr(row, name) for name in RunRow.__slots__}
        await self._execute("runs/finish", now=now, **values)

    async def refresh(self, segment: KnownSegment | None) -> None:
        """Historical refresh: everything wanted is owed again, the segment is to be made anew."""
        await self._execute("ledger/refresh_contacts")
        if segment is not None and segment.is_ours:
            await self.note_segment(segment, remake=True)

    async def let_go(self, places: OldPlaces) -> None:
        """What the plan leaves in the old places is none of the audience's any more."""
        await self._execute(
            "ledger/let_go",
            keeps_contacts=places.keeps_contacts,
            keeps_tags=places.keeps_tags,
            kept_segment=places.kept_segment or "",
        )

    async def let_go_of_list(self) -> None:
        """The list is not there any more, and nothing on it; the acknowledgements stay."""
        await self._execute("ledger/let_go_list")

    async def note_segment(self, segment: KnownSegment, *, remake: bool = False) -> None:
        """Remember a segment; one that is made or to be made anew has nobody in it."""
        is_new = remake or segment.id is None
        await self._execute(
            "segments/forget",
            "segments/note",
            *(["ledger/forget_segment"] if is_new else []),
            segment=segment.name,
            segment_id=segment.id,
            is_ours=segment.is_ours,
            remake=remake,
        )

    async def forget_segment(self, name: str) -> None:
        """A segment is not there any more, and so nobody is in it."""
        await self._execute("segments/forget", "ledger/forget_segment", segment=name)

    async def _execute(self, *names: str, **values: object) -> None:
        """Run statements in one transaction, each with the key and the tables of this run."""
        known = {**self._tables, **self._key, **values}
        await self._warehouse.execute(*(statement(name, **known) for name in names))
