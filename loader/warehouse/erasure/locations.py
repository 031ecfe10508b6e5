"""Where people stand in a warehouse, and how they are erased there: the one list of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from loader.model.errors import ConfigurationError
from loader.warehouse.base import Warehouse
from loader.warehouse.engine.dialect import Relation, identity
from loader.warehouse.sql_templates import column, quoted_text, relation, statement
from loader.warehouse.staging import PAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How a person is erased from a table of ours.

    Attributes:
        has_people: whether `email_address` says whom a row is about; such a row is deleted.
        has_ids: whether `person_id` says it too.
        words: texts that may name somebody else than the row is about; they are emptied then.
        is_dropped: whether nobody needs the table any more, so that it goes as a whole.
    """

    has_people: bool = True
    has_ids: bool = False
    words: tuple[str, ...] = ()
    is_dropped: bool = False


HISTORY = Rule(has_ids=True)  # the history of an audience, whatever it is called
SELECTED = Rule(has_ids=True)  # the relation of an audience, with the columns of its model
LEFT_BY_A_READ = Rule(is_dropped=True)  # the pages of a read that was killed
NOBODY = Rule(has_people=False)
RULES = {
    "loader_schema_version": NOBODY,
    "loader_audiences": NOBODY,
    "loader_wanted": Rule(),
    "loader_conflicts": Rule(),
    "loader_ledger": Rule(words=("message", "pending_email")),
    "loader_acks": Rule(has_ids=True, words=("message",)),
    "loader_runs": Rule(has_people=False, words=("message",)),
    "loader_plans": NOBODY,
    "loader_pauses": Rule(has_people=False, words=("reason",)),
    "loader_segments": NOBODY,
    "loader_filled": NOBODY,
    "loader_notices": Rule(has_people=False, words=("message",)),
    "loader_drift": Rule(words=("expected", "actual")),
    "mailchimp_members": Rule(),
    "mailchimp_lists": NOBODY,
    "mailchimp_merge_fields": NOBODY,
    "mailchimp_segments": NOBODY,
    "mailchimp_segment_members": Rule(),
    "mailchimp_campaigns": NOBODY,
    "mailchimp_events": Rule(words=("url", "reason")),
}
ADDRESS, PERSON = Relation("email_address"), Relation("person_id")
COLUMNS_OF_A_HISTORY = {
    "email_address",
    "person_id",
    "payload",
    "payload_hash",
    "dbt_scd_id",
    "dbt_valid_from",
    "dbt_valid_to",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of the warehouse.

    Attributes:
        schema: as it is spelled.
        name: as it is spelled.
        key: what all spellings of schema and name have in common.
        columns: the names of all of them.
        texts: the columns that may name somebody.
    """

    schema: str
    name: str
    key: tuple[str, str]
    columns: frozenset[str]
    texts: tuple[str, ...]

    @property
    def relation(self) -> Relation:
        """Its quoted name."""
        return relation(self.schema, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A table in which people stand.

    Attributes:
        name: its name, as the rules have it; "history" for every history.
        schema: the schema that it is in.
        scope: SQL that says among whose ids a `person_id` of a row is; None where it has none.
        address: SQL of the address of a row, as it is kept.
        person: SQL of the `person_id` of a row, as it is kept.
        selected_by: the audience of the dbt project whose history it is.
    """

    name: str
    schema: str
    table: Relation
    rule: Rule
    scope: Relation | None = None
    address: Relation = ADDRESS
    person: Relation = PERSON
    selected_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Locations:
    """What is in reach, and every other table of the warehouse."""

    within: list[Location]
    others: list[Table]
    other_schemas: list[str]  # those that have tables of ours and were not asked for

    def named(self, name: str) -> list[Location]:
        """The places of a name."""
        return [place for place in self.within if place.name == name]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Audience:
    name: str
    home: str  # the schema whose registry has it
    rule: Rule  # of this table of it
    is_in_project: bool


def rule_of(name: str, columns: Iterable[str]) -> Rule | None:
    """How people are erased from a table; None when it is none of ours."""
    if name in RULES:
        return RULES[name]
    if set(columns) >= COLUMNS_OF_A_HISTORY:
        return HISTORY
    return LEFT_BY_A_READ if name.startswith(PAGES) else None


async def find_locations(warehouse: Warehouse, schemas: Iterable[str]) -> Locations:
    """Look through the warehouse: nothing has to be there, for somebody may have dropped it.

    In reach are the target schema, these `schemas`, and those in which their audiences are.

    Raises:
        ConfigurationError: the target schema, or one that was asked for, has no table of ours, or
            one of another version.
    """
    found, same = await warehouse.fetch(statement("erase/tables")), warehouse.same_name
    tables = [
        Table(
            schema=row["table_schema"],
            name=row["table_name"],
            key=(same(row["table_schema"]), same(row["table_name"])),
            columns=frozenset(row["column_names"]),
            texts=tuple(row["text_names"] or ()),
        )
        for row in found
    ]
    homes = {same(schema): None for schema in (warehouse.schema, *schemas)}
    ours = {one.key[0]: one.schema for one in tables if one.key[1] in RULES}
    for home in homes:
        if home not in ours:
            raise ConfigurationError(
                f"The schema {home} has no table of the loader. There are tables of it in:"
                f" {', '.join(ours.values()) or 'no schema'}. Nothing was erased."
            )
    _require_columns(one for one in tables if one.key[0] in homes)
    registered = await _registered(warehouse, tables, homes)
    reach = {*homes, *(schema for (schema, _), one in registered.items() if one.home in homes)}
    within = [
        place
        for one in tables
        if one.key[0] in reach and (place := _place(one, homes, registered)) is not None
    ]
    relations = {place.table for place in within}
    return Locations(
        within=within,
        others=[one for one in tables if one.relation not in relations],
        other_schemas=[name for schema, name in ours.items() if schema not in homes],
    )


def _require_columns(tables: Iterable[Table]) -> None:
    """Tables of an older version have other columns in which somebody may be named."""
    for one in tables:
        if one.key[1] in RULES and not one.columns.issuperset(RULES[one.key[1]].words):
            raise ConfigurationError(
                f"The table {one.name} in the schema {one.schema} is of another version than this"
                " loader. Run dbt there (dbt run) with the package of this loader. Nothing was"
                " erased."
            )


async def _registered(
    warehouse: Warehouse, tables: Iterable[Table], homes: Iterable[str]
) -> dict[tuple[str, str], _Audience]:
    """The audiences of every registry by schema and name of their tables; those of homes first."""
    found: dict[tuple[str, str], _Audience] = {}
    registries = [table for table in tables if table.key[1] == "loader_audiences"]
    for table in sorted(registries, key=lambda table: table.key[0] not in homes):
        query = statement("erase/audiences", audiences=table.relation)
        for row in await warehouse.fetch(query):
            for rule, written in ((HISTORY, row["history"]), (SELECTED, row["relation"])):
                if written is None:
                    continue
                audience = _Audience(
                    name=row["audience"],
                    home=table.key[0],
                    rule=rule,
                    is_in_project=row["is_in_project"],
                )
                schema, name = map(warehouse.same_name, _parts(written))
                found.setdefault((schema, name), audience)
    return found


def _place(
    table: Table, homes: Iterable[str], registered: dict[tuple[str, str], _Audience]
) -> Location | None:
    schema, name = table.key
    audience = registered.get(table.key)
    rule = audience.rule if audience else rule_of(name, table.columns)
    is_of_audience = rule in (HISTORY, SELECTED)
    if rule is None or rule is NOBODY or (schema not in homes and not is_of_audience):
        return None
    if audience and audience.home not in homes:
        return None
    if rule is LEFT_BY_A_READ:
        rule = replace(rule, has_people="email_address" in table.columns)
    scope = None
    if is_of_audience:
        whose = f"{audience.home}.{audience.name}" if audience else f"{schema}.{name}"
        scope = quoted_text(whose)
    elif rule.has_ids:
        scope = Relation(f"{quoted_text(schema + '.')} || audience")
    place = Location(
        name="history" if rule is HISTORY else name,
        schema=table.schema,
        table=table.relation,
        rule=rule,
        scope=scope,
        selected_by=audience.name if audience and audience.is_in_project else None,
    )
    return _as_selected(place, table) if rule is SELECTED else place


def _as_selected(place: Location, table: Table) -> Location:
    """The relation of an audience has addresses and ids as its model selects them."""
    columns = {name.lower(): column(name) for name in table.columns}
    has_ids = "person_id" in columns
    return replace(
        place,
        scope=place.scope if has_ids else None,
        address=identity(columns["email_address"]),
        person=identity(columns["person_id"]) if has_ids else place.person,
    )


def _parts(history: str) -> tuple[str, str]:
    """The schema and the name of a relation as dbt writes it, quoted or not."""
    parts = re.findall(r'"(?:[^"]|"")*"|[^".]+', history)[-2:]
    schema, name = (part[1:-1].replace('""', '"') if part[0] == '"' else part for part in parts)
    return schema, name
