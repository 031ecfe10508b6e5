"""Changes that somebody else makes during a sync, and the counts that tell who made them."""

from collections.abc import Iterator
from hashlib import md5

import pytest

from sandbox_process import Answer, Json, SandboxProcess


@pytest.fixture(autouse=True)
def all_is_well_later(sandbox: SandboxProcess) -> Iterator[None]:
    yield
    sandbox.faults()
    sandbox.control("PUT", "/key", {"api_key": sandbox.key})


def people(*names: str) -> list[dict[str, Json]]:
    return [{"email_address": f"{name}@shop.de", "status_if_new": "subscribed"} for name in names]


def send(sandbox: SandboxProcess, list_id: str, *names: str) -> Answer:
    body = {"members": people(*names), "update_existing": True}
    return sandbox.request("POST", f"/lists/{list_id}", body)


def stored(sandbox: SandboxProcess, list_id: str, *columns: str) -> dict[str, list[Json]]:
    every = sandbox.members(list_id)
    return {
        each["email_address"].partition("@")[0]: [each[name] for name in columns] for each in every
    }


def happen(sandbox: SandboxProcess, kind: str) -> None:
    sandbox.faults({"kind": kind, "rate": 1})


def fired(sandbox: SandboxProcess) -> int:
    times: int = sandbox.control("GET", "/faults")["faults"][0]["fired"]
    return times


def moves(sandbox: SandboxProcess) -> dict[str, int]:
    counted: dict[str, int] = sandbox.requests()["moves"]
    return counted


def of_hash(name: str) -> str:
    return md5(f"{name}@shop.de".encode(), usedforsecurity=False).hexdigest()


def test_a_list_is_deleted_under_a_write(sandbox: SandboxProcess, list_id: str) -> None:
    happen(sandbox, "list_deleted")
    assert send(sandbox, list_id, "anna").status == 404
    sandbox.faults()
    assert sandbox.request("GET", f"/lists/{list_id}").status == 404


def test_a_key_is_revoked_for_the_request_that_brings_it_and_all_later_ones(
    sandbox: SandboxProcess, list_id: str
) -> None:
    sandbox.faults({"kind": "key_revoked", "at": 2})
    assert send(sandbox, list_id, "anna").status == 200
    refused = send(sandbox, list_id, "ben")
    assert (refused.status, refused.body["title"]) == (401, "API Key Invalid")
    assert sandbox.request("GET", "/ping").status == 401
    assert (list(stored(sandbox, list_id)), fired(sandbox)) == (["anna"], 1)


def test_a_person_unsubscribes_by_their_own_hand(sandbox: SandboxProcess, list_id: str) -> None:
    happen(sandbox, "person_unsubscribes")
    send(sandbox, list_id, "anna")
    assert fired(sandbox) == 0  # nobody of the request was on the list
    sandbox.put(list_id, {"email_address": "ben@shop.de", "status": "cleaned"})
    body = send(sandbox, list_id, "ben", "cleo", "anna").body
    assert [each["status"] for each in body["updated_members"]] == ["cleaned", "unsubscribed"]
    assert stored(sandbox, list_id, "status", "unsubscribed_by") == {
        "anna": ["unsubscribed", "person"],
        "ben": ["cleaned", ""],
        "cleo": ["subscribed", ""],
    }
    assert fired(sandbox) == 1


def test_a_marketer_tags_somebody_by_hand(sandbox: SandboxProcess, list_id: str) -> None:
    sandbox.put(list_id, *people("anna", "ben"))
    happen(sandbox, "marketer_tags")
    for _ in range(3):
        send(sandbox, list_id, "cleo", "anna", "ben")
    tags = {"anna": [["By hand"]], "ben": [["By hand"]], "cleo": [["By hand"]]}
    assert (stored(sandbox, list_id, "tags"), fired(sandbox)) == (tags, 3)
    send(sandbox, list_id, "anna")
    assert fired(sandbox) == 3


def test_an_address_joined_too_many_lists_meanwhile(sandbox: SandboxProcess, list_id: str) -> None:
    happen(sandbox, "too_many_signups")
    body = send(sandbox, list_id, "anna", "ben").body
    assert [each["email_address"] for each in body["errors"]] == ["anna@shop.de"]
    assert "has signed up to a lot of lists" in body["errors"][0]["error"]
    assert (list(stored(sandbox, list_id)), fired(sandbox)) == (["ben"], 1)


def test_a_contact_turns_poisonous_and_stays_so(sandbox: SandboxProcess, list_id: str) -> None:
    happen(sandbox, "poison")
    assert [send(sandbox, list_id, "anna", "ben").status for _ in range(2)] == [500, 500]
    assert fired(sandbox) == 1  # it was poison already
    sandbox.faults()
    assert send(sandbox, list_id, "cleo", "anna").status == 500
    assert send(sandbox, list_id, "ben").status == 200
    assert list(stored(sandbox, list_id)) == ["ben"]


ANNA = {"email_address": "anna@shop.de", "status": "unsubscribed"}
MEMBERS = "/lists/{list_id}/members"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/lists/{list_id}", {"members": [*people("ben"), ANNA], "update_existing": True}),
        ("POST", MEMBERS, ANNA),
        ("PUT", MEMBERS + "/{hash}", {"status": "unsubscribed"}),
        ("PATCH", MEMBERS + "/{hash}", {"status": "unsubscribed"}),
        ("PATCH", MEMBERS + "/anna@shop.de", {"status": "unsubscribed"}),
        ("DELETE", MEMBERS + "/{hash}", None),
        ("POST", MEMBERS + "/{hash}/actions/delete-permanent", None),
        ("POST", MEMBERS + "/{hash}/tags", {"tags": [{"name": "y", "status": "active"}]}),
        ("POST", "/lists/{list_id}/segments", {"name": "y", "static_segment": ["anna@shop.de"]}),
        ("POST", "/lists/{list_id}/segments/{segment}", {"members_to_add": ["Anna@shop.de"]}),
        ("POST", "/lists/{list_id}/segments/{segment}", {"members_to_remove": ["anna@shop.de"]}),
        ("DELETE", "/lists/{list_id}/segments/{segment}/members/{hash}", None),
    ],
)
def test_whatever_writes_a_poisonous_contact_breaks_as_a_whole(
    sandbox: SandboxProcess, list_id: str, method: str, path: str, body: object
) -> None:
    sandbox.put(list_id, {"email_address": "anna@shop.de", "tags": ["x"]})
    (segment,) = sandbox.get(f"/lists/{list_id}/segments")["segments"]
    before = sandbox.members(list_id)
    mark: dict[str, object] = {"mark": "poison", "addresses": ["anna@shop.de"]}
    sandbox.control("POST", f"/lists/{list_id}/marks", mark)
    url = path.format(list_id=list_id, hash=of_hash("anna"), segment=segment["id"])
    answer = sandbox.request(method, url, body)
    assert (answer.status, answer.body.get("title")) == (500, "Internal Server Error")
    assert sandbox.members(list_id) == before
    assert sandbox.get(f"/lists/{list_id}/members/{of_hash('anna')}")["status"] == "subscribed"
    sandbox.control("POST", f"/lists/{list_id}/marks", mark | {"undo": True})
    assert sandbox.request(method, url, body).status != 500


def test_moves_are_the_status_changes_that_the_api_made(
    sandbox: SandboxProcess, list_id: str
) -> None:
    rows = [{"email_address": "anna@shop.de"}, {"email_address": "ben@shop.de"}]
    gone = {"email_address": "cleo@shop.de", "status": "archived"}
    sandbox.control("POST", "/requests/reset")
    sandbox.put(list_id, *rows, gone)
    sandbox.put(list_id, {"email_address": "ben@shop.de", "status": "unsubscribed"})
    sandbox.must("PATCH", f"/lists/{list_id}/members/anna@shop.de", {"vip": True})
    assert moves(sandbox) == {}
    send(sandbox, list_id, "dora", "emil")
    path = f"/lists/{list_id}/members"
    sandbox.must("PUT", f"{path}/cleo@shop.de", {"status": "subscribed"})
    sandbox.must("PATCH", f"{path}/anna@shop.de", {"status": "unsubscribed"})
    sandbox.must("DELETE", f"{path}/dora@shop.de")
    sandbox.must("POST", f"{path}/emil@shop.de/actions/delete-permanent")
    assert moves(sandbox) == {
        "(none)->subscribed": 2,
        "archived->subscribed": 1,
        "subscribed->(none)": 1,
        "subscribed->archived": 1,
        "subscribed->unsubscribed": 1,
    }


def test_what_others_do_meanwhile_is_no_move_of_the_api(
    sandbox: SandboxProcess, list_id: str
) -> None:
    sandbox.put(list_id, *people("anna"))
    sandbox.control("POST", "/requests/reset")
    happen(sandbox, "person_unsubscribes")
    send(sandbox, list_id, "anna")
    assert (fired(sandbox), moves(sandbox)) == (1, {})


def test_contacts_are_counted_one_by_one_when_that_is_asked_for(
    sandbox: SandboxProcess, list_id: str
) -> None:
    sandbox.control("POST", "/requests/reset", {"by_contact": True})
    sandbox.faults({"kind": "429", "at": 1})
    for _ in range(2):
        send(sandbox, list_id, "Anna", "ben")  # the first does not reach its endpoint
    path = f"/lists/{list_id}/members"
    sandbox.must("PATCH", f"{path}/{of_hash('anna')}", {"vip": True})
    sandbox.request("PATCH", f"{path}/{of_hash('nobody')}", {"vip": True})
    sandbox.must("PUT", f"{path}/{of_hash('cleo')}", *people("cleo"))
    sandbox.get(f"{path}/{of_hash('ben')}")
    counted = {"anna@shop.de": 2, "ben@shop.de": 1, "cleo@shop.de": 1, of_hash("nobody"): 1}
    assert sandbox.requests()["by_contact"] == counted
    sandbox.control("POST", "/requests/reset")
    assert "by_contact" not in sandbox.requests()
