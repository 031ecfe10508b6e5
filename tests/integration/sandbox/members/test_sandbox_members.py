"""One contact: its endpoints, and the states that it can be in."""

import pytest

from sandbox_process import Json, SandboxProcess

STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived")


def put_in(sandbox: SandboxProcess, list_id: str, status: str, **more: object) -> str:
    sandbox.put(list_id, {"email_address": "anna@shop.de", "status": status, **more})
    return f"/lists/{list_id}/members/anna@shop.de"


def batch(sandbox: SandboxProcess, list_id: str, **row: object) -> dict[str, Json]:
    body = {"members": [{"email_address": "anna@shop.de", **row}], "update_existing": True}
    answer: dict[str, Json] = sandbox.must("POST", f"/lists/{list_id}", body)
    return answer


def status_of(sandbox: SandboxProcess, list_id: str) -> str:
    status: str = sandbox.members(list_id)[0]["status"]
    return status


def test_a_contact_answers_to_its_hash_its_address_and_its_contact_id(
    sandbox: SandboxProcess, list_id: str
) -> None:
    member = sandbox.get(put_in(sandbox, list_id, "subscribed"))
    for name in ("ANNA@shop.de", "anna%40shop.de", member["id"], member["contact_id"]):
        assert sandbox.get(f"/lists/{list_id}/members/{name}") == member


def test_an_unknown_contact_is_a_404(sandbox: SandboxProcess, list_id: str) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        answer = sandbox.request(method, f"/lists/{list_id}/members/anna@shop.de", {})
        assert (answer.status, answer.body["title"]) == (404, "Resource Not Found")


def test_a_contact_comes_with_every_documented_key(sandbox: SandboxProcess, list_id: str) -> None:
    more = {"merge_fields": {"FNAME": "Anna", "LNAME": "Bell"}, "tags": ["x"]}
    member = sandbox.get(put_in(sandbox, list_id, "subscribed", **more))
    assert " ".join(member) == (
        "id email_address unique_email_id contact_id full_name web_id email_type status "
        "consents_to_one_to_one_messaging merge_fields stats ip_signup timestamp_signup ip_opt "
        "timestamp_opt member_rating last_changed language vip email_client location source "
        "tags_count tags list_id _links"
    )
    assert (member["full_name"], member["merge_fields"]["PHONE"]) == ("Anna Bell", "")


def test_adding_somebody_twice_is_member_exists_without_a_type(
    sandbox: SandboxProcess, list_id: str
) -> None:
    row = {"email_address": "Anna@shop.de", "status": "subscribed"}
    sandbox.must("POST", f"/lists/{list_id}/members", row)
    answer = sandbox.request("POST", f"/lists/{list_id}/members", row)
    assert (answer.status, answer.body["title"]) == (400, "Member Exists")
    assert "type" not in answer.body
    assert answer.body["detail"].startswith("Anna@shop.de is already a list member. Use PUT")


def test_put_adds_with_tags_and_merges_without(sandbox: SandboxProcess, list_id: str) -> None:
    path = f"/lists/{list_id}/members/anna@shop.de"
    new = {"email_address": "anna@shop.de", "status_if_new": "pending", "tags": ["a"]}
    assert sandbox.must("PUT", path, new | {"merge_fields": {"FNAME": "A"}})["status"] == "pending"
    again = sandbox.must("PUT", path, {"merge_fields": {"LNAME": "B"}, "tags": ["b"]})
    assert (again["full_name"], again["status"]) == ("A B", "pending")
    assert [tag["name"] for tag in again["tags"]] == ["a"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({}, "Required fields were not provided: email_address"),
        ({"email_address": None}, "Schema describes string, NULL found instead"),
        ({"email_address": " "}, "This value should not be blank"),
        ({"email_address": "anna@shop.de"}, "Required fields were not provided: status"),
    ],
)
def test_put_of_a_new_contact_needs_address_and_status(
    sandbox: SandboxProcess, list_id: str, row: dict[str, object], message: str
) -> None:
    answer = sandbox.request("PUT", f"/lists/{list_id}/members/anna@shop.de", row)
    assert (answer.status, answer.body["errors"][0]["message"]) == (400, message)


@pytest.mark.parametrize("value", [None, False, {"addr1": "1 Main St"}])
def test_single_endpoints_refuse_null_booleans_and_partial_addresses(
    sandbox: SandboxProcess, list_id: str, value: object
) -> None:
    path = put_in(sandbox, list_id, "subscribed")
    answer = sandbox.request("PATCH", path, {"merge_fields": {"ADDRESS": value}})
    assert answer.body["errors"] == [
        {
            "field": "merge_fields.ADDRESS",
            "message": "Data did not match any of the schemas described in anyOf.",
        }
    ]


def test_who_left_by_their_own_hand_is_never_subscribed_by_the_api(
    sandbox: SandboxProcess, list_id: str
) -> None:
    path = put_in(sandbox, list_id, "unsubscribed", unsubscribed_by="person")
    for detour in ("transactional", "pending", "unsubscribed"):
        sandbox.must("PATCH", path, {"status": detour})
        answer = sandbox.request("PATCH", path, {"status": "subscribed"})
        assert answer.body["title"] == "Member In Compliance State"
        assert "type" not in answer.body
    sandbox.must("DELETE", path)
    row = {"email_address": "anna@shop.de", "status": "subscribed"}
    assert sandbox.request("POST", f"/lists/{list_id}/members", row).status == 400
    (error,) = batch(sandbox, list_id, status="subscribed")["errors"]
    assert error["error"] == (
        "anna@shop.de is in a compliance state due to unsubscribe, bounce, or compliance review "
        "and cannot be subscribed."
    )
    assert status_of(sandbox, list_id) == "archived"


def test_who_was_unsubscribed_by_the_api_may_return(sandbox: SandboxProcess, list_id: str) -> None:
    path = put_in(sandbox, list_id, "subscribed")
    assert "unsubscribe_reason" in sandbox.must("PATCH", path, {"status": "unsubscribed"})
    assert batch(sandbox, list_id, status="subscribed")["error_count"] == 0
    assert status_of(sandbox, list_id) == "subscribed"


@pytest.mark.parametrize("status", STATUSES)
def test_status_if_new_leaves_a_known_contact_as_it_is(
    sandbox: SandboxProcess, list_id: str, status: str
) -> None:
    path = put_in(sandbox, list_id, status)
    answer = batch(sandbox, list_id, status_if_new="subscribed", language="de")
    assert [each["status"] for each in answer["updated_members"]] == [status]
    assert sandbox.must("PUT", path, {"status_if_new": "subscribed"})["status"] == status
    assert sandbox.members(list_id)[0]["language"] == "de"


@pytest.mark.parametrize("wanted", ["subscribed", "pending", "unsubscribed", "transactional"])
def test_a_cleaned_contact_stays_cleaned(
    sandbox: SandboxProcess, list_id: str, wanted: str
) -> None:
    path = put_in(sandbox, list_id, "cleaned")
    assert sandbox.request("PUT", path, {"status": wanted}).status == 400
    assert batch(sandbox, list_id, status=wanted)["error_count"] == 1


@pytest.mark.parametrize("wanted", ["subscribed", "pending", "unsubscribed", "transactional"])
def test_a_status_revives_an_archived_contact(
    sandbox: SandboxProcess, list_id: str, wanted: str
) -> None:
    put_in(sandbox, list_id, "archived")
    (member,) = batch(sandbox, list_id, status=wanted)["updated_members"]
    assert member["status"] == wanted == status_of(sandbox, list_id)


def test_archiving_keeps_everything_and_adding_brings_it_back(
    sandbox: SandboxProcess, list_id: str
) -> None:
    path = put_in(sandbox, list_id, "subscribed", merge_fields={"FNAME": "Anna"}, tags=["x"])
    assert sandbox.must("DELETE", path) is None
    assert sandbox.get(path)["status"] == "archived"
    assert sandbox.get(f"/lists/{list_id}/members")["total_items"] == 0
    assert sandbox.get(f"/lists/{list_id}/members", status="archived")["total_items"] == 1
    row = {"email_address": "anna@shop.de", "status": "subscribed"}
    back = sandbox.must("POST", f"/lists/{list_id}/members", row)
    assert (back["full_name"], back["tags"][0]["name"]) == ("Anna", "x")


@pytest.mark.parametrize("status", ["archived", "pending", "cleaned"])
def test_what_cannot_be_archived_is_a_405(
    sandbox: SandboxProcess, list_id: str, status: str
) -> None:
    answer = sandbox.request("DELETE", put_in(sandbox, list_id, status))
    assert (answer.status, answer.body["title"]) == (405, "Method Not Allowed")
    assert "Can not archive a contact that is bounced, pending or archived" in answer.body["detail"]


def test_a_contact_deleted_for_good_never_comes_back(sandbox: SandboxProcess, list_id: str) -> None:
    path = put_in(sandbox, list_id, "cleaned", tags=["x"])
    assert sandbox.request("POST", f"{path}/actions/delete-permanent").status == 204
    assert sandbox.request("GET", path).status == 404
    row = {"email_address": "anna@shop.de", "status": "pending"}
    answer = sandbox.request("POST", f"/lists/{list_id}/members", row)
    assert answer.body["title"] == "Forgotten Email Not Subscribed"
    assert "type" not in answer.body
    (error,) = batch(sandbox, list_id, status_if_new="subscribed")["errors"]
    assert error["error"].startswith("anna@shop.de was permanently deleted")


def test_too_many_signups_is_refused_for_as_long_as_it_lasts(
    sandbox: SandboxProcess, list_id: str
) -> None:
    mark = {"mark": "too_many_signups", "addresses": ["Anna@shop.de"]}
    sandbox.control("POST", f"/lists/{list_id}/marks", mark)
    (error,) = batch(sandbox, list_id, status_if_new="subscribed")["errors"]
    assert "has signed up to a lot of lists very recently" in error["error"]
    sandbox.control("POST", f"/lists/{list_id}/marks", mark | {"undo": True})
    assert batch(sandbox, list_id, status_if_new="subscribed")["total_created"] == 1
