"""The admin API, below /_control: what a rehearsal can do that Mailchimp's API cannot."""

import pytest

from sandbox_process import SandboxProcess


def refused(sandbox: SandboxProcess, method: str, path: str, body: object) -> int:
    return sandbox.home(method, f"/_control{path}", body).status


def test_requests_are_counted_by_route_and_status(sandbox: SandboxProcess, list_id: str) -> None:
    sandbox.control("POST", "/requests/reset")
    rows = [{"email_address": f"{name}@shop.de", "status": "subscribed"} for name in "ab"]
    sandbox.must("POST", f"/lists/{list_id}", {"members": rows})
    sandbox.get(f"/lists/{list_id}/members/a@shop.de")
    sandbox.request("GET", "/lists/nosuch/members")
    assert sandbox.requests() == {
        "total": 3,
        "writes": 1,
        "contacts": 2,
        "most_in_flight": 1,
        "by_route": {
            "GET /lists/{list_id}/members": 1,
            "GET /lists/{list_id}/members/{subscriber_hash}": 1,
            "POST /lists/{list_id}": 1,
        },
        "by_status": {"200": 2, "404": 1},
        "moves": {"(none)->subscribed": 2},
    }


def test_a_revoked_key_is_a_401(sandbox: SandboxProcess) -> None:
    sandbox.control("PUT", "/key", {"api_key": "fresh-us1"})
    try:
        answer = sandbox.request("GET", "/ping")
        assert (answer.status, answer.body["title"]) == (401, "API Key Invalid")
    finally:
        sandbox.control("PUT", "/key", {"api_key": sandbox.key})


def test_example_com_is_accepted_when_it_is_allowed(sandbox: SandboxProcess, list_id: str) -> None:
    row = {"email_address": "anna@example.com", "status": "subscribed"}
    assert sandbox.request("POST", f"/lists/{list_id}/members", row).status == 200


def test_eight_thousand_contacts_go_in_at_once_and_come_out_sorted(
    sandbox: SandboxProcess, list_id: str
) -> None:
    rows = [{"email_address": f"{n:05}@shop.de", "tags": ["x"]} for n in reversed(range(8000))]
    sandbox.put(list_id, *rows)
    found = sandbox.members(list_id)
    assert [each["email_address"] for each in found] == [f"{n:05}@shop.de" for n in range(8000)]
    assert found[0]["tags"] == ["x"]


def test_contacts_and_lists_can_vanish_without_a_trace(
    sandbox: SandboxProcess, list_id: str
) -> None:
    sandbox.put(list_id, {"email_address": "anna@shop.de"}, {"email_address": "ben@shop.de"})
    sandbox.control("DELETE", f"/lists/{list_id}/members", {"addresses": ["ANNA@shop.de"]})
    assert [each["email_address"] for each in sandbox.members(list_id)] == ["ben@shop.de"]
    sandbox.control("DELETE", f"/lists/{list_id}")
    assert sandbox.request("GET", f"/lists/{list_id}").status == 404


def test_the_admin_api_explains_itself(sandbox: SandboxProcess) -> None:
    assert "GET /_control/lists/{id}/export" in sandbox.control("GET", "")


def test_a_list_is_made_with_fields_and_changed_without_losing_any(
    sandbox: SandboxProcess, list_id: str
) -> None:
    field = {"tag": "PLAN", "name": "Plan", "type": "text", "required": True}
    settings = {"name": "Shop", "double_optin": True, "merge_fields": [field]}
    for _ in range(2):
        sandbox.control("PUT", f"/lists/{list_id}", settings)
    info = sandbox.get(f"/lists/{list_id}")
    assert (info["name"], info["double_optin"]) == ("Shop", True)
    assert info["stats"]["merge_field_count"] == 5
    sandbox.control("PUT", f"/lists/{list_id}", {"merge_field_limit": 80})
    assert sandbox.get(f"/lists/{list_id}/merge-fields")["merge_field_limit"] == 80
    assert sandbox.get(f"/lists/{list_id}")["name"] == "Shop"


def test_a_field_takes_all_that_a_marketer_can_set_and_changes_in_all_but_its_type(
    sandbox: SandboxProcess,
) -> None:
    plan = {
        "tag": "plan",
        "name": "Plan",
        "type": "dropdown",
        "required": True,
        "default_value": "gold",
        "options": {"choices": ["gold", "tin"]},
    }
    formats = {"phone_format": "US", "date_format": "DD/MM/YYYY", "default_country": 164}
    others = [
        {"tag": tag, "name": tag, "type": kind, "options": formats}
        for tag, kind in (("MOBILE", "phone"), ("BORN", "date"), ("HOME", "address"))
    ]
    list_id = sandbox.new_list(merge_fields=[plan, *others])
    page = sandbox.get(f"/lists/{list_id}/merge-fields", count=100)
    fields = {field["tag"]: field for field in page["merge_fields"]}
    assert {key: fields["PLAN"][key] for key in plan} == plan | {"tag": "PLAN"}
    assert {fields[each["tag"]]["type"] for each in others} == {"phone", "date", "address"}
    assert all(fields[each["tag"]]["options"] == formats for each in others)
    again = [{"tag": "plan", "required": False, "type": "text"}, {"tag": "FNAME", "required": True}]
    sandbox.control("PUT", f"/lists/{list_id}", {"merge_fields": again})
    page = sandbox.get(f"/lists/{list_id}/merge-fields", count=100)
    changed = {field["tag"]: field for field in page["merge_fields"]}
    assert changed["PLAN"] == fields["PLAN"] | {"required": False}
    assert changed["FNAME"] == fields["FNAME"] | {"required": True}
    assert page["total_items"] == 8


def test_a_contact_put_in_again_keeps_what_is_not_sent(
    sandbox: SandboxProcess, list_id: str
) -> None:
    anna: dict[str, object] = {"email_address": "anna@shop.de"}
    values = {"merge_fields": {"FNAME": "Anna", "LNAME": "Bell"}, "vip": True, "tags": ["a", "b"]}
    sandbox.put(list_id, anna | values)
    again = {"merge_fields": {"LNAME": ""}, "tags": ["b"], "status": "unsubscribed"}
    sandbox.put(list_id, anna | again)
    (member,) = sandbox.members(list_id)
    assert (member["merge_fields"]["FNAME"], member["merge_fields"]["LNAME"]) == ("Anna", "")
    assert (member["vip"], member["tags"]) == (True, ["b"])
    assert (member["status"], member["unsubscribed_by"]) == ("unsubscribed", "admin")


def test_a_forgotten_contact_leaves_and_nobody_can_take_its_address(
    sandbox: SandboxProcess, list_id: str
) -> None:
    sandbox.put(list_id, {"email_address": "anna@shop.de"}, {"email_address": "ben@shop.de"})
    mark = {"mark": "forgotten", "addresses": ["anna@shop.de"]}
    sandbox.control("POST", f"/lists/{list_id}/marks", mark)
    path = f"/lists/{list_id}/members/ben@shop.de"
    answer = sandbox.request("PATCH", path, {"email_address": "anna@shop.de"})
    assert answer.body["title"] == "Forgotten Email Not Subscribed"
    sandbox.control("POST", f"/lists/{list_id}/marks", mark | {"undo": True})
    assert sandbox.request("PATCH", path, {"email_address": "anna@shop.de"}).status == 200


def test_what_was_kept_can_be_put_back_again_and_again(
    sandbox: SandboxProcess, list_id: str
) -> None:
    sandbox.put(list_id, {"email_address": "anna@shop.de", "tags": ["Loyal"]})
    kept = sandbox.control("POST", "/state")["kept"]
    before = sandbox.members(list_id)
    for _ in range(2):
        sandbox.must("DELETE", f"/lists/{list_id}/members/anna@shop.de")
        sandbox.put(list_id, {"email_address": "ben@shop.de"})
        assert sandbox.get(f"/lists/{list_id}/members", status="archived")["total_items"] == 1
        sandbox.control("POST", "/state", {"put_back": kept})
        assert sandbox.members(list_id) == before
        assert sandbox.get(f"/lists/{list_id}/members", status="archived")["total_items"] == 0


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/key", {}),
        ("POST", "/state", {"put_back": 0}),
        ("POST", "/state", {"put_back": 999}),
        ("POST", "/state", {"put_back": "the last"}),
        ("POST", "/clock", {"advance": "an hour"}),
        ("PUT", "/lists/odd", {"merge_fields": {"PLAN": "text"}}),
        ("PUT", "/lists/odd", {"merge_fields": [{"tag": "PLAN"}]}),
        ("PUT", "/lists/odd", {"interest_categories": {"Topics": ["Shoes"]}}),
        ("PUT", "/lists/odd", {"interest_categories": ["Topics"]}),
        ("PUT", "/lists/odd", {"interest_categories": [{"title": "Topics", "type": "colour"}]}),
        ("PUT", "/lists/odd", {"marketing_permissions": True}),
        ("POST", "/lists/f00dcafe01/members", {"members": [{"status": "subscribed"}]}),
        *(
            ("POST", "/lists/f00dcafe01/members", {"members": [{"email_address": "a@b.de", **row}]})
            for row in ({"interests": ["Hats"]}, {"marketing_permissions": {"Email": 1}})
        ),
        ("POST", "/lists/f00dcafe01/marks", {"mark": "late", "addresses": []}),
        ("POST", "/lists/f00dcafe01/marks", {"mark": "forgotten", "addresses": "anna@shop.de"}),
    ],
)
def test_a_request_to_the_admin_api_that_means_nothing_is_refused(
    sandbox: SandboxProcess, method: str, path: str, body: object
) -> None:
    assert refused(sandbox, method, path, body) == 400
