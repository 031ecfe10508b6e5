"""What is known of a list after a read of it: the last word on each contact, and who is gone."""

from typing import Any

import pytest

from cases.in_memory import InMemory, Row, relation
from cases.verified_list import AFTER, ANNA, BEFORE, NEW, NOW

PAGES = {"pages": relation("pages")}
SEEN: Row = {"list_id": "f00d", "email_address": ANNA, "status": "subscribed"}
DETAILS: Row = {
    "details_read_at": AFTER,
    "unique_email_id": "u1",
    "email_type": "text",
    "language": "de",
    "vip": True,
    "member_rating": 3,
    "unsubscribe_reason": "N/A",
    "source": "API",
    "ip_signup": "192.0.2.1",
    "ip_opt": "192.0.2.2",
    "timestamp_signup": BEFORE,
    "timestamp_opt": NOW,
    "latitude": 52.5,
    "longitude": 13.4,
    "merge_fields": "{}",
    "interests": "[]",
    "marketing_permissions": "{ }",
    "tags": "[ ]",
}
MOVED: Row = {"email_address": NEW, "contact_id": "c1"}
MARKS = {"read_at": NOW, "last_changed": BEFORE, "contact_id": "c1"}


@pytest.fixture
def seen(warehouse: InMemory) -> InMemory:
    """Pages of a read of the list."""
    warehouse.run("members/stage", members=relation("mailchimp_members"), **PAGES)
    return warehouse


@pytest.fixture
def pulled(warehouse: InMemory) -> InMemory:
    """Pages of a pull of the list."""
    warehouse.run("pull/stage", kept=relation("mailchimp_members"), **PAGES)
    return warehouse


def known(warehouse: InMemory, statement: str, columns: str = "status") -> list[tuple[Any, ...]]:
    """What is known of the contacts after a statement, in the order of lists and addresses."""
    warehouse.run(statement, **PAGES)
    return warehouse.rows(f"select {columns} from mailchimp_members order by list_id desc, 1")


def test_who_was_not_known_is_put_in(seen: InMemory) -> None:
    seen.given("pages", {**SEEN, **MARKS})
    columns = "list_id, email_address, status, read_at, last_changed, contact_id"
    row = ("f00d", ANNA, "subscribed", NOW, BEFORE, "c1")
    assert known(seen, "members/merge_status", columns) == [row]


def test_a_read_says_anew_what_it_shows_of_a_contact(seen: InMemory) -> None:
    seen.given("mailchimp_members", {**SEEN, "status": "pending", "contact_id": "c0"})
    seen.given("pages", {**SEEN, **MARKS})
    columns = "status, read_at, last_changed, contact_id"
    assert known(seen, "members/merge_status", columns) == [("subscribed", NOW, BEFORE, "c1")]


def test_a_read_leaves_what_a_pull_knows(seen: InMemory) -> None:
    seen.given("mailchimp_members", {**SEEN, **DETAILS})
    seen.given("pages", {**SEEN, **MARKS})
    assert known(seen, "members/merge_status", ", ".join(DETAILS)) == [tuple(DETAILS.values())]


def test_a_pull_says_anew_all_that_it_knows_of_a_contact(pulled: InMemory) -> None:
    pulled.given("mailchimp_members", {**SEEN, "status": "pending"})
    pulled.given("pages", {**SEEN, **MARKS, **DETAILS})
    columns = ", ".join(["status", "last_changed", "contact_id", *DETAILS])
    row = ("subscribed", BEFORE, "c1", *DETAILS.values())
    assert known(pulled, "members/merge_details", columns) == [row]


def test_a_pull_leaves_the_mark_from_which_a_sync_reads(pulled: InMemory) -> None:
    pulled.given("mailchimp_members", {**SEEN, "read_at": BEFORE})
    pulled.given("pages", {**SEEN, "read_at": NOW})
    assert known(pulled, "members/merge_details", "read_at") == [(BEFORE,)]


def test_a_pull_puts_in_who_was_not_known(pulled: InMemory) -> None:
    pulled.given("pages", {**SEEN, **MARKS, **DETAILS})
    columns = ", ".join([*SEEN, *MARKS, *DETAILS])
    row = (*SEEN.values(), *MARKS.values(), *DETAILS.values())
    assert known(pulled, "members/merge_details", columns) == [row]


each_read = pytest.mark.parametrize(
    ("read", "statement", "order"),
    [("seen", "members/merge_status", "position"), ("pulled", "members/merge_details", "page")],
    ids=["read", "pull"],
)


def last_word(warehouse: InMemory, statement: str, first: Row, second: Row) -> str:
    """The status that is kept of a contact that is shown unsubscribed, and then subscribed."""
    warehouse.given("pages", {**SEEN, "status": "unsubscribed", **first}, {**SEEN, **second})
    ((status,),) = known(warehouse, statement)
    return str(status)


@each_read
def test_the_last_change_has_the_last_word(
    request: pytest.FixtureRequest, read: str, statement: str, order: str
) -> None:
    first, second = {"last_changed": AFTER, order: 1}, {"last_changed": NOW, order: 2}
    kept = last_word(request.getfixturevalue(read), statement, first, second)
    assert kept == "unsubscribed"


@each_read
def test_a_change_whose_time_is_not_known_is_older_than_any(
    request: pytest.FixtureRequest, read: str, statement: str, order: str
) -> None:
    first, second = {"last_changed": NOW, order: 1}, {order: 2}
    kept = last_word(request.getfixturevalue(read), statement, first, second)
    assert kept == "unsubscribed"


@each_read
@pytest.mark.parametrize(
    ("places", "status"), [((2, 1), "unsubscribed"), ((1, 2), "subscribed")], ids=str
)
def test_of_two_changes_at_one_time_the_later_page_has_the_last_word(
    request: pytest.FixtureRequest,
    read: str,
    statement: str,
    order: str,
    places: tuple[int, int],
    status: str,
) -> None:
    first, second = ({"last_changed": NOW, order: place} for place in places)
    kept = last_word(request.getfixturevalue(read), statement, first, second)
    assert kept == status


@each_read
def test_every_contact_that_was_read_is_kept(
    request: pytest.FixtureRequest, read: str, statement: str, order: str
) -> None:
    warehouse: InMemory = request.getfixturevalue(read)
    warehouse.given("pages", {**SEEN, order: 1}, {**SEEN, "email_address": NEW, order: 1})
    assert len(known(warehouse, statement)) == 2


@each_read
@pytest.mark.parametrize(
    "told",
    [{"list_id": "beef"}, {"list_id": "f00d", "email_address": NEW}],
    ids=["the same person on another list", "another contact of the list"],
)
def test_others_stay_as_they_are_known(
    request: pytest.FixtureRequest, read: str, statement: str, order: str, told: Row
) -> None:
    warehouse: InMemory = request.getfixturevalue(read)
    warehouse.given("mailchimp_members", {**SEEN, "status": "cleaned", **told})
    warehouse.given("pages", {**SEEN, order: 1})
    assert sorted(known(warehouse, statement)) == [("cleaned",), ("subscribed",)]


def test_whom_a_read_of_the_whole_list_does_not_show_is_gone(pulled: InMemory) -> None:
    pulled.given("mailchimp_members", SEEN)
    assert known(pulled, "members/delete_missing") == []


def test_whom_a_read_of_the_whole_list_shows_is_not_gone(pulled: InMemory) -> None:
    pulled.given("mailchimp_members", SEEN)
    pulled.given("pages", SEEN)
    assert known(pulled, "members/delete_missing") == [("subscribed",)]


def test_whom_a_read_of_a_list_does_not_show_is_not_gone_from_another(pulled: InMemory) -> None:
    pulled.given("mailchimp_members", {**SEEN, "list_id": "beef"})
    assert known(pulled, "members/delete_missing") == [("subscribed",)]


def test_who_is_shown_under_another_address_is_not_known_under_the_old_one(seen: InMemory) -> None:
    seen.given("mailchimp_members", {**SEEN, "contact_id": "c1"})
    seen.given("pages", {**SEEN, **MOVED})
    assert known(seen, "members/delete_renamed") == []


@pytest.mark.parametrize(
    ("told", "page"),
    [
        pytest.param({"list_id": "beef"}, {}, id="on another list"),
        pytest.param({}, {"contact_id": "c2"}, id="when somebody else is shown"),
        pytest.param({"contact_id": None}, {"contact_id": None}, id="when nobody knows who"),
        pytest.param({}, {"email_address": ANNA}, id="when shown as before"),
    ],
)
def test_who_did_not_move_stays_known(seen: InMemory, told: Row, page: Row) -> None:
    seen.given("mailchimp_members", {**SEEN, "contact_id": "c1", **told})
    seen.given("pages", {**SEEN, **MOVED, **page})
    assert known(seen, "members/delete_renamed") == [("subscribed",)]


def test_who_is_shown_under_the_old_address_too_stays_known(seen: InMemory) -> None:
    seen.given("mailchimp_members", {**SEEN, "contact_id": "c1"})
    seen.given("pages", {**SEEN, **MOVED}, {**SEEN, "contact_id": "c2"})
    assert known(seen, "members/delete_renamed") == [("subscribed",)]
