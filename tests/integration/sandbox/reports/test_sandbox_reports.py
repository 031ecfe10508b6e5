"""What the reports of a campaign say: sums that agree with the events, and who did what."""

import pytest

from sandbox_process import Json
from tests.integration.sandbox.reports.mailing import DAY, HATS, SHOES, Mailing, at, hashed, named


@pytest.fixture
def busy(mailing: Mailing) -> Mailing:
    """Anna opens and clicks, Ben opens, Cleo and Dora bounce, Emil leaves, Fay does nothing."""
    names = ("anna", "ben", "cleo", "dora", "emil", "fay")
    mailing.sandbox.put(
        mailing.list_id,
        {"email_address": "anna@shop.de", "vip": True, "merge_fields": {"FNAME": "Anna"}},
        *({"email_address": f"{name}@shop.de"} for name in names[1:]),
    )
    mailing.happen(*((name, "sent") for name in names))
    mailing.happen(
        ("anna", "open", at(5, ip="192.0.2.1")),
        ("anna", "open", at(1, ip="192.0.2.1")),
        ("anna", "open", at(1, ip="192.0.2.1")),
        ("anna", "click", at(6, url=SHOES, ip="192.0.2.1")),
        ("anna", "click", at(7, url=SHOES, ip="192.0.2.1")),
        ("anna", "click", at(8, url=HATS, ip="192.0.2.1")),
        ("ben", "open", at(9)),
        ("ben", "click", at(10, url=HATS)),
        ("cleo", "hard_bounce", at(2)),
        ("dora", "soft_bounce", at(3)),
        ("emil", "unsubscribe", at(4, reason="Too many mails")),
    )
    return mailing


def test_a_report_counts_what_happened(busy: Mailing) -> None:
    report = busy.report()
    assert (report["emails_sent"], report["unsubscribed"], report["abuse_reports"]) == (6, 1, 0)
    assert report["bounces"] == {"hard_bounces": 1, "soft_bounces": 1, "syntax_errors": 0}
    assert report["opens"] == {
        "opens_total": 4,
        "unique_opens": 2,
        "open_rate": 0.5,
        "last_open": DAY.format(9),
    }
    assert report["clicks"] == {
        "clicks_total": 4,
        "unique_clicks": 3,
        "unique_subscriber_clicks": 2,
        "click_rate": 0.5,
        "last_click": DAY.format(10),
    }
    (listed,) = [
        each
        for each in busy.sandbox.get("/reports", count=1000)["reports"]
        if each["id"] == busy.id
    ]
    assert listed == report
    summary = busy.sandbox.get(f"/campaigns/{busy.id}")["report_summary"]
    assert (summary["opens"], summary["unique_opens"], summary["clicks"]) == (4, 2, 4)


def test_email_activity_has_opens_clicks_and_bounces_in_the_order_of_time(busy: Mailing) -> None:
    answer = busy.report("/email-activity")
    assert (answer["campaign_id"], answer["total_items"]) == (busy.id, 6)
    (anna,) = [row for row in answer["emails"] if named(row) == "anna"]
    assert anna["activity"] == [
        {"action": "open", "timestamp": DAY.format(1), "ip": "192.0.2.1"},
        {"action": "open", "timestamp": DAY.format(1), "ip": "192.0.2.1"},
        {"action": "open", "timestamp": DAY.format(5), "ip": "192.0.2.1"},
        {"action": "click", "timestamp": DAY.format(6), "url": SHOES, "ip": "192.0.2.1"},
        {"action": "click", "timestamp": DAY.format(7), "url": SHOES, "ip": "192.0.2.1"},
        {"action": "click", "timestamp": DAY.format(8), "url": HATS, "ip": "192.0.2.1"},
    ]
    about = {"email_id": hashed("anna"), "email_address": "anna@shop.de", "list_is_active": True}
    about |= {"campaign_id": busy.id, "list_id": busy.list_id}
    assert {name: anna[name] for name in about} == about
    activity = busy.emails()
    assert activity["cleo"] == [
        {"action": "bounce", "type": "hard", "timestamp": DAY.format(2)},
    ]
    assert activity["dora"] == [
        {"action": "bounce", "type": "soft", "timestamp": DAY.format(3)},
    ]
    assert (activity["emil"], activity["fay"]) == ([], [])


def test_email_activity_since_is_later_and_never_equal(busy: Mailing) -> None:
    later = busy.emails(since=DAY.format(8))
    assert [event["action"] for event in later["ben"]] == ["open", "click"]
    assert [name for name, activity in later.items() if activity] == ["ben"]
    assert len(later) == 6
    assert [len(each) for each in busy.emails(since=DAY.format(7)).values()] == [1, 2, 0, 0, 0, 0]


def test_whether_recipients_without_activity_are_named_is_a_switch(busy: Mailing) -> None:
    busy.set(empty_activity=False)
    assert list(busy.emails()) == ["anna", "ben", "cleo", "dora"]
    assert list(busy.emails(count=2, offset=1)) == ["ben", "cleo"]
    assert list(busy.emails(since=DAY.format(8))) == ["ben"]
    since = busy.report("/email-activity", since=DAY.format(3))
    assert (since["total_items"], [named(row) for row in since["emails"]]) == (2, ["anna", "ben"])
    assert busy.report("/email-activity")["total_items"] == 4
    busy.set(empty_activity=True)
    assert len(busy.emails()) == 6


def test_at_most_a_thousand_opens_and_a_thousand_clicks_of_one_recipient_are_shown(
    mailing: Mailing,
) -> None:
    for action in ("open", "click"):
        mailing.happen(*(("anna", action, at(number % 60)) for number in range(1001)))
    mailing.happen(("anna", "soft_bounce", at(59)))
    actions = [event["action"] for event in mailing.emails()["anna"]]
    assert [actions.count(each) for each in ("open", "click", "bounce")] == [1000, 1000, 1]
    assert mailing.report()["opens"]["opens_total"] == 1001
    assert mailing.report("/sent-to")["sent_to"][0]["open_count"] == 1001


def test_sent_to_has_the_state_of_each_mail_and_of_its_contact(busy: Mailing) -> None:
    rows = {named(row): row for row in busy.report("/sent-to")["sent_to"]}
    shown = {
        name: (row["status"], row["open_count"], row["last_open"]) for name, row in rows.items()
    }
    assert shown == {
        "anna": ("sent", 3, DAY.format(5)),
        "ben": ("sent", 1, DAY.format(9)),
        "cleo": ("hard", 0, ""),
        "dora": ("soft", 0, ""),
        "emil": ("sent", 0, ""),
        "fay": ("sent", 0, ""),
    }
    assert (rows["anna"]["vip"], rows["anna"]["merge_fields"]["FNAME"]) == (True, "Anna")
    assert (rows["ben"]["vip"], rows["ben"]["merge_fields"]["FNAME"]) == (False, "")
    assert rows["anna"]["email_id"] == hashed("anna")


def test_unsubscribed_has_time_and_reason_and_each_person_once(busy: Mailing) -> None:
    busy.happen(("emil", "unsubscribe", at(40, reason="Again")), ("fay", "unsubscribe", at(30)))
    answer = busy.report("/unsubscribed")
    rows = [(named(row), row["timestamp"], row["reason"]) for row in answer["unsubscribes"]]
    assert rows == [("fay", DAY.format(30), ""), ("emil", DAY.format(40), "Again")]
    assert answer["total_items"] == busy.report()["unsubscribed"] == 2
    (second,) = busy.report("/unsubscribed", count=1, offset=1)["unsubscribes"]
    assert named(second) == "emil"


def test_open_details_name_who_opened_with_each_time(busy: Mailing) -> None:
    answer = busy.report("/open-details")
    assert (answer["total_items"], answer["total_opens"]) == (2, 4)
    anna, ben = answer["members"]
    times = [{"timestamp": DAY.format(second)} for second in (1, 1, 5)]
    assert (named(anna), anna["opens_count"], anna["opens"]) == ("anna", 3, times)
    assert (named(ben), ben["opens_count"], ben["contact_status"]) == ("ben", 1, "subscribed")
    later = busy.report("/open-details", since=DAY.format(1))
    assert (later["total_items"], later["total_opens"]) == (2, 2)
    assert [row["opens_count"] for row in later["members"]] == [1, 1]
    latest = busy.report("/open-details", since=DAY.format(5))
    assert ([named(row) for row in latest["members"]], latest["total_opens"]) == (["ben"], 1)
    rising = busy.report("/open-details", sort_field="opens_count", sort_dir="ASC")["members"]
    assert [named(row) for row in rising] == ["ben", "anna"]


def test_click_details_count_each_link_and_name_who_clicked_without_times(busy: Mailing) -> None:
    answer = busy.report("/click-details")
    links = {link["url"]: link for link in answer["urls_clicked"]}
    counts = {
        url: (link["total_clicks"], link["unique_clicks"], link["last_click"])
        for url, link in links.items()
    }
    assert counts == {SHOES: (2, 1, DAY.format(7)), HATS: (2, 2, DAY.format(10))}
    assert busy.report(f"/click-details/{links[HATS]['id']}") == links[HATS]
    page = busy.report(f"/click-details/{links[HATS]['id']}/members")
    assert page["total_items"] == 2
    assert [(named(row), row["clicks"]) for row in page["members"]] == [("anna", 1), ("ben", 1)]
    (shoes,) = busy.report(f"/click-details/{links[SHOES]['id']}/members")["members"]
    assert (named(shoes), shoes["clicks"], shoes["url_id"]) == ("anna", 2, links[SHOES]["id"])
    assert not {"timestamp", "last_click", "activity"} & shoes.keys()
    first = busy.report("/click-details", sort_field="unique_clicks", sort_dir="DESC", count=1)
    assert [link["url"] for link in first["urls_clicked"]] == [HATS]
    assert busy.sandbox.request("GET", f"/reports/{busy.id}/click-details/nosuch").status == 404


def test_the_links_of_two_campaigns_have_different_ids(busy: Mailing) -> None:
    other = Mailing(busy.sandbox, busy.sandbox.new_list())
    other.happen(("anna", "click", at(1, url=HATS)))
    (link,) = other.report("/click-details")["urls_clicked"]
    assert link["id"] not in {each["id"] for each in busy.report("/click-details")["urls_clicked"]}


PARTS: list[tuple[str, str, Json]] = [
    ("", "emails_sent,opens.unique_opens", {"emails_sent": 6, "opens": {"unique_opens": 2}}),
    ("/email-activity", "total_items", {"total_items": 6}),
    ("/sent-to", "sent_to.status", {"sent_to": [{"status": "sent"}]}),
    (
        "/sent-to",
        "sent_to.merge_fields.FNAME",
        {"sent_to": [{"merge_fields": {"FNAME": "Anna"}}]},
    ),
    ("/open-details", "total_opens", {"total_opens": 4}),
    ("/open-details", "members.opens_count", {"members": [{"opens_count": 3}]}),
    ("/click-details", "urls_clicked.total_clicks", {"urls_clicked": [{"total_clicks": 2}]}),
    (
        "/unsubscribed",
        "unsubscribes.reason,campaign_id",
        {"unsubscribes": [{"reason": "Too many mails"}], "campaign_id": ""},
    ),
]


@pytest.mark.parametrize(("part", "fields", "expected"), PARTS)
def test_a_report_has_the_parts_that_were_asked_for(
    busy: Mailing, part: str, fields: str, expected: dict[str, Json]
) -> None:
    if "campaign_id" in expected:
        expected = expected | {"campaign_id": busy.id}
    assert busy.report(part, fields=fields, count=1) == expected
    left_out = busy.report(part, exclude_fields=fields.partition(",")[0], count=1)
    assert left_out != busy.report(part, count=1)


@pytest.mark.parametrize(("part", "name"), [("/email-activity", "emails"), ("/sent-to", "sent_to")])
def test_recipients_come_in_pages_of_ten_that_follow_one_another(
    mailing: Mailing, part: str, name: str
) -> None:
    mailing.happen(*((f"p{number:02}", "sent") for number in range(25)))
    pages = [mailing.report(part, offset=offset) for offset in (0, 10, 20, 30)]
    assert [len(page[name]) for page in pages] == [10, 10, 5, 0]
    assert [named(row) for page in pages for row in page[name]] == [f"p{n:02}" for n in range(25)]
    assert {page["total_items"] for page in pages} == {25}
    mailing.happen(*((f"q{number:04}", "sent") for number in range(1000)))
    assert len(mailing.report(part, count=5000)[name]) == 1000


def test_complaints_are_read_by_list_and_page(busy: Mailing) -> None:
    busy.happen(("ben", "abuse", at(20)), ("anna", "abuse", at(12)))
    path = f"/lists/{busy.list_id}/abuse-reports"
    answer = busy.sandbox.get(path)
    assert (answer["list_id"], answer["total_items"]) == (busy.list_id, 2)
    told = [(named(row), row["campaign_id"], row["date"]) for row in answer["abuse_reports"]]
    assert told == [("anna", busy.id, DAY.format(12)), ("ben", busy.id, DAY.format(20))]
    page = busy.sandbox.get(path, count=1, offset=1)
    assert [named(row) for row in page["abuse_reports"]] == ["ben"]
    assert page["total_items"] == 2
