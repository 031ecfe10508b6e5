"""Merge fields: what a list can hold, and what each type accepts."""

import pytest

from sandbox_process import Json, SandboxProcess

ADDRESS = {"addr1": "1 Main St", "city": "Berlin", "state": "BE", "zip": "10115", "country": "de"}
WHOLE = ADDRESS | {"addr2": "", "country": "DE"}


def make(sandbox: SandboxProcess, list_id: str, kind: str, **more: object) -> Json:
    field = {"name": "Field", "tag": "FIELD", "type": kind, **more}
    return sandbox.must("POST", f"/lists/{list_id}/merge-fields", field)


def write(sandbox: SandboxProcess, list_id: str, values: object, **params: object) -> Json:
    row = {"email_address": "anna@shop.de", "status_if_new": "subscribed", "merge_fields": values}
    return sandbox.request("PUT", f"/lists/{list_id}/members/anna@shop.de", row, None, **params)


def stored(sandbox: SandboxProcess, list_id: str) -> Json:
    return sandbox.members(list_id)[0]["merge_fields"]


def test_a_new_list_has_four_fields_and_room_for_thirty(
    sandbox: SandboxProcess, list_id: str
) -> None:
    answer = sandbox.get(f"/lists/{list_id}/merge-fields")
    ids = {field["tag"]: field["merge_id"] for field in answer["merge_fields"]}
    assert ids == {"FNAME": 1, "LNAME": 2, "ADDRESS": 3, "PHONE": 4}
    assert (answer["total_items"], answer["merge_field_limit"]) == (4, 30)


def test_fields_come_ten_a_page(sandbox: SandboxProcess, list_id: str) -> None:
    for number in range(8):
        make(sandbox, list_id, "text", tag=f"F{number}")
    answer = sandbox.get(f"/lists/{list_id}/merge-fields")
    assert (len(answer["merge_fields"]), answer["total_items"]) == (10, 12)
    texts = sandbox.get(f"/lists/{list_id}/merge-fields", type="phone", count=1000)
    assert [field["tag"] for field in texts["merge_fields"]] == ["PHONE"]


def test_a_tag_is_upper_case_and_cut_at_ten(sandbox: SandboxProcess, list_id: str) -> None:
    assert make(sandbox, list_id, "text", tag="lifetime_value")["tag"] == "LIFETIME_V"
    field = {"name": "Other", "tag": "lifetime_visits", "type": "text"}
    answer = sandbox.request("POST", f"/lists/{list_id}/merge-fields", field)
    assert (answer.status, "LIFETIME_V" in answer.body["detail"]) == (400, True)


def test_a_field_without_a_tag_gets_one(sandbox: SandboxProcess, list_id: str) -> None:
    field = {"name": "Plan", "type": "text"}
    assert sandbox.must("POST", f"/lists/{list_id}/merge-fields", field)["tag"] == "MMERGE5"


def test_the_thirty_first_field_is_refused(sandbox: SandboxProcess, list_id: str) -> None:
    for number in range(26):
        make(sandbox, list_id, "text", tag=f"F{number}")
    field = {"name": "One more", "tag": "MORE", "type": "text"}
    assert sandbox.request("POST", f"/lists/{list_id}/merge-fields", field).status == 400


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x"},
        {"type": "text"},
        {"name": "x", "type": "colour"},
        {"name": "x", "type": "text", "tag": "EMAIL"},
    ],
)
def test_a_field_that_cannot_be_is_refused(
    sandbox: SandboxProcess, list_id: str, body: dict[str, str]
) -> None:
    answer = sandbox.request("POST", f"/lists/{list_id}/merge-fields", body)
    assert (answer.status, answer.body["title"]) == (400, "Invalid Resource")


GOOD: list[tuple[str, Json, Json]] = [
    ("text", "x" * 255, "x" * 255),
    ("text", 7, "7"),
    ("number", 12.5, 12.5),
    ("number", "12.50", 12.5),
    ("number", "-7", -7),
    ("date", "1980-12-21", "1980-12-21"),
    ("date", "12/21/1980", "1980-12-21"),
    ("birthday", "02/29", "02/29"),
    ("phone", "000", "000"),
    ("address", ADDRESS, WHOLE),
    ("url", "https://shop.de/a?b=c", "https://shop.de/a?b=c"),
    ("imageurl", "http://shop.de/a.png", "http://shop.de/a.png"),
    ("zip", "90210", "90210"),
    *((kind, "", "") for kind in ("text", "number", "date", "address", "zip", "url", "birthday")),
]


@pytest.mark.parametrize(("kind", "sent", "kept"), GOOD)
def test_a_type_stores_what_it_accepts(
    sandbox: SandboxProcess, list_id: str, kind: str, sent: Json, kept: Json
) -> None:
    make(sandbox, list_id, kind)
    assert write(sandbox, list_id, {"FIELD": sent}).body["merge_fields"]["FIELD"] == kept
    assert stored(sandbox, list_id)["FIELD"] == kept


BAD: list[tuple[str, Json, str]] = [
    ("text", "ü" * 128, "Please enter at most 255 bytes"),
    ("number", "AAAAA", "Please enter a number"),
    ("number", "nan", "Please enter a number"),
    ("number", "1e999", "Please enter a number"),
    ("date", "1980-02-30", "Please enter the date"),
    ("date", "yesterday", "Please enter the date"),
    ("birthday", "13/01", "Please enter a month and a day as MM/DD"),
    ("address", "1 Main St", "Please enter a complete address"),
    ("address", ADDRESS | {"city": ""}, "Please enter a complete address"),
    ("address", ADDRESS | {"country": "Germany"}, "Please enter a complete address"),
    ("url", "shop", "Please enter a complete web address"),
    ("zip", "1234", "Please enter a five-digit zip code"),
]


@pytest.mark.parametrize(("kind", "sent", "message"), BAD)
def test_a_type_refuses_what_it_cannot_hold(
    sandbox: SandboxProcess, list_id: str, kind: str, sent: Json, message: str
) -> None:
    make(sandbox, list_id, kind)
    answer = write(sandbox, list_id, {"FIELD": sent})
    assert answer.body["detail"] == "Your merge fields were invalid."
    assert answer.body["errors"] == [{"field": "FIELD", "message": message}]
    assert sandbox.members(list_id) == []


@pytest.mark.parametrize("kind", ["radio", "dropdown"])
def test_a_choice_must_be_among_the_choices(
    sandbox: SandboxProcess, list_id: str, kind: str
) -> None:
    make(sandbox, list_id, kind, options={"choices": ["gold", "silver"]})
    assert write(sandbox, list_id, {"FIELD": "gold"}).status == 200
    assert write(sandbox, list_id, {"FIELD": "tin"}).status == 400


def test_formats_of_a_field_decide_what_it_accepts(sandbox: SandboxProcess, list_id: str) -> None:
    make(sandbox, list_id, "date", options={"date_format": "DD/MM/YYYY"})
    make(sandbox, list_id, "phone", tag="US", options={"phone_format": "US"})
    make(sandbox, list_id, "birthday", tag="BDAY", options={"date_format": "DD/MM"})
    good = {"FIELD": "21/12/1980", "US": "(555) 123-4567", "BDAY": "31/12"}
    assert write(sandbox, list_id, good).status == 200
    assert stored(sandbox, list_id)["FIELD"] == "1980-12-21"
    assert write(sandbox, list_id, {"US": "123"}).status == 400


def test_only_what_is_sent_changes_and_nothing_clears_but_an_empty_text(
    sandbox: SandboxProcess, list_id: str
) -> None:
    write(sandbox, list_id, {"FNAME": "Anna", "LNAME": "Bell", "ADDRESS": ADDRESS})
    write(sandbox, list_id, {"FNAME": "", "NOSUCH": "x", "fname": "y"})
    kept = stored(sandbox, list_id)
    assert kept == {"FNAME": "", "LNAME": "Bell", "ADDRESS": WHOLE, "PHONE": ""}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (None, "Schema describes object, NULL found instead"),
        ([], "Schema describes object, array found instead"),
    ],
)
def test_merge_fields_are_an_object(
    sandbox: SandboxProcess, list_id: str, values: object, message: str
) -> None:
    assert write(sandbox, list_id, values).body["errors"][0]["message"] == message


def test_a_required_field_is_asked_of_every_write_unless_skipped(
    sandbox: SandboxProcess, list_id: str
) -> None:
    make(sandbox, list_id, "text", required=True)
    refused = write(sandbox, list_id, {}).body["errors"]
    assert refused == [{"field": "FIELD", "message": "Please enter a value"}]
    assert write(sandbox, list_id, {}, skip_merge_validation="true").status == 200
    assert write(sandbox, list_id, {"FNAME": "Anna"}).status == 400
    assert write(sandbox, list_id, {"FIELD": "x"}).status == 200
    assert write(sandbox, list_id, {"FIELD": ""}).status == 400


def test_a_required_field_refuses_its_row_of_a_batch_unless_skipped(
    sandbox: SandboxProcess, list_id: str
) -> None:
    make(sandbox, list_id, "text", required=True)
    rows = [
        {"email_address": "anna@shop.de", "status_if_new": "subscribed"},
        {"email_address": "ben@shop.de", "status_if_new": "subscribed"}
        | {"merge_fields": {"FIELD": "x"}},
    ]
    answer = sandbox.must("POST", f"/lists/{list_id}", {"members": rows})
    (error,) = answer["errors"]
    assert (error["email_address"], error["field"]) == ("anna@shop.de", "FIELD")
    assert error["field_message"] == "Please enter a value"
    assert answer["total_created"] == 1
    body = {"members": rows[:1]}
    answer = sandbox.must("POST", f"/lists/{list_id}", body, skip_merge_validation="true")
    assert answer["total_created"] == 1


def test_a_renamed_field_keeps_the_values_and_a_deleted_one_loses_them(
    sandbox: SandboxProcess, list_id: str
) -> None:
    merge_id = make(sandbox, list_id, "number")["merge_id"]
    write(sandbox, list_id, {"FIELD": 5, "FNAME": "Anna"})
    path = f"/lists/{list_id}/merge-fields/{merge_id}"
    changed = sandbox.must("PATCH", path, {"tag": "LTV", "name": "Value", "type": "text"})
    assert (changed["tag"], changed["name"], changed["type"]) == ("LTV", "Value", "number")
    assert stored(sandbox, list_id)["LTV"] == 5
    assert sandbox.request("DELETE", path).status == 204
    assert sandbox.request("GET", path).status == 404
    assert make(sandbox, list_id, "number", tag="LTV")["merge_id"] == merge_id + 1
    assert (stored(sandbox, list_id)["LTV"], stored(sandbox, list_id)["FNAME"]) == ("", "Anna")
