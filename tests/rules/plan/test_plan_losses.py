"""What people would lose who stay wanted: addresses, tags, segments, values and switches."""

from typing import Any

import orjson
import pytest

from cases.in_memory import InMemory, Row, relation
from loader.model.list_schema import ComparedField
from loader.warehouse.sql_templates import statement

ANN, BOB = "ann@shop.de", "bob@shop.de"
COLUMNS = (
    "audience",
    "kind",
    "segment",
    "email_address",
    "current_email",
    "action",
    "route",
    "outcome",
)
VALUES = (
    ComparedField(name="PLAN", kind="text", path=("merge_fields", "PLAN"), shown=None),
    ComparedField(name="LTV", kind="number", path=("merge_fields", "LTV"), shown=None),
    ComparedField(name="HOME", kind="address", path=("merge_fields", "HOME"), shown=None),
    ComparedField(name="vip", kind="switch", path=("vip",), shown=None),
    ComparedField(
        name="interest Art", kind="switch", path=("interests", "interest Art"), shown=None
    ),
)
HOME = '{"addr1":"1","city":"B","state":"","zip":"2"}'


def planned(action: str, kind: str = "contact", **changes: Any) -> Row:  # noqa: ANN401 - any column
    said: Row = {"audience": "readers", "kind": kind, "segment": "", "action": action}
    said |= {"route": action, "email_address": ANN, "is_leave": False, **changes}
    return {"current_email": said["email_address"], **said}


@pytest.fixture
def plan(warehouse: InMemory) -> InMemory:
    warehouse.make("loader_plan", **dict.fromkeys(COLUMNS, "varchar"), is_leave="boolean")
    warehouse.run("delta/begin_losses")
    return warehouse


def losses(plan: InMemory, *rows: Row) -> list[tuple[Any, ...]]:
    plan.given("loader_plan", *rows)
    return [row[1:] for row in plan.rows(statement("plan/losses"))]


@pytest.mark.parametrize(
    ("action", "kind", "name"),
    [
        ("change_address", "address", ""),
        ("tag_remove", "tag", "vip"),
        ("segment_remove", "segment", "readers"),
    ],
)
def test_each_loss_is_told_once_a_person_and_by_name(
    plan: InMemory, action: str, kind: str, name: str
) -> None:
    of = "contact" if kind == "address" else kind
    rows = [planned(action, of, segment=name, email_address=who) for who in (ANN, BOB)]
    assert sorted(losses(plan, *rows), key=str) == [(kind, name, 2), (kind, None, 2)]


def test_who_loses_two_tags_is_one_person(plan: InMemory) -> None:
    rows = [planned("tag_remove", "tag", segment=name) for name in ("a", "b")]
    assert sorted(losses(plan, *rows), key=str) == [
        ("tag", "a", 1),
        ("tag", "b", 1),
        ("tag", None, 1),
    ]


@pytest.mark.parametrize("action", ["tag_remove", "segment_remove"])
@pytest.mark.parametrize(
    "beside",
    [
        [planned("withdraw")],
        [planned("withdraw", outcome="accepted")],
        [],
    ],
)
def test_who_leaves_or_withdraws_is_counted_there_alone(
    plan: InMemory, action: str, beside: list[Row]
) -> None:
    row = planned(action, action.removesuffix("_remove"), segment="x", is_leave=not beside)
    assert losses(plan, row, *beside) == []


@pytest.mark.parametrize("action", ["upsert", "tag_add", "segment_add", "permissions"])
def test_what_is_given_is_no_loss(plan: InMemory, action: str) -> None:
    assert losses(plan, planned(action)) == []


@pytest.mark.parametrize("action", ["change_address", "tag_remove", "segment_remove"])
@pytest.mark.parametrize("outcome", ["accepted", "held", "rejected"])
def test_what_needs_no_write_is_no_loss(plan: InMemory, action: str, outcome: str) -> None:
    kind = action.removesuffix("_remove") if "remove" in action else "contact"
    assert losses(plan, planned(action, kind, segment="x", outcome=outcome)) == []


def payload(**said: str) -> str:
    fields = {"PLAN": '"gold"', "LTV": "3", "HOME": HOME}
    fields |= {name: text for name, text in said.items() if name in fields}
    listed = ",".join(f'"{name}":{text}' for name, text in fields.items())
    art, vip = said.get("art", "true"), said.get("vip", "true")
    return (
        f'{{"email_address":"{ANN}","vip":{vip},"interests":{{"interest Art":{art}}},'
        f'"merge_fields":{{{listed}}}}}'
    )


def lost(warehouse: InMemory, before: str, after: str = "", **delta: object) -> list[Any]:
    """What Ann loses between what was confirmed and what is owed, with its kind."""
    texts = ("audience", "email_address", "kind", "action", "outcome")
    documents = ("payload", "marketing_permissions")
    confirmed = ("confirmed_hash", "confirmed_permissions", "resend_reason")
    warehouse.make("loader_delta", **dict.fromkeys((*texts, *documents, *confirmed), "varchar"))
    warehouse.make(
        "history", **dict.fromkeys(("email_address", "payload", "payload_hash"), "varchar")
    )
    warehouse.run("delta/begin_losses")
    warehouse.given("history", {"email_address": ANN, "payload": before, "payload_hash": "1"})
    said = {"audience": "readers", "email_address": ANN, "kind": "contact", "action": "upsert"}
    warehouse.given("loader_delta", {**said, "payload": after, "confirmed_hash": "1", **delta})
    names = ("delta/lost_values", "delta/lost_permissions")
    warehouse.run(*names, audience="readers", history=relation("history"), values=VALUES)
    return warehouse.rows("select kind, name from loader_lost order by name")


@pytest.mark.parametrize(
    ("said", "kind", "name"),
    [
        ({"PLAN": '""'}, "value", "PLAN"),
        ({"LTV": '""'}, "value", "LTV"),
        ({"HOME": '""'}, "value", "HOME"),
        ({"vip": "false"}, "value", "vip"),
        ({"art": "false"}, "interest", "Art"),
    ],
)
def test_a_value_that_is_cleared_or_switched_off_is_lost(
    warehouse: InMemory, said: dict[str, str], kind: str, name: str
) -> None:
    assert lost(warehouse, payload(), payload(**said)) == [(kind, name)]
    assert lost(warehouse, payload(**said), payload()) == []


@pytest.mark.parametrize("said", [{}, {"PLAN": '"lead"'}, {"LTV": "0"}])
def test_another_value_is_none_that_is_lost(warehouse: InMemory, said: dict[str, str]) -> None:
    assert lost(warehouse, payload(), payload(**said)) == []


@pytest.mark.parametrize(
    "delta", [{"confirmed_hash": None}, {"confirmed_hash": "2"}, {"outcome": "invalid"}]
)
def test_what_was_not_confirmed_or_is_not_sent_is_not_lost(
    warehouse: InMemory, delta: dict[str, object]
) -> None:
    assert lost(warehouse, payload(), payload(PLAN='""'), **delta) == []


NOTED = {
    "upsert": [("value", "PLAN"), ("value", "vip"), ("interest", "Art")],
    "permissions": [("permission", "Email"), ("permission", "Post")],
}


@pytest.mark.parametrize("action", NOTED)
def test_what_people_lose_by_what_the_plan_writes_is_its_losses(
    plan: InMemory, action: str
) -> None:
    for who in (ANN, BOB):
        noted = {"audience": "readers", "email_address": who}
        rows = [(each, *of) for each, listed in NOTED.items() for of in listed]
        keys = ("action", "kind", "name")
        plan.given("loader_lost", *({**noted, **dict(zip(keys, row, strict=True))} for row in rows))
    found = losses(plan, planned(action), planned(action, email_address=BOB, outcome="held"))
    kinds = {(kind, None, 1) for kind, _ in NOTED[action]}
    named = {(kind, name, 1) for kind, name in NOTED[action]}
    assert set(found) == kinds | named
    assert len(found) == len(kinds | named)


def permissions(confirmed: str | None, **changes: object) -> Row:
    """What is owed of permissions: one is switched off, and another on."""
    wanted = orjson.dumps({"E/mail": False, "Direct mail": True}).decode()
    owed = {"kind": "permissions", "action": "permissions", "confirmed_permissions": confirmed}
    return {**owed, "marketing_permissions": wanted, **changes}


ON = '{"E/mail":true,"Direct mail":false}'


@pytest.mark.parametrize(
    ("confirmed", "changes", "found"),
    [
        (ON, {}, [("permission", "E/mail")]),
        (ON, {"outcome": "held"}, []),
        (ON, {"audience": "others"}, []),
        (ON, {"marketing_permissions": None}, []),
        (None, {}, []),
        ('{"E/mail":false}', {}, []),
        ('{"Direct mail":true}', {}, []),
    ],
)
def test_a_permission_that_was_on_and_is_switched_off_is_lost(
    warehouse: InMemory, confirmed: str | None, changes: Row, found: list[Any]
) -> None:
    assert lost(warehouse, payload(), **permissions(confirmed, **changes)) == found


def test_a_permission_that_goes_with_the_consent_is_counted_there(plan: InMemory) -> None:
    noted = {"audience": "readers", "email_address": ANN, "action": "permissions"}
    plan.given("loader_lost", {**noted, "kind": "permission", "name": "Email"})
    assert losses(plan, planned("permissions"), planned("withdraw", outcome="accepted")) == []
