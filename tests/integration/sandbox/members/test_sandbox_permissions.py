"""Marketing permissions: on for a list or off, and given by one contact at a time."""

import pytest

from sandbox_process import Json, SandboxProcess

ANNA = "anna@shop.de"
TEXTS = ["Email", "Direct Mail"]


@pytest.fixture
def list_id(sandbox: SandboxProcess) -> str:
    return sandbox.new_list(marketing_permissions=TEXTS)


def given(sandbox: SandboxProcess, list_id: str) -> list[dict[str, Json]]:
    found: list[dict[str, Json]] = sandbox.get(f"/lists/{list_id}/members/{ANNA}")[
        "marketing_permissions"
    ]
    return found


def ids(sandbox: SandboxProcess, list_id: str) -> list[str]:
    """The ids, which only a contact shows."""
    sandbox.put(list_id, {"email_address": ANNA})
    return [each["marketing_permission_id"] for each in given(sandbox, list_id)]


def permit(permission: str, *, enabled: object = True) -> dict[str, object]:
    return {"marketing_permissions": [{"marketing_permission_id": permission, "enabled": enabled}]}


def test_a_list_says_whether_it_has_permissions_and_a_contact_shows_them_only_then(
    sandbox: SandboxProcess, list_id: str
) -> None:
    off = sandbox.new_list()
    for one in (list_id, off):
        sandbox.put(one, {"email_address": ANNA})
    assert sandbox.get(f"/lists/{list_id}")["marketing_permissions"] is True
    assert sandbox.get(f"/lists/{off}")["marketing_permissions"] is False
    every = sandbox.get("/lists", count=1000)["lists"]
    assert {list_id: True, off: False}.items() <= {
        each["id"]: each["marketing_permissions"] for each in every
    }.items()
    shown = given(sandbox, list_id)
    assert [(each["text"], each["enabled"]) for each in shown] == [(text, False) for text in TEXTS]
    assert {len(each["marketing_permission_id"]) for each in shown} == {10}
    assert sandbox.get(f"/lists/{list_id}/members")["members"][0]["marketing_permissions"] == shown
    assert "marketing_permissions" not in sandbox.get(f"/lists/{off}/members/{ANNA}")


def test_only_permissions_that_are_sent_change(sandbox: SandboxProcess, list_id: str) -> None:
    email, mail = ids(sandbox, list_id)
    member = f"/lists/{list_id}/members/{ANNA}"

    def enabled() -> list[bool]:
        return [each["enabled"] for each in given(sandbox, list_id)]

    assert sandbox.must("PATCH", member, permit(email))["marketing_permissions"][0]["enabled"]
    assert enabled() == [True, False]
    sandbox.must("PUT", member, permit(mail))
    assert enabled() == [True, True]
    sandbox.must("PATCH", member, permit(email, enabled=False))
    sandbox.must("PATCH", member, {"marketing_permissions": []})
    sandbox.must("PATCH", member, {"language": "de"})
    assert enabled() == [False, True]
    row: dict[str, object] = {"email_address": "ben@shop.de", "status": "subscribed"}
    row |= permit(mail)
    ben = sandbox.must("POST", f"/lists/{list_id}/members", row)
    assert [each["enabled"] for each in ben["marketing_permissions"]] == [False, True]
    path = f"/lists/{list_id}/members/cleo@shop.de"
    cleo = sandbox.must("PUT", path, {**row, "email_address": "cleo@shop.de"})
    assert cleo["marketing_permissions"] == ben["marketing_permissions"]


def test_a_batch_does_not_know_permissions(sandbox: SandboxProcess, list_id: str) -> None:
    email, _ = ids(sandbox, list_id)
    nothing: dict[str, object] = {"marketing_permissions": None}
    for more in (permit(email), permit("0123456789"), nothing):
        row = more | {"email_address": ANNA, "status_if_new": "subscribed"}
        body = {"members": [row], "update_existing": True}
        answer = sandbox.must("POST", f"/lists/{list_id}", body)
        assert (answer["error_count"], answer["total_updated"]) == (0, 1)
        assert "marketing_permissions" not in answer["updated_members"][0]
    assert not any(each["enabled"] for each in given(sandbox, list_id))


@pytest.mark.parametrize(
    "sent",
    [
        None,
        {},
        ["x"],
        permit("0123456789")["marketing_permissions"],
        [{"enabled": True}],
        [{"marketing_permission_id": "EMAIL", "enabled": "true"}],
        [{"marketing_permission_id": "EMAIL"}],
    ],
)
def test_a_permission_that_cannot_be_is_an_invalid_resource(
    sandbox: SandboxProcess, list_id: str, sent: Json
) -> None:
    email, _ = ids(sandbox, list_id)
    for each in sent or ():
        if isinstance(each, dict) and each.get("marketing_permission_id") == "EMAIL":
            sent = [each | {"marketing_permission_id": email}]
    new = {"email_address": "ben@shop.de", "status": "subscribed", "marketing_permissions": sent}
    assert sandbox.request("POST", f"/lists/{list_id}/members", new).status == 400
    for method in ("PUT", "PATCH"):
        row = {"marketing_permissions": sent, "language": "de"}
        answer = sandbox.request(method, f"/lists/{list_id}/members/{ANNA}", row)
        assert (answer.status, answer.body["title"]) == (400, "Invalid Resource")
    assert [each["language"] for each in sandbox.members(list_id)] == [""]


def test_permissions_of_another_list_or_of_none_are_refused(
    sandbox: SandboxProcess, list_id: str
) -> None:
    email, _ = ids(sandbox, list_id)
    lists = {sandbox.new_list(): "off for this list"}
    lists[sandbox.new_list(marketing_permissions=TEXTS)] = "no marketing permission with this id"
    for other, reason in lists.items():
        sandbox.put(other, {"email_address": ANNA})
        answer = sandbox.request("PATCH", f"/lists/{other}/members/{ANNA}", permit(email))
        assert (answer.status, answer.body["title"]) == (400, "Invalid Resource")
        assert reason in answer.body["errors"][0]["message"]


def test_permissions_survive_the_archive(sandbox: SandboxProcess, list_id: str) -> None:
    email, _ = ids(sandbox, list_id)
    member = f"/lists/{list_id}/members/{ANNA}"
    sandbox.must("PATCH", member, permit(email))
    sandbox.must("DELETE", member)
    assert given(sandbox, list_id)[0]["enabled"] is True
    row = {"email_address": ANNA, "status": "subscribed"}
    back = sandbox.must("POST", f"/lists/{list_id}/members", row)
    assert back["marketing_permissions"][0]["enabled"] is True
