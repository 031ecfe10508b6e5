"""One person's story, from the warehouse alone: nothing is asked of Mailchimp, nothing changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from loader.commands.explain.assembly import Surroundings, decoded, places_of
from loader.commands.explain.story import Nobody, Rows, Story
from loader.model.audience import Audience
from loader.model.errors import ConfigurationError
from loader.model.reasons import said
from loader.model.settings import Settings
from loader.model.wording import why_unsent, without_name
from loader.session.selection import select_audiences, sendable
from loader.text.report import RunReport
from loader.warehouse.base import Warehouse
from loader.warehouse.plans import Turn
from loader.warehouse.records.apply_acks import settle_ledger
from loader.warehouse.reports.explain import PersonFacts, PersonQueries
from loader.warehouse.rules.rule import LEFT_OUT

MOST_ADDRESSES = 20  # of one person; more are not one person's
CONTACT_STOPPED = "contact_stopped"  # the rule of rows of which a plan says nothing
WITH_JSON = ("merge_fields", "interests", "marketing_permissions", "tags")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainRun:
    """One `loader explain`.

    Attributes:
        target: what the profile calls the target that would be sent from.
        now: in UTC without a zone.
    """

    warehouse: Warehouse
    target: str
    now: datetime

    async def run(self, given: str, *, is_id: bool) -> Story | Nobody:
        """The story of a person.

        Whatever is noted for it in the warehouse is undone.

        Args:
            given: an address or a `person_id`, without white space around it.
            is_id: whether it can be a `person_id` alone.

        Returns:
            The story; or where was looked, where nothing is recorded.

        Raises:
            ConfigurationError: dbt never ran here, or the `person_id` is not one person's.
            WarehouseError: the warehouse failed.
        """
        async with self.warehouse.rolled_back():
            report = RunReport(run_id="", version="")
            settings = Settings(target=self.target)
            registered, ready = await select_audiences(
                self.warehouse, settings, report, now=self.now
            )
            # what a person has paused sends nothing, what the loader has paused its withdrawals
            ready = [
                one
                for one in sendable(ready, self.target, report)
                if one.pause is None or not one.pause.is_by_person
            ]
            # as before a sync: what a killed run was answered counts
            await settle_ledger(self.warehouse, registered, now=self.now)
            asking = _Asking(
                queries=PersonQueries(self.warehouse, registered),
                registered=registered,
                ready=ready,
                unsent=report.unsent,
                now=self.now,
            )
            return await asking.of(given, is_id=is_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """The questions about one person, and what they are asked with."""

    queries: PersonQueries
    registered: Sequence[Audience]
    ready: Sequence[Audience]
    unsent: dict[str, str]
    now: datetime
    lists: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def of(self, given: str, *, is_id: bool) -> Story | Nobody:
        found = await self.queries.find(given, is_id=is_id, most=MOST_ADDRESSES)
        if len(found) > MOST_ADDRESSES:
            raise ConfigurationError(
                f"More than {MOST_ADDRESSES} addresses have this person_id, so it is not one"
                " person's. Give one of the addresses on standard input."
            )
        if found:
            await self.queries.renew_wishes()
        facts = await self.queries.facts()
        read_at = {one: await self.queries.read_at(one) for one in self._list_ids(facts)}
        if not facts.is_anything:
            return Nobody(
                audiences=tuple(dict.fromkeys(one.name for one in self.registered if one.history)),
                lists=read_at,
                is_other_case=await self.queries.is_other_case(given),
            )
        self.lists.update(await self.queries.lists())
        around = Surroundings(
            registered=self.registered,
            stopped=self._stopped(),
            owed=await self._owed(facts),
            lists=self.lists,
            read_at=read_at,
            last_runs=await self.queries.last_runs(),
        )
        addresses = _known(found, facts)
        names = [row["email_address"] for row in addresses]
        return Story(
            addresses=addresses,
            ids=facts.ids,
            places=places_of(facts, names, around),
            mailchimp=self._mailchimp(facts, read_at),
            segments=facts.segments,
            answers=[_explained(row) for row in facts.answers],
            events=facts.events,
            differences=facts.differences,
        )

    def _list_ids(self, facts: PersonFacts) -> list[str]:
        """The lists that audiences name, and those on which the person is."""
        named = [one.list_id for one in self.registered if one.list_id]
        theirs = [row["list_id"] for row in (*facts.contacts, *facts.events)]
        return list(dict.fromkeys([*named, *theirs]))

    def _stopped(self) -> dict[tuple[str, str], str]:
        """Why no sync sends an audience to a list, in the words of the sync."""
        going = {(one.name, one.list_id) for one in self.ready}
        return {
            (one.name, one.list_id): one.skip_reason
            or without_name(one.name, why_unsent(self.unsent, one.name, one.list_id))
            or str(one.pause)
            for one in self.registered
            if one.is_paused or (one.name, one.list_id) not in going
        }

    async def _owed(self, facts: PersonFacts) -> Rows:
        """What audiences owe the person on each list, with what the next sync does with it.

        An audience that neither selected the person nor sent anything of them owes nothing, and
        its delta is not read.
        """
        await self.queries.keep_own_rows()
        found: Rows = []
        names = {row["audience"] for row in (*facts.versions, *facts.ledger)}
        built = [one for one in self.registered if one.delta and one.name in names]
        for list_id in dict.fromkeys(one.list_id for one in built):
            own = [one for one in built if one.list_id == list_id]
            ready = [one for one in self.ready if one.list_id == list_id and one.name in names]
            is_double_optin = bool(self.lists.get(list_id, {}).get("double_optin"))
            turns = [Turn.of(one, is_double_optin=is_double_optin) for one in ready]
            owed = await self.queries.owed(list_id, own)
            decided = await self.queries.decided(list_id, turns, now=self.now) if owed else []
            found += _with_verdicts(owed, decided, {one.name for one in ready})
        return found

    def _mailchimp(self, facts: PersonFacts, read_at: dict[str, datetime | None]) -> Rows:
        """How each list last showed the person; one that did not has a row without a status."""
        shown = {row["list_id"] for row in facts.contacts}
        rows: Rows = [
            row | {name: decoded(row[name]) for name in WITH_JSON} for row in facts.contacts
        ]
        rows += [
            {
                "list_id": list_id,
                "list_name": self.lists.get(list_id, {}).get("name"),
                "email_address": None,
                "status": None,
            }
            for list_id in read_at
            if list_id not in shown
        ]
        return [row | {"list_read_at": read_at[row["list_id"]]} for row in rows]


def _known(found: Rows, facts: PersonFacts) -> Rows:
    """The addresses of which something is recorded: given ones first, then present ones."""
    rows = (facts.versions, facts.ledger, facts.answers, facts.contacts, facts.events)
    recorded = {row["email_address"] for part in (*rows, facts.differences) for row in part}
    present = {row["email_address"] for row in facts.versions if row["dbt_valid_to"] is None}
    return sorted(
        (row for row in found if row["email_address"] in recorded or row["link"] != "given"),
        key=lambda row: (
            row["link"] != "given",
            row["email_address"] not in present,
            row["email_address"],
        ),
    )


def _with_verdicts(owed: Rows, decided: Rows, planned: set[str]) -> Rows:
    """The rows that are owed, with what the plan says of them.

    Of an audience that is not sent there is no plan: what dbt says of the row is all that is known.
    """
    key = ("audience", "kind", "segment", "email_address")
    verdicts = {tuple(row[name] for name in key): row for row in decided}
    found: Rows = []
    for row in owed:
        verdict = verdicts.pop(tuple(row[name] for name in key), None)
        if verdict is None and row["audience"] in planned:
            verdict = {"rule": CONTACT_STOPPED, "outcome": LEFT_OUT, "reason_code": None}
        found.append(row | (verdict or {}))
    # a withdrawal also goes to an address that was changed in Mailchimp
    return found + [{"list_id": owed[0]["list_id"], **row} for row in verdicts.values()]


def _explained(answer: dict[str, Any]) -> dict[str, Any]:
    why = (answer[name] for name in ("reason_code", "message", "mailchimp_code"))
    return answer | {"reason": said(*why) or None}
