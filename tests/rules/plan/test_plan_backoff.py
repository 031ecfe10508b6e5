"""When a run offers again what an earlier one offered in vain, and when it does not."""

from datetime import timedelta

import pytest

from cases.in_memory import InMemory, Row
from cases.planned import NOW, OFF, Planning, Verdict, answered, goes, row
from loader.model.reasons import DEAD_LETTERED, ISOLATED_FAILURE

REFUSED: Verdict = ("upsert", "rejected", "fake address")
SET_ASIDE: Verdict = ("upsert", "rejected", DEAD_LETTERED)


@pytest.fixture
def plan(warehouse: InMemory) -> Planning:
    """Nothing is known yet."""
    return Planning(warehouse)


def refused(action: str = "upsert", **changes: object) -> Row:
    """Somebody whom Mailchimp refused just now, but for the changes."""
    return answered(action, "rejected", "fake address", **changes)


def unheard(action: str = "upsert", **changes: object) -> Row:
    """Somebody of whom three runs got no usable answer, but for the changes."""
    return answered(action, "unknown", ISOLATED_FAILURE, **{"attempts": 3, **changes})


class TestRefused:
    """What Mailchimp refused is offered again after a day, three days and a week."""

    @pytest.mark.parametrize(
        ("attempts", "days"), [(1, 1), (2, 3), (3, 7)], ids=["a day", "three days", "a week"]
    )
    def test_who_was_refused_is_offered_again_when_the_time_has_come(
        self, plan: Planning, attempts: int, days: int
    ) -> None:
        said = refused(attempts=attempts, acked_at=NOW - timedelta(days=days))
        assert plan.verdict(said) == goes("upsert")

    @pytest.mark.parametrize(
        ("attempts", "days"), [(1, 1), (2, 3), (3, 7)], ids=["a day", "three days", "a week"]
    )
    def test_until_then_it_stays_refused(self, plan: Planning, attempts: int, days: int) -> None:
        just_not = NOW - timedelta(days=days) + timedelta(seconds=1)
        assert plan.verdict(refused(attempts=attempts, acked_at=just_not)) == REFUSED

    @pytest.mark.parametrize("attempts", [4, 5, None])
    def test_who_was_refused_four_times_is_not_offered_again(
        self, plan: Planning, attempts: int | None
    ) -> None:
        long_ago = NOW - timedelta(days=400)
        assert plan.verdict(refused(attempts=attempts, acked_at=long_ago)) == REFUSED

    @pytest.mark.parametrize(
        ("changes", "options"),
        [
            pytest.param({"last_hash": "hash 0"}, {}, id="the payload changed"),
            pytest.param({"last_action": "change_address"}, {}, id="it was something else"),
            pytest.param({"last_outcome": "held"}, {}, id="it was not refused"),
            pytest.param({}, {"retry_rejected": True}, id="somebody asks for it"),
        ],
    )
    def test_at_once_it_is_offered_again_only_with_a_cause(
        self, plan: Planning, changes: Row, options: Row
    ) -> None:
        assert plan.verdict(refused(**changes), **options) == goes("upsert")

    def test_a_refusal_without_words_is_one(self, plan: Planning) -> None:
        assert plan.verdict(refused(last_reason_code=None)) == ("upsert", "rejected", None)

    def test_what_mailchimp_says_is_kept_to_the_last_word(self, plan: Planning) -> None:
        reason_code = "Invalid resource: 400: fake"
        assert plan.verdict(refused(last_reason_code=reason_code)) == (
            "upsert",
            "rejected",
            reason_code,
        )

    def test_a_refused_leave_without_a_payload_stays_refused(self, plan: Planning) -> None:
        plan.shows("subscribed")
        said = refused("archive", payload_hash=None, last_hash=None)
        assert plan.verdict(said) == ("archive", "rejected", "fake address")


class TestSetAside:
    """Who made three runs fail, alone, is not offered a fourth time."""

    def test_who_got_no_answer_alone_in_three_runs_is_rejected(self, plan: Planning) -> None:
        assert plan.verdict(unheard()) == SET_ASIDE

    def test_who_got_no_answer_in_more_runs_is_rejected(self, plan: Planning) -> None:
        assert plan.verdict(unheard(attempts=4)) == SET_ASIDE

    @pytest.mark.parametrize(
        ("changes", "options"),
        [
            pytest.param({"attempts": 2}, {}, id="in two runs"),
            pytest.param({"last_reason_code": "no_usable_answer"}, {}, id="not alone"),
            pytest.param({"last_outcome": "held"}, {}, id="it was answered"),
            pytest.param({"last_hash": "hash 0"}, {}, id="the payload changed"),
            pytest.param({"last_action": "change_address"}, {}, id="it was something else"),
            pytest.param({}, {"retry_rejected": True}, id="somebody asks for it"),
        ],
    )
    def test_anybody_else_without_an_answer_is_offered_again(
        self, plan: Planning, changes: Row, options: Row
    ) -> None:
        assert plan.verdict(unheard(**changes), **options) == goes("upsert")


class TestFirst:
    """Of several things that are true of somebody, the one that the data can mend is said."""

    @pytest.mark.parametrize("said", [refused(), unheard()], ids=["refused", "set aside"])
    def test_what_the_warehouse_knows_is_said_before_what_mailchimp_said(
        self, plan: Planning, said: Row
    ) -> None:
        said = {**said, "outcome": "invalid", "reason_code": "FNAME is too long"}
        assert plan.verdict(said) == ("upsert", "invalid", "FNAME is too long")

    def test_what_the_warehouse_knows_is_said_before_the_status(self, plan: Planning) -> None:
        plan.shows("unsubscribed")
        said = row(outcome="held", reason_code="no_consent")
        assert plan.verdict(said) == ("upsert", "held", "no_consent")

    @pytest.mark.parametrize(
        ("said", "becomes"),
        [(refused(), REFUSED), (unheard(), SET_ASIDE)],
        ids=["refused", "aside"],
    )
    @pytest.mark.parametrize("status", ["unsubscribed", "subscribed", None])
    def test_a_rejection_is_said_before_the_status(
        self, plan: Planning, said: Row, becomes: Verdict, status: str | None
    ) -> None:
        plan.shows(status)
        assert plan.verdict(said, contacts="update") == becomes

    @pytest.mark.parametrize("said", [refused("archive"), unheard("archive")], ids=["re", "aside"])
    def test_a_leave_that_was_rejected_stays_so_also_of_somebody_who_is_gone(
        self, plan: Planning, said: Row
    ) -> None:
        verdict = plan.verdict(said)
        assert verdict is not None
        assert verdict[1] == "rejected"


class TestMemberships:
    """Memberships and permissions are offered again as contacts are."""

    @pytest.mark.parametrize("action", ["segment_add", "segment_remove", "tag_add", "tag_remove"])
    def test_who_was_refused_by_a_segment_is_not_offered_to_it_again(
        self, plan: Planning, action: str
    ) -> None:
        plan.shows("subscribed")
        assert plan.verdict(refused(action)) == (action, "rejected", "fake address")

    def test_a_refusal_without_words_is_one(self, plan: Planning) -> None:
        plan.shows("subscribed")
        said = refused("permissions", last_reason_code=None)
        assert plan.verdict(said) == ("permissions", "rejected", None)

    def test_who_got_no_answer_alone_in_three_runs_is_rejected(self, plan: Planning) -> None:
        plan.shows("subscribed")
        said = unheard("permissions", payload=OFF)
        assert plan.verdict(said) == ("permissions", "rejected", SET_ASIDE[2])

    @pytest.mark.parametrize("said", [refused("tag_remove"), unheard("tag_remove")])
    def test_a_rejection_is_said_before_that_nobody_is_there(
        self, plan: Planning, said: Row
    ) -> None:
        verdict = plan.verdict(said)
        assert verdict is not None
        assert verdict[1] == "rejected"

    def test_what_the_warehouse_knows_is_said_first(self, plan: Planning) -> None:
        plan.shows("subscribed")
        said = {**refused("segment_add"), "outcome": "held", "reason_code": "no_consent"}
        assert plan.verdict(said) == ("segment_add", "held", "no_consent")
