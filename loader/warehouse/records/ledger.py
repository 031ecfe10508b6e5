"""What the loader asks of the warehouse and writes into it for one run: a method a sentence."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from loader.model.audience import Audience
from loader.model.list_schema import Filled, Reading, StalePlacements, TrackedSegment
from loader.model.pauses import Stops
from loader.model.reasons import IN_FLIGHT
from loader.warehouse.base import Warehouse
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.records.apply_acks import (
    ADDRESS_CHANGE_STATEMENTS,
    GIVE_BACK,
    ack_statements,
)
from loader.warehouse.records.pauses import stop_statements
from loader.warehouse.registry import given_up
from loader.warehouse.reports.runs import RunRow
from loader.warehouse.sql_templates import statement, tables


class Ledger:
    """The tables of one list, for the time of one run, whatever audiences feed it."""

    def __init__(self, warehouse: Warehouse, list_id: str, *, run_id: str, now: datetime) -> None:
        self._warehouse = warehouse
        self._now = now
        self._key = {"run_id": run_id, "list_id": list_id}
        self._tables = tables(warehouse.schema)

    async def start(
        self, audiences: Iterable[Audience], *, command: str, options: str, version: str
    ) -> None:
        """Say that the run of this command has come to these audiences."""
        names = [one.name for one in audiences]
        values = {"starting": names, "command": command, "options": options, "version": version}
        await self._execute("runs/start", now=self._now, **values)

    async def last_reading(self) -> Reading | None:
        """The last reading of the contacts of the list with all that they hold."""
        (row,) = await self._ask("members/details_watermark")
        return None if row["read_at"] is None else Reading(row["read_at"], row["read_by"])

    async def pulled_fields(self) -> dict[str, int]:
        """The ids of the merge fields of the list, by tag, as they were when it was pulled."""
        return {row["tag"]: row["merge_id"] for row in await self._ask("members/fields")}

    async def pending_address_changes(self, audiences: Iterable[Audience]) -> list[tuple[str, str]]:
        """Changes of address that may have been done: an earlier run did not hear the answer.

        Or somebody made them in Mailchimp, and one of the audiences knows the new address by now.
        """
        moved = {row["audience"] for row in await self._ask("ledger/moved_by_hand")}
        knowing = [
            {"audience": one.name, "history": Relation(one.history)}
            for one in audiences
            if one.name in moved
        ]
        found = await self._ask(
            "ledger/pending_address_changes", in_flight=IN_FLIGHT, knowing=knowing
        )
        return [(row["previous_email"], row["new_address"]) for row in found]

    async def move_contacts(self, changes: list[tuple[str, str]]) -> None:
        """These contacts have another address: the old one and the new."""
        names = ("acks/address_changes_of_earlier_run", *ADDRESS_CHANGE_STATEMENTS)
        await self._execute(*names, changes=changes, in_flight=IN_FLIGHT)

    async def keep_tags(self, there: Collection[str]) -> None:
        """Of the tags that audiences have given, forget those that are not there any more.

        `there` are the segments and tags of the list, in lower case.
        """
        for row in await self._ask("ledger/managed_tags"):
            if row["segment"] not in there:
                await self.untrack_segment(row["segment"])

    async def managed_tags(self, audience: Audience) -> list[str]:
        """The tags that an audience has given, in lower case."""
        return [
            row["segment"] for row in await self._ask("ledger/known_tags", audience=audience.name)
        ]

    async def filled(self, audience: Audience) -> list[Filled]:
        """What an audience fills, as Mailchimp had it when a run looked last."""
        found = await self._ask("ledger/known_filled", audience=audience.name)
        return [Filled(id=row.pop("remote_id"), **row) for row in found]

    async def note_filled(
        self,
        audience: Audience,
        now: Sequence[Filled],
        *,
        instead_of: Sequence[Filled],
        owed_again: Sequence[str] = (),
    ) -> None:
        """Remember what an audience fills; what was confirmed of some kinds is owed again."""
        await self._execute(
            "ledger/delete_filled",
            *(["ledger/insert_filled"] if now else []),
            *(["ledger/mark_filled_pending"] if owed_again else []),
            audience=audience.name,
            forgotten=instead_of,
            noted=now,
            kinds=owed_again,
        )

    async def apply_acks(self, audiences: Iterable[Audience]) -> None:
        """Bring the ledger up to date with what this run was answered, if anything was asked."""
        if not (await self._ask("acks/is_any"))[0]["is_touched"]:
            return
        keeping = [
            {
                "audience": one.name,
                "contacts": one.contacts,
                "maintained_status": one.maintained_status,
            }
            for one in audiences
        ]
        known = {"keeping": keeping, "in_flight": IN_FLIGHT, **self._tables, **self._key}
        await self._warehouse.execute(
            *await ack_statements(self._warehouse, self._tables, self._key),
            *(statement(name, **known) for name in (*GIVE_BACK, "acks/update_members")),
        )

    async def has_put_somebody_unknown(self) -> bool:
        """Whether the run has put somebody on the list of whom no `contact_id` is known."""
        return bool((await self._ask("members/not_identified"))[0]["is_any"])

    async def finish(self, ended: Mapping[str, RunRow], stops: Stops, *, now: datetime) -> None:
        """Say how it ended for each audience, by its name, and whom that pauses."""
        known = {"now": now, **self._tables, **self._key}
        await self._warehouse.execute(
            *(
                statement(
                    "runs/finish",
                    audience=audience,
                    **{name: getattr(row, name) for name in RunRow.__slots__},
                    **known,
                )
                for audience, row in ended.items()
            ),
            *stop_statements(self._warehouse.schema, self._key["list_id"], stops, now=now),
        )

    async def mark_refresh(self, audience: Audience, segment: TrackedSegment | None) -> None:
        """Historical refresh: everything wanted is owed again, the segment is to be made anew."""
        await self._execute("ledger/refresh_contacts", audience=audience.name)
        if segment is not None and segment.is_managed:
            await self.track_segment(audience, segment, recreate=True)

    async def release(self, places: StalePlacements) -> int:
        """What the plan leaves in the old places is none of the audience's any more.

        A contact of ours goes to the audiences that want it and may create contacts. How many are
        wanted by none, stay, and so are given up.
        """
        await self._execute(
            "ledger/hand_over",
            "ledger/give_up",
            "ledger/release",
            audience=places.audience.name,
            keeps_contacts=places.keeps_contacts,
            keeps_tags=places.keeps_tags,
            named_segments=places.named_segments,
        )

        (row,) = await self._ask("ledger/gives_up", audience=places.audience.name)
        return int(row["contacts"])

    async def given_up(self, audience: Audience) -> int:
        """How many of its contacts are not ours any more, and stay whatever its `on_leave` says."""
        return await given_up(self._warehouse, audience)

    async def release_segment(self, name: str) -> None:
        """No audience has anything in a segment any more, which stays."""
        await self._execute("ledger/release_segment", segment=name)

    async def release_list(self, audience: Audience) -> None:
        """The list is not there any more, and nothing on it; the acknowledgements stay."""
        await self._execute("ledger/release_list", audience=audience.name)

    async def track_segment(
        self, audience: Audience, segment: TrackedSegment, *, recreate: bool = False
    ) -> None:
        """Remember a segment; one that is made or to be made anew has nobody in it."""
        is_new = recreate or segment.id is None
        await self._execute(
            "ledger/untrack_segment",
            "ledger/track_segment",
            *(["ledger/clear_segment"] if is_new else []),
            audience=audience.name,
            segment=segment.name,
            segment_id=segment.id,
            is_managed=segment.is_managed,
            recreate=recreate,
        )

    async def untrack_segment(self, name: str) -> None:
        """A segment is not there any more, and so nobody is in it."""
        await self._execute("ledger/untrack_segment", "ledger/clear_segment", segment=name)

    async def _ask(self, name: str, **values: object) -> list[dict[str, Any]]:
        known = {**self._tables, **self._key, **values}
        return await self._warehouse.fetch(statement(name, **known))

    async def _execute(self, *names: str, **values: object) -> None:
        """Run statements in one transaction, each with the key and the tables of this run."""
        known = {**self._tables, **self._key, **values}
        await self._warehouse.execute(*(statement(name, **known) for name in names))
