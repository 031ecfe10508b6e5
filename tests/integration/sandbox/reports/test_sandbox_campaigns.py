"""The campaigns of the account: listed, filtered, shown, and gone."""

import pytest

from sandbox_process import SandboxProcess
from tests.integration.sandbox.reports.mailing import DAY, SENT_AT, Mailing


def found(sandbox: SandboxProcess, path: str = "/campaigns", **params: object) -> list[str]:
    answer = sandbox.get(path, count=1000, **params)
    return [each["id"] for each in answer[path.strip("/")]]


@pytest.fixture
def three(sandbox: SandboxProcess, list_id: str) -> list[str]:
    """Three campaigns of one list, made in another order than sent."""
    ids = [f"{list_id}{letter}" for letter in "abc"]
    for place, each in enumerate(ids):
        moments = {"create_time": DAY.format(place), "send_time": DAY.format(30 - place)}
        sandbox.control("PUT", f"/campaigns/{each}", {"list_id": list_id, **moments})
    return ids


def test_a_campaign_shows_what_it_was_made_with(sandbox: SandboxProcess, list_id: str) -> None:
    sandbox.control("PUT", f"/lists/{list_id}", {"name": "Readers"})
    settings = {"list_id": list_id, "title": "May", "subject_line": "Hello", "type": "plaintext"}
    moments = {"create_time": DAY.format(1), "send_time": SENT_AT}
    sandbox.control("PUT", f"/campaigns/x{list_id}", settings | moments)
    shown = sandbox.get(f"/campaigns/x{list_id}")
    assert (shown["id"], shown["type"], shown["status"]) == (f"x{list_id}", "plaintext", "sent")
    assert (shown["settings"]["title"], shown["settings"]["subject_line"]) == ("May", "Hello")
    assert {name: shown[name] for name in moments} == moments
    assert shown["recipients"]["list_id"] == list_id
    assert (shown["recipients"]["list_name"], shown["recipients"]["list_is_active"]) == (
        "Readers",
        True,
    )


def test_what_is_not_sent_of_a_campaign_stays(sandbox: SandboxProcess, mailing: Mailing) -> None:
    mailing.set(title="May")
    mailing.set(subject_line="Hello")
    shown = sandbox.get(f"/campaigns/{mailing.id}")
    assert (shown["settings"]["title"], shown["settings"]["subject_line"]) == ("May", "Hello")
    assert shown["send_time"] == SENT_AT


def test_campaigns_are_filtered_by_list_status_and_type(
    sandbox: SandboxProcess, list_id: str, three: list[str]
) -> None:
    other = sandbox.new_list()
    sandbox.control("PUT", f"/campaigns/{other}", {"list_id": other})
    changes = {"status": "schedule", "type": "rss"}
    sandbox.control("PUT", f"/campaigns/{three[1]}", changes)
    assert found(sandbox, list_id=list_id) == three
    assert found(sandbox, list_id=list_id, status="sent") == [three[0], three[2]]
    assert found(sandbox, list_id=list_id, status="schedule") == [three[1]]
    assert found(sandbox, list_id=list_id, type="rss") == [three[1]]
    assert found(sandbox, list_id=list_id, type="regular", status="schedule") == []


@pytest.mark.parametrize(
    ("moments", "places"),
    [
        ({"since_send_time": DAY.format(28)}, [0, 1]),
        ({"before_send_time": DAY.format(30)}, [1, 2]),
        ({"since_send_time": DAY.format(28), "before_send_time": DAY.format(30)}, [1]),
        ({"since_create_time": DAY.format(0)}, [1, 2]),
        ({"before_create_time": DAY.format(2)}, [0, 1]),
    ],
)
def test_moments_of_campaigns_are_later_or_earlier_and_never_equal(
    sandbox: SandboxProcess,
    list_id: str,
    three: list[str],
    moments: dict[str, str],
    places: list[int],
) -> None:
    assert found(sandbox, list_id=list_id, **moments) == [three[place] for place in places]


def test_campaigns_come_in_the_order_asked_for(
    sandbox: SandboxProcess, list_id: str, three: list[str]
) -> None:
    by_sending = found(sandbox, list_id=list_id, sort_field="send_time", sort_dir="ASC")
    assert by_sending == three[::-1]
    assert found(sandbox, list_id=list_id, sort_field="send_time", sort_dir="DESC") == three
    assert found(sandbox, list_id=list_id, sort_field="create_time", sort_dir="DESC") == three[::-1]


def test_campaigns_come_in_pages_with_the_parts_that_were_asked_for(
    sandbox: SandboxProcess, list_id: str, three: list[str]
) -> None:
    asked = {"list_id": list_id, "fields": "campaigns.id,total_items"}
    pages = [sandbox.get("/campaigns", count=2, offset=at, **asked) for at in (0, 2, 4)]
    assert [page["total_items"] for page in pages] == [3, 3, 3]
    assert [page["campaigns"] for page in pages] == [
        [{"id": three[0]}, {"id": three[1]}],
        [{"id": three[2]}],
        [],
    ]


def test_campaigns_are_found_by_a_contact_that_they_were_sent_to(
    sandbox: SandboxProcess, list_id: str, mailing: Mailing, three: list[str]
) -> None:
    mailing.happen(("anna", "sent"))
    email_id = mailing.report("/sent-to")["sent_to"][0]["email_id"]
    assert len(found(sandbox, list_id=list_id)) == 1 + len(three)
    assert found(sandbox, list_id=list_id, member_id=email_id) == [mailing.id]


@pytest.mark.parametrize("status", ["save", "schedule", "sending"])
def test_a_campaign_that_is_not_sent_has_no_report(mailing: Mailing, status: str) -> None:
    sandbox = mailing.sandbox
    mailing.happen(("anna", "open"))
    mailing.set(status=status)
    parts = ("", "/email-activity", "/sent-to", "/unsubscribed", "/open-details", "/click-details")
    answers = [sandbox.request("GET", f"/reports/{mailing.id}{part}") for part in parts]
    assert {answer.status for answer in answers} == {404}
    shown = sandbox.get(f"/campaigns/{mailing.id}")
    assert (shown["status"], shown["send_time"], shown["emails_sent"]) == (status, "", 0)
    assert "report_summary" not in shown
    assert mailing.id not in found(sandbox, "/reports")
    mailing.set(status="sent")
    assert mailing.id in found(sandbox, "/reports")


@pytest.mark.parametrize("part", ["", "/email-activity", "/click-details/0123456789/members"])
def test_an_unknown_campaign_is_a_404(sandbox: SandboxProcess, part: str) -> None:
    answer = sandbox.request("GET", f"/reports/nosuch{part}")
    assert (answer.status, answer.body["title"]) == (404, "Resource Not Found")
    assert sandbox.request("GET", "/campaigns/nosuch").status == 404


def test_a_deleted_campaign_is_forgotten_and_its_id_begins_anew(mailing: Mailing) -> None:
    sandbox = mailing.sandbox
    sandbox.put(mailing.list_id, {"email_address": "anna@shop.de"})
    mailing.happen(("anna", "open"), ("anna", "click"))
    sandbox.control("DELETE", f"/campaigns/{mailing.id}")
    assert sandbox.request("GET", f"/reports/{mailing.id}").status == 404
    assert sandbox.request("GET", f"/campaigns/{mailing.id}").status == 404
    history = sandbox.get(f"/lists/{mailing.list_id}/members/anna@shop.de/activity")
    assert history["activity"] == []
    mailing.set(list_id=mailing.list_id)
    assert mailing.report("/sent-to")["sent_to"] == []


def test_a_report_outlives_its_list_and_says_so(mailing: Mailing) -> None:
    sandbox = mailing.sandbox
    sandbox.put(mailing.list_id, {"email_address": "anna@shop.de", "vip": True})
    mailing.happen(("anna", "open"))
    sandbox.control("DELETE", f"/lists/{mailing.list_id}")
    shown = mailing.report()
    assert (shown["list_id"], shown["list_is_active"]) == (mailing.list_id, False)
    (row,) = mailing.report("/sent-to")["sent_to"]
    assert (row["list_is_active"], row["vip"], row["merge_fields"]) == (False, False, {})
    mailing.happen(("anna", "unsubscribe"))


@pytest.mark.parametrize(
    ("kind", "status", "active"), [("campaign_deleted", 404, []), ("list_deleted", 200, [False])]
)
def test_a_campaign_or_its_list_is_deleted_between_two_pages(
    mailing: Mailing, kind: str, status: int, active: list[bool]
) -> None:
    sandbox, path = mailing.sandbox, "/reports/{campaign_id}/email-activity"
    mailing.happen(("anna", "open"), ("ben", "open"))
    sandbox.faults({"kind": kind, "at": 2, "path": path, "writes": False})
    url = f"/reports/{mailing.id}/email-activity"
    pages = [sandbox.request("GET", url, count=1, offset=place) for place in (0, 1)]
    assert [fault["fired"] for fault in sandbox.control("GET", "/faults")["faults"]] == [1]
    sandbox.faults()
    assert [page.status for page in pages] == [200, status]
    assert pages[0].body["emails"][0]["list_is_active"] is True
    assert [row["list_is_active"] for row in pages[1].body.get("emails", [])] == active


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"list_id": "nosuch"},
        {"list_id": "f00dcafe01", "status": "gone"},
        {"list_id": "f00dcafe01", "type": "letter"},
        {"list_id": "f00dcafe01", "send_time": "tomorrow"},
    ],
)
def test_a_campaign_that_cannot_be_is_refused_and_not_made(
    sandbox: SandboxProcess, body: dict[str, str]
) -> None:
    with pytest.raises(AssertionError, match="400"):
        sandbox.control("PUT", "/campaigns/odd", body)
    assert sandbox.request("GET", "/campaigns/odd").status == 404
