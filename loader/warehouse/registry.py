"""Read what is registered: the audiences that dbt has, and the places that the loader filled."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import orjson

from loader.model.addresses import name_key
from loader.model.audience import MIGRATED, Audience, MergeField
from loader.model.errors import ConfigurationError
from loader.model.list_schema import LeftBehind, Placement, TrackedSegment
from loader.model.pauses import pause_of
from loader.warehouse.base import Warehouse
from loader.warehouse.contract import SCHEMA_VERSION
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.records.pauses import current_pauses
from loader.warehouse.sql_templates import relation, statement, tables

DATABASE = re.compile(r'"((?:[^"]|"")+)"[.]"(?:[^"]|"")+"[.]"')  # of a relation in three parts


async def registered_audiences(warehouse: Warehouse) -> list[Audience]:
    """Every audience that dbt ever registered in the target schema, and every list that it feeds.

    Of each it is known what keeps it at rest.

    Raises:
        ConfigurationError: dbt never ran here, or its file was renamed since.
    """
    await require_table(warehouse, "loader_audiences")
    registry = relation(warehouse.schema, "loader_audiences")
    rows = await warehouse.fetch(statement("registry/audiences", audiences=registry))
    _require_builds(row["audience"] for row in rows if row["status"] == MIGRATED)
    audiences = [one for row in rows for one in audiences_of(row)]
    await _require_databases(warehouse, audiences)
    await require_table(warehouse, "loader_pauses")
    pauses = await current_pauses(warehouse)
    return [replace(one, pause=pause_of(one, audiences, pauses)) for one in audiences]


def _require_builds(migrated: Iterable[str]) -> None:
    """What an audience owes and wants is read by what dbt built, and that read the old tables."""
    if names := ", ".join(migrated):
        raise ConfigurationError(
            "The loader's tables were migrated or copied, and dbt has not built all"
            f" audiences since: {names}. Run dbt (dbt run), without a selection."
        )


async def _require_databases(warehouse: Warehouse, audiences: list[Audience]) -> None:
    """The relations of dbt name their database, and a database or its file may be renamed."""
    there = {row["name"] for row in await warehouse.fetch(statement("registry/databases"))}
    for one in audiences:
        named = DATABASE.match(one.delta or "")
        name = named[1].replace('""', '"') if named else None
        if name is not None and name not in there:
            raise ConfigurationError(
                f"dbt built {one.name} in the database '{name}', and there is none of that name:"
                " the DuckDB file, or the database of a server, was renamed or moved. Run dbt"
                " again (dbt run), with the profile as it is now."
            )


async def require_table(warehouse: Warehouse, name: str) -> None:
    """Stop with what to do when dbt has not made a table of ours, or has made another version.

    Raises:
        ConfigurationError: there is no such table in the target schema, or the tables are of
            another version than this loader's.
    """
    if not await has_table(warehouse, name):
        raise ConfigurationError(
            f"The schema {warehouse.schema} has no {name}. Run dbt first, with the same profile"
            " and target, in a project that has an audience."
        )
    found = await _schema_version(warehouse)
    if found < SCHEMA_VERSION:
        raise ConfigurationError(
            f"The schema {warehouse.schema} has tables of version {found}, and this loader"
            f" needs version {SCHEMA_VERSION}. Run dbt (dbt run) with the package of this loader:"
            " it brings them up to it, and nothing in them is lost."
        )
    if found > SCHEMA_VERSION:
        raise ConfigurationError(
            f"The schema {warehouse.schema} has tables of version {found}, and this loader"
            f" knows those up to version {SCHEMA_VERSION}. Upgrade dbt-mailchimp."
        )


async def _schema_version(warehouse: Warehouse) -> int:
    """Which version the tables are of; those that do not say it are of the first."""
    if not await has_table(warehouse, "loader_schema_version"):
        return 1
    query = statement("registry/version", **tables(warehouse.schema))
    return int((await warehouse.fetch(query))[0]["version"] or 1)


async def has_table(warehouse: Warehouse, name: str) -> bool:
    """Whether the target schema has a table or view of that name."""
    query = statement("registry/exists", schema=warehouse.schema, name=name)
    return bool((await warehouse.fetch(query))[0]["tables"])


async def count_wanted(warehouse: Warehouse, audience: Audience) -> int:
    """How many people the audience wants, with consent and a usable address."""
    query = statement("reports/wanted", history=Relation(audience.history))
    return int((await warehouse.fetch(query))[0]["people"] or 0)


async def known_segments(warehouse: Warehouse, list_id: str) -> dict[str, TrackedSegment]:
    """The segments of a list that we made or took over, by the keys of their names."""
    query = statement("ledger/known_segments", list_id=list_id, **tables(warehouse.schema))
    return {
        name_key(row["segment"]): TrackedSegment(
            name=row["segment"],
            id=row["segment_id"],
            is_managed=row["is_managed"],
            recreate=row["recreate"],
        )
        for row in await warehouse.fetch(query)
    }


async def left_behind(
    warehouse: Warehouse, audiences: Iterable[Audience]
) -> tuple[LeftBehind, ...]:
    """What these audiences have in places that no audience names any more."""
    names = {one.name for one in audiences}
    query = statement("registry/left_behind", **tables(warehouse.schema))
    return tuple(
        LeftBehind(**{**row, "segments": tuple(row["segments"])})
        for row in await warehouse.fetch(query)
        if row["audience"] in names
    )


def without_retired(audiences: Iterable[Audience], left: Iterable[LeftBehind]) -> list[Audience]:
    """These audiences, but for those that left the dbt project and left nothing on a list."""
    behind = {one.audience for one in left}
    return [one for one in audiences if one.is_in_project or one.name in behind]


async def given_up(warehouse: Warehouse, audience: Audience) -> int:
    """How many of its contacts are not ours any more, and stay whatever its `on_leave` says."""
    if audience.on_leave == "keep" or not audience.writes_contacts:
        return 0
    key = {"audience": audience.name, "list_id": audience.list_id}
    query = statement("ledger/given_up", **key, **tables(warehouse.schema))
    return int((await warehouse.fetch(query))[0]["contacts"])


async def placements_of(warehouse: Warehouse, audience: str) -> list[Placement]:
    """Where an audience has put something: the list, the kind and the segment."""
    query = statement("ledger/placements", audience=audience, **tables(warehouse.schema))
    return [
        Placement(list_id=row["list_id"], kind=row["kind"], segment=row["segment"])
        for row in await warehouse.fetch(query)
    ]


def audiences_of(row: dict[str, Any]) -> list[Audience]:
    """What a row of the registry says of an audience: one for each list that it feeds."""
    if row["configuration"] is None:
        return [_never_built(row)]
    configuration = orjson.loads(row["configuration"])
    return [_audience(row, mapping, configuration) for mapping in configuration["mappings"]]


def _audience(
    row: dict[str, Any], mapping: dict[str, Any], configuration: dict[str, Any]
) -> Audience:
    return Audience(
        name=row["audience"],
        path=row["path"],
        tags=tuple(orjson.loads(row["tags"])),
        enabled=bool(row["enabled"]) and bool(mapping["enabled"]),
        status=row["status"],
        failed_tests=tuple(orjson.loads(row["failed_tests"])),
        history=row["history"],
        delta=row["delta"],
        list_id=mapping["list_id"],
        contacts=mapping["contacts"],
        segment=mapping["segment"],
        on_leave=mapping["on_leave"],
        status_if_new=mapping["status_if_new"],
        merge_fields=tuple(map(_merge_field, configuration["merge_fields"])),
        missing_merge_fields=mapping["merge_fields"],
        interests=tuple(configuration["interests"]),
        permissions=tuple(configuration["marketing_permissions"]),
        has_tags=configuration["has_tags"],
        schedule=mapping["schedule"],
        timezone=mapping["timezone"],
        max_leave=str(mapping["max_leave"]),
        account=mapping["account"],
        adopt=mapping["adopt"],
        mirror=mapping["mirror"],
        targets=tuple(mapping["targets"] or ()),
        package_version=configuration.get("package_version", ""),
    )


def _merge_field(field: dict[str, Any]) -> MergeField:
    return MergeField(
        tag=field["tag"],
        kind=field["kind"],
        type=field["type"],
        name=field["label"],
        choices=tuple(field.get("choices", ())),
        default=field.get("default"),
        format=field.get("format"),
    )


def _never_built(row: dict[str, Any]) -> Audience:
    """An audience without a build that worked: nothing of it can be sent, and that is said."""
    nothing = {
        "list_id": "",
        "contacts": "none",
        "segment": None,
        "on_leave": "keep",
        "status_if_new": "subscribed",
        "merge_fields": "require",
        "schedule": None,
        "timezone": "UTC",
        "max_leave": "0",
        "account": "default",
        "adopt": False,
        "mirror": False,
        "targets": None,
        "enabled": True,
    }
    nowhere = {"history": "", "delta": ""}
    columns = {"merge_fields": [], "interests": [], "marketing_permissions": [], "has_tags": False}
    return _audience({**row, **nowhere, "enabled": True}, nothing, columns)
