"""Where a list that was read whole differs from what the ledger believes, and what follows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from loader.model.audience import Audience
from loader.model.list_schema import ComparedField
from loader.warehouse.base import Warehouse
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.rules.drift import DRIFT_TYPES, EMAIL_CHANGED, repairs
from loader.warehouse.sql_templates import statement, tables

Rows = list[dict[str, Any]]

# what the kinds of drift ask of, once it is known whose address was changed
FACTS = (
    "drift/believed",
    "drift/told_to_leave",
    "drift/in_segments",
)


class Drift:
    """The drift of one audience and list, kept in `loader_drift`."""

    def __init__(self, warehouse: Warehouse, audience: Audience, *, now: datetime) -> None:
        self._warehouse = warehouse
        self._audience = audience
        self._now = now
        self._key = {"audience": audience.name, "list_id": audience.list_id}
        self._tables = tables(warehouse.schema)

    async def find(self, values: Sequence[ComparedField]) -> None:
        """Compare the list, as it was read, with what was confirmed, and keep what differs."""
        audience = self._audience
        known: dict[str, object] = {
            "values": values,
            "history": Relation(audience.history),
            "delta": Relation(audience.delta),
            "contacts": audience.contacts,
            "maintained_status": audience.maintained_status,
            "segment": audience.segment or "",
            "email_changed": EMAIL_CHANGED,
        }
        await self._execute(
            "drift/confirmed_payloads", "members/diff_values", "drift/nothing", **known
        )
        for one in DRIFT_TYPES:
            found = {"drift_type": one.code, "is_manual_change": one.is_manual_change}
            facts = FACTS if one.name == "email_changed" else ()
            await self._execute(f"drift/{one.name}", *facts, **found, **known)
        await self._execute("drift/clear", "drift/save")

    async def counts(self) -> Rows:
        """How many contacts have drifted, by kind, segment, type, field and who did it."""
        return await self._ask("drift/counts")

    async def people(self, most: int) -> Rows:
        """So many people of everything that is counted, with what was expected and is there."""
        return await self._ask("drift/sample", most=most)

    async def heal(self) -> None:
        """Tell the ledger what is no longer true, so that the next sync repairs it or holds it."""
        await self._execute(
            "drift/repair_contacts",
            "drift/repair_permissions",
            "drift/repair_missing_members",
            "drift/repair_unexpected_members",
            "drift/mark_repaired",
            **repairs(),
        )

    async def _ask(self, name: str, **values: object) -> Rows:
        known = {**self._tables, **self._key, **values}
        return await self._warehouse.fetch(statement(name, **known))

    async def _execute(self, *names: str, **values: object) -> None:
        known = {**self._tables, **self._key, "now": self._now, **values}
        await self._warehouse.execute(*(statement(name, **known) for name in names))
