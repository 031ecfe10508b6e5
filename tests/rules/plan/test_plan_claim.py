"""What a run notes before its first write, and what it records without one."""

from datetime import timedelta

import pytest

from cases.in_memory import InMemory, Row
from cases.planned import ANN, NEW, NOW, OLD
from loader.model.reasons import ALREADY_APPLIED, IN_FLIGHT

VALUES: dict[str, object] = {"in_flight": IN_FLIGHT, "already_applied": ALREADY_APPLIED, "now": NOW}
EARLIER = NOW - timedelta(hours=1)
CLAIMED = "pre_existing, is_managed, claim_state, action, outcome, reason_code, attempts, run_id"
GONE = (False, True, "first_claim", "archive", "unknown", IN_FLIGHT, 0, "run 2")


@pytest.fixture
def planned(warehouse: InMemory) -> InMemory:
    """A plan of one run, with nothing in it."""
    texts = (
        "audience kind segment email_address current_email person_id action payload payload_hash"
    )
    texts += " marketing_permissions status route outcome reason_code message mailchimp_code"
    described: dict[str, str] = dict.fromkeys(texts.split(), "varchar")
    described |= dict.fromkeys(["is_ours", "is_new", "depends_on_contact"], "boolean")
    warehouse.make("loader_plan", **described, last_changed="timestamp")
    warehouse.make("loader_rules", audience="varchar", is_held_back="boolean")
    return warehouse


def going(route: str = "upsert", **changes: object) -> Row:
    """Ann, who is about to be sent and whom the list does not show, but for the changes."""
    said: Row = {"audience": "readers", "kind": "contact", "segment": "", "current_email": ANN}
    said |= {
        "email_address": ANN,
        "route": route,
        "action": route,
        "payload_hash": "hash 1",
        "is_ours": False,
    }
    return {**said, "is_new": True, **changes}


def known(**changes: object) -> Row:
    """Ann, as the ledger of the audience has her, but for the changes."""
    said: Row = {"list_id": "f00d", "audience": "readers", "kind": "contact", "segment": ""}
    return {**said, "email_address": ANN, "run_id": "run 1", **changes}


def claim(warehouse: InMemory, columns: str = CLAIMED, *, is_sent: bool = True) -> list[object]:
    """What the ledger has of Ann in this run, when it has claimed what it is about to send."""
    warehouse.run("plan/claim", is_sent=is_sent, **VALUES)
    return [*warehouse.rows(f"select {columns} from loader_ledger where run_id = 'run 2'")]


def settled(warehouse: InMemory, columns: str) -> list[tuple[object, ...]]:
    """What is recorded of what does not go to Mailchimp."""
    warehouse.run("plan/record_skipped", **VALUES)
    return warehouse.rows(f"select {columns} from loader_acks")


class TestClaiming:
    """Before the first write: who is about to be sent, and whether the list showed them."""

    @pytest.mark.parametrize(
        "route",
        ["upsert", "create", "revive", "segment_add", "tag_add", "permissions"],
    )
    def test_who_is_about_to_be_sent_is_claimed(self, planned: InMemory, route: str) -> None:
        planned.given("loader_plan", going(route))
        assert claim(planned) == [(False, True, "first_claim", None, None, None, 0, "run 2")]

    def test_who_is_about_to_be_archived_is_on_the_way(self, planned: InMemory) -> None:
        planned.given("loader_plan", going("archive"))
        assert claim(planned) == [GONE]

    @pytest.mark.parametrize(
        "route", ["withdraw", "unsubscribe", "segment_remove", "tag_remove", "change_address"]
    )
    def test_from_whom_something_is_taken_is_not_claimed(
        self, planned: InMemory, route: str
    ) -> None:
        planned.given("loader_plan", going(route))
        assert claim(planned) == []

    @pytest.mark.parametrize("outcome", ["held", "accepted", "rejected"])
    def test_who_is_not_sent_is_not_claimed(self, planned: InMemory, outcome: str) -> None:
        planned.given("loader_plan", going(outcome=outcome, reason_code=ALREADY_APPLIED))
        assert claim(planned) == []

    @pytest.mark.parametrize(
        ("status", "is_ours", "pre_existing"),
        [
            (None, False, False),
            ("subscribed", False, True),
            ("archived", False, True),
            ("subscribed", True, False),
        ],
    )
    def test_whom_the_list_showed_before_us_existed(
        self, planned: InMemory, status: str | None, *, is_ours: bool, pre_existing: bool
    ) -> None:
        planned.given("loader_plan", going(status=status, is_ours=is_ours))
        assert claim(planned, "pre_existing") == [(pre_existing,)]

    def test_a_claim_says_which_contact_it_is_and_where(self, planned: InMemory) -> None:
        planned.given("loader_plan", going("tag_add", kind="tag", segment="vip"))
        columns = "list_id, audience, kind, segment, email_address"
        assert claim(planned, columns) == [("f00d", "readers", "tag", "vip", ANN)]

    @pytest.mark.parametrize("is_held_back", [True, False])
    def test_of_an_audience_that_is_held_back_nobody_is_claimed(
        self, planned: InMemory, *, is_held_back: bool
    ) -> None:
        planned.given("loader_rules", {"audience": "readers", "is_held_back": is_held_back})
        planned.given("loader_plan", going())
        assert len(claim(planned)) == (not is_held_back)


class TestClaimingAgain:
    """What the ledger knew of somebody before the claim."""

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ({"is_managed": True, "pre_existing": True}, (True, True, None)),
            ({"is_managed": True, "pre_existing": None}, (False, True, None)),
            ({"is_managed": False, "pre_existing": True}, (True, True, "reclaim")),
            ({"is_managed": None, "pre_existing": True}, (True, True, "reclaim")),
            ({"is_managed": False, "pre_existing": None}, (False, True, "first_claim")),
        ],
        ids=[
            "is_managed",
            "is_managed, unseen",
            "not is_managed",
            "never tried",
            "not is_managed, unseen",
        ],
    )
    def test_a_claim_notes_what_it_changes_and_nothing_else(
        self, planned: InMemory, before: Row, after: tuple[object, ...]
    ) -> None:
        planned.given("loader_ledger", known(**before, claim_state="of a killed run"))
        planned.given("loader_plan", going())
        assert claim(planned, "pre_existing, is_managed, claim_state") == [after]

    def test_what_was_answered_before_is_kept_until_the_next_answer(
        self, planned: InMemory
    ) -> None:
        before = {
            "action": "upsert",
            "outcome": "held",
            "reason_code": "pending",
            "confirmed_hash": "h0",
        }
        planned.given("loader_ledger", known(**before))
        planned.given("loader_plan", going())
        columns = "action, outcome, reason_code, confirmed_hash"
        assert claim(planned, columns) == [("upsert", "held", "pending", "h0")]

    def test_who_is_about_to_be_archived_is_on_the_way(self, planned: InMemory) -> None:
        before = {"action": "upsert", "outcome": "accepted", "reason_code": None}
        planned.given("loader_ledger", known(**before))
        planned.given("loader_plan", going("archive"))
        columns = "action, outcome, reason_code"
        assert claim(planned, columns) == [("archive", "unknown", IN_FLIGHT)]

    @pytest.mark.parametrize(
        "other",
        [
            {"list_id": "beef"},
            {"audience": "others"},
            {"kind": "segment"},
            {"segment": "vip"},
            {"email_address": NEW},
        ],
        ids=" ".join,
    )
    def test_what_is_known_of_anything_else_stays(self, planned: InMemory, other: Row) -> None:
        planned.given("loader_ledger", known(**other))
        planned.given("loader_plan", going())
        claim(planned)
        kept = planned.rows("select is_managed from loader_ledger where run_id = 'run 1'")
        assert kept == [(None,)]


class TestClaimingWhatIsThere:
    """Whom the list shows as wanted is claimed without a write."""

    def test_who_is_as_wanted_already_is_claimed(self, planned: InMemory) -> None:
        planned.given(
            "loader_plan",
            going(outcome="accepted", reason_code=ALREADY_APPLIED, status="subscribed"),
        )
        assert claim(planned, "pre_existing, is_managed", is_sent=False) == [(True, True)]

    @pytest.mark.parametrize(
        ("outcome", "reason_code"),
        [
            (None, None),
            ("accepted", "already_gone"),
            ("accepted", None),
            ("rejected", ALREADY_APPLIED),
        ],
    )
    def test_nobody_else_is(
        self, planned: InMemory, outcome: str | None, reason_code: str | None
    ) -> None:
        planned.given("loader_plan", going(outcome=outcome, reason_code=reason_code))
        assert claim(planned, is_sent=False) == []


class TestClaimingChanges:
    """Before the first write: whose address is about to change, and to what."""

    TOLD = ("change_address", "unknown", IN_FLIGHT, NEW, "run 2")
    CHANGE = going("change_address", email_address=NEW, current_email=OLD)

    def told(self, warehouse: InMemory) -> list[tuple[object, ...]]:
        """What the ledger says when changes of address are claimed."""
        warehouse.run("plan/claim_changes", **VALUES)
        return warehouse.rows(
            "select action, outcome, reason_code, pending_email, run_id from loader_ledger"
        )

    def test_who_is_about_to_move_is_on_the_way_to_the_new_address(self, planned: InMemory) -> None:
        planned.given("loader_ledger", known(email_address=OLD))
        planned.given("loader_plan", self.CHANGE)
        assert self.told(planned) == [self.TOLD]

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"outcome": "held"}, id="held"),
            pytest.param({"route": "upsert"}, id="not moved"),
        ],
    )
    def test_who_is_not_moved_is_not_on_the_way(self, planned: InMemory, changes: Row) -> None:
        planned.given("loader_ledger", known(email_address=OLD))
        planned.given("loader_plan", {**self.CHANGE, **changes})
        assert self.told(planned) == [(None, None, None, None, "run 1")]

    def test_of_an_audience_that_is_held_back_nobody_moves(self, planned: InMemory) -> None:
        planned.given("loader_rules", {"audience": "readers", "is_held_back": True})
        planned.given("loader_ledger", known(email_address=OLD))
        planned.given("loader_plan", self.CHANGE)
        assert self.told(planned) == [(None, None, None, None, "run 1")]

    @pytest.mark.parametrize(
        "other",
        [
            {"list_id": "beef"},
            {"audience": "others"},
            {"kind": "permissions"},
            {"email_address": NEW},
        ],
        ids=" ".join,
    )
    def test_nothing_else_moves(self, planned: InMemory, other: Row) -> None:
        planned.given("loader_ledger", known(**{"email_address": OLD, **other}))
        planned.given("loader_plan", self.CHANGE)
        assert self.told(planned) == [(None, None, None, None, "run 1")]


class TestSettling:
    """What does not go to Mailchimp is recorded, where that is news."""

    def test_what_is_held_is_recorded_with_its_reason(self, planned: InMemory) -> None:
        said = going(
            "tag_add", segment="vip", outcome="held", reason_code="cleaned", person_id="p1"
        )
        planned.given("loader_plan", said)
        columns = "run_id, audience, list_id, segment, email_address, person_id, action, "
        columns += "payload_hash, outcome, reason_code, message, acked_at"
        who = ("run 2", "readers", "f00d", "vip", ANN, "p1")
        what = ("tag_add", "hash 1", "held", "cleaned", None, NOW)
        assert settled(planned, columns) == [(*who, *what)]

    @pytest.mark.parametrize(
        "said",
        [going(), going(outcome="held", reason_code="cleaned", is_new=False)],
        ids=["goes", "no news"],
    )
    def test_nothing_is_recorded_of_what_goes_or_is_no_news(
        self, planned: InMemory, said: Row
    ) -> None:
        planned.given("loader_plan", said)
        assert settled(planned, "outcome") == []

    @pytest.mark.parametrize(
        ("outcome", "action"), [("accepted", "revive"), ("rejected", "upsert"), ("held", "upsert")]
    )
    def test_what_is_done_has_the_name_of_how_and_what_is_not_the_name_of_the_wish(
        self, planned: InMemory, outcome: str, action: str
    ) -> None:
        planned.given("loader_plan", going("revive", action="upsert", outcome=outcome))
        assert settled(planned, "action") == [(action,)]
