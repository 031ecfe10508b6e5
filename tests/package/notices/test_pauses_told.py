"""A pause by the loader is told once, in the place of what stopped the audience; so is its end."""

import pytest

from shop import Shop
from tests.package.notices.conftest import SELECT
from tests.package.notices.receivers import Webhook
from tests.package.notices.told_runs import ANOTHER_KEY, sync, sync_with, troubles

NOBODY: dict[str, str | None] = {"MAILCHIMP_NOTICES": None}


def lose_the_list(shop: Shop) -> None:
    shop.sandbox.control("DELETE", f"/lists/{shop.list_id}")


def stop(shop: Shop, *, times: int = 3) -> None:
    for _ in range(times):
        sync(shop, exit_code=3)


def test_a_guard_that_stops_three_runs_is_a_notice_and_its_pause_is_another(
    synced: Shop, webhook: Webhook
) -> None:
    synced.sql("delete from people where number < 20")
    synced.dbt("run")
    sync(synced, exit_code=5)
    sync(synced, exit_code=5)
    assert webhook.titles() == ["newsletter stopped by a guard"]
    sync(synced, exit_code=5)
    (notice,) = webhook.received
    assert notice["message"] == (
        f"Paused: newsletter -> {synced.list_id}. 3 runs in a row stopped: 20 of 30 contacts would"
        " leave, more than max_leave (20%) allows. If this is intended, run again with"
        " --allow-leaves. Only withdrawals of consent are sent until you change the configuration"
        " or run `loader resume newsletter`.\nTo see more: `loader ls`"
    )
    assert webhook.titles() == ["newsletter paused"]
    assert troubles(synced, "kind", "status") == [("pause", "told")]
    # it is left out, or begun for what it owes: it has not recovered
    sync(synced)
    synced.sql("update people set consents = false where number = 20")
    synced.dbt("run")
    sync(synced)
    assert synced.members()["person20@notices.shop.de"]["status"] == "unsubscribed"
    assert webhook.titles() == []
    synced.loader("resume", "newsletter")
    sync(synced, "--allow-leaves")
    assert webhook.received[0]["type"] == "success"
    assert "Paused since" in webhook.received[0]["message"]
    assert webhook.titles() == ["newsletter recovered"]
    sync(synced)
    assert (webhook.titles(), troubles(synced, "kind")) == ([], [])


def test_another_configuration_that_goes_well_is_a_recovery(synced: Shop, webhook: Webhook) -> None:
    synced.sql("delete from people where number < 20")
    synced.dbt("run")
    for _ in range(3):
        sync(synced, exit_code=5)
    synced.audience("newsletter", SELECT, on_leave="unsubscribe", max_leave="90%")
    synced.dbt("run")
    webhook.titles()
    sync(synced)
    sync(synced)
    assert webhook.titles() == ["newsletter recovered"]


def test_an_audience_that_stops_again_after_it_was_resumed_is_told_again(
    synced: Shop, webhook: Webhook
) -> None:
    lose_the_list(synced)
    for _ in range(2):
        stop(synced)
        assert webhook.titles() == ["newsletter stopped", "newsletter paused"]
        synced.loader("resume", "newsletter")
    synced.sandbox.control("PUT", f"/lists/{synced.list_id}")
    sync(synced)
    assert webhook.titles() == ["newsletter recovered"]


def test_an_outage_between_resume_and_recovery_costs_no_notice(
    synced: Shop, webhook: Webhook
) -> None:
    lose_the_list(synced)
    stop(synced)
    synced.loader("resume", "newsletter")
    synced.sandbox.control("PUT", f"/lists/{synced.list_id}")
    synced.sandbox.faults({"kind": "503_html", "rate": 1.0, "writes": False})
    webhook.titles()
    sync(synced, "--retry-seconds", "0", exit_code=3)
    assert webhook.titles() == []
    synced.sandbox.faults()
    sync(synced)
    assert webhook.titles() == ["newsletter recovered"]


def test_what_a_person_pauses_and_resumes_is_not_told(synced: Shop, webhook: Webhook) -> None:
    synced.loader("pause", "newsletter", "--reason", "the CRM moves")
    sync(synced)
    synced.loader("resume", "newsletter")
    sync(synced)
    assert (webhook.titles(), troubles(synced, "kind")) == ([], [])


def test_a_pause_that_its_run_told_nobody_is_told_by_the_next_run(
    synced: Shop, webhook: Webhook
) -> None:
    lose_the_list(synced)
    stop(synced, times=2)
    # as a run that is killed before it tells
    sync_with(NOBODY, synced, exit_code=3)
    assert webhook.titles() == ["newsletter stopped"]
    sync(synced)
    sync(synced)
    assert webhook.titles() == ["newsletter paused"]


def test_a_paused_audience_that_dbt_cannot_build_is_told_and_stays_paused(
    synced: Shop, webhook: Webhook
) -> None:
    lose_the_list(synced)
    stop(synced)
    webhook.titles()
    synced.sql("update loader_audiences set status = 'error'")
    sync(synced, exit_code=3)
    assert webhook.titles() == ["newsletter stopped"]
    synced.sql("update loader_audiences set status = 'success'")
    sync(synced)
    assert webhook.titles() == []
    assert troubles(synced, "kind", "status") == [("pause", "told")]


def test_a_key_that_is_refused_is_told_beside_a_pause(synced: Shop, webhook: Webhook) -> None:
    """It keeps the withdrawals of a paused audience from being sent."""
    synced.sql("delete from people where number < 20", "update people set consents = number > 20")
    synced.dbt("run")
    for _ in range(3):
        sync(synced, exit_code=5)
    synced.sql("update people set consents = number > 21")
    synced.dbt("run")
    webhook.titles()
    for _ in range(2):
        sync_with(ANOTHER_KEY, synced, exit_code=3)
    assert webhook.titles() == ["newsletter stopped"]
    sync(synced)
    assert webhook.titles() == []
    assert troubles(synced, "kind", "status") == [("pause", "told")]


@pytest.mark.parametrize("change", ["status = 'removed'", "enabled = false"])
def test_a_paused_audience_that_nobody_wants_any_more_is_forgotten(
    synced: Shop, webhook: Webhook, change: str
) -> None:
    lose_the_list(synced)
    stop(synced)
    webhook.titles()
    synced.sql(f"update loader_audiences set {change}")
    synced.loader("sync")
    synced.loader("sync")
    assert (webhook.titles(), troubles(synced, "kind")) == ([], [])


def test_forty_audiences_that_pause_at_once_are_one_notice(synced: Shop, webhook: Webhook) -> None:
    synced.sql("create table one as select * from loader_audiences")
    for number in range(39):
        synced.sql(
            f"update one set audience = 'a{number}'",
            "insert into loader_audiences select * from one",
        )
    lose_the_list(synced)
    stop(synced, times=2)
    webhook.titles()
    stop(synced, times=1)
    (notice,) = webhook.received
    assert notice["title"] == "dbt-mailchimp (local): 40 audiences paused"
    assert " and 37 others. 3 runs in a row stopped: Mailchimp has no list" in notice["message"]
    assert "run `loader resume NAME`." in notice["message"]
    assert len(notice["message"].split("\n")) == 2
