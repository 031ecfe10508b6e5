"""Who a person is: the addresses that lead to one another, and no address of somebody else."""

from datetime import datetime, timedelta

import pytest

from cases.in_memory import InMemory, relation
from loader.model.reasons import IN_FLIGHT

ANN, NEW, BOB = "ann@shop.de", "new@shop.de", "bob@shop.de"
START = datetime(2026, 11, 22)  # noqa: DTZ001 - UTC without a zone, as in the warehouse
HISTORIES = [
    {"audience": "readers", "history": relation("readers__history")},
    {"audience": "buyers", "history": relation("buyers__history")},
]
COLUMNS = {
    "email_address": "varchar",
    "person_id": "varchar",
    "dbt_valid_from": "timestamp",
    "dbt_valid_to": "timestamp",
}


class People:
    """Two audiences, and who is asked for."""

    def __init__(self, warehouse: InMemory) -> None:
        self._warehouse = warehouse
        for one in ("readers", "buyers"):
            warehouse.make(f"{one}__history", **COLUMNS)

    def select(
        self,
        email_address: str,
        person_id: str | None,
        days: tuple[int, int | None] = (0, None),
        audience: str = "readers",
    ) -> None:
        """An audience has somebody from one day to another."""
        first, last = days
        self._warehouse.given(
            f"{audience}__history",
            {
                "email_address": email_address,
                "person_id": person_id,
                "dbt_valid_from": START + timedelta(days=first),
                "dbt_valid_to": None if last is None else START + timedelta(days=last),
            },
        )

    def found(self, given: str, *, is_id: bool = False) -> dict[str, str]:
        """The addresses of somebody, and how each was found."""
        warehouse = self._warehouse
        warehouse.run("explain/asked", given=given, histories=HISTORIES, is_id=is_id)
        for _ in range(3):
            warehouse.run("explain/linked", histories=HISTORIES, in_flight=IN_FLIGHT)
        found = warehouse.found("explain/addresses")
        assert len({address for address, _ in found}) == len(found)
        return {address: link for address, link in found}  # noqa: C416 - of the right type


@pytest.fixture
def people(warehouse: InMemory) -> People:
    return People(warehouse)


def test_an_address_is_found_in_any_letter_case(people: People) -> None:
    assert people.found("Ann@Shop.de") == {ANN: "given"}


def test_a_person_id_leads_to_its_addresses_and_is_no_address_itself(people: People) -> None:
    people.select(ANN, "p1")
    people.select(BOB, "p2")
    assert people.found("p1", is_id=True) == {ANN: "person_id"}


def test_a_person_id_in_another_letter_case_is_another_one(people: People) -> None:
    people.select(ANN, "p1")
    assert people.found("P1", is_id=True) == {}


def test_an_id_that_looks_like_an_address_is_found_beside_the_address(people: People) -> None:
    people.select(BOB, ANN)
    assert people.found(ANN) == {ANN: "given", BOB: "person_id"}


def test_an_id_that_only_answers_have_is_found(people: People, warehouse: InMemory) -> None:
    warehouse.given("loader_acks", {"email_address": ANN, "person_id": "p1"})
    assert people.found("p1", is_id=True) == {ANN: "person_id"}


def test_an_address_leads_to_what_the_same_person_had_before_and_after(people: People) -> None:
    people.select(ANN, "p1", (0, 2))
    people.select(NEW, "p1", (2, None))
    people.select(BOB, "p2")
    both = {ANN, NEW}
    assert set(people.found(ANN)) == both


def test_an_address_does_not_lead_to_others_of_a_household(people: People) -> None:
    people.select(ANN, "household")
    people.select(BOB, "household")
    assert people.found(ANN) == {ANN: "given"}


def test_an_id_that_was_shared_once_leads_nowhere_though_it_is_not_by_now(people: People) -> None:
    people.select(ANN, "household", (0, 4))
    people.select(BOB, "household", (2, 3))
    assert people.found(ANN) == {ANN: "given"}


def test_the_household_itself_may_be_asked_for(people: People) -> None:
    people.select(ANN, "household")
    people.select(BOB, "household")
    assert set(people.found("household", is_id=True)) == {ANN, BOB}


def test_the_same_id_in_another_audience_is_another_person(people: People) -> None:
    people.select(ANN, "1")
    people.select(BOB, "1", (5, None), audience="buyers")
    assert people.found(ANN) == {ANN: "given"}


def test_a_row_without_an_id_leads_nowhere(people: People) -> None:
    people.select(ANN, None, (0, 1))
    people.select(BOB, None, (1, None))
    assert people.found(ANN) == {ANN: "given"}


@pytest.mark.parametrize("given", [ANN, NEW])
def test_a_change_in_mailchimp_leads_both_ways(
    people: People, warehouse: InMemory, given: str
) -> None:
    changed = {"email_address": ANN, "actual": NEW, "drift_type": "email_changed"}
    warehouse.given("loader_drift", changed, {**changed, "drift_type": "value_changed"})
    other = NEW if given == ANN else ANN
    assert people.found(given) == {given: "given", other: "change_of_address"}


def test_another_difference_leads_nowhere(people: People, warehouse: InMemory) -> None:
    differs = {"email_address": ANN, "actual": BOB, "drift_type": "value_changed"}
    warehouse.given("loader_drift", differs)
    assert people.found(ANN) == {ANN: "given"}


@pytest.mark.parametrize("given", [ANN, NEW])
def test_a_change_that_is_on_its_way_leads_both_ways(
    people: People, warehouse: InMemory, given: str
) -> None:
    going = {"action": "change_address", "outcome": "unknown", "reason_code": IN_FLIGHT}
    warehouse.given("loader_ledger", {"email_address": ANN, "pending_email": NEW, **going})
    assert set(people.found(given)) == {ANN, NEW}


def test_how_many_rows_have_an_id_now_is_counted_by_audience(
    people: People, warehouse: InMemory
) -> None:
    people.select(ANN, "household")
    people.select(BOB, "household")
    people.select(NEW, "household", (0, 1))
    people.found(ANN)
    found = warehouse.found("explain/ids", histories=HISTORIES)
    assert found == [("readers", "household", 2)]


@pytest.mark.parametrize(("given", "is_recorded"), [("P1", True), ("p2", False)])
def test_an_id_in_another_letter_case_is_known_to_be_there(
    people: People, warehouse: InMemory, given: str, *, is_recorded: bool
) -> None:
    people.select(ANN, "p1")
    found = warehouse.found("explain/other_case", given=given, histories=HISTORIES)
    assert found == [(is_recorded,)]


def test_an_answer_counts_as_accepted_at_its_last_time(people: People, warehouse: InMemory) -> None:
    answer = {"audience": "readers", "list_id": "f00d", "segment": "", "email_address": ANN}
    for number, outcome in ((1, "accepted"), (2, "accepted"), (3, "rejected")):
        asked = {"acked_at": START + timedelta(days=number), "run_id": f"run {number}"}
        warehouse.given("loader_acks", {**answer, **asked, "action": "upsert", "outcome": outcome})
    people.found(ANN)
    (found,) = warehouse.found("explain/accepted")
    assert found[-1] == "run 2"


def test_only_the_latest_run_of_an_audience_and_list_is_shown(warehouse: InMemory) -> None:
    for number in (1, 2):
        for list_id in ("f00d", "beef"):
            run = {"run_id": f"run {number}", "started_at": START + timedelta(days=number)}
            warehouse.given("loader_runs", {"audience": "readers", "list_id": list_id, **run})
    found = warehouse.found("explain/last_runs")
    assert sorted(row[1:3] for row in found) == [("beef", "run 2"), ("f00d", "run 2")]


def test_what_is_wished_is_renewed_for_the_person_alone(warehouse: InMemory) -> None:
    columns = [relation(name) for name in ("audience", "list_id", "email_address", "may_create")]
    wish = {"audience": "readers", "list_id": "f00d", "may_create": True}
    warehouse.given("loader_wanted", {**wish, "email_address": ANN})
    warehouse.given("loader_wanted", {**wish, "email_address": BOB})
    warehouse.make("now", audience="varchar", list_id="varchar", email_address="varchar")
    warehouse.rows("alter table now add column may_create boolean")
    for one in (ANN, NEW):
        warehouse.given("now", {**wish, "audience": "buyers", "email_address": one})
    given: dict[str, object] = {"people": [ANN], "table": relation("loader_wanted")}
    warehouse.run("explain/forget_wishes", **given)
    warehouse.run("explain/add_wishes", columns=columns, now_wished=relation("now"), **given)
    found = warehouse.rows("select audience, email_address from loader_wanted order by 1, 2")
    assert found == [("buyers", ANN), ("readers", BOB)]
