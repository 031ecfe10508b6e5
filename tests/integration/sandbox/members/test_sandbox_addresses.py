"""White space around an address makes nobody else of a contact, wherever the sandbox takes one."""

from urllib.parse import quote

import pytest

from loader.model.addresses import WHITE_SPACE
from sandbox_process import SandboxProcess

ANNA = "anna@shop.de"


@pytest.mark.parametrize("one", WHITE_SPACE)
def test_white_space_around_an_address_is_no_part_of_it(
    sandbox: SandboxProcess, list_id: str, one: str
) -> None:
    spaced = f"{one}{one}Anna@Shop.de{one}"
    row = {"email_address": spaced, "status": "subscribed"}
    sandbox.must("POST", f"/lists/{list_id}/members", row)
    named = quote(spaced, safe="")
    shown = sandbox.get(f"/lists/{list_id}/members/{named}")
    assert (shown["email_address"], shown) == (
        "Anna@Shop.de",
        sandbox.get(f"/lists/{list_id}/members/{ANNA}"),
    )
    body = {"members": [row], "update_existing": True}
    assert sandbox.must("POST", f"/lists/{list_id}", body)["total_updated"] == 1
    segment = {"name": f"{one}News{one}", "static_segment": [spaced]}
    made = sandbox.must("POST", f"/lists/{list_id}/segments", segment)
    assert (made["name"], made["member_count"]) == ("News", 1)
    path = f"/lists/{list_id}/segments/{made['id']}"
    moved = sandbox.must("POST", path, {"members_to_remove": [spaced]})
    assert moved["total_removed"] == 1
    sandbox.put(list_id, {"email_address": spaced, "status": "archived"})
    assert [each["email_address"] for each in sandbox.members(list_id)] == ["Anna@Shop.de"]
