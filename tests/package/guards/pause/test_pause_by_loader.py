"""An audience that stopped three times in a row, for a reason that lasts, is paused."""

import json
from typing import Any

import pytest

from tests.package.guards.pause.stopped_shop import AT, LASTING, StoppedShop


def test_the_third_stop_in_a_row_pauses_and_none_before(nights: StoppedShop) -> None:
    assert nights.paused_after == [{}, {}, nights.stopped]


def test_the_run_that_pauses_says_it_once_and_what_ends_it(nights: StoppedShop) -> None:
    said = "paused after 3 runs in a row that stopped. Only withdrawals of consent are sent until"
    for name in LASTING:
        line = f"{name} -> {nights.lists[name]}: {said} `loader resume {name}`."
        assert [night.out.count(line) for night in nights.printed] == [0, 0, 1]
    assert [night.exit_code for night in nights.printed] == [3, 3, 3]


def test_the_next_due_run_goes_on_without_a_word_of_it(paused: StoppedShop) -> None:
    ended = paused.night("--due")
    assert ended.exit_code == 0
    assert "paused" not in ended.output.replace("not sent: paused", "")
    assert f"fine -> {paused.lists['fine']}: nothing to send" in ended.out
    paused.shop.forget_requests()
    # at last only the paused ones are due
    assert paused.shop.loader("sync", "--due") == (0, "", "")
    assert paused.shop.sandbox.requests()["total"] == 0


def test_a_sync_by_hand_leaves_it_out_and_says_why(paused: StoppedShop) -> None:
    report = paused.report()
    assert (report["exit_code"], report["paused"], report["writes"]) == (0, [], 0)
    assert {one["audience"] for one in report["audiences"]} == {"fine", "both"}
    names = {*LASTING} | {f"both -> {paused.lists['gone']}"}
    assert {name for name, why in report["unsent"].items() if "paused since" in why} == names
    assert "15 of 30 contacts would leave" in report["unsent"]["guarded"]


def test_results_for_machines_have_the_pauses_of_the_run(paused: StoppedShop) -> None:
    paused.shop.sql(
        "update loader_pauses set paused_at = null, stops = 2 where audience = 'guarded'"
    )
    report = paused.report()
    (one,) = report["paused"]
    assert (one["audience"], one["exit_code"], one["stops"]) == ("guarded", 5, 3)
    assert "15 of 30 contacts would leave" in one["reason"]
    results = paused.shop.folder / "target/loader_run_results.json"
    assert json.loads(results.read_text())["paused"] == report["paused"]


def test_ls_check_and_plan_show_it_with_what_stopped_it(paused: StoppedShop) -> None:
    shown = {one["audience"]: one for one in json.loads(paused.shop.loader("ls", "--json").out)}
    checked = paused.shop.loader("check")
    planned = paused.shop.loader("plan", "--select", "guarded")
    for name in LASTING:
        assert shown[name]["status"].startswith("paused since 2030-01-10 04:00 UTC, after 3 runs")
        assert f"FAIL  {name}: not sent: paused since" in checked.out
    stopped = "15 of 30 contacts would leave"
    assert f"FAIL  guarded: {stopped}" in checked.out
    assert "FAIL  typed: the merge field WORD" in checked.out
    assert "would stop: paused since" in planned.out
    assert f"would stop: {stopped}" in planned.out
    assert (checked.exit_code, planned.exit_code) == (3, 0)


def test_who_is_paused_leaves_nobody_behind(paused: StoppedShop) -> None:
    """Another audience lets its people go, and the paused one wants some of them."""
    list_id = paused.lists["guarded"]
    paused.shop.sql("create table other_people as select * from guarded_people")
    paused.lists["other"] = list_id
    paused.configure("other", on_leave="archive", max_leave="100%")
    paused.shop.dbt("run", "--select", "other")
    paused.night("--select", "other")
    paused.shop.sql("delete from other_people")
    paused.shop.dbt("run", "--select", "other")
    paused.night("--select", "other")
    assert statuses(paused, list_id) == {"subscribed": 30}


def test_withdrawals_of_consent_are_sent_and_nothing_else(paused: StoppedShop) -> None:
    paused.shop.sql(
        "update guarded_people set marketing_consent = false where number < 2",
        f"insert into guarded_people values (99, 'new{AT}', true, null)",
    )
    paused.shop.dbt("run", "--select", "guarded")
    planned = paused.shop.loader("plan", "--select", "guarded").out
    ended = paused.night("--select", "guarded", "--allow-leaves")
    list_id = paused.lists["guarded"]
    assert f"guarded -> {list_id}: 2 withdraw\n  paused since" in ended.out
    assert ended.exit_code == 0
    assert statuses(paused, list_id) == {"subscribed": 28, "unsubscribed": 2}
    assert "1 request that writes" in planned
    assert ("guarded", list_id) in paused.paused()
    # there is nothing more to withdraw
    assert paused.report("--select", "guarded")["audiences"] == []


@pytest.mark.parametrize("options", [(), ("--due",)])
def test_what_is_wrong_with_a_paused_audience_holds_no_withdrawal_back(
    paused: StoppedShop, options: tuple[str, ...]
) -> None:
    """A merge field of another type, a segment that two name, a time zone that does not exist."""
    names = ("typed", "twin_a", "nowhere")
    for name in names:
        in_mailchimp(paused, name)
        paused.one_withdraws(name)
    planned = paused.shop.loader("plan", "--select", "typed")
    assert (planned.exit_code, "would stop: the merge field WORD" in planned.out) == (0, True)
    assert "1 request that writes" in planned.out
    ended = paused.night(*options)
    assert ended.exit_code == 0
    for name in names:
        assert f"{name} -> {paused.lists[name]}: 1 withdraw\n  paused since" in ended.out
        assert statuses(paused, paused.lists[name]) == {"unsubscribed": 1}
        assert (name, paused.lists[name]) in paused.paused()


def test_too_many_withdrawals_are_not_sent_and_told_no_more(paused: StoppedShop) -> None:
    paused.shop.sql("update guarded_people set marketing_consent = false")
    paused.shop.dbt("run", "--select", "guarded")
    ended = paused.night("--select", "guarded")
    assert (ended.exit_code, "\n  stopped: " in ended.out) == (0, False)
    assert statuses(paused, paused.lists["guarded"]) == {"subscribed": 30}
    run = paused.shop.query(
        "select exit_code, message from loader_runs order by started_at desc limit 1"
    )
    assert (run[0]["exit_code"], run[0]["message"][:12]) == (0, "paused since")


def test_a_historical_refresh_leaves_it_out(paused: StoppedShop) -> None:
    paused.shop.sql("update guarded_people set marketing_consent = false where number < 2")
    paused.shop.dbt("run", "--select", "guarded")
    report = paused.report("--historical-refresh", "--yes", "--select", "guarded")
    assert "2 withdrawals of consent wait." in report["unsent"]["guarded"]
    query = "select count(*) as rows from loader_ledger where resend_reason is not null"
    assert paused.shop.query(query) == [{"rows": 0}]


def test_another_configuration_resumes_it_and_that_is_said(paused: StoppedShop) -> None:
    paused.configure("guarded", on_leave="archive", max_leave="60%")
    paused.shop.dbt("run", "--select", "guarded")
    ended = paused.night("--select", "guarded")
    list_id = paused.lists["guarded"]
    assert f"guarded -> {list_id}: resumed, because its configuration changed" in ended.out
    assert (ended.exit_code, statuses(paused, list_id)) == (0, {"archived": 15, "subscribed": 15})
    assert ("guarded", list_id) not in paused.paused()
    resumed = paused.shop.query("select resumed_by from loader_pauses where resumed_at is not null")
    assert resumed == [{"resumed_by": "configuration"}]
    assert paused.report("--select", "guarded")["resumed"] == []


def test_after_another_configuration_the_stops_are_counted_anew(paused: StoppedShop) -> None:
    paused.configure("guarded", on_leave="archive", max_leave="30%")
    paused.shop.dbt("run", "--select", "guarded")
    codes = [paused.night("--select", "guarded").exit_code for _ in range(2)]
    assert (codes, paused.stops()) == ([5, 5], {"guarded": 2})
    paused.configure("guarded", on_leave="archive", max_leave="40%")
    paused.shop.dbt("run", "--select", "guarded")
    assert (paused.night("--select", "guarded").exit_code, paused.stops()) == (5, {"guarded": 1})


def test_of_two_that_stop_each_other_both_go_on_when_one_changes(paused: StoppedShop) -> None:
    paused.configure("twin_b", segment="Another")
    paused.shop.dbt("run", "--select", "twin_b")
    report = paused.report("--select", "twin_*")
    assert {one["audience"] for one in report["resumed"]} == {"twin_a", "twin_b"}
    assert [one["exit_code"] for one in report["audiences"]] == [0, 0]


def test_another_list_is_another_configuration(paused: StoppedShop) -> None:
    old, paused.lists["gone"] = paused.lists["gone"], paused.shop.sandbox.new_list()
    paused.configure("gone")
    paused.shop.dbt("run", "--select", "gone")
    report = paused.report("--select", "gone")
    assert [one["list_id"] for one in report["resumed"]] == [old]
    assert [one["exit_code"] for one in report["audiences"]] == [0]
    assert ("gone", old) not in paused.paused()
    # what stays behind on the old list cannot be retired, and that pauses nobody
    codes = [paused.shop.loader("retire", "gone").exit_code for _ in range(3)]
    assert (codes, paused.stops()) == ([3] * 3, {})
    assert "gone" not in {name for name, _ in paused.paused()}


def test_resume_lets_it_go_on_and_the_stops_are_counted_anew(paused: StoppedShop) -> None:
    ended = paused.shop.loader("resume", "guarded", "both")
    assert ended.out.splitlines() == [
        "both: resumed. The next sync sends what is pending.",
        "guarded: resumed. The next sync sends what is pending.",
    ]
    assert ended.exit_code == 0
    codes = [paused.night("--select", "guarded").exit_code for _ in range(2)]
    assert (codes, paused.stops()) == ([5, 5], {"guarded": 2})
    assert paused.night("--select", "guarded", "--allow-leaves").exit_code == 0
    assert paused.stops() == {}  # a run that goes through ends the series


OUTSIDE: dict[str, tuple[int, dict[str, Any]]] = {
    "no key": (2, {"MAILCHIMP_API_KEY": None}),
    "a key that is refused": (3, {"MAILCHIMP_API_KEY": f"{'0' * 32}-us1"}),
    "Mailchimp is away": (3, {"MAILCHIMP_BASE_URL": "http://127.0.0.1:9"}),
    "another target": (2, {"targets": '["prod"]'}),
    "dbt failed": (3, {"status": "error"}),
}


@pytest.mark.parametrize("what", OUTSIDE)
def test_what_is_no_fault_of_the_audience_pauses_nothing(paused: StoppedShop, what: str) -> None:
    code, given = OUTSIDE[what]
    environment = {name: value for name, value in given.items() if name.isupper()}
    if "targets" in given:
        paused.shop.sql(
            "update loader_audiences set configuration ="
            f""" replace(configuration, '"targets": null', '"targets": {given["targets"]}')"""
        )
    if "status" in given:
        paused.shop.sql(f"update loader_audiences set status = '{given['status']}'")
    options = ("--select", "fine", "--retry-seconds", "0")
    codes = [paused.night(*options, **environment).exit_code for _ in range(4)]
    assert codes == [code] * 4
    assert (paused.paused(), paused.stops()) == (paused.stopped, {})


def statuses(shop: StoppedShop, list_id: str) -> dict[str, int]:
    """How many contacts a list has by status."""
    found: dict[str, int] = {}
    for member in shop.shop.sandbox.members(list_id):
        found[member["status"]] = found.get(member["status"], 0) + 1
    return found


def in_mailchimp(paused: StoppedShop, name: str) -> None:
    """The audience has put its person 1 on the list, before it began to stop."""
    list_id, address = paused.lists[name], f"p1{AT}"
    member = {"email_address": address, "status": "subscribed"}
    paused.shop.sandbox.must("POST", f"/lists/{list_id}/members", member)
    paused.shop.sql(
        "create table one as select * from loader_ledger where audience = 'guarded'"
        f" and email_address = '{address}'",
        f"update one set audience = '{name}', list_id = '{list_id}'",
        "insert into loader_ledger select * from one",
        "drop table one",
    )
