"""What of a plan is news, who of it leaves, and what it says of each row."""

import pytest

from cases.in_memory import InMemory, Row
from cases.planned import NEW, NOW, Planning, answered, row
from loader.model.reasons import ISOLATED_FAILURE


@pytest.fixture
def plan(warehouse: InMemory) -> Planning:
    """Nothing is known yet."""
    return Planning(warehouse)


class TestNews:
    """What an earlier run recorded of the same wish is not recorded again."""

    HELD = answered("upsert", "held", "no_consent", outcome="held", reason_code="no_consent")
    REFUSED = answered("upsert", "rejected", "fake address")

    def is_new(self, plan: Planning, said: Row) -> object:
        """Whether what becomes of a row is news."""
        ((found,),) = plan.planned("is_new", said)
        return found

    def test_what_is_held_for_the_same_reason_is_no_news(self, plan: Planning) -> None:
        assert self.is_new(plan, self.HELD) is False

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"last_reason_code": "cleaned"}, id="another reason"),
            pytest.param({"last_reason_code": None}, id="no reason before"),
            pytest.param({"last_outcome": "invalid"}, id="another outcome"),
            pytest.param({"last_outcome": None}, id="no outcome before"),
            pytest.param({"last_hash": "hash 0"}, id="another payload"),
            pytest.param({"last_action": "withdraw"}, id="something else was done"),
            pytest.param({"last_action": None}, id="nothing was done before"),
        ],
    )
    def test_what_is_held_anew_is_news(self, plan: Planning, changes: Row) -> None:
        assert self.is_new(plan, {**self.HELD, **changes}) is True

    def test_a_rejection_after_a_claim_that_nobody_answered_is_news(self, plan: Planning) -> None:
        plan.shows("subscribed")
        change = {"previous_email": "old@shop.de", "last_outcome": None, "last_reason_code": None}
        said = answered("change_address", "unknown", None, **change)
        assert self.is_new(plan, said) is True

    def test_what_stays_refused_is_no_news(self, plan: Planning) -> None:
        assert self.is_new(plan, self.REFUSED) is False

    def test_who_is_set_aside_is_news_once(self, plan: Planning) -> None:
        said = answered("upsert", "unknown", ISOLATED_FAILURE, attempts=3)
        assert self.is_new(plan, said) is True

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"last_hash": "hash 0"}, id="another payload was refused"),
            pytest.param({"last_outcome": "held"}, id="it was held before"),
        ],
    )
    def test_what_is_refused_by_us_the_first_time_is_news(
        self, plan: Planning, changes: Row
    ) -> None:
        plan.shows("subscribed", NEW)
        refused = answered("change_address", "rejected", "fake address")
        moving = {"email_address": NEW, "previous_email": "old@shop.de"}
        assert self.is_new(plan, {**refused, **moving, **changes}) is True

    def test_what_is_refused_by_us_as_before_is_no_news(self, plan: Planning) -> None:
        plan.shows("subscribed", NEW)
        refused = answered("change_address", "rejected", "another text")
        moving = {"email_address": NEW, "previous_email": "old@shop.de"}
        assert self.is_new(plan, {**refused, **moving}) is False

    def test_what_needs_no_write_is_news_each_time(self, plan: Planning) -> None:
        said = answered("archive", "accepted", "already_gone")
        assert self.is_new(plan, said) is True


@pytest.mark.parametrize(
    ("action", "is_wanted", "is_leave"),
    [
        ("unsubscribe", False, True),
        ("archive", False, True),
        ("segment_remove", False, True),
        ("tag_remove", False, True),
        ("tag_remove", True, False),
        ("segment_remove", True, False),
        ("withdraw", False, False),
        ("upsert", False, False),
    ],
)
def test_who_is_dropped_leaves_but_not_who_withdraws_or_loses_a_tag(
    plan: Planning, action: str, *, is_wanted: bool, is_leave: bool
) -> None:
    plan.shows("subscribed")
    said = row(action, is_wanted=is_wanted)
    assert plan.planned("is_leave", said) == [(is_leave,)]


def test_a_plan_says_of_each_row_what_its_request_and_its_answer_need(plan: Planning) -> None:
    plan.shows("subscribed", last_changed=NOW)
    said = row("tag_add", person_id="p1", payload="VIP")
    columns = "kind, segment, person_id, action, payload, payload_hash, status, last_changed"
    assert plan.planned(columns, said) == [
        ("tag", "vip", "p1", "tag_add", "VIP", "hash 1", "subscribed", NOW)
    ]


def test_a_tag_for_somebody_who_is_revived_is_given_as_any_tag(plan: Planning) -> None:
    plan.shows("archived", last_changed=NOW)
    plan.knows(archived_at=NOW)
    found = plan.planned("route", row(), row("tag_add"))
    assert found == [("tag_add",), ("revive",)]


def test_a_tag_for_somebody_who_is_created_is_given_as_any_tag(plan: Planning) -> None:
    found = plan.planned("route", row(), row("tag_add"), contacts="create")
    assert found == [("tag_add",), ("create",)]
