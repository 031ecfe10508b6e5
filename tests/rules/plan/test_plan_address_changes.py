"""What a run does with contacts that have another address than the data or the list knew."""

import pytest

from cases.in_memory import InMemory, Row
from cases.planned import ANN, NEW, OLD, Planning, answered, goes, row
from loader.model.reasons import DEAD_LETTERED, ISOLATED_FAILURE

HELD = ("upsert", "held", "email_changed")
CHANGE = row("change_address", email_address=NEW, previous_email=OLD)


@pytest.fixture
def plan(warehouse: InMemory) -> Planning:
    """Nothing is known yet."""
    return Planning(warehouse)


def test_a_change_of_address_is_told_of_the_contact_under_the_old_one(plan: Planning) -> None:
    plan.shows("subscribed", OLD)
    columns = "current_email, email_address, route, outcome"
    assert plan.planned(columns, CHANGE) == [(OLD, NEW, "change_address", None)]


def test_who_unsubscribed_under_the_old_address_is_not_moved(plan: Planning) -> None:
    plan.shows("unsubscribed", OLD)
    assert plan.verdict(CHANGE) == ("change_address", "held", "unsubscribed")


class TestTaken:
    """Two contacts of a list cannot have one address."""

    TAKEN = ("change_address", "rejected", "email_taken")

    @pytest.mark.parametrize("status", ["subscribed", "unsubscribed"])
    def test_nobody_moves_to_an_address_that_the_list_has(
        self, plan: Planning, status: str
    ) -> None:
        plan.shows("subscribed", OLD)
        plan.shows(status, NEW)
        assert plan.verdict(CHANGE) == self.TAKEN

    def test_an_address_on_another_list_is_free(self, plan: Planning) -> None:
        plan.shows("subscribed", OLD)
        plan.shows("subscribed", NEW, list_id="beef")
        assert plan.verdict(CHANGE) == goes("change_address")

    def test_who_keeps_the_address_takes_it_from_nobody(self, plan: Planning) -> None:
        plan.shows("subscribed")
        assert plan.verdict(row()) == goes("upsert")

    def test_an_address_that_is_no_address_is_said_first(self, plan: Planning) -> None:
        plan.shows("subscribed", NEW)
        wrong = {**CHANGE, "outcome": "invalid", "reason_code": "no address"}
        assert plan.verdict(wrong) == ("change_address", "invalid", "no address")

    def test_that_it_is_taken_is_said_before_what_was_refused_once(self, plan: Planning) -> None:
        plan.shows("subscribed", NEW)
        refused = answered("change_address", "rejected", "too many signups")
        assert plan.verdict({**CHANGE, **refused, **_addresses()}) == self.TAKEN


def _addresses() -> Row:
    return {"email_address": NEW, "previous_email": OLD}


class TestFoundElsewhere:
    """A contact whose address was changed in Mailchimp would be a second one under the old."""

    def test_who_was_moved_by_hand_is_not_created_again(self, plan: Planning) -> None:
        plan.notes()
        plan.shows("subscribed", NEW)
        assert plan.verdict(row(email_address=OLD)) == HELD

    def test_whom_somebody_moved_by_hand_is_not_moved_from_the_old_address(
        self, plan: Planning
    ) -> None:
        plan.notes()
        change = row("change_address", previous_email=OLD)
        assert plan.verdict(change) == ("change_address", "held", "email_changed")

    def test_a_move_by_hand_is_said_before_that_nobody_is_there(self, plan: Planning) -> None:
        plan.notes()
        becomes = plan.verdict(row("archive", email_address=OLD))
        assert becomes == ("archive", "held", "email_changed")

    @pytest.mark.parametrize("action", ["segment_remove", "tag_remove"])
    def test_who_was_moved_by_hand_keeps_what_would_be_taken_from_the_old_address(
        self, plan: Planning, action: str
    ) -> None:
        plan.notes()
        plan.shows("subscribed", NEW)
        becomes = plan.verdict(row(action, email_address=OLD))
        assert becomes == (action, "held", "email_changed")

    def test_of_two_addresses_that_were_noted_one_is_taken_with_its_own_status(
        self, plan: Planning
    ) -> None:
        plan.notes(actual="a@shop.de")
        plan.notes(actual="b@shop.de", audience="others")
        plan.shows("unsubscribed", "a@shop.de")
        assert plan.verdict(row("withdraw", email_address=OLD)) == (
            "withdraw",
            "held",
            "email_changed",
        )

    @pytest.mark.parametrize(
        "noted",
        [
            pytest.param({"list_id": "beef"}, id="moved on another list"),
            pytest.param({"drift_type": "value"}, id="something else was changed"),
            pytest.param({"email_address": ANN}, id="somebody else was moved"),
        ],
    )
    def test_any_other_change_by_hand_moves_nobody(self, plan: Planning, noted: Row) -> None:
        plan.notes(**noted)
        assert plan.verdict(row(email_address=OLD)) == goes("upsert")

    def test_who_is_shown_under_the_old_address_again_has_not_moved(self, plan: Planning) -> None:
        plan.notes()
        plan.shows("subscribed", OLD)
        assert plan.verdict(row(email_address=OLD)) == goes("upsert")

    def test_who_is_shown_under_the_old_address_on_another_list_has_moved(
        self, plan: Planning
    ) -> None:
        plan.notes()
        plan.shows("subscribed", OLD, list_id="beef")
        assert plan.verdict(row(email_address=OLD)) == HELD

    def test_what_two_audiences_noted_is_one_move(self, plan: Planning) -> None:
        plan.notes()
        plan.notes(audience="others")
        assert plan.verdicts(row(email_address=OLD)) == [(OLD, HELD)]

    @pytest.mark.parametrize("action", ["upsert", "withdraw"])
    @pytest.mark.parametrize(
        ("said", "reason_code"),
        [
            (("rejected", "fake"), "fake"),
            (("unknown", ISOLATED_FAILURE), DEAD_LETTERED),
        ],
        ids=["refused", "set aside"],
    )
    def test_a_rejection_is_said_before_a_move_by_hand(
        self, plan: Planning, action: str, said: tuple[str, str], reason_code: str
    ) -> None:
        plan.notes()
        plan.shows("unsubscribed", NEW)
        rejected = answered(action, *said, email_address=OLD, attempts=3)
        assert plan.verdict(rejected) == (action, "rejected", reason_code)


class TestWithdrawing:
    """A withdrawn consent is told where the contact is."""

    WITHDRAW = row("withdraw", email_address=OLD)
    DONE = ("withdraw", "accepted", "email_changed")
    WAITS = ("withdraw", "held", "email_changed")

    @pytest.mark.parametrize("status", ["subscribed", "pending"])
    def test_who_gets_mail_under_the_new_address_is_withdrawn_there(
        self, plan: Planning, status: str
    ) -> None:
        plan.notes()
        plan.shows(status, NEW)
        found = plan.verdicts(self.WITHDRAW)
        assert found == [(NEW, goes("withdraw")), (OLD, self.WAITS)]

    def test_who_gets_no_mail_under_the_new_address_is_done_with(self, plan: Planning) -> None:
        plan.notes()
        plan.shows("unsubscribed", NEW)
        found = plan.verdicts(self.WITHDRAW)
        assert found == [
            (NEW, ("withdraw", "accepted", "already_unsubscribed")),
            (OLD, self.DONE),
        ]

    def test_only_who_withdraws_is_done_with(self, plan: Planning) -> None:
        plan.notes()
        plan.shows("unsubscribed", NEW)
        assert plan.verdicts(row(email_address=OLD)) == [(OLD, HELD)]

    def test_only_who_withdraws_is_followed(self, plan: Planning) -> None:
        plan.notes()
        plan.shows("subscribed", NEW)
        found = plan.verdicts(row("unsubscribe", email_address=OLD))
        assert found == [(OLD, ("unsubscribe", "held", "email_changed"))]

    def test_who_is_not_shown_under_the_new_address_either_is_waited_for(
        self, plan: Planning
    ) -> None:
        plan.notes()
        assert plan.verdicts(self.WITHDRAW) == [(OLD, self.WAITS)]

    def test_what_the_data_say_of_the_new_address_comes_first(self, plan: Planning) -> None:
        plan.notes()
        plan.shows("subscribed", NEW)
        found = plan.verdicts(self.WITHDRAW, row(email_address=NEW))
        assert found == [(NEW, goes("upsert")), (OLD, self.WAITS)]

    def test_who_is_mirrored_away_under_the_new_address_is_not_withdrawn_there_too(
        self, plan: Planning
    ) -> None:
        plan.notes()
        plan.shows("subscribed", NEW)
        found = plan.verdicts(self.WITHDRAW, row("archive", email_address=NEW))
        assert found == [(NEW, goes("archive")), (OLD, self.WAITS)]

    def test_where_they_are_is_how_they_are_known(self, plan: Planning) -> None:
        plan.notes()
        plan.shows("subscribed", NEW)
        found = plan.planned(
            "email_address, current_email, person_id", {**self.WITHDRAW, "person_id": "p1"}
        )
        assert found == [(NEW, NEW, "p1"), (OLD, OLD, "p1")]
