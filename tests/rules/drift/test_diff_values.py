"""Which values of a contact differ from what a payload says of them, kind by kind."""

import json
from typing import Any

import pytest

from cases.in_memory import InMemory, Row
from cases.verified_list import ANNA, NEW, NOW
from loader.model.list_schema import ComparedField

FIELD = ("merge_fields", "FIELD")
HOME: Row = {
    "addr1": "Main 1",
    "addr2": "b",
    "city": "Ulm",
    "state": "BW",
    "zip": "89",
    "country": "DE",
}


@pytest.fixture
def compared(warehouse: InMemory) -> InMemory:
    """Payloads may be compared with what the list shows."""
    warehouse.make("loader_payloads", email_address="varchar", payload="varchar")
    return warehouse


def differing(warehouse: InMemory, *values: ComparedField) -> list[tuple[Any, ...]]:
    """The differences in these values: address, field, expected and found."""
    warehouse.run("members/diff_values", values=values)
    return warehouse.rows("select * from loader_differences order by field")


def differs(warehouse: InMemory, kind: str, wanted: object, shown: object) -> bool:
    """Whether a merge field of this kind differs; a value that is None is not there at all."""
    payload = {} if wanted is None else {"FIELD": wanted}
    fields = {} if shown is None else {"FIELD": shown}
    said = {"email_address": ANNA, "payload": json.dumps({"merge_fields": payload})}
    warehouse.given("loader_payloads", said)
    held = {"list_id": "f00d", "email_address": ANNA, "merge_fields": json.dumps(fields)}
    warehouse.given("mailchimp_members", held)
    return bool(
        differing(warehouse, ComparedField(name="FIELD", kind=kind, path=FIELD, shown=FIELD))
    )


SAME: list[tuple[str, object, object]] = [
    ("text", "Anna", "Anna"),
    ("text", " Anna", "Anna "),
    ("text", "", ""),
    ("text", "", " "),
    ("text", " ", ""),
    ("text", "", None),
    ("code", "de", "DE"),
    ("code", "DE", "de"),
    ("code", " ", ""),
    ("code", "de ", "DE"),
    ("code", "de", " de"),
    ("number", "1.0", 1),
    ("number", 1, "1.00"),
    ("number", 0.5, 0.5),
    ("number", "", None),
    ("number", "one", "one"),
    ("degree", "north", " north"),
    ("degree", 52.5, 52.5),
    ("degree", 52.50005, 52.5),
    ("degree", 0, 0.0001),
    ("degree", "", None),
    ("switch", True, True),
    ("switch", False, False),
    ("switch", False, None),
    ("switch", False, ""),
    ("address", HOME, HOME),
    ("address", HOME, {**HOME, "country": "de"}),
    ("address", {**HOME, "country": "de"}, HOME),
    ("address", {**HOME, "country": ""}, {**HOME, "country": None}),
    ("address", "", ""),
    ("address", "", None),
    ("address", {"addr1": "Main 1"}, {"addr1": "Main 1", "addr2": "", "country": "US"}),
    ("address", {"addr1": "Main 1", "addr2": ""}, {"addr1": "Main 1"}),
    *(("address", {**HOME, part: f" {HOME[part]}"}, HOME) for part in HOME),
    *(("address", HOME, {**HOME, part: f"{HOME[part]} "}) for part in HOME),
]
DIFFERENT: list[tuple[str, object, object]] = [
    ("text", "Anna", "Bob"),
    ("text", "Anna", "anna"),
    ("text", "1.0", "1"),
    ("text", "Anna", ""),
    ("text", "Anna", None),
    ("text", "", "Anna"),
    ("code", "de", "en"),
    ("code", "de", ""),
    ("code", "", "de"),
    ("number", 1, 2),
    ("number", 1, "one"),
    ("number", "one", 1),
    ("number", "one", "two"),
    ("number", 1, 1.00005),
    ("number", 0, ""),
    ("number", "", 0),
    ("number", "one", ""),
    ("number", "", "one"),
    ("degree", 52.5, 52.5002),
    ("degree", 52.5002, 52.5),
    ("degree", 0, ""),
    ("degree", 52.5, "north"),
    ("degree", "north", 52.5),
    ("switch", True, False),
    ("switch", False, True),
    ("switch", True, None),
    ("switch", True, ""),
    ("address", HOME, {**HOME, "country": "AT"}),
    ("address", HOME, {**HOME, "country": None}),
    ("address", HOME, ""),
    ("address", "", HOME),
    *(("address", {**HOME, part: "else"}, HOME) for part in HOME),
    *(("address", HOME, {**HOME, part: ""}) for part in HOME),
    *(("address", {**HOME, part: None}, HOME) for part in HOME if part != "country"),
]


@pytest.mark.parametrize(("kind", "wanted", "shown"), SAME, ids=str)
def test_these_are_the_same(compared: InMemory, kind: str, wanted: object, shown: object) -> None:
    assert not differs(compared, kind, wanted, shown)


@pytest.mark.parametrize(("kind", "wanted", "shown"), DIFFERENT, ids=str)
def test_these_are_different(compared: InMemory, kind: str, wanted: object, shown: object) -> None:
    assert differs(compared, kind, wanted, shown)


@pytest.mark.parametrize("kind", ["text", "code", "number", "degree", "switch", "address"])
def test_what_a_payload_does_not_say_is_none_of_ours(compared: InMemory, kind: str) -> None:
    assert not differs(compared, kind, None, "something")


NEW_FIELD = ComparedField(name="FIELD", kind="text", path=FIELD, shown=None)


@pytest.mark.parametrize(("wanted", "count"), [("Anna", 1), ("", 0)], ids=["a value", "nothing"])
def test_of_a_field_that_was_not_there_when_pulled_nobody_had_a_value(
    compared: InMemory, wanted: str, count: int
) -> None:
    payload = json.dumps({"merge_fields": {"FIELD": wanted}})
    compared.given("loader_payloads", {"email_address": ANNA, "payload": payload})
    held = {"list_id": "f00d", "email_address": ANNA, "merge_fields": '{"FIELD": "Anna"}'}
    compared.given("mailchimp_members", held)
    assert len(differing(compared, NEW_FIELD)) == count


LANGUAGE = ComparedField(name="language", kind="code", path=("language",), shown=("language",))
VIP = ComparedField(name="vip", kind="switch", path=("vip",), shown=("vip",))


def test_each_value_that_differs_is_a_row_that_says_what_was_expected_and_found(
    compared: InMemory,
) -> None:
    payload = '{"language": "de", "vip": true}'
    compared.given("loader_payloads", {"email_address": ANNA, "payload": payload})
    compared.given("mailchimp_members", {"list_id": "f00d", "email_address": ANNA})
    assert differing(compared, LANGUAGE, VIP) == [
        (ANNA, "language", "de", ""),
        (ANNA, "vip", "true", "false"),
    ]


@pytest.mark.parametrize(
    "member",
    [{"list_id": "beef", "email_address": ANNA}, {"list_id": "f00d", "email_address": NEW}],
    ids=["her on another list", "somebody else on the list"],
)
def test_a_payload_is_not_compared_with(compared: InMemory, member: Row) -> None:
    compared.given("loader_payloads", {"email_address": ANNA, "payload": '{"language": "de"}'})
    compared.given("mailchimp_members", member)
    assert differing(compared, LANGUAGE) == []


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("language", "de"),
        ("email_type", "html"),
        ("vip", True),
        ("ip_signup", "192.0.2.1"),
        ("ip_opt", "192.0.2.2"),
        ("timestamp_signup", NOW),
        ("timestamp_opt", NOW),
        ("latitude", 52.5),
        ("longitude", 13.4),
    ],
)
def test_an_attribute_is_compared_with_its_own_column(
    compared: InMemory, name: str, held: object
) -> None:
    told = str(held).lower()
    compared.given("loader_payloads", {"email_address": ANNA, "payload": json.dumps({name: told})})
    compared.given("mailchimp_members", {"list_id": "f00d", "email_address": ANNA, name: held})
    shown = ComparedField(name=name, kind="text", path=(name,), shown=(name,))
    assert differing(compared, shown) == []


def test_an_interest_is_compared_with_its_own_id(compared: InMemory) -> None:
    payload = '{"interests": {"sport": true, "music": true}}'
    compared.given("loader_payloads", {"email_address": ANNA, "payload": payload})
    held = {"list_id": "f00d", "email_address": ANNA, "interests": '{"a1": true, "b2": false}'}
    compared.given("mailchimp_members", held)
    sport, music = (
        ComparedField(name=name, kind="switch", path=("interests", name), shown=("interests", key))
        for name, key in (("sport", "a1"), ("music", "b2"))
    )
    assert [row[1] for row in differing(compared, sport, music)] == ["music"]
