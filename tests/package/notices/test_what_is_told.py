"""What goes wrong is told once, however often it is found, and its end is told once."""

import json
from datetime import timedelta

import pytest

import loader
from loader import api
from shop import Shop
from tests.package.notices.receivers import Webhook
from tests.package.notices.told_runs import ANOTHER_KEY, sync, sync_with, troubles

AT = "@notices.shop.de"
EVERY_REQUEST_FAILS = {"kind": "503_html", "rate": 1.0, "writes": False}


def test_a_list_that_is_gone_and_comes_back_is_two_notices(synced: Shop, webhook: Webhook) -> None:
    path = f"/lists/{synced.list_id}"
    synced.sandbox.control("DELETE", path)
    sync(synced, exit_code=3)
    (notice,) = webhook.received
    assert f"Stopped: newsletter -> {synced.list_id}. Mailchimp has no list" in notice["message"]
    assert notice["type"] == "failure"
    assert webhook.titles() == ["newsletter stopped"]
    sync(synced, exit_code=3)  # a third run would pause it
    assert webhook.titles() == []
    assert troubles(synced, "audience", "kind", "status", "times") == [
        ("newsletter", "failure", "told", 2)
    ]
    synced.sandbox.control("PUT", path)
    sync(synced)
    assert webhook.received[0]["type"] == "success"
    assert webhook.titles() == ["newsletter recovered"]
    sync(synced)
    assert (webhook.titles(), troubles(synced, "kind")) == ([], [])


def test_a_guard_is_told_once_and_that_a_person_confirmed_it(
    synced: Shop, webhook: Webhook
) -> None:
    synced.sql("delete from people where number < 20")
    synced.dbt("run")
    sync(synced, exit_code=5)
    assert "20 of 30 contacts would leave" in webhook.received[0]["message"]
    assert "`loader plan --select newsletter`" in webhook.received[0]["message"]
    assert webhook.titles() == ["newsletter stopped by a guard"]
    sync(synced, exit_code=5)
    assert webhook.titles() == []
    sync(synced, "--allow-leaves")
    assert webhook.titles() == ["newsletter recovered"]


def test_a_guard_after_a_failure_is_one_notice_and_then_one_recovery(
    synced: Shop, webhook: Webhook
) -> None:
    synced.sql("delete from people where number < 20")
    synced.dbt("run")
    sync_with(ANOTHER_KEY, synced, exit_code=3)
    assert webhook.titles() == ["newsletter stopped"]
    sync(synced, exit_code=5)
    assert webhook.titles() == ["newsletter stopped by a guard"]
    sync(synced, "--allow-leaves")
    assert webhook.titles() == ["newsletter recovered"]


def test_rejections_are_told_until_fewer_than_ten_are_left(synced: Shop, webhook: Webhook) -> None:
    synced.sql("update people set postcode = 'nowhere' where number < 12")
    synced.dbt("run")
    sync(synced, exit_code=1)
    notice = webhook.received[0]["message"]
    assert "12 of 12 rows sent were rejected: " in notice
    assert "`loader rejections --select newsletter`" in notice
    assert webhook.titles() == ["rejections in newsletter"]
    sync(synced)  # they are not offered again yet
    sync(synced, "--retry-rejected", exit_code=1)
    assert webhook.titles() == []
    synced.sql("update people set postcode = '98102' where number < 8")
    synced.dbt("run")
    sync(synced)
    assert webhook.titles() == ["newsletter recovered"]


def test_a_few_rejections_are_not_told(synced: Shop, webhook: Webhook) -> None:
    synced.sql("update people set postcode = 'nowhere' where number < 9")
    synced.dbt("run")
    sync(synced, exit_code=1)
    assert webhook.titles() == []


def test_drift_is_told_once_and_when_it_was_recorded_for_repair(
    synced: Shop, webhook: Webhook
) -> None:
    member = f"/lists/{synced.list_id}/members/person3{AT}"
    synced.sandbox.must("PATCH", member, {"merge_fields": {"FNAME": "By hand"}})
    assert synced.loader("verify", "--quiet").exit_code == 1
    assert "1 difference from what was confirmed" in webhook.received[0]["message"]
    assert "another value of FNAME (1)" in webhook.received[0]["message"]
    assert webhook.titles() == ["drift in newsletter"]
    assert synced.loader("verify", "--quiet").exit_code == 1
    assert webhook.titles() == []
    assert synced.loader("verify", "--quiet", "--repair").exit_code == 0
    assert webhook.titles() == ["newsletter recovered"]


def test_an_outage_that_is_over_at_the_next_run_is_not_told(synced: Shop, webhook: Webhook) -> None:
    synced.sandbox.faults(EVERY_REQUEST_FAILS)
    sync(synced, "--retry-seconds", "0", exit_code=3)
    assert troubles(synced, "kind", "status") == [("failure", "waiting")]
    synced.sandbox.faults()
    sync(synced)
    assert (webhook.titles(), troubles(synced, "kind")) == ([], [])


def test_an_outage_that_lasts_is_told_at_the_second_run(synced: Shop, webhook: Webhook) -> None:
    synced.sandbox.faults(EVERY_REQUEST_FAILS)
    sync(synced, "--retry-seconds", "0", exit_code=3)
    assert webhook.titles() == []
    sync(synced, "--retry-seconds", "0", exit_code=3)
    assert webhook.titles() == ["newsletter stopped"]
    synced.sandbox.faults()
    sync(synced)
    assert webhook.titles() == ["newsletter recovered"]


def test_an_outage_is_told_at_once_where_runs_are_rare(synced: Shop, webhook: Webhook) -> None:
    synced.ahead += timedelta(hours=7)
    synced.sandbox.faults(EVERY_REQUEST_FAILS)
    sync(synced, "--retry-seconds", "0", exit_code=3)
    assert webhook.titles() == ["newsletter stopped"]


def test_forty_audiences_on_a_list_that_is_gone_are_one_notice(
    synced: Shop, webhook: Webhook
) -> None:
    synced.sql("create table one as select * from loader_audiences")
    for number in range(39):
        synced.sql(
            f"update one set audience = 'a{number}'",
            "insert into loader_audiences select * from one",
        )
    synced.sandbox.control("DELETE", f"/lists/{synced.list_id}")
    sync(synced, exit_code=3)
    (notice,) = webhook.received
    assert notice["title"] == "dbt-mailchimp (local): 40 audiences stopped"
    assert " and 37 others. Mailchimp has no list" in notice["message"]
    assert len(notice["message"].split("\n")) == 2
    sync(synced, exit_code=3)
    assert len(webhook.titles()) == 1


def test_a_retirement_that_stopped_is_told_and_that_it_was_done(
    synced: Shop, webhook: Webhook
) -> None:
    synced.sql("update loader_audiences set status = 'removed'")
    synced.sandbox.control("DELETE", f"/lists/{synced.list_id}")
    assert synced.loader("retire", "newsletter", "--quiet").exit_code == 3
    assert webhook.titles() == ["retire of newsletter stopped"]
    ended = synced.loader("retire", "newsletter", "--quiet", "--list-deleted", "--allow-leaves")
    assert ended.exit_code == 0, ended.output
    assert webhook.titles() == ["retire of newsletter recovered"]
    # who named it reads this
    assert synced.loader("retire", "nobody").exit_code == 2
    assert webhook.titles() == []


@pytest.mark.parametrize("change", ["status = 'removed'", "enabled = false"])
def test_an_audience_that_nobody_wants_any_more_is_forgotten_without_a_word(
    synced: Shop, webhook: Webhook, change: str
) -> None:
    sync_with(ANOTHER_KEY, synced, exit_code=3)
    assert webhook.titles() == ["newsletter stopped"]
    synced.sql(f"update loader_audiences set {change}")
    synced.loader("sync")
    assert (webhook.titles(), troubles(synced, "kind")) == ([], [])


def test_what_a_command_prints_is_the_same_with_notices(synced: Shop, webhook: Webhook) -> None:
    synced.sandbox.control("DELETE", f"/lists/{synced.list_id}")
    told = synced.loader("sync", "--json", "--quiet")
    assert webhook.titles() == ["newsletter stopped"]
    silent = synced.loader("sync", "--json", "--quiet", MAILCHIMP_NOTICES=None)
    # how many requests were on their way when the list was missed is chance
    chance = {"run_id", "requests", "retries", "max_in_flight", "seconds"}
    first, second = (json.loads(one.out) for one in (told, silent))
    for one in (first, second, first["audiences"][0], second["audiences"][0]):
        for name in chance & one.keys():
            del one[name]
    assert first == second
    assert (told.exit_code, told.err) == (silent.exit_code, silent.err)


def test_a_sync_from_python_tells_as_the_command_does(synced: Shop, webhook: Webhook) -> None:
    said: list[str] = []
    given: api.SyncOptions = {
        "project_dir": synced.folder,
        "environment": {name: value or "" for name, value in synced.environment.items()}
        | {"MAILCHIMP_NOTICES": f"{webhook.url} json://127.0.0.1:1/x"},
        "on_progress": lambda event: said.append(event.message or ""),
    }
    synced.sandbox.control("DELETE", f"/lists/{synced.list_id}")
    assert loader.sync(**given).exit_code == 3
    assert webhook.titles() == ["newsletter stopped"]
    assert "A notice did not arrive at JSON, but elsewhere." in said


@pytest.mark.duckdb_only("a file that is gone")
def test_a_sync_from_python_that_ends_with_an_error_tells_it(
    synced: Shop, webhook: Webhook
) -> None:
    given: api.SyncOptions = {
        "project_dir": synced.folder,
        "environment": {name: value or "" for name, value in synced.environment.items()}
        | {"MAILCHIMP_NOTICES": webhook.url},
    }
    (synced.folder / "shop.duckdb").rename(synced.folder / "shop.away")
    with pytest.raises(loader.LoaderError, match="no DuckDB file"):
        loader.sync(**given)
    assert webhook.titles() == ["loader sync stopped"]


def test_nobody_is_told_and_nothing_is_kept_without_the_variable(
    synced: Shop, webhook: Webhook
) -> None:
    sync_with(ANOTHER_KEY | {"MAILCHIMP_NOTICES": None}, synced, exit_code=3)
    sync_with(ANOTHER_KEY | {"MAILCHIMP_NOTICES": " \n"}, synced, exit_code=3)
    assert (webhook.titles(), troubles(synced, "kind")) == ([], [])
    sync_with(ANOTHER_KEY, synced, exit_code=3)
    assert webhook.titles() == ["newsletter stopped"]
