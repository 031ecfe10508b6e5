"""A list that was read whole beside what an audience believes of it, as rows in memory."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cases.in_memory import InMemory, Row, relation
from loader.warehouse.reports.drift import FACTS
from loader.warehouse.rules.drift import DRIFT_TYPES, EMAIL_CHANGED, DriftType

NOW = datetime(2026, 11, 29)  # noqa: DTZ001 - UTC without a zone, as in the warehouse
BEFORE = datetime(2026, 11, 28)  # noqa: DTZ001 - the same
AFTER = datetime(2026, 11, 30)  # noqa: DTZ001 - the same
ANNA, NEW = "anna@shop.de", "anna@new.de"
ELSEWHERE: Row = {"list_id": "beef"}
OTHERS: Row = {"audience": "others"}

_OURS: Row = {"list_id": "f00d", "audience": "readers", "email_address": ANNA}
_BELIEVED: Row = {"kind": "contact", "segment": "", "is_managed": True, "confirmed_hash": "h1"}
_MOVED: Row = {"kind": "contact", "segment": "", "drift_type": "email_changed", "actual": NEW}
_DRIFT: Row = {
    "kind": "contact",
    "segment": "",
    "drift_type": "status_changed",
    "is_manual_change": False,
}


class ReadWhole:
    """What there is of Anna for the audience `readers`: rows, each with what is told of it."""

    def __init__(self, warehouse: InMemory) -> None:
        self.warehouse = warehouse
        text = "varchar"
        warehouse.make("delta", list_id=text, kind=text, segment=text, email_address=text)
        warehouse.make(
            "loader_differences", email_address=text, field=text, expected=text, actual=text
        )

    def wanted(self, **told: Any) -> None:  # noqa: ANN401 - whatever a column holds
        """She is wanted on the list, by an audience that may create contacts."""
        self.warehouse.given("loader_wanted", {**_OURS, "may_create": True, **told})

    def believed(self, **told: Any) -> None:  # noqa: ANN401 - the same
        """She was sent, and that was confirmed at this time."""
        self.warehouse.given("loader_ledger", {**_OURS, **_BELIEVED, "acked_at": NOW, **told})

    def shown(self, **told: Any) -> None:  # noqa: ANN401 - the same
        """The list shows her as subscribed."""
        member = {"list_id": "f00d", "email_address": ANNA, "status": "subscribed"}
        self.warehouse.given("mailchimp_members", {**member, **told})

    def moved(self, **told: Any) -> None:  # noqa: ANN401 - the same
        """Somebody gave her another address in Mailchimp."""
        self.warehouse.given("loader_drift", {**_OURS, **_MOVED, **told})

    def noted(self, **told: Any) -> None:  # noqa: ANN401 - the same
        """It was found before that her status is another one."""
        self.warehouse.given("loader_drift", {**_OURS, **_DRIFT, **told})

    def told(self, **told: Any) -> None:  # noqa: ANN401 - the same
        """The list was told to unsubscribe her, and did."""
        leave = {"action": "unsubscribe", "outcome": "accepted", "acked_at": NOW}
        self.warehouse.given("loader_acks", {**_OURS, **leave, **told})

    def segment(self, **told: Any) -> None:  # noqa: ANN401 - the same
        """The list has the segment `News`."""
        segment = {"list_id": "f00d", "segment_id": 7, "name": "News", "type": "static"}
        self.warehouse.given("mailchimp_segments", {**segment, **told})

    def inside(self, **told: Any) -> None:  # noqa: ANN401 - the same
        """She is shown in that segment."""
        inside = {"list_id": "f00d", "segment_id": 7, "email_address": ANNA}
        self.warehouse.given("mailchimp_segment_members", {**inside, **told})

    def registered(self, **told: Any) -> None:  # noqa: ANN401 - the same
        """The loader has made that segment."""
        segment = {"list_id": "f00d", "segment_id": 7, "segment": "News", "is_managed": True}
        self.warehouse.given("loader_segments", {**segment, **told})

    def find(
        self, types: Sequence[DriftType] = DRIFT_TYPES, **values: object
    ) -> list[tuple[Any, ...]]:
        """What is found: kind, segment, address, drift and what is told of it."""
        usual = {
            "maintained_status": "subscribed",
            "segment": "News",
            "email_changed": EMAIL_CHANGED,
        }
        known: dict[str, object] = {"delta": relation("delta"), **usual, **values}
        self.warehouse.run("drift/nothing", *FACTS, **known)
        for one in types:
            told = {"drift_type": one.code, "is_manual_change": one.is_manual_change}
            facts = FACTS if one.name == "email_changed" else ()
            self.warehouse.run(f"drift/{one.name}", *facts, **told, **known)
        return self.warehouse.rows(
            "select kind, segment, email_address, drift_type, field, expected, actual,"
            " is_manual_change"
            " from drift_found order by 1, 2, 3, 4, 5, 6, 7, 8"
        )

    def drifts(self, types: Sequence[DriftType] = DRIFT_TYPES, **values: object) -> list[str]:
        """The kinds of drift that are found."""
        return [row[3] for row in self.find(types, **values)]

    def request(self, name: str, **values: object) -> list[tuple[Any, ...]]:
        """What a statement that changes nothing says."""
        return self.warehouse.found(name, **values)
