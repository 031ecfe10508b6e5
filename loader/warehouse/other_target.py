"""Another target of the profile, which is only read: plan with what it knows of Mailchimp."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from loader.model.addresses import name_key
from loader.model.audience import REMOVED, Audience
from loader.model.checks.removed_objects import FIELD, INTEREST, PERMISSION
from loader.model.errors import ConfigurationError
from loader.model.list_schema import LeftBehind, ListField, ListSchema, ListSegment
from loader.model.pauses import pause_of
from loader.model.wording import counted
from loader.warehouse.base import Warehouse
from loader.warehouse.contract import SCHEMA_VERSION, schema_of
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.records.apply_acks import prepare_ledger
from loader.warehouse.records.pauses import pauses_of
from loader.warehouse.registry import DATABASE, audiences_of, left_behind
from loader.warehouse.sql_templates import column, relation, statement, tables

# what a sync has learnt and what a pull has brought, as far as a plan asks for it
KNOWN = (
    "ledger",
    "segments",
    "filled",
    "drift",
    "runs",
    "lists",
    "merge_fields",
    "list_segments",
    "segment_members",
)
# of a contact what a sync reads itself; the rest is a pull's
STATUS = ("list_id", "email_address", "status", "last_changed", "contact_id", "read_at")
# of a history all but the end of a version; dbt's macro history_columns has the same
HISTORY = (
    "email_address",
    "person_id",
    "payload",
    "payload_hash",
    "tags",
    "marketing_permissions",
    "marketing_consent",
    "invalid_reason",
    "dropped_rows",
    "dbt_scd_id",
    "dbt_updated_at",
    "dbt_valid_from",
)


class OtherTarget:
    """What another target knows of Mailchimp, beside what this one has built.

    Args:
        warehouse: of this target, with the other one's tables to be read.
        database: that has them.
        schema: that has them.
        name: of the other target.
    """

    def __init__(self, warehouse: Warehouse, database: str, schema: str, name: str) -> None:
        self.name = name
        self._warehouse = warehouse
        self._database = database
        self._schema = schema
        self._here = tables(warehouse.schema)
        self._there = {
            key: Relation(f"{column(database)}.{table}") for key, table in tables(schema).items()
        }
        self._gone: list[str] = []
        self._not_built: list[str] = []

    async def check(self) -> None:
        """See that it has the tables, and of this version.

        Raises:
            ConfigurationError: dbt never ran there, or it was another version of the package.
        """
        key = {"database": self._database, "schema": self._schema, "name": "loader_schema_version"}
        (found,) = await self._ask("registry/exists_in", **key)
        version = None
        if found["tables"]:
            query = statement("registry/version", versions=self._there["versions"])
            version = (await self._warehouse.fetch(query))[0]["version"]
        if version != SCHEMA_VERSION:
            has = "no tables of the loader" if version is None else f"tables of version {version}"
            raise ConfigurationError(
                f"The target '{self.name}' has {has} in its schema {self._schema}, and this loader"
                f" compares with version {SCHEMA_VERSION}. Run dbt there with this package first."
            )

    async def paused_there(self, registered: Sequence[Audience]) -> list[Audience]:
        """These audiences as the other target lets them rest, or go on.

        Args:
            registered: the audiences of this target.

        Returns:
            The same, each with the pause that the next sync there finds.
        """
        pauses = pauses_of(await self._ask_other("pauses/current"))
        return [replace(one, pause=pause_of(one, registered, pauses)) for one in registered]

    async def stand_in(
        self, registered: Sequence[Audience], read_lists: Sequence[str], now: datetime
    ) -> None:
        """Plan as if this target's build were the other's: what it writes has to be undone.

        Args:
            registered: the audiences of this target.
            read_lists: the lists whose contacts were read in Mailchimp just now.
            now: in UTC without a zone.
        """
        theirs = await self._compare_audiences(registered)
        await self._copy_state(read_lists)
        before = {one.name: one.history for one in theirs if one.history}
        for name, history in {one.name: one.history for one in registered}.items():
            if history and name in before:
                await self._execute(
                    "dry_run/copy_history",
                    history=Relation(history),
                    other_history=self._of_other(before[name]),
                    history_columns=_listed(HISTORY),
                    now=now,
                )
        beside = [one for one in theirs if one.name in self._gone]
        beside = [replace(one, status=REMOVED, enabled=False) for one in beside]
        await prepare_ledger(self._warehouse, [*registered, *beside], now=now)
        await self._execute(
            "dry_run/keep_wanted",
            other_wanted=self._there["wanted"],
            not_built=self._not_built,
            gone=self._gone,
        )

    async def left_behind(self, audiences: Iterable[Audience]) -> tuple[LeftBehind, ...]:
        """What stays on the lists: of these audiences, and of those that this build has not.

        Args:
            audiences: of this target.

        Returns:
            An entry an audience and list.
        """
        placed: dict[tuple[str, str], tuple[int, tuple[str, ...]]] = {
            (name, ""): (0, ()) for name in self._gone
        }
        for row in await self._ask("dry_run/placed", gone=self._gone):
            placed.pop((row["audience"], ""), None)
            key = (row["audience"], row["list_id"])
            contacts, segments = placed.get(key, (0, ()))
            more = (row["segment"],) if row["segment"] else ()
            placed[key] = (contacts + row["contacts"], (*segments, *more))
        return (
            *await left_behind(self._warehouse, audiences),
            *(self._left(*key, *what) for key, what in placed.items()),
        )

    async def assumed_list(self, list_id: str, audiences: Sequence[Audience]) -> ListSchema:
        """A list as the other target has seen it last, where Mailchimp cannot be asked.

        Args:
            list_id: Mailchimp's id of the list.
            audiences: of that list; what they fill and nobody has pulled is taken to be there.

        Returns:
            The list.
        """
        key = {"list_id": list_id}
        settings = next(iter(await self._ask_other("dry_run/pulled_list", **key)), {})
        pulled = await self._ask_other("dry_run/pulled_fields", **key)
        places = await self._ask_other("dry_run/known_places", **key)
        known = {(one["kind"], one["name"]): one for one in places}
        fields = {
            one["tag"]: ListField(
                type=one["type"], id=one["merge_id"], is_required=bool(one["required"])
            )
            for one in pulled
        }
        for one in (field for each in audiences for field in each.merge_fields if not pulled):
            seen = known.get((FIELD, one.tag), {"type": one.type, "remote_id": "0"})
            fields[one.tag] = ListField(type=seen["type"], id=int(seen["remote_id"]))
        segments = [
            ListSegment(id=int(one["remote_id"]), name=one["name"])
            for one in places
            if one["kind"] in ("segment", "tag")
        ]

        def ids(kind: str, names: Iterable[str]) -> dict[str, str]:
            return {
                name_key(name): known.get((kind, name), {"remote_id": name})["remote_id"]
                for name in names
            }

        return ListSchema(
            id=list_id,
            name=settings.get("name") or "",
            double_optin=bool(settings.get("double_optin")),
            has_permissions=any(one.permissions for one in audiences),
            merge_fields=fields,
            merge_field_limit=None,
            segments={name_key(one.name): one for one in segments},
            interests=ids(INTEREST, (name for one in audiences for name in one.interests)),
            permissions=ids(PERMISSION, (name for one in audiences for name in one.permissions)),
        )

    async def _compare_audiences(self, registered: Sequence[Audience]) -> list[Audience]:
        """The audiences there; whom this build has not is noted, and whom it has not built."""
        rows = await self._ask_other("registry/audiences")
        theirs = [one for row in rows for one in audiences_of(row)]
        project_of = {
            row["audience"]: row["project"] for row in await self._ask_other("dry_run/projects")
        }
        own = {row["project"] for row in await self._ask("dry_run/projects", **self._registry)}
        built = {one.name for one in registered if one.history and one.is_in_project}
        named = {one.name for one in registered if one.is_in_project}
        present = {one.name for one in theirs if one.is_in_project}
        self._gone = sorted(name for name in present - named if project_of[name] in own)
        self._not_built = sorted(present - built - set(self._gone))
        return theirs

    async def _copy_state(self, read_lists: Sequence[str]) -> None:
        for key in KNOWN:
            copied = _listed(schema_of(_name_of(self._here[key])).names)
            other = self._there[key]
            await self._execute(
                "dry_run/clear", "dry_run/copy", kept=self._here[key], other=other, copied=copied
            )
        details = [one for one in schema_of("mailchimp_members").names if one not in STATUS]
        await self._execute(
            "dry_run/copy_unfinished",
            "dry_run/clear_members",
            "dry_run/copy_members",
            "dry_run/copy_details",
            other_acks=self._there["acks"],
            other_runs=self._there["runs"],
            other_members=self._there["members"],
            read_lists=read_lists,
            status_columns=_listed(STATUS),
            detail_columns=[column(one) for one in details],
        )

    def _left(
        self, name: str, list_id: str, contacts: int, segments: tuple[str, ...]
    ) -> LeftBehind:
        said = f"it is in {self.name} and not in this build. After a merge dbt run switches it off"
        if contacts or segments:
            what = [counted(contacts, "contact")] * bool(contacts)
            what += [f"the segment or tag '{one}'" for one in segments]
            said += f", and what it put on the list {list_id} stays: {', '.join(what)}"
        return LeftBehind(
            audience=name,
            list_id=list_id,
            contacts=contacts,
            segments=segments,
            command=f"loader retire {name}",
            said=f"{said}; `loader retire {name}` removes what is left",
        )

    def _of_other(self, quoted: str) -> Relation:
        """A relation of the other target as dbt calls it, in the database that is open here."""
        named = DATABASE.match(quoted)
        rest = quoted[named.end(1) + 2 :] if named else quoted
        return Relation(f"{column(self._database)}.{rest}")

    @property
    def _registry(self) -> dict[str, Relation]:
        return {"audiences": relation(self._warehouse.schema, "loader_audiences")}

    async def _ask(self, name: str, /, **values: object) -> list[dict[str, Any]]:
        return await self._warehouse.fetch(statement(name, **{**self._here, **values}))

    async def _ask_other(self, name: str, **values: object) -> list[dict[str, Any]]:
        audiences = Relation(
            f"{column(self._database)}.{relation(self._schema, 'loader_audiences')}"
        )
        known = {**self._there, "audiences": audiences, **values}
        return await self._warehouse.fetch(statement(name, **known))

    async def _execute(self, *names: str, **values: object) -> None:
        known = {**self._here, **values}
        await self._warehouse.execute(*(statement(name, **known) for name in names))


def _name_of(table: Relation) -> str:
    """The name of a table of ours without its schema and quotes."""
    found = re.search(r'"([^"]+)"$', table)
    return found[1] if found else table


def _listed(names: Iterable[str]) -> Relation:
    """Columns one after the other, as they go into a statement."""
    return Relation(", ".join(map(column, names)))
