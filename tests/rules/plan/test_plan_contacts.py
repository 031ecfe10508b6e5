"""What a run does with a contact, by what the list shows of it."""

from datetime import timedelta

import pytest

from cases.in_memory import InMemory, Row
from cases.planned import NEW, NOW, Planning, Verdict, goes, row
from loader.model.reasons import ALREADY_APPLIED

ARCHIVED = NOW - timedelta(days=10)


@pytest.fixture
def plan(warehouse: InMemory) -> Planning:
    """Nothing is known yet."""
    return Planning(warehouse)


@pytest.mark.parametrize(
    ("action", "status", "becomes"),
    [
        ("upsert", None, goes("upsert")),
        ("upsert", "subscribed", goes("upsert")),
        ("upsert", "unsubscribed", ("upsert", "held", "unsubscribed")),
        ("upsert", "cleaned", ("upsert", "held", "cleaned")),
        ("upsert", "pending", ("upsert", "held", "pending")),
        ("upsert", "archived", ("upsert", "held", "archived")),
        ("upsert", "transactional", ("upsert", "held", "transactional")),
        ("withdraw", None, ("withdraw", "accepted", "already_gone")),
        ("withdraw", "subscribed", goes("withdraw")),
        ("withdraw", "pending", goes("withdraw")),
        ("withdraw", "unsubscribed", ("withdraw", "accepted", "already_unsubscribed")),
        ("withdraw", "archived", ("withdraw", "accepted", "already_archived")),
        ("unsubscribe", None, ("unsubscribe", "accepted", "already_gone")),
        ("unsubscribe", "subscribed", goes("unsubscribe")),
        ("unsubscribe", "pending", goes("unsubscribe")),
        ("unsubscribe", "cleaned", ("unsubscribe", "accepted", "already_cleaned")),
        ("archive", None, ("archive", "accepted", "already_gone")),
        ("archive", "subscribed", goes("archive")),
        ("archive", "pending", goes("unsubscribe")),
        ("archive", "unsubscribed", ("archive", "accepted", "already_unsubscribed")),
        ("archive", "archived", ("archive", "accepted", "already_archived")),
    ],
)
def test_what_becomes_of_a_contact_follows_from_its_status_on_the_list(
    plan: Planning, action: str, status: str | None, becomes: Verdict
) -> None:
    plan.shows(status)
    assert plan.verdict(row(action)) == becomes


@pytest.mark.parametrize(
    ("contacts", "status", "becomes"),
    [
        ("update", None, ("upsert", "held", "not_on_list")),
        ("update", "subscribed", goes("upsert")),
        ("update", "unsubscribed", ("upsert", "held", "unsubscribed")),
        ("create", None, goes("create")),
        ("create", "subscribed", ("upsert", "held", "exists")),
        ("create", "unsubscribed", ("upsert", "held", "unsubscribed")),
    ],
)
def test_an_audience_may_say_whether_contacts_are_created_or_updated(
    plan: Planning, contacts: str, status: str | None, becomes: Verdict
) -> None:
    plan.shows(status)
    assert plan.verdict(row(), contacts=contacts) == becomes


@pytest.mark.parametrize("action", ["withdraw", "unsubscribe", "archive"])
def test_an_audience_that_only_creates_lets_people_leave(plan: Planning, action: str) -> None:
    plan.shows("subscribed")
    assert plan.verdict(row(action), contacts="create") == goes(action)


@pytest.mark.parametrize(
    ("contacts", "becomes"),
    [
        ("upsert", goes("change_address")),
        ("update", ("change_address", "held", "not_on_list")),
    ],
)
def test_a_change_of_address_of_somebody_gone_is_told_where_contacts_are_created(
    plan: Planning, contacts: str, becomes: Verdict
) -> None:
    change = row("change_address", previous_email="old@shop.de")
    assert plan.verdict(change, contacts=contacts) == becomes


def test_the_list_that_counts_is_the_own(plan: Planning) -> None:
    plan.shows("unsubscribed", list_id="beef")
    assert plan.verdict(row()) == goes("upsert")


@pytest.mark.parametrize(
    ("status", "becomes"),
    [
        ("subscribed", goes("upsert")),
        ("transactional", goes("upsert")),
        ("unsubscribed", ("upsert", "held", "unsubscribed")),
    ],
)
def test_who_is_wanted_with_another_status_is_kept_up_to_date_in_it(
    plan: Planning, status: str, becomes: Verdict
) -> None:
    plan.shows(status)
    assert plan.verdict(row(), maintained_status="transactional") == becomes


class TestCreating:
    """An audience that only creates finishes what a killed run of it began."""

    def test_a_contact_that_it_began_to_create_goes_again(self, plan: Planning) -> None:
        plan.shows("subscribed")
        plan.knows()
        assert plan.verdict(row(is_managed=True), contacts="create") == goes("upsert")

    @pytest.mark.parametrize(
        ("pre_existing", "said"),
        [
            pytest.param(True, {"is_managed": True}, id="there before us"),
            pytest.param(None, {"is_managed": True}, id="nobody knows whether before us"),
            pytest.param(False, {"is_managed": False}, id="not is_managed"),
            pytest.param(
                False, {"is_managed": True, "confirmed_hash": "hash 0"}, id="created already"
            ),
        ],
    )
    def test_any_other_that_is_there_stays_as_it_is(
        self, plan: Planning, said: Row, *, pre_existing: bool | None
    ) -> None:
        plan.shows("subscribed")
        plan.knows(pre_existing=pre_existing)
        assert plan.verdict(row(**said), contacts="create") == ("upsert", "held", "exists")

    def test_what_it_began_to_create_and_is_as_wanted_needs_no_write(self, plan: Planning) -> None:
        plan.shows("subscribed")
        plan.knows()
        plan.compares()
        becomes = plan.verdict(row(is_managed=True), contacts="create")
        assert becomes == ("upsert", "accepted", ALREADY_APPLIED)

    def test_somebody_who_exists_stays_also_when_as_wanted(self, plan: Planning) -> None:
        plan.shows("subscribed")
        plan.compares()
        assert plan.verdict(row(), contacts="create") == ("upsert", "held", "exists")


class TestOurs:
    """A contact is ours when no audience of the list found it there."""

    @pytest.mark.parametrize(
        ("known", "is_ours"),
        [
            pytest.param({}, True, id="new when we sent it"),
            pytest.param({"audience": "others"}, True, id="new when another audience sent it"),
            pytest.param({"pre_existing": True}, False, id="there before"),
            pytest.param({"pre_existing": None}, False, id="nobody knows"),
            pytest.param({"kind": "segment"}, False, id="only its membership is known"),
            pytest.param({"list_id": "beef"}, False, id="new on another list"),
            pytest.param({"email_address": NEW}, False, id="somebody else"),
        ],
    )
    def test_who_was_new_on_the_list_is_ours(
        self, plan: Planning, known: Row, *, is_ours: bool
    ) -> None:
        plan.knows(**known)
        assert plan.planned("is_ours", row()) == [(is_ours,)]

    def test_one_audience_that_made_the_contact_is_enough(self, plan: Planning) -> None:
        plan.knows(pre_existing=True)
        plan.knows(audience="others", pre_existing=False)
        assert plan.planned("is_ours", row()) == [(True,)]

    def test_who_changes_address_is_known_under_the_old_one(self, plan: Planning) -> None:
        plan.knows(email_address="old@shop.de")
        change = row("change_address", previous_email="old@shop.de")
        assert plan.planned("current_email, is_ours", change) == [("old@shop.de", True)]


class TestAlreadyThere:
    """A contact that the list shows as wanted needs no write."""

    def test_who_was_compared_and_does_not_differ_needs_no_write(self, plan: Planning) -> None:
        plan.shows("subscribed")
        plan.compares()
        assert plan.verdict(row()) == ("upsert", "accepted", ALREADY_APPLIED)

    def test_that_another_is_as_wanted_says_nothing(self, plan: Planning) -> None:
        plan.shows("subscribed")
        plan.compares(NEW)
        assert plan.verdict(row()) == goes("upsert")

    def test_who_is_unsubscribed_is_held_also_when_as_wanted(self, plan: Planning) -> None:
        plan.shows("unsubscribed")
        plan.compares()
        assert plan.verdict(row()) == ("upsert", "held", "unsubscribed")

    def test_who_is_to_be_revived_is_written_also_when_as_wanted(self, plan: Planning) -> None:
        plan.shows("archived", last_changed=ARCHIVED)
        plan.knows(archived_at=ARCHIVED)
        plan.compares()
        assert plan.verdict(row()) == goes("revive")


class TestReviving:
    """Whom we archived is subscribed again, unless somebody touched the contact since."""

    @pytest.mark.parametrize(
        ("seconds", "becomes"),
        [
            pytest.param(-1, ("upsert", "held", "archived"), id="changed before"),
            pytest.param(0, goes("revive"), id="changed by that"),
            pytest.param(1, ("upsert", "held", "archived"), id="changed since"),
        ],
    )
    def test_whom_we_archived_comes_back_when_nobody_changed_the_contact_since(
        self, plan: Planning, seconds: int, becomes: Verdict
    ) -> None:
        plan.shows("archived", last_changed=ARCHIVED + timedelta(seconds=seconds))
        plan.knows(archived_at=ARCHIVED)
        assert plan.verdict(row()) == becomes

    def test_whom_somebody_else_archived_stays_there(self, plan: Planning) -> None:
        plan.shows("archived", last_changed=ARCHIVED)
        plan.knows(archived_at=None)
        assert plan.verdict(row()) == ("upsert", "held", "archived")

    def test_the_last_time_that_an_audience_archived_counts(self, plan: Planning) -> None:
        plan.shows("archived", last_changed=ARCHIVED)
        plan.knows(archived_at=ARCHIVED - timedelta(days=9))
        plan.knows(audience="others", archived_at=ARCHIVED)
        assert plan.verdict(row()) == goes("revive")

    def test_who_unsubscribed_never_comes_back(self, plan: Planning) -> None:
        plan.shows("unsubscribed", last_changed=ARCHIVED)
        plan.knows(archived_at=ARCHIVED)
        assert plan.verdict(row()) == ("upsert", "held", "unsubscribed")

    def test_an_audience_that_does_not_subscribe_revives_nobody(self, plan: Planning) -> None:
        plan.shows("archived", last_changed=ARCHIVED)
        plan.knows(archived_at=ARCHIVED)
        assert plan.verdict(row(), revives=False) == ("upsert", "held", "archived")

    def test_an_audience_that_only_creates_revives(self, plan: Planning) -> None:
        plan.shows("archived", last_changed=ARCHIVED)
        plan.knows(archived_at=ARCHIVED)
        assert plan.verdict(row(), contacts="create") == goes("revive")

    def test_who_leaves_is_not_revived(self, plan: Planning) -> None:
        plan.shows("archived", last_changed=ARCHIVED)
        plan.knows(archived_at=ARCHIVED)
        assert plan.verdict(row("archive")) == ("archive", "accepted", "already_archived")


class TestArchiving:
    """By whom somebody is archived, of whose archive no answer was heard, nobody knows."""

    UNHEARD = row("archive", last_action="archive", last_outcome="unknown")

    @pytest.mark.parametrize(
        ("status", "changes"),
        [
            pytest.param("archived", {}, id="archived"),
            pytest.param("unsubscribed", {}, id="not archived but unsubscribed"),
            pytest.param("archived", {"action": "unsubscribe"}, id="is to be unsubscribed now"),
            pytest.param("archived", {"last_action": "unsubscribe"}, id="unsubscribe was unheard"),
            pytest.param("archived", {"last_outcome": "rejected"}, id="the archive was refused"),
        ],
    )
    def test_anybody_else_who_is_gone_was_gone_already(
        self, plan: Planning, status: str, changes: Row
    ) -> None:
        plan.shows(status)
        said = {**self.UNHEARD, **changes}
        assert plan.verdict(said) == (said["action"], "accepted", f"already_{status}")
