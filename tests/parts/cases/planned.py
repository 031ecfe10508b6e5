"""A delta in memory, and what a run would do with each of its rows."""

from datetime import datetime, timedelta
from typing import Any

from cases.in_memory import InMemory, Row
from loader.model.reasons import ISOLATED_FAILURE
from loader.warehouse.rules.decisions import rules_of_a_plan
from loader.warehouse.rules.drift import EMAIL_CHANGED

NOW = datetime(2026, 11, 29, 12)  # noqa: DTZ001 - UTC without a zone, as in the warehouse
ANN, OLD, NEW = "ann@shop.de", "old@shop.de", "new@shop.de"
ON, OFF = '{"enabled":true}', '{"enabled":false}'
DELTA = {
    "audience": "varchar",
    "list_id": "varchar",
    "kind": "varchar",
    "segment": "varchar",
    "email_address": "varchar",
    "previous_email": "varchar",
    "person_id": "varchar",
    "is_wanted": "boolean",
    "action": "varchar",
    "payload": "varchar",
    "payload_hash": "varchar",
    "marketing_permissions": "varchar",
    "outcome": "varchar",
    "reason_code": "varchar",
    "message": "varchar",
    "pre_existing": "boolean",
    "is_managed": "boolean",
    "confirmed_hash": "varchar",
    "confirmed_permissions": "varchar",
    "resend_reason": "varchar",
    "last_action": "varchar",
    "last_outcome": "varchar",
    "last_reason_code": "varchar",
    "last_message": "varchar",
    "last_mailchimp_code": "varchar",
    "last_hash": "varchar",
    "attempts": "bigint",
    "acked_at": "timestamp",
}
RULES: Row = {
    "contacts": "upsert",
    "maintained_status": "subscribed",
    "revives": True,
    "status_if_new": "subscribed",
    "is_held_back": False,
}
OPTIONS: dict[str, object] = {
    "retry_rejected": False,
    "email_changed": EMAIL_CHANGED,
    "isolated_failure": ISOLATED_FAILURE,
    "a_day_ago": NOW - timedelta(days=1),
    "three_days_ago": NOW - timedelta(days=3),
    "a_week_ago": NOW - timedelta(days=7),
}
Verdict = tuple[str, str | None, str | None]  # route, outcome and reason

_PLACES = {
    "segment_add": ("segment", "readers"),
    "segment_remove": ("segment", "readers"),
    "tag_add": ("tag", "vip"),
    "tag_remove": ("tag", "vip"),
    "permissions": ("permissions", ""),
}


def goes(route: str) -> Verdict:
    """What is sent has neither outcome nor reason yet."""
    return (route, None, None)


def row(action: str = "upsert", /, **changes: Any) -> Row:  # noqa: ANN401 - whatever a column holds
    """What a delta says of Ann, who was never sent, but for the changes."""
    kind, segment = _PLACES.get(action, ("contact", ""))
    described: Row = {
        "list_id": "f00d",
        "audience": "readers",
        "kind": kind,
        "segment": segment,
        "email_address": ANN,
        "is_wanted": True,
        "action": action,
        "payload_hash": "hash 1",
        "is_managed": False,
    }
    return {**described, **changes}


def answered(action: str, outcome: str, reason_code: str | None, /, **changes: Any) -> Row:  # noqa: ANN401
    """What a delta says of Ann, of whom the same was answered before, but for the changes."""
    said: Row = {
        "last_action": action,
        "last_hash": "hash 1",
        "last_outcome": outcome,
        "last_reason_code": reason_code,
        "attempts": 1,
        "acked_at": NOW,
    }
    return row(action, **{**said, **changes})


class Planning:
    """What is known before a plan is made: nothing, until it is told."""

    def __init__(self, warehouse: InMemory) -> None:
        self._warehouse = warehouse
        warehouse.make("loader_delta", **DELTA)
        warehouse.make("loader_shown", audience="varchar", email_address="varchar")
        kinds = {
            name: "boolean" if isinstance(value, bool) else "varchar"
            for name, value in RULES.items()
        }
        warehouse.make("loader_rules", audience="varchar", **kinds)
        self._rules: dict[str, Row] = {}

    def shows(self, status: str | None, email_address: str = ANN, **more: object) -> None:
        """The list shows a contact with this status; nobody, where there is none."""
        if status is not None:
            seen = {"list_id": "f00d", "email_address": email_address, "status": status}
            self._warehouse.given("mailchimp_members", {**seen, **more})

    def knows(self, **more: object) -> None:
        """The ledger has a contact that was new on the list when we sent it, but for `more`."""
        known: Row = {"list_id": "f00d", "audience": "readers", "kind": "contact", "segment": ""}
        known |= {"email_address": ANN, "pre_existing": False, "is_managed": True}
        self._warehouse.given("loader_ledger", {**known, **more})

    def notes(self, **more: object) -> None:
        """Somebody changed the address of a contact in Mailchimp, from the old to the new."""
        noted = {"list_id": "f00d", "audience": "readers", "drift_type": "email_changed"}
        noted |= {"email_address": OLD, "actual": NEW}
        self._warehouse.given("loader_drift", {**noted, **more})

    def has(self, audience: str, **rules: object) -> None:
        """An audience has its turn, and may do what is usual, but for what is said of it."""
        self._rules[audience] = {**RULES, **rules}

    def compares(self, email_address: str = ANN, audience: str = "readers") -> None:
        """The list shows a contact as it is wanted."""
        shown = {"audience": audience, "email_address": email_address}
        self._warehouse.given("loader_shown", shown)

    def verdicts(self, *delta: Row, **options: object) -> list[tuple[str, Verdict]]:
        """What becomes of each row: its address, and the verdict."""
        found = self.planned("email_address, route, outcome, reason_code", *delta, **options)
        return [
            (address, (route, outcome, reason_code))
            for address, route, outcome, reason_code in found
        ]

    def verdict(self, said: Row, *beside: Row, **options: object) -> Verdict | None:
        """What becomes of a row, with others beside it; None where it is not in the plan."""
        columns = "action, email_address, route, outcome, reason_code"
        for action, address, *verdict in self.planned(columns, said, *beside, **options):
            if (action, address) == (said["action"], said["email_address"]):
                route, outcome, reason_code = verdict
                return (route, outcome, reason_code)
        return None

    def planned(self, columns: str, *delta: Row, **options: object) -> list[tuple[Any, ...]]:
        """These columns of the plan that is made of a delta."""
        self._warehouse.given("loader_delta", *delta)
        own = {name: value for name, value in options.items() if name in RULES}
        self._rules.setdefault("readers", {**RULES, **own})
        rules = [{"audience": name, **rule} for name, rule in self._rules.items()]
        self._warehouse.given("loader_rules", *rules)
        asked = {name: value for name, value in options.items() if name not in RULES}
        return self.decided(columns, **rules_of_a_plan(), **asked)

    def decided(self, columns: str, **rules: object) -> list[tuple[Any, ...]]:
        """These columns of the plan that these rules make of what is known."""
        self._warehouse.run("plan/decide", **{**OPTIONS, **rules})
        return self._warehouse.rows(
            f"select {columns} from loader_plan order by action, email_address"
        )
