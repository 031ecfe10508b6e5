"""What is wrong, from one run to the next: in the warehouse, or in a file where that fails."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from loader.model.errors import ConfigurationError, WarehouseError
from loader.model.trouble import Trouble
from loader.notices.kept_file import KeptFile
from loader.notices.transitions import Finding, State
from loader.warehouse.base import Warehouse
from loader.warehouse.records.notices import TABLE, keep_troubles, known_troubles
from loader.warehouse.registry import has_table, registered_audiences
from loader.warehouse.reports.runs import last_completed_runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What was wrong before a run, and where it is written down after it.

    Attributes:
        warehouse: one that answers and has a table for it; else None, and the file is used.
        kept: the file.
        known: what was wrong.
        in_file: the part of it that the file has.
    """

    warehouse: Warehouse | None
    kept: KeptFile
    known: tuple[Trouble, ...]
    in_file: tuple[Trouble, ...]

    @classmethod
    async def of(cls, warehouse: Warehouse | None, kept: KeptFile) -> Self:
        """Read what was wrong.

        Args:
            warehouse: None where it could not be opened.
            kept: the file.

        Returns:
            The memory; of a subject that both know, the file is newer.
        """
        in_file, in_table = tuple(kept.read()), list[Trouble]()
        try:
            if warehouse is not None and await has_table(warehouse, TABLE):
                in_table = await known_troubles(warehouse)
            else:
                warehouse = None
        except WarehouseError:
            warehouse = None
        known = {one.subject: one for one in (*in_table, *in_file)}
        return cls(warehouse=warehouse, kept=kept, known=tuple(known.values()), in_file=in_file)

    async def recently_synced(self, since: datetime) -> frozenset[tuple[str, str]]:
        """The audiences and lists of which a sync was completed lately.

        Args:
            since: in UTC without a zone.

        Returns:
            Their names and list ids.

        Raises:
            WarehouseError: the warehouse failed.
        """
        if self.warehouse is None:
            return frozenset()
        completed = await last_completed_runs(self.warehouse)
        return frozenset(key for key, started_at in completed.items() if started_at >= since)

    async def moot(self) -> list[Finding]:
        """The troubles of audiences that nobody wants to be synced any more.

        Returns:
            A finding for each that is not in the project, or is switched off there.

        Raises:
            WarehouseError: the warehouse failed.
        """
        of_syncs = [
            one.subject
            for one in self.known
            if one.subject.audience and one.subject.command != "retire"
        ]
        if self.warehouse is None or not of_syncs:
            return []
        wanted: set[tuple[str, str]] = {(one.audience, one.list_id) for one in of_syncs}
        with suppress(ConfigurationError):  # dbt has not come to its end: nobody knows
            wanted = {
                (one.name, one.list_id)
                for one in await registered_audiences(self.warehouse)
                if one.is_in_project and one.enabled
            }
        return [
            Finding(subject=one, state=State.MOOT)
            for one in of_syncs
            if (one.audience, one.list_id) not in wanted
        ]

    async def keep(self, troubles: Sequence[Trouble]) -> None:
        """Write down what is wrong, unless it is written there already.

        Args:
            troubles: after a run.

        Raises:
            OSError: neither the warehouse nor the file can be written.
        """
        if self.warehouse is not None:
            if not self.in_file and set(troubles) == set(self.known):
                return
            with suppress(WarehouseError):
                await keep_troubles(self.warehouse, troubles)
                self.kept.remove()
                return
        if set(troubles) != set(self.in_file):
            self.kept.keep(troubles)
