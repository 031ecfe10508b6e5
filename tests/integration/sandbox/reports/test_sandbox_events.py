"""Events added to a campaign by the admin API, and what becomes of the contacts."""

from collections import Counter

import pytest

from sandbox_process import Json, SandboxProcess
from tests.integration.sandbox.reports.mailing import (
    DAY,
    HATS,
    SENT_AT,
    Mailing,
    at,
    hashed,
    named,
)


def statuses(mailing: Mailing) -> dict[str, tuple[str, str]]:
    every = mailing.sandbox.members(mailing.list_id)
    return {named(each): (each["status"], each["unsubscribed_by"]) for each in every}


def history(mailing: Mailing, name: str, **params: object) -> Json:
    path = f"/lists/{mailing.list_id}/members/{name}@shop.de/activity"
    return mailing.sandbox.get(path, **params)


def fill(mailing: Mailing, count: int) -> None:
    rows = ({"email_address": f"p{number:04}@shop.de"} for number in range(count))
    mailing.sandbox.put(mailing.list_id, *rows)


def test_the_export_has_every_event_once_with_all_it_has(mailing: Mailing) -> None:
    click = at(3, url=HATS, ip="192.0.2.7")
    mailing.happen(("anna", "sent", at(0)), ("ben", "soft_bounce", at(2)))
    mailing.happen(("anna", "click", click), ("anna", "click", click))
    mailing.happen(("anna", "unsubscribe", at(4, reason="Bored")), ("anna", "abuse", at(5)))
    about = {"campaign_id": mailing.id, "list_id": mailing.list_id}
    nothing = {"url": "", "ip": "", "reason": ""}
    anna = about | nothing | {"email_address": "anna@shop.de"}
    ben = about | nothing | {"email_address": "ben@shop.de"}
    assert mailing.export() == [
        anna | {"action": "sent", "timestamp": DAY.format(0)},
        ben | {"action": "sent", "timestamp": SENT_AT},
        anna | {"action": "click"} | click,
        anna | {"action": "click"} | click,
        anna | {"action": "unsubscribe", "timestamp": DAY.format(4), "reason": "Bored"},
        anna | {"action": "abuse", "timestamp": DAY.format(5)},
        ben | {"action": "soft_bounce", "timestamp": DAY.format(2)},
    ]


def test_whoever_has_an_event_was_sent_the_campaign_once(mailing: Mailing) -> None:
    assert mailing.happen(("anna", "open"))["recipients"] == 1
    added = mailing.happen(("Anna", "sent"), ("anna", "sent"), ("ben", "sent"))
    assert added == {"recipients": 1, "events": 1, "contacts_changed": 0}
    rows = mailing.report("/sent-to")["sent_to"]
    assert [row["email_address"] for row in rows] == ["anna@shop.de", "ben@shop.de"]


def test_somebody_who_is_not_on_the_list_may_have_events(mailing: Mailing) -> None:
    mailing.happen(("stranger", "open", at(1)), ("stranger", "unsubscribe", at(2)))
    (row,) = mailing.report("/open-details")["members"]
    assert (row["email_id"], row["contact_status"]) == (hashed("stranger"), "deleted")
    assert mailing.sandbox.members(mailing.list_id) == []
    path = f"/lists/{mailing.list_id}/members/stranger@shop.de/activity"
    assert mailing.sandbox.request("GET", path).status == 404


def test_moments_become_whole_seconds_of_utc(mailing: Mailing) -> None:
    mailing.happen(("anna", "open", {"timestamp": "2026-03-02T12:00:01.999+02:00"}))
    assert mailing.emails()["anna"][0]["timestamp"] == DAY.format(1)


def test_unsubscribing_and_bouncing_reach_the_contacts(mailing: Mailing) -> None:
    sandbox = mailing.sandbox
    names = ("anna", "ben", "cleo", "dora")
    sandbox.put(mailing.list_id, *({"email_address": f"{name}@shop.de"} for name in names))
    sandbox.put(mailing.list_id, {"email_address": "emil@shop.de", "status": "archived"})
    sandbox.control("POST", "/requests/reset")
    added = mailing.happen(
        ("anna", "unsubscribe"),
        ("ben", "hard_bounce"),
        ("cleo", "soft_bounce"),
        ("dora", "abuse"),
        ("emil", "unsubscribe"),
    )
    assert statuses(mailing) == {
        "anna": ("unsubscribed", "person"),
        "ben": ("cleaned", ""),
        "cleo": ("subscribed", ""),
        "dora": ("unsubscribed", "person"),
        "emil": ("archived", ""),
    }
    assert added["contacts_changed"] == 3
    assert sandbox.requests()["moves"] == {}  # the API did none of it
    row = {"email_address": "anna@shop.de", "status": "subscribed"}
    body = {"members": [row], "update_existing": True}
    answer = sandbox.must("POST", f"/lists/{mailing.list_id}", body)
    assert "compliance state" in answer["errors"][0]["error"]


def test_last_changed_moves_when_the_sandbox_hears_of_it(mailing: Mailing) -> None:
    old = "2026-01-01T00:00:00+00:00"
    row = {"email_address": "anna@shop.de", "last_changed": old}
    mailing.sandbox.put(mailing.list_id, row)
    mailing.happen(("anna", "open", at(1)))
    assert mailing.sandbox.members(mailing.list_id)[0]["last_changed"] == old
    mailing.happen(("anna", "unsubscribe", at(1)))
    assert mailing.sandbox.members(mailing.list_id)[0]["last_changed"] > DAY.format(1)


def test_quiet_events_leave_the_contacts_alone(mailing: Mailing) -> None:
    fill(mailing, 2)
    mailing.happen(("p0000", "unsubscribe"), ("p0001", "hard_bounce"), quiet=True)
    assert set(statuses(mailing).values()) == {("subscribed", "")}
    assert mailing.report()["unsubscribed"] == 1
    mailing.generate(bounces=0.5, unsubscribes=1, quiet=True)
    assert set(statuses(mailing).values()) == {("subscribed", "")}


def test_the_activity_of_a_contact_has_complaints_and_the_last_fifty_events(
    mailing: Mailing,
) -> None:
    mailing.set(title="May")
    fill(mailing, 1)
    opens = (("p0000", "open", at(number)) for number in range(50))
    mailing.happen(("p0000", "abuse", at(55)), ("p0000", "click", at(56, url=HATS)), *opens)
    answer = history(mailing, "p0000")
    assert len(answer["activity"]) == 50
    assert (answer["email_id"], answer["list_id"]) == (hashed("p0000"), mailing.list_id)
    click, abuse, last_open = answer["activity"][:3]
    assert (click["action"], click["url"], click["timestamp"]) == ("click", HATS, DAY.format(56))
    assert (abuse["action"], abuse["campaign_id"], abuse["title"]) == ("abuse", mailing.id, "May")
    assert last_open["timestamp"] == DAY.format(49)
    assert "url" not in last_open
    assert answer["total_items"] == 53  # with the mail itself
    (sent,) = history(mailing, "p0000", action="sent")["activity"]
    assert sent["timestamp"] == SENT_AT
    assert history(mailing, "p0000", action="abuse,sent")["total_items"] == 2
    assert history(mailing, "p0000", action="unsub,bounce")["activity"] == []
    path = f"/lists/{mailing.list_id}/members/p0000@shop.de/activity"
    assert mailing.sandbox.request("GET", path, action="wave").status == 400


def test_the_activity_of_a_contact_is_of_one_list(mailing: Mailing) -> None:
    fill(mailing, 1)
    other = Mailing(mailing.sandbox, mailing.sandbox.new_list())
    fill(other, 1)
    other.happen(("p0000", "open", at(1)))
    assert history(mailing, "p0000")["activity"] == []
    assert [event["action"] for event in history(other, "p0000")["activity"]] == ["open", "sent"]


def test_generated_events_agree_with_the_report_and_with_the_export(mailing: Mailing) -> None:
    fill(mailing, 400)
    wanted = {"recipients": 300, "opens_per": 1.5, "clicks_per": 0.5, "seed": 7}
    made = mailing.generate(**wanted, bounces=0.1, unsubscribes=0.05)
    counts = Counter(each["action"] for each in mailing.export())
    report = mailing.report()
    assert (made["recipients"], made["events"]) == (300, counts.total())
    assert counts["sent"] == report["emails_sent"] == 300
    assert counts["open"] == report["opens"]["opens_total"]
    assert counts["click"] == report["clicks"]["clicks_total"]
    assert counts["hard_bounce"] == report["bounces"]["hard_bounces"] > 0
    assert counts["soft_bounce"] == report["bounces"]["soft_bounces"] > 0
    assert counts["unsubscribe"] == report["unsubscribed"] > 0
    assert 300 < counts["open"] < 500
    shown = Counter(
        event["action"] for each in mailing.emails(count=1000).values() for event in each
    )
    assert (shown["open"], shown["click"]) == (counts["open"], counts["click"])
    now = Counter(statuses(mailing).values())
    assert now["unsubscribed", "person"] == counts["unsubscribe"]
    assert now["cleaned", ""] == counts["hard_bounce"]
    assert made["contacts_changed"] == counts["unsubscribe"] + counts["hard_bounce"]


def test_the_same_seed_generates_the_same_events_and_another_seed_others(
    sandbox: SandboxProcess,
) -> None:
    drawn = []
    for seed in (1, 1, 2):
        mailing = Mailing(sandbox, sandbox.new_list())
        fill(mailing, 50)
        mailing.generate(opens_per=1.5, clicks_per=1, bounces=0.2, seed=seed, quiet=True)
        drawn.append(
            [
                (each["email_address"], each["action"], each["timestamp"])
                for each in mailing.export()
            ]
        )
    assert drawn[0] == drawn[1] != drawn[2]


def test_only_the_first_subscribed_contacts_are_generated_for(mailing: Mailing) -> None:
    gone = {"email_address": "gone@shop.de", "status": "unsubscribed"}
    mailing.sandbox.put(mailing.list_id, gone)
    fill(mailing, 3)
    mailing.generate(recipients=2, opens_per=1)
    assert list(mailing.emails()) == ["p0000", "p0001"]
    assert mailing.generate(recipients=3, opens_per=1)["recipients"] == 1
    assert [len(each) for each in mailing.emails().values()] == [2, 2, 1]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/events", {"events": {}}),
        ("/events", {"events": [{"action": "open"}]}),
        ("/events", {"events": [{"email_address": "a@shop.de", "action": "wave"}]}),
        (
            "/events",
            {"events": [{"email_address": "a@shop.de", "action": "open", "timestamp": "x"}]},
        ),
        ("/generate", {"opens_per": -1}),
        ("/generate", {"bounces": 1.5}),
        ("/generate", {"recipients": "all"}),
    ],
)
def test_events_that_cannot_be_are_refused_and_none_of_them_happens(
    mailing: Mailing, path: str, body: dict[str, Json]
) -> None:
    fill(mailing, 1)
    with pytest.raises(AssertionError, match="400"):
        mailing.sandbox.control("POST", f"/campaigns/{mailing.id}{path}", body)
    assert mailing.export() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/events"), ("POST", "/generate"), ("GET", "/events"), ("DELETE", "")],
)
def test_nothing_happens_to_a_campaign_that_is_not_there(
    sandbox: SandboxProcess, method: str, path: str
) -> None:
    with pytest.raises(AssertionError, match="404"):
        sandbox.control(method, f"/campaigns/nosuch{path}", {"events": []})
