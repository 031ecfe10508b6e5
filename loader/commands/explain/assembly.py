"""From rows of the warehouse to the places of a person's story. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from loader.commands.explain.known import Known
from loader.commands.explain.story import Part, Place, Selection
from loader.commands.explain.verdicts import verdict_of
from loader.model.audience import Audience
from loader.model.batch import Outcome
from loader.model.reasons import RETRY_DAYS, said
from loader.warehouse.records.apply_acks import KIND_OF_ACTION
from loader.warehouse.reports.explain import PersonFacts
from loader.warehouse.rules.contact_rules import CONTACT_RULES
from loader.warehouse.rules.membership_rules import MEMBERSHIP_RULES

Row = dict[str, Any]
Key = tuple[str, str, str]  # audience, list and address

KINDS = ("contact", "segment", "tag", "permissions")
GIVES = {"upsert", "revive", "change_address", "segment_add", "tag_add", "permissions"}
RULES: Mapping[tuple[bool, str | None], str] = {
    (is_contact, rule.name): rule.means
    for is_contact, rules in ((True, CONTACT_RULES), (False, MEMBERSHIP_RULES))
    for rule in rules
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known beside the person.

    Attributes:
        registered: every audience, once a list.
        stopped: why no sync sends an audience to a list, where one does not.
        owed: what the person is owed, with what the plan says of it.
        lists: what a pull knows of each list.
        read_at: when each list was last read.
        last_runs: the last run of each audience and list.
    """

    registered: Sequence[Audience]
    stopped: Mapping[tuple[str, str], str]
    owed: Sequence[Row] = field(repr=False)
    lists: Mapping[str, Row]
    read_at: Mapping[str, datetime | None]
    last_runs: Mapping[tuple[str, str], Row]


def places_of(
    facts: PersonFacts, addresses: Sequence[str], around: Surroundings
) -> tuple[Place, ...]:
    """What each audience has to do with the person, list by list and address by address.

    Args:
        facts: of the person.
        addresses: of the person, the one that was asked for first.
        around: what is known beside the person.

    Returns:
        The places in the order of the audiences. One that never had to do with the person is there
        once, with the first address.
    """
    selected = {(row["audience"], row["email_address"]) for row in facts.versions}
    rows = [*facts.ledger, *around.owed, *facts.answers]
    touched = {(row["audience"], row["list_id"], row["email_address"]) for row in rows}
    named = {(one.name, one.list_id): one for one in around.registered}
    pairs = [*named, *sorted({(name, list_id) for name, list_id, _ in touched} - set(named))]
    found = []
    for name, list_id in pairs:
        own = [
            address
            for address in addresses
            if (name, list_id, address) in touched
            or ((name, list_id) in named and (name, address) in selected)
        ]
        for address in own or addresses[:1]:
            place = _OnePlace(
                key=(name, list_id, address),
                audience=named.get((name, list_id)),
                facts=facts,
                around=around,
            )
            found.append(place.assembled())
    return tuple(found)


def selection_of(versions: Sequence[Row]) -> Selection | None:
    """How an audience selects an address, from the versions of it.

    Args:
        versions: of one audience and address, the oldest first.

    Returns:
        The last selection without a break; None where there is no version.
    """
    if not versions:
        return None
    last = first = consenting = versions[-1]
    is_same_consent = True
    for row in reversed(versions[:-1]):
        if row["dbt_valid_to"] != first["dbt_valid_from"]:
            break
        first = row
        is_same_consent &= row["marketing_consent"] == last["marketing_consent"]
        consenting = row if is_same_consent else consenting
    return Selection(
        since=first["dbt_valid_from"],
        until=last["dbt_valid_to"],
        consent=bool(last["marketing_consent"]),
        consent_since=consenting["dbt_valid_from"],
        person_id=last["person_id"],
        fault=last["invalid_reason"],
        dropped_rows=int(last["dropped_rows"] or 0),
        wanted=decoded(last["payload"]),
        tags=decoded(last["tags"]),
        marketing_permissions=decoded(last["marketing_permissions"]),
    )


def decoded(text: object) -> Any:  # noqa: ANN401 - JSON is anything
    """What a column with JSON says; a text that is none stays as it is."""
    if not isinstance(text, str):
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnePlace:
    """One audience, list and address, and where its rows are."""

    key: Key = field(repr=False)
    audience: Audience | None
    facts: PersonFacts
    around: Surroundings

    def assembled(self) -> Place:
        name, list_id, address = self.key
        versions = [
            row
            for row in self.facts.versions
            if (row["audience"], row["email_address"]) == (name, address)
        ]
        selection = selection_of(versions)
        ledger, owed = self._by_part(self.facts.ledger), self._by_part(self.around.owed)
        keys = {key for key in (*ledger, *owed) if key[0] in KINDS} or {self._first_part()}
        if self.audience is not None and self.audience.writes_contacts:
            keys.add(("contact", ""))
        return Place(
            audience=name,
            list_id=list_id,
            list_name=self.around.lists.get(list_id, {}).get("name"),
            email_address=address,
            is_named=self.audience is not None,
            stopped=self.around.stopped.get((name, list_id)),
            selection=selection,
            parts=tuple(
                self._part(key, selection, ledger.get(key), owed.get(key))
                for key in sorted(keys, key=lambda key: (KINDS.index(key[0]), key[1]))
            ),
            last_run=self.around.last_runs.get((name, list_id)),
        )

    def _first_part(self) -> tuple[str, str]:
        """What an audience has to say of somebody of whom nothing is recorded there."""
        segment = self.audience.segment if self.audience is not None else None
        is_segment = segment and self.audience is not None and not self.audience.writes_contacts
        return ("segment", str(segment)) if is_segment else ("contact", "")

    def _part(
        self,
        key: tuple[str, str],
        selection: Selection | None,
        ledger: Row | None,
        owed: Row | None,
    ) -> Part:
        name, list_id, _ = self.key
        known = Known(
            audience=self._naming(key),
            stopped=self.around.stopped.get((name, list_id)),
            kind=key[0],
            is_selected=None if selection is None else selection.until is None,
            owed=owed,
            ledger=ledger,
            status=next((row["status"] for row in self._own(self.facts.contacts)), None),
            is_read=self.around.read_at.get(list_id) is not None,
            kept_by=tuple(
                row["audience"] for row in self._own(self.facts.keeping) if row["audience"] != name
            ),
            is_released=any(row["kind"] == "given_up" for row in self._own(self.facts.ledger)),
            moves_to=self._moves_to(),
        )
        verdict = verdict_of(known)
        return Part(
            kind=key[0],
            segment=key[1],
            verdict=verdict.code,
            says=verdict.says,
            changed_by=verdict.changed_by,
            **_of_plan(key, owed),
            **self._confirmed(key, is_there=known.is_there),
            **_of_ledger(ledger, is_owed=owed is not None),
        )

    def _own(self, rows: Sequence[Row]) -> Iterator[Row]:
        """The rows of the address on the list, whichever audience they are of."""
        _, list_id, address = self.key
        return (row for row in rows if (row["list_id"], row["email_address"]) == (list_id, address))

    def _moves_to(self) -> str | None:
        """The address that the contact of this one is owed."""
        name, list_id, address = self.key
        key = (name, list_id, address)
        return next(
            (
                row["email_address"]
                for row in self.around.owed
                if (row["audience"], row["list_id"], row.get("previous_email")) == key
            ),
            None,
        )

    def _naming(self, key: tuple[str, str]) -> Audience | None:
        """The audience, if its configuration still has such a part."""
        one = self.audience
        if one is None or not one.is_in_project:
            return None
        kind, segment = key
        has_it = segment == one.segment if kind == "segment" else kind in one.kinds
        return one if has_it or not one.history else None

    def _confirmed(self, key: tuple[str, str], *, is_there: bool) -> dict[str, Any]:
        """When Mailchimp last accepted what is there, and in which run."""
        given = [
            row
            for row in self._own(self.facts.accepted)
            if row["audience"] == self.key[0]
            and row["action"] in GIVES
            and (KIND_OF_ACTION.get(row["action"], "contact"), row["segment"]) == key
        ]
        last = max(given, key=lambda row: row["acked_at"]) if given and is_there else {}
        return {"confirmed_at": last.get("acked_at"), "confirmed_in": last.get("run_id")}

    def _by_part(self, rows: Sequence[Row]) -> dict[tuple[str, str], Row]:
        return {
            (row["kind"], row["segment"]): row
            for row in rows
            if (row["audience"], row["list_id"], row["email_address"]) == self.key
        }


def _of_plan(key: tuple[str, str], owed: Row | None) -> dict[str, Any]:
    """What a plan says of a row that is owed."""
    row = owed or {}
    rule, outcome = row.get("rule"), row.get("outcome")
    goes = row.get("route") or row.get("action")
    return {
        "rule": rule,
        "rule_means": RULES.get((key[0] == "contact", rule)),
        "operation": goes if outcome is None else None,
        "outcome": outcome,
        "reason_code": row.get("reason_code"),
        "previous_email": row.get("previous_email"),
        "resend_reason": row.get("resend_reason"),
    }


def _of_ledger(ledger: Row | None, *, is_owed: bool) -> dict[str, Any]:
    """The last answer that the ledger has."""
    row = ledger or {}
    attempts, answered_at = row.get("attempts") or 0, row.get("acked_at")
    retried_at = None
    is_rejected = is_owed and row.get("outcome") == Outcome.REJECTED
    if is_rejected and answered_at and 0 < attempts <= len(RETRY_DAYS):
        retried_at = answered_at + timedelta(days=RETRY_DAYS[attempts - 1])
    why = (row.get(name) for name in ("reason_code", "message", "mailchimp_code"))
    return {
        "answered_at": answered_at,
        "answered_in": row.get("run_id") if answered_at else None,
        "answered_action": row.get("action"),
        "answered_outcome": row.get("outcome"),
        "answered_reason": said(*why) or None,
        "attempts": attempts or None,
        "retried_at": retried_at,
    }
