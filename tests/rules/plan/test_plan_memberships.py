"""What a run does with memberships in segments, tags and marketing permissions."""

import pytest

from cases.in_memory import InMemory, Row
from cases.planned import ANN, NEW, NOW, OFF, OLD, ON, Planning, Verdict, goes, row
from loader.model.reasons import ALREADY_APPLIED

NOBODY = "not_on_list"
ADDS = [row("segment_add"), row("tag_add"), row("permissions", payload=ON)]
REMOVALS = [row("segment_remove"), row("tag_remove")]
SWITCHED_OFF = row("permissions", payload=OFF)
INVALID = row(outcome="invalid", reason_code="FNAME is too long")


def name(said: Row) -> str:
    """What a case is about."""
    return f"{said['action']}{' off' if said.get('payload') == OFF else ''}"


each_add = pytest.mark.parametrize("said", ADDS, ids=name)
each_removal = pytest.mark.parametrize("said", REMOVALS, ids=name)
each_kept = pytest.mark.parametrize("said", [*REMOVALS, SWITCHED_OFF], ids=name)


@pytest.fixture
def plan(warehouse: InMemory) -> Planning:
    """Nothing is known yet."""
    return Planning(warehouse)


class TestOfWhomIsThere:
    """Without a write of the contact itself, the status on the list decides."""

    @pytest.mark.parametrize(
        ("status", "outcome", "reason_code"),
        [
            (None, "held", NOBODY),
            ("subscribed", None, None),
            ("unsubscribed", "held", "unsubscribed"),
            ("pending", "held", "pending"),
            ("archived", "held", "archived"),
        ],
    )
    @each_add
    def test_something_is_given_to_who_gets_mail(
        self,
        plan: Planning,
        said: Row,
        status: str | None,
        outcome: str | None,
        reason_code: str | None,
    ) -> None:
        plan.shows(status)
        assert plan.verdict(said) == (said["action"], outcome, reason_code)

    @each_add
    def test_something_is_given_to_who_is_kept_in_another_status(
        self, plan: Planning, said: Row
    ) -> None:
        plan.shows("transactional")
        assert plan.verdict(said, maintained_status="transactional") == goes(said["action"])

    @pytest.mark.parametrize("status", ["subscribed", "unsubscribed", "cleaned", "pending"])
    @each_kept
    def test_something_is_taken_from_whoever_is_there(
        self, plan: Planning, said: Row, status: str
    ) -> None:
        plan.shows(status)
        assert plan.verdict(said) == goes(said["action"])

    @each_removal
    def test_what_an_archived_contact_is_in_nobody_sees_so_it_waits_until_they_are_back(
        self, plan: Planning, said: Row
    ) -> None:
        plan.shows("archived")
        assert plan.verdict(said) == (said["action"], "held", "archived")

    @each_removal
    def test_from_whom_is_not_there_nothing_is_taken(self, plan: Planning, said: Row) -> None:
        assert plan.verdict(said) == (said["action"], "accepted", "already_gone")

    def test_who_is_not_there_is_not_switched_off(self, plan: Planning) -> None:
        assert plan.verdict(SWITCHED_OFF) == ("permissions", "held", NOBODY)

    @pytest.mark.parametrize("payload", [f"[{OFF},{ON}]", None], ids=["one on", "no payload"])
    def test_permissions_of_which_one_is_switched_on_need_a_contact_that_gets_mail(
        self, plan: Planning, payload: str | None
    ) -> None:
        plan.shows("unsubscribed")
        said = row("permissions", payload=payload)
        assert plan.verdict(said) == ("permissions", "held", "unsubscribed")

    def test_only_permissions_are_switched_off(self, plan: Planning) -> None:
        plan.shows("unsubscribed")
        assert plan.verdict(row("tag_add", payload="vip")) == ("tag_add", "held", "unsubscribed")


class TestGivenByOthers:
    """A tag that somebody else of ours gives too stays."""

    STAYS: Verdict = ("tag_remove", "accepted", "shared_membership")

    def taken(self, plan: Planning, said: Row, **given: object) -> Verdict | None:
        """What becomes of a tag to be taken from Ann, when this was given."""
        plan.shows("subscribed")
        plan.shows("subscribed", OLD)
        plan.knows(**{"audience": "others", "kind": "tag", "segment": "vip", **given})
        return plan.verdict(said)

    @pytest.mark.parametrize(
        "given",
        [
            pytest.param({}, id="as a tag of another audience"),
            pytest.param({"kind": "segment", "segment": "VIP"}, id="as a segment of another"),
            pytest.param({"audience": "readers", "kind": "segment"}, id="as the own segment"),
        ],
    )
    def test_a_tag_that_is_given_otherwise_too_stays(self, plan: Planning, given: Row) -> None:
        assert self.taken(plan, row("tag_remove"), **given) == self.STAYS

    @pytest.mark.parametrize(
        "given",
        [
            pytest.param({"audience": "readers"}, id="by this audience"),
            pytest.param({"is_managed": False}, id="by nobody any more"),
            pytest.param({"segment": "regular"}, id="another tag"),
            pytest.param({"list_id": "beef"}, id="on another list"),
            pytest.param({"email_address": NEW}, id="to somebody else"),
        ],
    )
    def test_a_tag_that_is_given_by_nobody_else_is_taken(self, plan: Planning, given: Row) -> None:
        assert self.taken(plan, row("tag_remove"), **given) == goes("tag_remove")

    def test_what_was_given_under_the_old_address_counts(self, plan: Planning) -> None:
        said = row("tag_remove", previous_email=OLD)
        assert self.taken(plan, said, email_address=OLD) == self.STAYS

    def test_two_audiences_that_give_it_are_one_reason(self, plan: Planning) -> None:
        plan.shows("subscribed")
        plan.knows(audience="others", kind="tag", segment="vip")
        plan.knows(audience="more", kind="tag", segment="vip")
        assert plan.verdicts(row("tag_remove")) == [(ANN, self.STAYS)]

    def test_a_segment_is_left_although_a_tag_has_its_name(self, plan: Planning) -> None:
        said = row("segment_remove", segment="vip")
        assert self.taken(plan, said) == goes("segment_remove")

    def test_a_tag_is_given_also_when_others_give_it(self, plan: Planning) -> None:
        assert self.taken(plan, row("tag_add")) == goes("tag_add")

    def test_that_nobody_is_there_is_said_before_that_others_give_it(self, plan: Planning) -> None:
        plan.knows(audience="others", kind="tag", segment="vip")
        assert plan.verdict(row("tag_remove")) == ("tag_remove", "accepted", "already_gone")


class TestBesideTheContact:
    """A contact that is written brings what it is given; one that is not gets nothing."""

    @each_add
    def test_who_is_created_now_is_given_the_rest_after_that(
        self, plan: Planning, said: Row
    ) -> None:
        found = plan.planned("kind, outcome, depends_on_contact", row(), said)
        assert (said["kind"], None, True) in found

    @each_add
    def test_who_cannot_be_written_is_given_nothing(self, plan: Planning, said: Row) -> None:
        plan.shows("subscribed")
        assert plan.verdict(said, INVALID) is None

    @each_kept
    def test_from_who_cannot_be_written_is_still_taken(self, plan: Planning, said: Row) -> None:
        plan.shows("unsubscribed")
        assert plan.verdict(said, INVALID) == goes(said["action"])

    @each_kept
    def test_from_who_cannot_be_moved_nothing_is_taken_under_the_new_address(
        self, plan: Planning, said: Row
    ) -> None:
        plan.shows("unsubscribed", OLD)
        change = row("change_address", previous_email=OLD)
        assert plan.verdict({**said, "previous_email": OLD}, change) is None

    @each_add
    def test_who_was_there_before_and_stays_as_is_gets_the_rest(
        self, plan: Planning, said: Row
    ) -> None:
        plan.shows("subscribed")
        assert plan.verdict(said, row(), contacts="create") == goes(said["action"])

    @each_add
    def test_who_is_as_wanted_already_gets_the_rest(self, plan: Planning, said: Row) -> None:
        plan.shows("subscribed")
        plan.compares()
        assert plan.verdict(said, row(), shown=ALREADY_APPLIED) == goes(said["action"])

    @each_add
    def test_that_another_contact_is_written_says_nothing(self, plan: Planning, said: Row) -> None:
        assert plan.verdict(said, row(email_address=NEW)) == (said["action"], "held", NOBODY)

    def test_who_is_held_because_nobody_is_there_is_not_switched_off(self, plan: Planning) -> None:
        becomes = plan.verdict(SWITCHED_OFF, row(), contacts="update")
        assert becomes == ("permissions", "held", NOBODY)

    @each_add
    def test_who_is_revived_is_given_the_rest(self, plan: Planning, said: Row) -> None:
        plan.shows("archived", last_changed=NOW)
        plan.knows(archived_at=NOW)
        assert plan.verdict(said, row()) == goes(said["action"])


class TestFollowing:
    """What waits for the answer about the contact itself."""

    def follows(self, plan: Planning, said: Row, *contact: Row) -> bool:
        """Whether this goes only when the contact was accepted."""
        plan.shows("subscribed")
        plan.shows("subscribed", OLD)
        found = dict(plan.planned("kind, depends_on_contact", said, *contact))
        return bool(found[said["kind"]])

    @each_add
    def test_what_is_given_waits_for_the_contact(self, plan: Planning, said: Row) -> None:
        assert self.follows(plan, said, row())

    @each_kept
    def test_what_is_taken_waits_for_nothing(self, plan: Planning, said: Row) -> None:
        assert not self.follows(plan, said, row())

    @pytest.mark.parametrize("said", [*ADDS, *REMOVALS, SWITCHED_OFF], ids=name)
    def test_under_a_new_address_everything_waits_for_the_move(
        self, plan: Planning, said: Row
    ) -> None:
        moving = {"email_address": NEW, "previous_email": OLD}
        change = row("change_address", **moving)
        assert self.follows(plan, {**said, **moving}, change)

    @each_add
    def test_where_no_contact_is_written_nothing_waits(self, plan: Planning, said: Row) -> None:
        assert not self.follows(plan, said)

    @each_add
    def test_where_the_contact_is_as_wanted_nothing_waits(self, plan: Planning, said: Row) -> None:
        plan.compares()
        assert not self.follows(plan, said, row())

    def test_a_contact_waits_for_nothing(self, plan: Planning) -> None:
        assert not self.follows(plan, row())
