"""`loader pause` and `loader resume`: a person lets an audience rest, and go on."""

import json

import pytest

from shop import Shop
from tests.package.guards.pause.stopped_shop import AT, StoppedShop

NO_MAILCHIMP = {"MAILCHIMP_API_KEY": None, "MAILCHIMP_BASE_URL": None}


def test_nothing_of_a_paused_audience_is_sent_until_somebody_resumes_it(
    paused: StoppedShop,
) -> None:
    shop = paused.shop
    said = shop.loader("pause", "fine", "--reason", "the CRM moves", **NO_MAILCHIMP)
    told = "Nothing is sent until `loader resume fine`. Withdrawals of consent wait, too."
    assert said == (0, f"fine: paused. {told}\n", "")
    shop.sql(
        "update fine_people set marketing_consent = false where number = 1",
        f"insert into fine_people values (99, 'new{AT}', true, null)",
    )
    shop.dbt("run", "--select", "fine")
    assert "0 requests that write" in shop.loader("plan", "--select", "fine").out
    shop.forget_requests()
    ended = paused.night("--select", "fine", "--due")
    assert (ended, shop.sandbox.requests()["total"]) == ((0, "", ""), 0)
    by_hand = paused.night("--select", "fine", "--allow-leaves")
    assert (
        "fine: not sent: paused by a person since 2030-01-10 04:00 UTC: the CRM moves. Nothing is"
        " sent until `loader resume fine`. 1 withdrawal of consent waits."
    ) in by_hand.out
    assert (by_hand.exit_code, shop.writes()) == (0, {})

    resumed = shop.loader("resume", "fine", **NO_MAILCHIMP)
    assert resumed == (0, "fine: resumed. The next sync sends what is pending.\n", "")
    report = paused.report("--select", "fine")
    assert report["audiences"][0]["accepted"] == 2


def test_ls_check_and_plan_show_who_rests_and_that_is_no_fault(paused: StoppedShop) -> None:
    shop = paused.shop
    shop.loader("pause", "fine", "--reason", "the CRM moves")
    said = "paused by a person since 2030-01-10 04:00 UTC: the CRM moves."
    shown = {one["audience"]: one["status"] for one in json.loads(shop.loader("ls", "--json").out)}
    assert shown["fine"].startswith(said)
    assert f"ok    fine: not sent: {said}" in shop.loader("check").out
    planned = shop.loader("plan", "--select", "fine")
    assert (planned.exit_code, planned.out.count("would stop: ")) == (0, 1)
    assert f"would stop: {said}" in planned.out
    assert "0 requests that write" in planned.out


def test_another_configuration_does_not_resume_it(paused: StoppedShop) -> None:
    shop = paused.shop
    shop.loader("pause", "fine", "--reason", "the CRM moves")
    paused.lists["fine"] = shop.sandbox.new_list()
    paused.configure("fine", max_leave="60%")
    shop.dbt("run", "--select", "fine")
    report = paused.report("--select", "fine")
    assert (report["audiences"], report["resumed"]) == ([], [])
    assert "the CRM moves" in report["unsent"]["fine"]


def test_an_audience_rests_on_all_its_lists_and_is_chosen_as_in_dbt(paused: StoppedShop) -> None:
    ended = paused.shop.loader("pause", "path:models/both.sql", "tw*", "--reason", "enough")
    assert [line.partition(": ")[0] for line in ended.out.splitlines()] == [
        "both",
        "twin_a",
        "twin_b",
    ]
    lists = {f"both -> {paused.lists[name]}" for name in ("fine", "gone")}
    assert set(paused.report("--select", "both")["unsent"]) == lists
    rows = paused.shop.query("select audience from loader_pauses where paused_by = 'person'")
    assert [row["audience"] for row in rows] == ["both", "twin_a", "twin_b"]


def test_check_says_once_that_an_audience_of_two_lists_is_paused(paused: StoppedShop) -> None:
    paused.shop.loader("pause", "both", "--reason", "the CRM moves")
    assert paused.shop.loader("check").out.count("both: not sent: paused by a person") == 1


def test_what_is_so_already_is_said_and_no_error(paused: StoppedShop) -> None:
    shop = paused.shop
    shop.sql(
        "insert into loader_pauses (audience, list_id, stops, exit_code, reason)"
        f" values ('fine', '{paused.lists['fine']}', 2, 5, 'twice')"
    )
    assert shop.loader("resume", "fine") == (0, "fine: it is not paused\n", "")
    shop.loader("pause", "fine", "--reason", "first")
    again = shop.loader("pause", "fine", "--reason", "second")
    assert again.out.startswith(
        "fine: already paused by a person since 2030-01-10 04:00 UTC: first."
    )
    assert again.exit_code == 0
    assert shop.loader("resume", "fine").exit_code == 0
    assert shop.loader("resume", "fine").out == "fine: it is not paused\n"
    # what had stopped in a row before is counted anew
    assert paused.stops() == {}
    rows = shop.query("select reason, resumed_by from loader_pauses where audience = 'fine'")
    assert rows == [{"reason": "first", "resumed_by": "person"}]


def test_a_person_pauses_what_the_loader_has_paused_and_resumes_both(paused: StoppedShop) -> None:
    shop = paused.shop
    shop.sql("update guarded_people set marketing_consent = false where number < 2")
    shop.dbt("run", "--select", "guarded")
    shop.loader("pause", "guarded", "--reason", "ask Zoë")
    report = paused.report("--select", "guarded")
    assert report["audiences"] == []
    assert "2 withdrawals of consent wait." in report["unsent"]["guarded"]
    shop.loader("resume", "guarded")
    assert [one for one in paused.paused() if one[0] == "guarded"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("pause", "fine"), "Say with --reason why it is paused."),
        (("pause", "fine", "--reason", " "), "The reason is empty."),
        (("pause", "nobody", "--reason", "x"), "'nobody' selects no audience. The audiences are"),
        (("resume", "nobody"), "'nobody' selects no audience. The audiences are"),
        (("pause", "--reason", "x"), "Missing argument"),
        (("resume",), "Missing argument"),
    ],
)
def test_bad_usage_pauses_nothing(
    paused: StoppedShop, arguments: tuple[str, ...], said: str
) -> None:
    before = paused.paused()
    ended = paused.shop.loader(*arguments)
    assert (ended.exit_code, said in ended.err) == (2, True)
    assert paused.paused() == before


def test_a_reason_is_printed_on_one_line_and_holds_no_address(paused: StoppedShop) -> None:
    nasty = f"it's\n\x1b[2J Zoë <ada{AT}> \u202e"
    paused.shop.loader("pause", "fine", "--reason", nasty)
    (line,) = [one for one in paused.night("--select", "fine").out.splitlines() if "Zoë" in one]
    assert "since 2030-01-10 04:00 UTC: it's\\n\\x1b[2J Zoë <(address)>" in line
    assert AT not in line
    assert AT not in str(paused.shop.query("select reason from loader_pauses"))


def test_without_tables_it_says_what_to_do(shop: Shop) -> None:
    shop.sql("select 1")
    for arguments in (("pause", "fine", "--reason", "x"), ("resume", "fine")):
        ended = shop.loader(*arguments)
        assert (ended.exit_code, "Run dbt first" in ended.err) == (2, True)
