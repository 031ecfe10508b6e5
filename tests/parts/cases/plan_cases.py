"""What a case of a plan is: rows in, a verdict out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.in_memory import Row
from cases.planned import Planning, Verdict, answered, row
from loader.model.reasons import ISOLATED_FAILURE
from loader.warehouse.rules.decisions import rules_of_a_plan
from loader.warehouse.rules.rule import Rule

AUDIENCES: Mapping[str, Row] = {
    "readers": {},
    "others": {},
    "updates": {"contacts": "update"},
    "creates": {"contacts": "create"},
    "confirms": {"status_if_new": "pending"},
    "confirms who is new": {"contacts": "create", "status_if_new": "pending"},
    "timid": {"revives": False},
}
BEFORE = datetime(2026, 11, 1)  # noqa: DTZ001 - as the warehouse keeps times
INVALID: Row = {"outcome": "invalid", "reason_code": "text_too_long"}
NO_CONSENT: Row = {"outcome": "held", "reason_code": "no_consent"}
ARCHIVED_BY_US: Row = {"is_managed": False, "archived_at": BEFORE}
TAG_OF_OTHERS: Row = {"audience": "others", "kind": "tag", "segment": "vip"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A row of the delta with what is known of its contact, and what becomes of it.

    Attributes:
        said: the row; its address is another one for each case.
        becomes: operation, outcome and reason; None where nothing is said of the row.
        beside: other rows of the same contact.
        status: how the list shows the contact; under the old address, where that changes.
        at_new: how the list shows the address to which somebody changed it in Mailchimp.
        is_taken: whether the list shows the new address of a change, too.
        known: rows of the ledger.
        is_compared: whether the list shows the contact as it is wanted.
    """

    said: Row
    becomes: Verdict | None
    beside: Sequence[Row] = ()
    status: str | None = None
    at_new: str | None = None
    is_moved: bool = False
    is_taken: bool = False
    known: Sequence[Row] = ()
    is_compared: bool = False

    def give(self, plan: Planning, number: int) -> Iterator[Row]:
        """Make known what the case is about, and return its rows of the delta: its own first."""
        address, old, new = (f"{name}{number}@shop.de" for name in ("ann", "old", "new"))
        is_change = self.said["action"] == "change_address"
        plan.shows(self.status, old if is_change else address, last_changed=BEFORE)
        if self.is_taken:
            plan.shows("subscribed", address)
        if self.is_moved:
            plan.notes(email_address=old if is_change else address, actual=new)
            plan.shows(self.at_new, new)
        for known in self.known:
            plan.knows(**{"email_address": address, **known})
        if self.is_compared:
            plan.compares(address, self.said["audience"])
        for said in (self.said, *self.beside):
            moving = {"previous_email": old} if said["action"] == "change_address" else {}
            yield {**said, "email_address": address, **moving}


def rejected(action: str = "upsert", **changes: object) -> Row:
    """A row that Mailchimp rejected just now."""
    return answered(action, "rejected", "refused", **changes)


def unheard(action: str = "upsert", **changes: object) -> Row:
    """A row of which three runs heard nothing."""
    return answered(action, "unknown", ISOLATED_FAILURE, **{"attempts": 3, **changes})


def by(audience: str, action: str = "upsert") -> Row:
    """A row of another audience."""
    return row(action, audience=audience)


def held(action: str, reason: str) -> Verdict:
    """The verdict that a row waits."""
    return (action, "held", reason)


class Decisions:
    """Cases side by side on one list, decided by lists of rules."""

    def __init__(self, plan: Planning, cases: Sequence[Case]) -> None:
        for name, rules in AUDIENCES.items():
            plan.has(name, **rules)
        delta = [list(case.give(plan, number)) for number, case in enumerate(cases)]
        plan.planned("rule", *(said for rows in delta for said in rows))
        self._plan = plan
        self._cases = cases
        self._keys = [(own["audience"], own["action"], own["email_address"]) for own, *_ in delta]

    def found(
        self, contact_rules: Sequence[Rule], membership_rules: Sequence[Rule]
    ) -> list[tuple[str | None, Verdict | None]]:
        """By which rule each case is decided, and the verdict; None and None where none is said."""
        values = rules_of_a_plan(contact_rules, membership_rules)
        columns = "audience, action, email_address, rule, route, outcome, reason_code"
        found = {
            (audience, action, address): (rule, (route, outcome, reason))
            for audience, action, address, rule, route, outcome, reason in self._plan.decided(
                columns, **values
            )
        }
        return [found.get(key, (None, None)) for key in self._keys]

    def wrong(self, contact_rules: Sequence[Rule], membership_rules: Sequence[Rule]) -> list[Case]:
        """The cases that do not become what they should, or that no rule decides."""
        found = self.found(contact_rules, membership_rules)
        return [
            case
            for case, (rule, verdict) in zip(self._cases, found, strict=True)
            if verdict != case.becomes or (rule is None) != (case.becomes is None)
        ]
