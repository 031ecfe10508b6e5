"""What five other products offer, row by row, and how it is done here: consent, runs, records."""

import json
from typing import Any

from shop import Shop
from tests.package.options.catalogue import AT, contacts, people, shown

ALL = "select * from people"
QUIT = {"email_address": f"quit{AT}", "status": "unsubscribed", "unsubscribed_by": "person"}


def printed(shop: Shop, command: str, *arguments: str) -> Any:  # noqa: ANN401 - JSON
    """What a command that shows something prints as JSON."""
    ended = shop.loader(command, "--json", *arguments)
    assert ended.exit_code == 0, ended.output
    return json.loads(ended.output)


def test_15_consent_gates_and_its_withdrawal_unsubscribes_and_no_status_flips(
    shop: Shop,
) -> None:
    shop.sandbox.put(shop.list_id, QUIT, {"email_address": f"other{AT}", "tags": ["Theirs"]})
    other = contacts(shop.sandbox, shop.list_id)["other"]
    shop.audience("readers", "select email_address, agrees as marketing_consent from people")
    people(shop, "'ada', true", "'bob', false", "'quit', true", columns="agrees")
    shop.dbt("run")
    shop.sync("--first")
    there = contacts(shop.sandbox, shop.list_id)
    assert shown(there, "status") == {
        "ada": "subscribed",
        "other": "subscribed",
        "quit": "unsubscribed",
    }
    people(shop, "'ada', false", "'bob', false", "'quit', true", columns="agrees")
    shop.dbt("run")
    shop.sync()
    there = contacts(shop.sandbox, shop.list_id)
    assert shown(there, "status") == {
        "ada": "unsubscribed",
        "other": "subscribed",
        "quit": "unsubscribed",
    }
    assert there["other"] == other
    assert (f"quit{AT}", "held", "unsubscribed") in shop.rejections(
        "email_address", "outcome", "reason"
    )


def test_16_an_audience_has_a_switch_a_run_now_a_schedule_and_a_history_with_counts(
    shop: Shop,
) -> None:
    other = shop.sandbox.new_list()
    shop.audience("readers", ALL, schedule="0 4 * * 1")
    shop.audience("sleepers", ALL, list_id=other, enabled=False)
    people(shop, "'ada', 'Ada'", "'bob', 'Bob'")
    shop.dbt("run")
    report = shop.sync()
    assert report["unsent"] == {"sleepers": "it is switched off (enabled: false)"}
    assert contacts(shop.sandbox, other) == {}
    people(shop, "'ada', 'Augusta'", "'bob', 'Bob'", "'cy', 'Cy'")
    shop.audience("sleepers", ALL, list_id=other)
    shop.dbt("run")
    shop.sync("--select", "readers")
    assert set(contacts(shop.sandbox, shop.list_id)) == {"ada", "bob", "cy"}
    assert contacts(shop.sandbox, other) == {}
    runs = printed(shop, "runs")
    assert [(one["audience"], one["accepted"], one["exit_code"]) for one in runs] == [
        ("readers", 2, 0),
        ("readers", 2, 0),
    ]
    readers, sleepers = printed(shop, "ls")
    assert (readers["schedule"], readers["status"]) == ("0 4 * * 1", "ready")
    assert readers["contacts"] == 3
    assert (readers["last_run"], sleepers["last_run"]) == (runs[0]["finished_at"], None)


def test_17_who_disconnects_keeps_the_records_and_a_new_list_begins_with_everybody(
    shop: Shop,
) -> None:
    lost = shop.sandbox.new_list()
    shop.audience("readers", ALL, list_id=lost, segment="Readers", on_leave="unsubscribe")
    shop.audience("others", ALL, list_id=shop.sandbox.new_list())
    people(shop, "'ada', 'Ada'", "'bob', 'Bob'")
    shop.dbt("run")
    shop.sync()
    shop.remove("readers")
    shop.dbt("run")
    assert shop.loader("retire", "readers").exit_code == 0
    there = contacts(shop.sandbox, lost)
    assert shown(there, "status") == {"ada": "unsubscribed", "bob": "unsubscribed"}
    assert shown(there, "tags") == {"ada": [], "bob": []}
    shop.sandbox.control("DELETE", f"/lists/{lost}")
    shop.audience("readers", ALL, segment="Readers")
    shop.dbt("run")
    shop.sync()
    assert shown(contacts(shop.sandbox, shop.list_id), "FNAME") == {"ada": "Ada", "bob": "Bob"}
    records = "select action, count(*) from loader_acks where list_id = '{}' group by 1 order by 1"
    joined = [("segment_add", 2), ("upsert", 2)]
    left = [("segment_remove", 2), ("unsubscribe", 2)]
    for list_id, expected in ((lost, joined + left), (shop.list_id, joined)):
        found = shop.query(records.format(list_id))
        assert [tuple(row.values()) for row in found] == sorted(expected)


def test_18_how_many_people_there_are_and_how_many_were_ever_sent_counts_a_person_once(
    shop: Shop,
) -> None:
    shop.audience("readers", ALL)
    people(shop, "'ada', 'p1'", "'bob', 'p2'", columns="person_id")
    shop.dbt("run")
    (told,) = printed(shop, "plan")["audiences"]
    assert (told["wanted"], told["deeds"]) == (2, {"joins": 2})
    assert (told["before"], told["after"]) == ({}, {"subscribed": 2})
    shop.sync()
    people(shop, "'lovelace', 'p1'", "'cy', 'p3'", columns="person_id")
    shop.dbt("run")
    shop.sync()
    assert shop.query("select count(distinct email_address) as sent from loader_acks") == [
        {"sent": 4}
    ]
    (row,) = printed(shop, "ls")
    assert (row["contacts"], row["ever_sent"]) == (2, 3)


def test_19_those_whom_mailchimp_refuses_are_named_by_their_ids_and_the_others_arrive(
    shop: Shop,
) -> None:
    shop.sandbox.control(
        "PUT",
        f"/lists/{shop.list_id}",
        {"merge_fields": [{"tag": "POSTCODE", "name": "Postcode", "type": "zip"}]},
    )
    mark = {"mark": "forgotten", "addresses": [f"cy{AT}"]}
    shop.sandbox.control("POST", f"/lists/{shop.list_id}/marks", mark)
    shop.audience("readers", ALL)
    rows = ("'ada', 'p1', '10001'", "'bob', 'p2', 'forty'", "'cy', 'p3', '10003'")
    people(shop, *rows, columns="person_id, postcode")
    shop.dbt("run")
    (report,) = shop.sync(exit_code=1)["audiences"]
    assert (report["accepted"], report["rejected"]) == (1, 2)
    assert set(contacts(shop.sandbox, shop.list_id)) == {"ada"}
    texts = dict(shop.rejections("person_id", "text"))
    assert set(texts) == {"p2", "p3"}
    assert "POSTCODE: Please enter a five-digit zip code" in texts["p2"]
    assert "permanently deleted" in texts["p3"]


FIELDS = {
    "plan": {"type": "radio", "choices": ["Free", "Pro"], "default": "Free", "name": "Your plan"},
    "mobile": {"type": "phone", "format": "US"},
    "birthday": {"type": "birthday"},
}
FURTHER = """
select
    email_address,
    marketing_consent,
    'Pro' as plan,
    '212 555 0100' as mobile,
    date '1815-12-10' as birthday,
    {'addr1': '1 Main St', 'city': 'New York', 'state': 'NY', 'zip': '10001'} as address,
    {'Email': true, 'Direct mail': false} as marketing_permissions,
    {'Jazz': true, 'Chess': false} as interests,
    {'latitude': 40.7, 'longitude': -74.0} as location,
    'de' as language,
    true as vip,
    timestamp '2026-01-02 03:04:05' as timestamp_opt
from people
"""


def test_20_further_attributes_are_filled_and_what_does_not_fit_is_told_before_a_write(
    shop: Shop,
) -> None:
    groups = [{"title": "Hobbies", "interests": ["Jazz", "Chess"]}]
    shop.sandbox.control(
        "PUT",
        f"/lists/{shop.list_id}",
        {"interest_categories": groups, "marketing_permissions": ["Email", "Direct mail"]},
    )
    since = {"tag": "SINCE", "name": "Since", "type": "number"}
    misfits = shop.sandbox.new_list(merge_fields=[since], merge_field_limit=5)
    people(shop, "'ada', date '2024-02-29', 'x'", columns="since, more")
    shop.audience("readers", FURTHER, fields=FIELDS)
    shop.audience("other_type", "select * exclude (more) from people", list_id=misfits)
    shop.audience("one_too_many", "select * exclude (since) from people", list_id=misfits)
    shop.dbt("run")
    reports = {one["audience"]: one for one in shop.sync(exit_code=2)["audiences"]}
    assert "SINCE of the list" in reports["other_type"]["message"]
    assert "is of the type number, and its column is a date" in reports["other_type"]["message"]
    assert "the 5 merge fields that the account allows" in reports["one_too_many"]["message"]
    assert (reports["other_type"]["writes"], reports["one_too_many"]["writes"]) == (0, 0)
    assert contacts(shop.sandbox, misfits) == {}
    ada = contacts(shop.sandbox, shop.list_id)["ada"]
    assert {name: ada[name] for name in HAS} == HAS
    place = {"latitude": 40.7, "longitude": -74.0}
    assert {name: ada["location"][name] for name in place} == place
    plan = merge_field(shop, "PLAN")
    assert (plan["type"], plan["name"], plan["default_value"]) == ("radio", "Your plan", "Free")
    assert plan["options"] == {"choices": ["Free", "Pro"]}
    assert shop.loader("verify").exit_code == 0


HAS = {
    "merge_fields": {
        "PLAN": "Pro",
        "MOBILE": "212 555 0100",
        "BIRTHDAY": "12/10",
        "ADDRESS": {
            "addr1": "1 Main St",
            "addr2": "",
            "city": "New York",
            "state": "NY",
            "zip": "10001",
            "country": "US",
        },
    },
    "marketing_permissions": {"Email": True, "Direct mail": False},
    "interests": {"Jazz": True, "Chess": False},
    "language": "de",
    "vip": True,
    "timestamp_opt": "2026-01-02T03:04:05+00:00",
}


def merge_field(shop: Shop, tag: str) -> dict[str, Any]:
    """A merge field of the shop's list."""
    path = f"/lists/{shop.list_id}/merge-fields"
    (found,) = [one for one in shop.sandbox.get(path)["merge_fields"] if one["tag"] == tag]
    return dict(found)
