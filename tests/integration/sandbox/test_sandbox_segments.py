"""Static segments and tags, which are the same thing."""

import pytest

from sandbox_process import Json, SandboxProcess

STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived")


def people(sandbox: SandboxProcess, list_id: str) -> list[str]:
    rows = [{"email_address": f"{status}@shop.de", "status": status} for status in STATUSES]
    sandbox.put(list_id, *rows)
    return [row["email_address"] for row in rows]


def make(sandbox: SandboxProcess, list_id: str, *addresses: str, name: str = "Readers") -> Json:
    body = {"name": name, "static_segment": addresses}
    return sandbox.must("POST", f"/lists/{list_id}/segments", body)


def change(
    sandbox: SandboxProcess, list_id: str, segment: Json, add: Json = (), remove: Json = ()
) -> tuple[list[str], list[str]]:
    body = {"members_to_add": add, "members_to_remove": remove}
    answer = sandbox.must("POST", f"/lists/{list_id}/segments/{segment['id']}", body)
    added = [member["email_address"] for member in answer["members_added"]]
    removed = [member["email_address"] for member in answer["members_removed"]]
    totals = (answer["total_added"], answer["total_removed"], answer["error_count"])
    assert totals == (len(added), len(removed), 0)
    return added, removed


def tagged(sandbox: SandboxProcess, list_id: str, tag: str) -> list[str]:
    return [each["email_address"] for each in sandbox.members(list_id) if tag in each["tags"]]


def test_a_new_segment_ignores_addresses_that_are_not_on_the_list(
    sandbox: SandboxProcess, list_id: str
) -> None:
    everybody = people(sandbox, list_id)
    segment = make(sandbox, list_id, *everybody, "stranger@shop.de", "not an address")
    assert (segment["name"], segment["type"], segment["list_id"]) == ("Readers", "static", list_id)
    assert tagged(sandbox, list_id, "Readers") == sorted(everybody)


def test_member_count_counts_subscribers_and_what_is_included(
    sandbox: SandboxProcess, list_id: str
) -> None:
    segment = make(sandbox, list_id, *people(sandbox, list_id))
    path = f"/lists/{list_id}/segments/{segment['id']}"
    assert segment["member_count"] == 1
    assert (
        sandbox.get(path, include_cleaned="true", include_unsubscribed="true")["member_count"] == 3
    )
    (listed,) = sandbox.get(f"/lists/{list_id}/segments")["segments"]
    assert listed["member_count"] == 1


def test_segment_members_are_subscribers_and_what_is_included(
    sandbox: SandboxProcess, list_id: str
) -> None:
    segment = make(sandbox, list_id, *people(sandbox, list_id))
    path = f"/lists/{list_id}/segments/{segment['id']}/members"
    asked = {"fields": "members.email_address,total_items"}
    only = {"members": [{"email_address": "subscribed@shop.de"}], "total_items": 1}
    assert sandbox.request("GET", path, None, None, **asked).body == only
    assert sandbox.get(path, include_transactional="true")["total_items"] == 2


def test_both_arrays_work_in_one_call_and_name_only_what_moved(
    sandbox: SandboxProcess, list_id: str
) -> None:
    people(sandbox, list_id)
    segment = make(sandbox, list_id, "subscribed@shop.de", "cleaned@shop.de")
    add = ["SUBSCRIBED@shop.de", " archived@shop.de", "stranger@shop.de", "pending@shop.de"]
    moved = change(sandbox, list_id, segment, add, ["cleaned@shop.de", "transactional@shop.de"])
    assert moved == (["pending@shop.de", "archived@shop.de"], ["cleaned@shop.de"])
    again = change(sandbox, list_id, segment, add, ["cleaned@shop.de"])
    assert again == ([], [])


@pytest.mark.parametrize("name", ["members_to_add", "members_to_remove"])
def test_501_addresses_are_refused(sandbox: SandboxProcess, list_id: str, name: str) -> None:
    segment = make(sandbox, list_id)
    body = {name: [f"a{number}@shop.de" for number in range(501)]}
    answer = sandbox.request("POST", f"/lists/{list_id}/segments/{segment['id']}", body)
    assert (answer.status, answer.body["title"]) == (400, "Invalid Resource")
    assert answer.body["detail"] == (
        "Maximum allowed member items exceeded, please provide at most 500 items in "
        "members_to_add field or members_to_remove field"
    )


def test_a_name_is_taken_whatever_its_case(sandbox: SandboxProcess, list_id: str) -> None:
    make(sandbox, list_id, name="Readers")
    body = {"name": "readers", "static_segment": []}
    assert sandbox.request("POST", f"/lists/{list_id}/segments", body).status == 400


def test_a_segment_needs_addresses_or_conditions(sandbox: SandboxProcess, list_id: str) -> None:
    answer = sandbox.request("POST", f"/lists/{list_id}/segments", {"name": "x"})
    assert answer.status == 400
    assert answer.body["detail"] == (
        'Must provide either an "options" field or a "static_segment" field'
    )


def test_a_saved_segment_has_no_members_to_add_to(sandbox: SandboxProcess, list_id: str) -> None:
    people(sandbox, list_id)
    body = {"name": "Saved", "options": {"match": "all", "conditions": []}}
    segment = sandbox.must("POST", f"/lists/{list_id}/segments", body)
    assert (segment["type"], segment["options"]["match"]) == ("saved", "all")
    add = {"members_to_add": ["subscribed@shop.de"]}
    for segment_id in (segment["id"], 999):
        answer = sandbox.request("POST", f"/lists/{list_id}/segments/{segment_id}", add)
        assert answer.body["detail"] == (
            f"A Static Segment with an id of {segment_id} does not exist for this list"
        )


def test_patch_renames_and_replaces_everybody(sandbox: SandboxProcess, list_id: str) -> None:
    people(sandbox, list_id)
    segment = make(sandbox, list_id, "subscribed@shop.de", "cleaned@shop.de")
    path = f"/lists/{list_id}/segments/{segment['id']}"
    sandbox.must("PATCH", path, {"name": "Buyers", "static_segment": ["pending@shop.de"]})
    assert tagged(sandbox, list_id, "Buyers") == ["pending@shop.de"]
    assert sandbox.must("PATCH", path, {"name": "buyers"})["name"] == "buyers"
    sandbox.must("PATCH", path, {"static_segment": []})
    assert tagged(sandbox, list_id, "buyers") == []


def test_a_deleted_segment_leaves_nobody_tagged(sandbox: SandboxProcess, list_id: str) -> None:
    people(sandbox, list_id)
    segment = make(sandbox, list_id, "subscribed@shop.de")
    path = f"/lists/{list_id}/segments/{segment['id']}"
    assert sandbox.request("DELETE", path).status == 204
    assert sandbox.request("GET", path).status == 404
    assert tagged(sandbox, list_id, "Readers") == []
    assert make(sandbox, list_id)["id"] > segment["id"]


def test_segments_are_listed_by_type_and_paged(sandbox: SandboxProcess, list_id: str) -> None:
    for number in range(11):
        make(sandbox, list_id, name=f"S{number}")
    saved = {"name": "Saved", "options": {"match": "any", "conditions": []}}
    sandbox.must("POST", f"/lists/{list_id}/segments", saved)
    path = f"/lists/{list_id}/segments"
    answer = sandbox.get(path)
    assert (len(answer["segments"]), answer["total_items"]) == (10, 12)
    assert sandbox.get(path, type="static")["total_items"] == 11
    assert sandbox.get(path, exclude_type="static")["total_items"] == 1


def test_one_contact_is_added_and_removed_by_itself(sandbox: SandboxProcess, list_id: str) -> None:
    people(sandbox, list_id)
    segment = make(sandbox, list_id)
    path = f"/lists/{list_id}/segments/{segment['id']}/members"
    member = sandbox.must("POST", path, {"email_address": "subscribed@shop.de"})
    assert "tags" not in member
    assert sandbox.request("POST", path, {"email_address": "no@shop.de"}).status == 404
    assert sandbox.request("DELETE", f"{path}/{member['id']}").status == 204
    assert sandbox.request("DELETE", f"{path}/{member['id']}").status == 404


def test_a_tag_is_a_static_segment_and_back(sandbox: SandboxProcess, list_id: str) -> None:
    people(sandbox, list_id)
    segment = make(sandbox, list_id, name="VIP")
    path = f"/lists/{list_id}/members/archived@shop.de/tags"
    tags = [{"name": "vip", "status": "active"}, {"name": "New", "status": "active"}]
    assert sandbox.request("POST", path, {"tags": tags, "is_syncing": True}).status == 204
    shown = sandbox.get(path)
    assert [tag["name"] for tag in shown["tags"]] == ["VIP", "New"]
    assert (shown["tags"][0]["id"], shown["total_items"]) == (segment["id"], 2)
    gone = [{"name": "NEW", "status": "inactive"}, {"name": "Never", "status": "inactive"}]
    sandbox.must("POST", path, {"tags": gone})
    sandbox.must("POST", path, {"tags": []})
    assert tagged(sandbox, list_id, "VIP") == ["archived@shop.de"]
    assert sandbox.get(f"/lists/{list_id}/segments", type="static")["total_items"] == 2


def test_a_contact_shows_fifty_tags_and_pages_the_rest(
    sandbox: SandboxProcess, list_id: str
) -> None:
    tags = [f"t{number:02}" for number in range(60)]
    sandbox.put(list_id, {"email_address": "anna@shop.de", "tags": tags})
    member = sandbox.get(f"/lists/{list_id}/members/anna@shop.de")
    assert (len(member["tags"]), member["tags_count"]) == (50, 60)
    path = f"/lists/{list_id}/members/anna@shop.de/tags"
    assert len(sandbox.get(path)["tags"]) == 10
    assert len(sandbox.get(path, count=1000)["tags"]) == 60


def test_tags_are_found_by_how_they_begin(sandbox: SandboxProcess, list_id: str) -> None:
    sandbox.put(list_id, {"email_address": "anna@shop.de", "tags": ["Red", "Reader", "Blue"]})
    found = sandbox.get(f"/lists/{list_id}/tag-search", name="rE")
    assert [tag["name"] for tag in found["tags"]] == ["Reader", "Red"]
    assert sandbox.get(f"/lists/{list_id}/tag-search")["total_items"] == 3


def test_tagging_does_not_move_last_changed(sandbox: SandboxProcess, list_id: str) -> None:
    people(sandbox, list_id)
    before = [member["last_changed"] for member in sandbox.members(list_id)]
    sandbox.control("POST", "/clock", {"advance": 60})
    segment = make(sandbox, list_id, "subscribed@shop.de")
    change(sandbox, list_id, segment, ["cleaned@shop.de"])
    assert [member["last_changed"] for member in sandbox.members(list_id)] == before


def test_a_changed_membership_moves_updated_at(sandbox: SandboxProcess, list_id: str) -> None:
    people(sandbox, list_id)
    segment = make(sandbox, list_id, "subscribed@shop.de")
    path = f"/lists/{list_id}/segments"
    sandbox.control("POST", "/clock", {"advance": 60})
    change(sandbox, list_id, segment, ["subscribed@shop.de"])
    since = {"since_updated_at": segment["updated_at"]}
    assert sandbox.request("GET", path, None, None, **since).body["total_items"] == 0
    change(sandbox, list_id, segment, ["cleaned@shop.de"])
    assert sandbox.request("GET", path, None, None, **since).body["total_items"] == 1
