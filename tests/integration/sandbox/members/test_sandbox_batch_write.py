"""The batch endpoint: per-row answers inside one 200."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox_process import Json, SandboxProcess

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess(is_measured=True) as process:
        yield process


def row(address: str = "anna@shop.de", /, **more: object) -> dict[str, object]:
    return {"email_address": address, "status_if_new": "subscribed", **more}


def send(
    sandbox: SandboxProcess, list_id: str, *rows: dict[str, object], **more: object
) -> dict[str, Json]:
    params = {key: more.pop(key) for key in list(more) if key.startswith("skip_")}
    body = {"members": rows, "update_existing": True, **more}
    answer: dict[str, Json] = sandbox.must("POST", f"/lists/{list_id}", body, **params)
    return answer


def errors(answer: dict[str, Json]) -> dict[str, str]:
    return {error["email_address"]: error["error"] for error in answer["errors"]}


def test_new_contacts_and_known_ones_come_back_in_separate_arrays(
    sandbox: SandboxProcess, list_id: str
) -> None:
    send(sandbox, list_id, row("anna@shop.de"))
    answer = send(sandbox, list_id, row("anna@shop.de", language="de"), row("ben@shop.de"))
    assert [member["email_address"] for member in answer["new_members"]] == ["ben@shop.de"]
    assert [member["language"] for member in answer["updated_members"]] == ["de"]
    totals = (answer["total_created"], answer["total_updated"], answer["error_count"])
    assert totals == (1, 1, 0)


def test_a_call_of_which_every_row_was_refused_is_still_a_200(
    sandbox: SandboxProcess, list_id: str
) -> None:
    answer = send(sandbox, list_id, row("nobody"), row("a@example.com"), row(""), row("a@b@c.de"))
    fake = "a@example.com looks fake or invalid, please enter a real email address."
    invalid = "Please provide a valid email address."
    assert errors(answer)["a@example.com"] == fake
    assert errors(answer)["nobody"] == errors(answer)["a@b@c.de"] == invalid
    assert {error["error_code"] for error in answer["errors"]} == {"ERROR_GENERIC"}
    assert (answer["error_count"], sandbox.members(list_id)) == (4, [])


@pytest.mark.parametrize(
    "address",
    [
        *("a,b@shop.de", "a b@shop.de", ".a@shop.de", "a..b@shop.de", "a@shop", "a@shop.de."),
        *("a@-shop.de", "@shop.de", "a@", "a@shop..de", "x" * 65 + "@shop.de"),
    ],
)
def test_a_malformed_address_is_refused(
    sandbox: SandboxProcess, list_id: str, address: str
) -> None:
    answer = send(sandbox, list_id, row(address))
    assert errors(answer) == {address: "Please provide a valid email address."}


@pytest.mark.parametrize(
    "address", ["o'hara+news@mail.shop.co.uk", "jörg@straße.de", "a_b-c@shop-2.museum", "1@2.de"]
)
def test_an_unusual_address_is_accepted(
    sandbox: SandboxProcess, list_id: str, address: str
) -> None:
    assert send(sandbox, list_id, row(address))["total_created"] == 1


@pytest.mark.parametrize("domain", ["example.org", "mail.example.com", "shop.test", "a.invalid"])
def test_reserved_domains_look_fake(sandbox: SandboxProcess, list_id: str, domain: str) -> None:
    assert "looks fake" in errors(send(sandbox, list_id, row(f"a@{domain}")))[f"a@{domain}"]


def test_a_reserved_domain_that_the_list_has_already_is_written(
    sandbox: SandboxProcess, list_id: str
) -> None:
    sandbox.put(list_id, {"email_address": "a@example.com"})
    assert send(sandbox, list_id, row("a@example.com"))["total_updated"] == 1


def test_capitals_and_spaces_make_no_second_contact_and_the_first_spelling_stays(
    sandbox: SandboxProcess, list_id: str
) -> None:
    send(sandbox, list_id, row("Anna@Shop.de"))
    answer = send(sandbox, list_id, row(" ANNA@shop.DE "))
    assert (answer["total_created"], answer["total_updated"]) == (0, 1)
    assert [member["email_address"] for member in sandbox.members(list_id)] == ["Anna@Shop.de"]


def test_without_update_existing_a_known_contact_is_an_error(
    sandbox: SandboxProcess, list_id: str
) -> None:
    send(sandbox, list_id, row())
    answer = send(sandbox, list_id, row(language="de"), update_existing=False)
    (error,) = answer["errors"]
    assert error["error_code"] == "ERROR_CONTACT_EXISTS"
    assert error["error"] == (
        "anna@shop.de is already a list member, do you want to update? "
        "please provide update_existing:true in the request body"
    )
    assert sandbox.members(list_id)[0]["language"] == ""


def test_merge_field_errors_name_their_field(sandbox: SandboxProcess, list_id: str) -> None:
    field = {"name": "Value", "type": "number", "tag": "LTV"}
    sandbox.must("POST", f"/lists/{list_id}/merge-fields", field)
    answer = send(sandbox, list_id, row(merge_fields={"LTV": "AAAAA"}), row("ben@shop.de"))
    (error,) = answer["errors"]
    assert (error["field"], error["field_message"]) == ("LTV", "Please enter a number")
    assert answer["total_created"] == 1


@pytest.mark.parametrize("value", [None, True, ["x"]])
def test_a_merge_value_that_is_no_value_refuses_its_row(
    sandbox: SandboxProcess, list_id: str, value: object
) -> None:
    answer = send(sandbox, list_id, row(merge_fields={"FNAME": value}), row("ben@shop.de"))
    assert answer["errors"][0]["field_message"].startswith("Data did not match any")
    assert [member["email_address"] for member in answer["new_members"]] == ["ben@shop.de"]


def test_a_null_member_field_is_as_if_it_were_absent(sandbox: SandboxProcess, list_id: str) -> None:
    send(sandbox, list_id, row(language="de", vip=True, merge_fields={"FNAME": "Anna"}))
    nothing = dict.fromkeys(("language", "vip", "merge_fields", "tags", "status", "location"))
    answer = send(sandbox, list_id, row(**nothing))
    (member,) = answer["updated_members"]
    assert (member["language"], member["vip"], member["status"]) == ("de", True, "subscribed")
    assert member["merge_fields"]["FNAME"] == "Anna"


def test_a_row_needs_a_status(sandbox: SandboxProcess, list_id: str) -> None:
    answer = send(sandbox, list_id, {"email_address": "anna@shop.de"})
    assert (answer["total_created"], answer["errors"][0]["field"]) == (0, "status")


@pytest.mark.parametrize("bad", [{"status": "archived"}, {"email_type": "pdf"}, {"vip": "yes"}])
def test_a_value_outside_the_documented_ones_refuses_its_row(
    sandbox: SandboxProcess, list_id: str, bad: dict[str, object]
) -> None:
    answer = send(sandbox, list_id, row(**bad))
    assert [error["field"] for error in answer["errors"]] == list(bad)


def test_request_moments_have_whole_seconds(sandbox: SandboxProcess, list_id: str) -> None:
    answer = send(
        sandbox,
        list_id,
        row("a@shop.de", timestamp_signup="2020-01-02T03:04:05+02:00"),
        row("b@shop.de", timestamp_signup="2020-01-02 03:04:05"),
        row("c@shop.de", timestamp_signup="2020-01-02T03:04:05.5Z"),
    )
    moments = [member["timestamp_signup"] for member in answer["new_members"]]
    assert moments == ["2020-01-02T01:04:05+00:00", "2020-01-02T03:04:05+00:00"]
    assert [error["email_address"] for error in answer["errors"]] == ["c@shop.de"]


def test_a_duplicate_in_one_call_is_refused_and_the_first_counts(
    sandbox: SandboxProcess, list_id: str
) -> None:
    answer = send(sandbox, list_id, row(language="de"), row("ANNA@shop.de", language="fr"))
    assert errors(answer) == {"ANNA@shop.de": "ANNA@shop.de is duplicated in this request."}
    assert sandbox.members(list_id)[0]["language"] == "de"


def test_skip_duplicate_check_ignores_later_appearances(
    sandbox: SandboxProcess, list_id: str
) -> None:
    rows = (row(language="de"), row(language="fr"))
    answer = send(sandbox, list_id, *rows, skip_duplicate_check="true")
    assert (answer["total_created"], answer["error_count"]) == (1, 0)
    assert sandbox.members(list_id)[0]["language"] == "de"


def test_501_members_are_refused_as_a_whole(sandbox: SandboxProcess, list_id: str) -> None:
    rows = [row(f"a{number}@shop.de") for number in range(501)]
    answer = sandbox.request("POST", f"/lists/{list_id}", {"members": rows})
    assert (answer.status, answer.body["errors"][0]["field"]) == (400, "members")
    assert send(sandbox, list_id, *rows[:500])["total_created"] == 500


@pytest.mark.parametrize("body", [{}, {"members": {}}, {"members": ["anna@shop.de"]}, []])
def test_a_body_of_another_shape_is_an_invalid_resource(
    sandbox: SandboxProcess, list_id: str, body: object
) -> None:
    answer = sandbox.request("POST", f"/lists/{list_id}", body)
    assert (answer.status, answer.body["title"]) == (400, "Invalid Resource")


def test_tags_are_made_and_added_whatever_their_case(sandbox: SandboxProcess, list_id: str) -> None:
    send(sandbox, list_id, row(tags=["VIP"]))
    answer = send(sandbox, list_id, row(tags=["vip", "New"]))
    assert answer["updated_members"][0]["tags_count"] == 2
    assert sandbox.members(list_id)[0]["tags"] == ["New", "VIP"]


def test_sync_tags_replaces_the_tags_of_the_rows_that_carry_some(
    sandbox: SandboxProcess, list_id: str
) -> None:
    send(sandbox, list_id, row("anna@shop.de", tags=["a", "b"]), row("ben@shop.de", tags=["a"]))
    rows = (row("anna@shop.de", tags=["c"]), row("ben@shop.de"))
    send(sandbox, list_id, *rows, sync_tags=True)
    assert [member["tags"] for member in sandbox.members(list_id)] == [["c"], ["a"]]


def test_a_write_that_changes_nothing_leaves_last_changed_alone(
    sandbox: SandboxProcess, list_id: str
) -> None:
    send(sandbox, list_id, row(merge_fields={"FNAME": "Anna"}))
    before = sandbox.members(list_id)
    sandbox.control("POST", "/clock", {"advance": 60})
    answer = send(sandbox, list_id, row(merge_fields={"FNAME": "Anna", "NOPE": "x"}))
    assert (answer["total_updated"], sandbox.members(list_id)) == (1, before)
    send(sandbox, list_id, row(merge_fields={"FNAME": "Anne"}))
    assert sandbox.members(list_id)[0]["last_changed"] > before[0]["last_changed"]


def test_the_members_of_an_answer_lack_what_the_batch_schema_lacks(
    sandbox: SandboxProcess, list_id: str
) -> None:
    (member,) = send(sandbox, list_id, row())["new_members"]
    whole = sandbox.get(f"/lists/{list_id}/members/{member['id']}")
    assert set(whole) - set(member) == {
        *("contact_id", "full_name", "web_id", "source", "consents_to_one_to_one_messaging"),
    }
    assert all(whole[key] == member[key] for key in member)
