"""What the warehouse has of one person, and what the next sync owes them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from loader.model.audience import Audience
from loader.model.reasons import IN_FLIGHT
from loader.warehouse.base import Warehouse
from loader.warehouse.contract import schema_of
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.plans import ListPlan, Turn
from loader.warehouse.sql_templates import relation, statement, tables

Rows = list[dict[str, Any]]

MOST_ANSWERS = 1000  # of one person: years of them
# the rows of the person in these take the place of the tables while a list is planned
OF_THE_PERSON = {name: Relation(f"loader_person_{name}") for name in ("ledger", "members", "drift")}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What is recorded of a person, as rows of the tables that it stands in.

    Attributes:
        versions: what audiences selected, version by version, the oldest first.
        ledger: what the ledger has.
        answers: the latest acknowledgements, the newest first.
        accepted: when each thing was last accepted, and in which run.
        contacts: how Mailchimp last showed the person, by list.
        segments: the segments and tags that a pull found the person in.
        events: what campaigns did to the person, in numbers.
        differences: where Mailchimp was seen to differ from what was confirmed.
        keeping: the audiences that keep the person on a list.
        ids: the `person_id` of each audience, and in how many of its rows it occurs now.
    """

    versions: Rows = field(repr=False)
    ledger: Rows = field(repr=False)
    answers: Rows = field(repr=False)
    accepted: Rows = field(repr=False)
    contacts: Rows = field(repr=False)
    segments: Rows = field(repr=False)
    events: Rows = field(repr=False)
    differences: Rows = field(repr=False)
    keeping: Rows = field(repr=False)
    ids: Rows = field(repr=False)

    @property
    def is_anything(self) -> bool:
        """Whether the person is recorded anywhere."""
        return any(
            (
                self.versions,
                self.ledger,
                self.answers,
                self.contacts,
                self.segments,
                self.events,
                self.differences,
            )
        )


class PersonQueries:
    """Questions about one person, in a transaction that is rolled back.

    Every statement begins with the addresses of the person, which are few.
    """

    def __init__(self, warehouse: Warehouse, registered: Iterable[Audience]) -> None:
        self._warehouse = warehouse
        self._tables = tables(warehouse.schema)
        histories = {one.name: one.history for one in registered if one.history}
        self._histories = [
            {"audience": name, "history": Relation(history)} for name, history in histories.items()
        ]
        self._people: list[str] = []

    async def find(self, given: str, *, is_id: bool, most: int) -> Rows:
        """The addresses of the person, and how each was found: asked for, or by what it leads to.

        `is_id` says that the given text is no address. No more are looked for once there are more
        than `most`.
        """
        histories = self._histories
        await self._execute("explain/asked", given=given, is_id=is_id, histories=histories)
        found = await self._ask("explain/addresses")
        while len(found) <= most:
            before = len(found)
            await self._execute("explain/linked", histories=histories, in_flight=IN_FLIGHT)
            found = await self._ask("explain/addresses")
            if len(found) == before:
                break
        self._people = [row["email_address"] for row in found]
        return found

    async def renew_wishes(self) -> None:
        """Look who wants the person by now, as a run does before it reads a delta."""
        for name in ("wanted", "conflicts"):
            table, people = self._tables[name], self._people
            now_wished = relation(self._warehouse.schema, f"loader_{name}__now")
            columns = [Relation(column) for column in schema_of(f"loader_{name}").names]
            await self._execute("explain/forget_wishes", table=table, people=people)
            await self._execute(
                "explain/add_wishes",
                table=table,
                people=people,
                columns=columns,
                now_wished=now_wished,
            )

    async def is_other_case(self, given: str) -> bool:
        """Whether a `person_id` is recorded that differs from this one in letter case alone."""
        (row,) = await self._ask("explain/other_case", given=given, histories=self._histories)
        return bool(row["is_recorded"])

    async def facts(self) -> PersonFacts:
        """What is recorded of the person."""
        return PersonFacts(
            versions=await self._ask("explain/versions", histories=self._histories),
            ledger=await self._ask("explain/ledger"),
            answers=await self._ask("explain/answers", most=MOST_ANSWERS),
            accepted=await self._ask("explain/accepted"),
            contacts=await self._ask("explain/contacts"),
            segments=await self._ask("explain/segments"),
            events=await self._ask("explain/events"),
            differences=await self._ask("explain/differences"),
            keeping=await self._ask("explain/keeping"),
            ids=await self._ask("explain/ids", histories=self._histories),
        )

    async def lists(self) -> dict[str, dict[str, Any]]:
        """What a pull knows of each list, by its id."""
        return {row["list_id"]: row for row in await self._ask("explain/lists")}

    async def last_runs(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The last run of each audience and list."""
        found = await self._ask("explain/last_runs")
        return {(row["audience"], row["list_id"]): row for row in found}

    async def read_at(self, list_id: str) -> datetime | None:
        """When a list was read last, by Mailchimp's clock; None when it never was."""
        (row,) = await self._ask("members/watermark", list_id=list_id)
        found: datetime | None = row["read_at"]
        return found

    async def keep_own_rows(self) -> None:
        """Set the rows of the person apart, for the plans that follow."""
        for name, apart in OF_THE_PERSON.items():
            await self._execute("explain/rows_of_person", apart=apart, table=self._tables[name])

    async def owed(self, list_id: str, audiences: Sequence[Audience]) -> Rows:
        """What audiences owe the person on a list."""
        deltas = [Relation(one.delta) for one in audiences]
        await self._execute(
            "explain/owed_rows", deltas=deltas, list_id=list_id, people=self._people
        )
        return await self._ask("explain/owed")

    async def decided(self, list_id: str, turns: Sequence[Turn], *, now: datetime) -> Rows:
        """What the next sync does with what is owed, and by which rule, as far as is known here."""
        if not turns:
            return []
        plan = ListPlan(self._warehouse, list_id, run_id="", now=now)
        await plan.begin(turns)
        await plan.decide(retry_rejected=False, **OF_THE_PERSON)
        found = await self._ask("explain/decided")
        await plan.drop()
        return found

    async def _ask(self, name: str, **values: object) -> Rows:
        return await self._warehouse.fetch(statement(name, **{**self._tables, **values}))

    async def _execute(self, name: str, **values: object) -> None:
        await self._warehouse.execute(statement(name, **{**self._tables, **values}))
