"""What the loader asks of the warehouse and writes into it for one run: a method a sentence."""

from datetime import datetime

from loader.audience import Audience
from loader.places import KnownSegment, OldPlaces
from loader.warehouse.connect import Warehouse
from loader.warehouse.folding import FOLLOW, GIVE_BACK, ON_ITS_WAY, fold_statements
from loader.warehouse.registry import rows
from loader.warehouse.reports.runs import RunRow
from loader.warehouse.statements import Relation, statement, tables


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

    async def fold(self) -> None:
        """Bring the ledger up to date with what this run was answered, if anything was asked."""
        touched = statement("fold/touched", **self._tables, **self._key)
        if not (await rows(self._warehouse, touched))[0]["is_touched"]:
            return
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
                for name in (*GIVE_BACK, "fold/note_members")
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
