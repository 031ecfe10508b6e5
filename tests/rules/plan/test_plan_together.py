"""What audiences want of one contact in one run: who comes first, and what follows."""

from datetime import datetime

import pytest

from cases.in_memory import InMemory, Row
from cases.planned import ANN, OFF, ON, Planning, goes, row

OTHERS = {"audience": "others"}
ARCHIVED = datetime(2026, 11, 1)  # noqa: DTZ001 - as the warehouse keeps times


@pytest.fixture
def plan(warehouse: InMemory) -> Planning:
    """Two audiences have their turn, and nothing is known yet."""
    planning = Planning(warehouse)
    planning.has("others")
    return planning


def planned(plan: Planning, *delta: Row, **options: object) -> dict[str, tuple[object, ...]]:
    """Route, outcome, reason, turn and whether it follows, by audience and action."""
    columns = "audience, action, route, outcome, reason_code, turn, depends_on_contact"
    found = plan.planned(columns, *delta, **options)
    return {f"{audience} {action}": tuple(rest) for audience, action, *rest in found}


def archived_by_us(plan: Planning) -> None:
    plan.shows("archived", last_changed=ARCHIVED)
    plan.knows(is_managed=False, archived_at=ARCHIVED)


class TestBringing:
    """Of several audiences that would make a contact, or bring it back, one does."""

    def test_one_makes_a_contact_and_the_other_comes_after_it(self, plan: Planning) -> None:
        found = planned(plan, row(), row(**OTHERS))
        assert found["others upsert"] == ("upsert", None, None, 1, False)
        assert found["readers upsert"] == ("upsert", None, None, 2, False)

    def test_one_brings_back_and_the_other_goes_when_that_was_accepted(
        self, plan: Planning
    ) -> None:
        archived_by_us(plan)
        found = planned(plan, row(), row(**OTHERS))
        assert found["others upsert"] == ("revive", None, None, 1, False)
        assert found["readers upsert"] == ("upsert", None, None, 2, True)

    def test_who_only_creates_leaves_alone_whom_another_makes(self, plan: Planning) -> None:
        plan.has("others", contacts="create")
        plan.has("readers", contacts="create")
        found = planned(plan, row(), row(**OTHERS))
        assert found["others upsert"][:3] == goes("create")
        assert found["readers upsert"][1:3] == ("held", "exists")

    def test_who_only_creates_comes_first(self, plan: Planning) -> None:
        plan.has("readers", contacts="create")
        found = planned(plan, row(), row(**OTHERS))
        assert found["readers upsert"] == ("create", None, None, 1, False)
        assert found["others upsert"] == ("upsert", None, None, 2, False)

    def test_who_only_updates_follows_whom_another_makes(self, plan: Planning) -> None:
        plan.has("readers", contacts="update")
        found = planned(plan, row(), row(**OTHERS))
        assert found["readers upsert"] == ("upsert", None, None, 2, True)

    def test_who_brings_nobody_back_follows_whom_another_does(self, plan: Planning) -> None:
        plan.has("readers", revives=False)
        archived_by_us(plan)
        found = planned(plan, row(), row(**OTHERS))
        assert found["others upsert"] == ("revive", None, None, 1, False)
        assert found["readers upsert"] == ("upsert", None, None, 2, True)

    def test_a_change_of_address_comes_before_a_contact_of_its_own(self, plan: Planning) -> None:
        plan.shows("subscribed", "old@shop.de")
        moved = row("change_address", previous_email="old@shop.de")
        found = planned(plan, moved, row(**OTHERS))
        assert found["readers change_address"] == ("change_address", None, None, 1, False)
        assert found["others upsert"] == ("upsert", None, None, 2, False)

    @pytest.mark.parametrize("status", ["pending", "transactional", "unsubscribed"])
    def test_who_would_not_write_whom_another_makes_waits_until_they_are_there(
        self, plan: Planning, status: str
    ) -> None:
        plan.has("others", status_if_new=status)
        found = planned(plan, row(), row(**OTHERS))
        assert found["readers upsert"][:3] == ("upsert", "held", "not_on_list")

    def test_who_would_not_write_whom_another_moves_waits_until_they_are_there(
        self, plan: Planning
    ) -> None:
        plan.has("others", maintained_status="transactional", status_if_new="transactional")
        plan.shows("transactional", "old@shop.de")
        moved = row("change_address", previous_email="old@shop.de", **OTHERS)
        found = planned(plan, moved, row())
        assert found["others change_address"] == ("change_address", None, None, 1, False)
        assert found["readers upsert"][:3] == ("upsert", "held", "not_on_list")

    def test_who_keeps_whom_another_moves_comes_after_it(self, plan: Planning) -> None:
        for name in ("others", "readers"):
            plan.has(name, maintained_status="transactional", status_if_new="transactional")
        plan.shows("transactional", "old@shop.de")
        moved = row("change_address", previous_email="old@shop.de", **OTHERS)
        found = planned(plan, moved, row())
        assert found["readers upsert"] == ("upsert", None, None, 2, False)

    def test_who_keeps_what_is_made_without_consent_comes_after_it(self, plan: Planning) -> None:
        for name in ("others", "readers"):
            plan.has(name, maintained_status="transactional", status_if_new="transactional")
        found = planned(plan, row(), row(**OTHERS))
        assert found["readers upsert"] == ("upsert", None, None, 2, False)

    def test_who_is_brought_back_has_nothing_to_confirm(self, plan: Planning) -> None:
        plan.has("others", status_if_new="pending")
        archived_by_us(plan)
        found = planned(plan, row(), row(**OTHERS))
        assert found["others upsert"] == ("revive", None, None, 1, False)
        assert found["readers upsert"] == ("upsert", None, None, 2, True)

    def test_nobody_waits_for_an_audience_that_is_held_back(self, plan: Planning) -> None:
        plan.has("others", is_held_back=True)
        found = planned(plan, row(), row(**OTHERS))
        assert found == {"readers upsert": ("upsert", None, None, 1, False)}

    def test_of_an_audience_that_is_held_back_withdrawals_go(self, plan: Planning) -> None:
        plan.has("others", is_held_back=True)
        plan.shows("subscribed")
        found = planned(
            plan, row("withdraw", is_managed=True, **OTHERS), row("segment_add", **OTHERS)
        )
        assert found == {"others withdraw": ("withdraw", None, None, 1, False)}


class TestFollowing:
    """Memberships go with a contact that another audience brings."""

    @pytest.mark.parametrize("action", ["segment_add", "tag_add", "permissions"])
    def test_what_is_given_goes_when_the_contact_was_made(
        self, plan: Planning, action: str
    ) -> None:
        found = planned(plan, row(action), row(**OTHERS))
        assert found[f"readers {action}"] == (action, None, None, 1, True)

    @pytest.mark.parametrize("payload", [ON, OFF])
    def test_a_permission_of_somebody_new_goes_when_the_contact_was_made(
        self, plan: Planning, payload: str
    ) -> None:
        found = planned(plan, row(), row("permissions", payload=payload))
        assert found["readers permissions"] == ("permissions", None, None, 1, True)

    @pytest.mark.parametrize("action", ["segment_remove", "tag_remove"])
    def test_what_is_taken_goes_when_the_contact_was_brought_back(
        self, plan: Planning, action: str
    ) -> None:
        archived_by_us(plan)
        found = planned(plan, row(action, is_managed=True), row(**OTHERS))
        assert found[f"readers {action}"] == (action, None, None, 1, True)

    def test_nothing_is_given_to_who_has_to_confirm_first(self, plan: Planning) -> None:
        plan.has("others", status_if_new="pending")
        found = planned(plan, row("tag_add"), row(**OTHERS))
        assert found["readers tag_add"][:3] == ("tag_add", "held", "pending")

    @pytest.mark.parametrize("action", ["segment_add", "tag_add", "permissions"])
    def test_nothing_is_given_to_who_moves_with_a_status_that_is_not_kept(
        self, plan: Planning, action: str
    ) -> None:
        plan.has("others", maintained_status="transactional", status_if_new="transactional")
        plan.shows("transactional", "old@shop.de")
        moved = row("change_address", previous_email="old@shop.de", **OTHERS)
        found = planned(plan, row(action), moved)
        assert found[f"readers {action}"][:3] == (action, "held", "transactional")

    def test_a_tag_that_another_audience_gives_in_this_run_is_not_taken(
        self, plan: Planning
    ) -> None:
        plan.shows("subscribed")
        found = planned(plan, row("tag_remove", is_managed=True), row("tag_add", **OTHERS))
        assert found["others tag_add"][:3] == goes("tag_add")
        assert found["readers tag_remove"][:3] == (
            "tag_remove",
            "accepted",
            "shared_membership",
        )

    def test_a_tag_whose_segment_is_filled_in_this_run_is_not_taken(self, plan: Planning) -> None:
        plan.shows("subscribed")
        filled = row("segment_add", segment="VIP", **OTHERS)
        found = planned(plan, row("tag_remove", is_managed=True), filled)
        assert found["others segment_add"][:3] == goes("segment_add")
        assert found["readers tag_remove"][1:3] == ("accepted", "shared_membership")

    def test_a_tag_of_an_audience_that_is_held_back_is_taken(self, plan: Planning) -> None:
        plan.has("others", is_held_back=True)
        plan.shows("subscribed")
        found = planned(plan, row("tag_remove", is_managed=True), row("tag_add", **OTHERS))
        assert found == {"readers tag_remove": ("tag_remove", None, None, 1, False)}

    def test_a_tag_that_another_audience_cannot_give_is_taken(self, plan: Planning) -> None:
        plan.shows("unsubscribed")
        found = planned(plan, row("tag_remove", is_managed=True), row("tag_add", **OTHERS))
        assert found["readers tag_remove"][:3] == goes("tag_remove")


class TestLeaving:
    """Who leaves for one audience, leaves."""

    def test_whoever_withdraws_for_one_is_unsubscribed_for_all(self, plan: Planning) -> None:
        plan.shows("subscribed")
        found = planned(plan, row(), row("tag_add"), row("withdraw", is_managed=True, **OTHERS))
        assert found["others withdraw"][:3] == goes("withdraw")
        assert found["readers upsert"][:3] == ("upsert", "held", "unsubscribed")
        assert "readers tag_add" not in found

    def test_unsubscribing_comes_before_archiving(self, plan: Planning) -> None:
        plan.shows("subscribed")
        found = planned(
            plan, row("archive", is_managed=True), row("unsubscribe", is_managed=True, **OTHERS)
        )
        assert found["others unsubscribe"] == ("unsubscribe", None, None, 1, False)
        assert found["readers archive"] == ("archive", None, None, 2, False)

    def test_one_contact_is_in_one_call_at_a_time(self, plan: Planning) -> None:
        plan.shows("subscribed")
        found = plan.planned("email_address, turn", row(), row(**OTHERS))
        assert sorted(found) == [(ANN, 1), (ANN, 2)]
