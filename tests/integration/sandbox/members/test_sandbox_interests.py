"""Interests as contacts have them: on or off, one by one."""

import pytest

from sandbox_process import Json, SandboxProcess

ANNA = "anna@shop.de"
TOPICS = {"title": "Topics", "type": "checkboxes", "interests": ["Shoes", "Hats"]}


def category(sandbox: SandboxProcess, list_id: str, title: str = "Topics", **more: object) -> str:
    body = {"title": title, "type": "checkboxes", **more}
    path = f"/lists/{list_id}/interest-categories"
    return f"{path}/{sandbox.must('POST', path, body)['id']}"


def interest(sandbox: SandboxProcess, path: str, name: str) -> str:
    found: str = sandbox.must("POST", f"{path}/interests", {"name": name})["id"]
    return found


def batch(sandbox: SandboxProcess, list_id: str, *rows: dict[str, object]) -> dict[str, Json]:
    new = [{"email_address": ANNA, "status_if_new": "subscribed", **row} for row in rows]
    body = {"members": new, "update_existing": True}
    answer: dict[str, Json] = sandbox.must("POST", f"/lists/{list_id}", body)
    return answer


def held(sandbox: SandboxProcess, list_id: str, address: str = ANNA) -> Json:
    return sandbox.get(f"/lists/{list_id}/members/{address}")["interests"]


def test_a_deleted_interest_leaves_every_contact_and_a_category_takes_its_own_along(
    sandbox: SandboxProcess, list_id: str
) -> None:
    path, other = category(sandbox, list_id), category(sandbox, list_id, "Sizes")
    shoes, hats = (interest(sandbox, path, name) for name in ("Shoes", "Hats"))
    small = interest(sandbox, other, "Small")
    batch(sandbox, list_id, {"interests": {shoes: True, hats: True, small: True}})
    assert sandbox.request("DELETE", f"{path}/interests/{shoes}").status == 204
    assert held(sandbox, list_id) == {hats: True, small: True}
    assert sandbox.request("DELETE", path).status == 204
    assert held(sandbox, list_id) == {small: True}
    assert sandbox.request("GET", path).status == 404


def test_a_contact_shows_every_interest_of_its_list_and_nothing_where_there_is_none(
    sandbox: SandboxProcess, list_id: str
) -> None:
    sandbox.put(list_id, {"email_address": ANNA})
    member = f"/lists/{list_id}/members/{ANNA}"
    assert "interests" not in sandbox.get(member)
    assert sandbox.get(member, fields="interests,status") == {"status": "subscribed"}
    path = category(sandbox, list_id)
    off = {interest(sandbox, path, name): False for name in ("Shoes", "Hats")}
    assert sandbox.get(member, fields="interests") == {"interests": off}
    assert sandbox.get(f"/lists/{list_id}/members")["members"][0]["interests"] == off
    assert batch(sandbox, list_id, {})["updated_members"][0]["interests"] == off
    segment = {"name": "Everybody", "static_segment": [ANNA]}
    number = sandbox.must("POST", f"/lists/{list_id}/segments", segment)["id"]
    (shown,) = sandbox.get(f"/lists/{list_id}/segments/{number}/members")["members"]
    assert shown["interests"] == off


def test_only_interests_that_are_sent_change_by_every_way_to_write(
    sandbox: SandboxProcess, list_id: str
) -> None:
    path = category(sandbox, list_id)
    shoes, hats = (interest(sandbox, path, name) for name in ("Shoes", "Hats"))
    row = {"email_address": ANNA, "status": "subscribed", "interests": {shoes: True}}
    made = sandbox.must("POST", f"/lists/{list_id}/members", row)
    assert made["interests"] == {shoes: True, hats: False}
    member = f"/lists/{list_id}/members/{ANNA}"
    assert sandbox.must("PUT", member, {"interests": {hats: True}})["interests"][shoes] is True
    assert held(sandbox, list_id) == {shoes: True, hats: True}
    sandbox.must("PATCH", member, {"interests": {shoes: False}})
    sandbox.must("PATCH", member, {"language": "de"})
    assert held(sandbox, list_id) == {shoes: False, hats: True}
    (shown,) = batch(sandbox, list_id, {"interests": {shoes: True}})["updated_members"]
    assert shown["interests"] == held(sandbox, list_id) == {shoes: True, hats: True}
    for nothing in (None, {}, {shoes: None}):
        assert batch(sandbox, list_id, {"interests": nothing})["error_count"] == 0
    assert held(sandbox, list_id) == {shoes: True, hats: True}


@pytest.mark.parametrize(
    "sent", [{"0123456789": True}, {"0123456789": False}, {"SHOES": "true"}, {"SHOES": 1}, [], "x"]
)
def test_an_interest_that_cannot_be_refuses_its_row_and_no_other(
    sandbox: SandboxProcess, list_id: str, sent: object
) -> None:
    shoes = interest(sandbox, category(sandbox, list_id), "Shoes")
    if isinstance(sent, dict):
        sent = {name.replace("SHOES", shoes): value for name, value in sent.items()}
    ben: dict[str, object] = {"email_address": "ben@shop.de", "interests": {shoes: True}}
    answer = batch(sandbox, list_id, {"interests": sent, "tags": ["x"]}, ben)
    assert [error["email_address"] for error in answer["errors"]] == [ANNA]
    assert answer["errors"][0]["field"].startswith("interests")
    assert [each["email_address"] for each in sandbox.members(list_id)] == ["ben@shop.de"]
    member = f"/lists/{list_id}/members/ben@shop.de"
    for method in ("PUT", "PATCH"):
        refused = sandbox.request(method, member, {"interests": sent, "language": "de"})
        assert (refused.status, refused.body["title"]) == (400, "Invalid Resource")
    assert sandbox.get(member)["language"] == ""


def test_null_is_no_interest_of_one_contact(sandbox: SandboxProcess, list_id: str) -> None:
    shoes = interest(sandbox, category(sandbox, list_id), "Shoes")
    sandbox.put(list_id, {"email_address": ANNA})
    for sent in (None, {shoes: None}):
        answer = sandbox.request("PATCH", f"/lists/{list_id}/members/{ANNA}", {"interests": sent})
        assert answer.status == 400


def test_interests_survive_the_archive_and_move_last_changed(
    sandbox: SandboxProcess, list_id: str
) -> None:
    shoes = interest(sandbox, category(sandbox, list_id), "Shoes")
    past = "2020-01-01T00:00:00+00:00"
    sandbox.put(list_id, {"email_address": ANNA, "last_changed": past})
    batch(sandbox, list_id, {"interests": {shoes: False}})
    assert sandbox.members(list_id)[0]["last_changed"] == past
    batch(sandbox, list_id, {"interests": {shoes: True}})
    assert sandbox.members(list_id)[0]["last_changed"] > past
    member = f"/lists/{list_id}/members/{ANNA}"
    sandbox.must("DELETE", member)
    assert held(sandbox, list_id) == {shoes: True}
    row = {"email_address": ANNA, "status": "subscribed"}
    assert sandbox.must("POST", f"/lists/{list_id}/members", row)["interests"] == {shoes: True}


def test_contacts_are_found_by_any_all_or_none_of_some_interests(sandbox: SandboxProcess) -> None:
    list_id = sandbox.new_list(interest_categories=[TOPICS])
    people: dict[str, list[str]] = {"a": ["Shoes"], "b": ["Shoes", "Hats"], "c": [], "d": ["Hats"]}
    sandbox.put(
        list_id,
        *({"email_address": f"{name}@shop.de", "interests": on} for name, on in people.items()),
    )
    (topics,) = sandbox.get(f"/lists/{list_id}/interest-categories")["categories"]
    path = f"/lists/{list_id}/interest-categories/{topics['id']}/interests"
    shoes, hats = (each["id"] for each in sandbox.get(path)["interests"])
    found: dict[tuple[str, str], str] = {}
    for match in ("any", "all", "none"):
        for ids in (shoes, f"{shoes},{hats}"):
            asked = {"interest_ids": ids, "interest_match": match}
            page = sandbox.get(
                f"/lists/{list_id}/members", interest_category_id=topics["id"], **asked
            )
            names = "".join(each["email_address"][0] for each in page["members"])
            assert page["total_items"] == len(names)
            found[match, "both" if "," in ids else "one"] = names
    assert found == {
        ("any", "one"): "ab",
        ("any", "both"): "abd",
        ("all", "one"): "ab",
        ("all", "both"): "b",
        ("none", "one"): "cd",
        ("none", "both"): "c",
    }


@pytest.mark.parametrize(
    "left_out", ["interest_category_id", "interest_ids", "interest_match", "all but one"]
)
def test_the_filter_by_interests_needs_all_three_parameters(
    sandbox: SandboxProcess, list_id: str, left_out: str
) -> None:
    path = category(sandbox, list_id)
    shoes = interest(sandbox, path, "Shoes")
    asked: dict[str, Json] = {
        "interest_category_id": path.rpartition("/")[2],
        "interest_ids": shoes,
        "interest_match": "any",
    }
    members = f"/lists/{list_id}/members"
    assert sandbox.request("GET", members, **asked).status == 200
    less = {"interest_ids": shoes} if left_out == "all but one" else asked.copy()
    less.pop(left_out, None)
    assert sandbox.request("GET", members, **less).status == 400
    odd: dict[str, Json]
    for odd in ({"interest_match": "some"}, {"interest_ids": "0123456789"}):
        assert sandbox.request("GET", members, **(asked | odd)).status == 400
