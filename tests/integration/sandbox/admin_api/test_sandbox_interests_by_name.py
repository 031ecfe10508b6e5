"""Interests and permissions by name: how the admin API and the web UI name them."""

import pytest

from sandbox_process import SandboxProcess

ANNA = "anna@shop.de"
SETTINGS: dict[str, object] = {
    "interest_categories": [
        {"title": "Topics", "type": "hidden", "interests": ["Shoes", "Other"]},
        {"title": "Sizes", "interests": ["Small", "Other"]},
    ],
    "marketing_permissions": ["Email", "Direct Mail"],
}
NAMES = ["Shoes", "Topics: Other", "Small", "Sizes: Other"]


@pytest.fixture
def made(sandbox: SandboxProcess) -> str:
    return sandbox.new_list(**SETTINGS)


def on(sandbox: SandboxProcess, list_id: str, kind: str) -> set[str]:
    """Return what Anna has on, by the export."""
    (member,) = sandbox.members(list_id)
    return {name for name, is_on in member[kind].items() if is_on}


def test_a_list_gets_what_it_lacks_and_keeps_what_it_has(
    sandbox: SandboxProcess, made: str
) -> None:
    before = sandbox.get(f"/lists/{made}/interest-categories")
    assert [each["type"] for each in before["categories"]] == ["hidden", "checkboxes"]
    more: dict[str, object] = {"interest_categories": [{"title": "topics", "interests": ["Hats"]}]}
    for again in (SETTINGS, more, {}):
        sandbox.control("PUT", f"/lists/{made}", again)
    assert sandbox.get(f"/lists/{made}/interest-categories") == before
    sandbox.put(made, {"email_address": ANNA})
    (member,) = sandbox.members(made)
    assert member["interests"] == dict.fromkeys([*NAMES, "Hats"], False)
    assert len(sandbox.get(f"/lists/{made}/members/{ANNA}")["marketing_permissions"]) == 2


def test_a_list_of_names_is_all_that_is_on_and_a_mapping_changes_what_it_names(
    sandbox: SandboxProcess, made: str
) -> None:
    def put(interests: object, **permissions: bool) -> tuple[set[str], set[str]]:
        row = {"interests": interests, "marketing_permissions": permissions}
        sandbox.put(made, {"email_address": ANNA, **row})
        return on(sandbox, made, "interests"), on(sandbox, made, "marketing_permissions")

    assert put(["Shoes", "Sizes: Other"], Email=True) == ({"Shoes", "Sizes: Other"}, {"Email"})
    assert put({"Shoes": False, "Small": True}) == ({"Small", "Sizes: Other"}, {"Email"})
    assert put(["Topics: Other"], Email=False) == ({"Topics: Other"}, set())
    sandbox.put(made, {"email_address": ANNA, "status": "archived"})
    assert on(sandbox, made, "interests") == {"Topics: Other"}
    assert put([]) == (set(), set())


def test_a_list_without_interests_and_permissions_has_none_to_export(
    sandbox: SandboxProcess, list_id: str
) -> None:
    sandbox.put(list_id, {"email_address": "anna@shop.de"})
    (member,) = sandbox.members(list_id)
    assert (member["interests"], member["marketing_permissions"]) == ({}, {})
    shown = sandbox.get(f"/lists/{list_id}/members/anna@shop.de")
    assert member["contact_id"] == shown["contact_id"]


def test_the_page_of_a_contact_names_what_it_has_on(sandbox: SandboxProcess) -> None:
    topics = {"title": "Topics", "interests": ["Shoes", "Hats"]}
    list_id = sandbox.new_list(interest_categories=[topics], marketing_permissions=["By <post>"])
    on = {"interests": ["Hats"], "marketing_permissions": {"By <post>": True}}
    sandbox.put(list_id, {"email_address": "anna@shop.de", **on})
    body = sandbox.home("GET", f"/lists/{list_id}/contacts/anna@shop.de").body
    assert "Hats" in body
    assert "By &lt;post&gt;" in body
    assert "Shoes" not in body
