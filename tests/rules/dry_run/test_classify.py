"""What is foreseen of each row of a plan."""

import pytest

from cases.in_memory import InMemory, Row
from cases.planned import Planning, row
from loader.mailchimp.values.value_rules import ADDRESSES
from loader.model.list_schema import FieldRule

OTHERS = {"audience": "others"}
GOOD, BAD = (f'{{"merge_fields":{{"ZIP":"{value}"}}}}' for value in ("12345", "none"))
ZIP = FieldRule(
    tag="ZIP",
    path=("merge_fields", "ZIP"),
    pattern="[0-9]{5}",
    meaning="a zip code",
    is_stated=True,
)


@pytest.fixture
def plan(warehouse: InMemory) -> Planning:
    """Two audiences have their turn, and nothing is known yet."""
    planning = Planning(warehouse)
    planning.has("others")
    return planning


def foreseen(warehouse: InMemory, plan: Planning, *delta: Row) -> dict[str, str]:
    """What becomes of each row, by audience and action."""
    plan.planned("action", *delta)
    warehouse.run("dry_run/classify", fields=(ZIP,), addresses=ADDRESSES)
    found = warehouse.rows("select audience, route, category from loader_forecast")
    return {f"{audience} {route}": category for audience, route, category in found}


def test_what_follows_a_contact_waits_when_all_who_write_it_are_refused(
    warehouse: InMemory, plan: Planning
) -> None:
    found = foreseen(warehouse, plan, row(payload=BAD, **OTHERS), row("tag_add"))
    assert found == {"others upsert": "refused", "readers tag_add": "waits"}


@pytest.mark.parametrize("payload", [GOOD, BAD])
def test_whoever_only_updates_waits_when_all_who_make_the_contact_are_refused(
    warehouse: InMemory, plan: Planning, payload: str
) -> None:
    plan.has("readers", contacts="update", status_if_new="unsubscribed")
    delta = (row(payload=BAD, **OTHERS), row(payload=payload), row("tag_add"))
    found = foreseen(warehouse, plan, *delta)
    assert found.pop("others upsert") == "refused"
    assert found == {"readers upsert": "waits", "readers tag_add": "waits"}


def test_what_follows_a_contact_goes_when_one_who_writes_it_is_not_refused(
    warehouse: InMemory, plan: Planning
) -> None:
    delta = (row(payload=BAD, **OTHERS), row(payload=GOOD), row("tag_add"))
    found = foreseen(warehouse, plan, *delta, row("tag_add", **OTHERS))
    assert (found["others upsert"], found["readers upsert"]) == ("refused", "changes")
    assert found["readers tag_add"] == found["others tag_add"] == "memberships_given"


NAMES = {
    "ann@example.com": ("refused", None),
    "ann@mail.example.com": ("refused", None),
    "ann@shop.test": ("refused", None),
    "ann@example.org": ("joins", "address of a reserved domain"),
    "ann@shop.invalid": ("joins", "address of a reserved domain"),
    "webmaster@shop.de": ("joins", "role address"),
    "ann@notexample.com": ("joins", None),
    "ann@example.com.de": ("joins", None),
}


def judged(warehouse: InMemory) -> list[tuple[str, str | None]]:
    """What becomes of the rows that are planned, and what is doubtful."""
    warehouse.run("dry_run/classify", fields=(), addresses=ADDRESSES)
    found = warehouse.rows("select category, doubt from loader_forecast")
    return [(category, doubt) for category, doubt in found]


@pytest.mark.parametrize("address", NAMES)
def test_of_a_new_address_only_what_a_source_states_is_foretold(
    warehouse: InMemory, plan: Planning, address: str
) -> None:
    plan.planned("action", row(email_address=address))
    assert judged(warehouse) == [NAMES[address]]


@pytest.mark.parametrize("address", NAMES)
@pytest.mark.parametrize("status", ["subscribed", "pending", "unsubscribed", "cleaned"])
def test_of_an_address_that_the_list_has_nothing_is_foretold(
    warehouse: InMemory, plan: Planning, address: str, status: str
) -> None:
    plan.shows(status, address)
    plan.planned("action", row(email_address=address))
    ((category, doubt),) = judged(warehouse)
    assert category in ("changes", "held")
    assert doubt is None
