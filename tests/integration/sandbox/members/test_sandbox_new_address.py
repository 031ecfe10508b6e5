"""A contact under a new address: another hash, the same contact."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from sandbox_process import SandboxProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

ANNA, BELL = "anna@shop.de", "bell@shop.de"
METHODS = ("PATCH", "PUT")
STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess(is_measured=True) as process:
        yield process


def put_in(sandbox: SandboxProcess, list_id: str, **more: object) -> str:
    """Put Anna in; return her path by hash."""
    sandbox.put(list_id, {"email_address": ANNA, **more})
    return f"/lists/{list_id}/members/{hash_of(ANNA)}"


def hash_of(address: str) -> str:
    return hashlib.md5(address.encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize("method", METHODS)
def test_a_new_address_moves_the_contact_to_a_new_hash(
    sandbox: SandboxProcess, list_id: str, method: str
) -> None:
    path = put_in(sandbox, list_id)
    before = sandbox.get(path)
    after = sandbox.must(method, path, {"email_address": BELL})
    assert (after["id"], after["email_address"]) == (hash_of(BELL), BELL)
    assert (after["contact_id"], after["web_id"]) == (before["contact_id"], before["web_id"])
    assert after["unique_email_id"] != before["unique_email_id"]
    assert after == sandbox.get(f"/lists/{list_id}/members/{BELL}")
    for name in (hash_of(ANNA), ANNA):
        assert sandbox.request("GET", f"/lists/{list_id}/members/{name}").status == 404
    (exported,) = sandbox.members(list_id)
    assert (exported["contact_id"], exported["id"]) == (before["contact_id"], hash_of(BELL))


@pytest.mark.parametrize("method", METHODS)
def test_a_new_address_keeps_everything_else(sandbox: SandboxProcess, method: str) -> None:
    topics = {"title": "Topics", "type": "radio", "interests": ["Shoes", "Hats"]}
    list_id = sandbox.new_list(
        interest_categories=[topics], marketing_permissions=["Email", "Mail"]
    )
    path = put_in(
        sandbox,
        list_id,
        status="unsubscribed",
        tags=["a", "b"],
        interests=["Shoes"],
        marketing_permissions={"Email": True},
        merge_fields={"FNAME": "Anna"},
    )
    (before,) = sandbox.members(list_id)
    sandbox.must(method, path, {"email_address": BELL})
    (after,) = sandbox.members(list_id)
    moved = {"id", "email_address", "last_changed"}
    assert {key: value for key, value in after.items() if key not in moved} == {
        key: value for key, value in before.items() if key not in moved
    }
    assert (after["interests"]["Shoes"], after["marketing_permissions"]["Email"]) == (True, True)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("method", METHODS)
def test_an_address_of_somebody_else_cannot_be_taken_whatever_their_status(
    sandbox: SandboxProcess, list_id: str, method: str, status: str
) -> None:
    path = put_in(sandbox, list_id)
    sandbox.put(list_id, {"email_address": BELL, "status": status})
    before = sandbox.members(list_id)
    answer = sandbox.request(method, path, {"email_address": "Bell@shop.de", "language": "de"})
    assert (answer.status, answer.body["title"]) == (400, "Member Exists")
    assert "type" not in answer.body
    assert sandbox.members(list_id) == before


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("address", ["", "bell", "bell@shop", "bell@shop.invalid", None])
def test_a_new_address_is_judged_as_on_creation(
    sandbox: SandboxProcess, list_id: str, method: str, address: str | None
) -> None:
    path = put_in(sandbox, list_id)
    row = {"email_address": address, "status": "subscribed"}
    created = sandbox.request("POST", f"/lists/{list_id}/members", row)
    changed = sandbox.request(method, path, {"email_address": address})
    kept = ("status", "title", "detail", "errors")
    assert changed.status == 400
    assert [changed.body.get(key) for key in kept] == [created.body.get(key) for key in kept]
    assert sandbox.get(path)["email_address"] == ANNA


def test_an_address_that_was_left_is_free_for_somebody_new(
    sandbox: SandboxProcess, list_id: str
) -> None:
    path = put_in(sandbox, list_id)
    old = sandbox.must("PATCH", path, {"email_address": BELL})["contact_id"]
    new = {"email_address": ANNA, "status_if_new": "subscribed"}
    assert sandbox.must("PUT", path, new)["contact_id"] != old
    assert len(sandbox.members(list_id)) == 2
