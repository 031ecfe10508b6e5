"""A notice that cannot be sent is sent later, and the sync goes as if there were none."""

import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from loader.notices.kept_file import NAME
from loader_process import begun
from shop import Shop
from tests.package.notices.receivers import Webhook
from tests.package.notices.told_runs import ANOTHER_KEY, sync, sync_with, troubles

WITHOUT_APPRISE = "import sys; sys.modules['apprise'] = None; from loader.cli import main; main()"
WITHOUT_KEY: dict[str, str | None] = {"MAILCHIMP_API_KEY": None}


def kept_file(shop: Shop) -> Path:
    return shop.folder / "target" / NAME


def test_a_notice_that_did_not_arrive_is_said_and_sent_by_the_next_run(
    synced: Shop, webhook: Webhook
) -> None:
    webhook.is_working = False
    said = sync_with(ANOTHER_KEY, synced, exit_code=3)
    assert "A notice did not arrive at JSON. The next run sends it again." in said
    assert "hidden-word" not in said
    assert troubles(synced, "status", "told_at") == [("pending", None)]
    webhook.is_working = True
    sync_with(ANOTHER_KEY, synced, exit_code=3)
    assert webhook.titles() == ["newsletter stopped"]
    webhook.is_working = False
    sync(synced)
    sync(synced)
    assert troubles(synced, "status") == [("over",)]
    webhook.is_working = True
    # a run that has nothing to do with it sends it, too
    synced.loader("sync", "--due", "--quiet")
    assert (webhook.titles(), troubles(synced, "status")) == (["newsletter recovered"], [])


def test_what_nobody_heard_of_has_no_end_either(synced: Shop, webhook: Webhook) -> None:
    webhook.is_working = False
    sync_with(ANOTHER_KEY, synced, exit_code=3)
    webhook.is_working = True
    sync(synced)
    assert (webhook.titles(), troubles(synced, "status")) == ([], [])


def test_one_receiver_that_took_it_is_enough(
    synced: Shop, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILCHIMP_NOTICES", f"json://127.0.0.1:1/x {webhook.url} what://x")
    said = sync_with(ANOTHER_KEY, synced, exit_code=3)
    assert "A notice did not arrive at JSON, but elsewhere." in said
    sync_with(ANOTHER_KEY, synced, exit_code=3)
    assert webhook.titles() == ["newsletter stopped"]


def test_a_loader_that_dies_while_it_tells_tells_again(synced: Shop, webhook: Webhook) -> None:
    synced.sandbox.control("DELETE", f"/lists/{synced.list_id}")
    with begun(synced) as running:
        webhook.then = running.kill
        running.process.wait()
    webhook.then = lambda: None
    assert webhook.titles() == ["newsletter stopped"]
    sync(synced, exit_code=3)
    assert webhook.titles() == ["newsletter stopped"]
    sync(synced, exit_code=3)
    assert webhook.titles() == ["newsletter paused"]


def test_a_run_that_cannot_begin_is_told_once_and_that_one_began(
    synced: Shop, webhook: Webhook
) -> None:
    sync_with(WITHOUT_KEY, synced, exit_code=2)
    assert "There are no credentials for the account" in webhook.received[0]["message"]
    assert webhook.titles() == ["loader sync stopped"]
    sync_with(WITHOUT_KEY, synced, exit_code=2)
    # another line of the crontab, which says nothing of the first
    synced.loader("sync", "--due", "--quiet")
    assert webhook.titles() == []
    sync(synced)
    assert webhook.titles() == ["loader sync recovered"]


def test_a_selection_that_never_works_is_told_once(synced: Shop, webhook: Webhook) -> None:
    for _ in range(3):
        sync(synced, "--select", "nobody", exit_code=2)
        sync(synced)
    assert webhook.titles() == ["loader sync --select nobody stopped"]


@pytest.mark.duckdb_only("a file that is gone")
def test_a_warehouse_that_is_gone_is_told_once_and_that_it_is_back(
    synced: Shop, webhook: Webhook
) -> None:
    file = synced.folder / "shop.duckdb"
    file.rename(file.with_suffix(".away"))
    for command in ("sync", "sync", "verify", "verify"):
        assert synced.loader(command, "--quiet").exit_code == 2
    assert webhook.titles() == ["loader sync stopped", "loader verify stopped"]
    assert kept_file(synced).exists()
    file.with_suffix(".away").rename(file)
    for command in ("sync", "sync", "verify", "verify"):
        assert synced.loader(command, "--quiet").exit_code == 0
    assert webhook.titles() == ["loader sync recovered", "loader verify recovered"]
    assert not kept_file(synced).exists()


def test_a_warehouse_that_somebody_holds_is_told_at_the_second_run(
    synced: Shop, webhook: Webhook
) -> None:
    with closing(synced.database.open()):
        sync(synced, "--lock-timeout", "0", exit_code=3)
        assert webhook.titles() == []
        sync(synced, "--lock-timeout", "0", exit_code=3)
        sync(synced, "--lock-timeout", "0", exit_code=3)
    assert webhook.titles() == ["loader sync stopped"]
    sync(synced)
    assert webhook.titles() == ["loader sync recovered"]


def test_tables_of_a_package_that_has_none_for_notices_cost_no_notice(
    synced: Shop, webhook: Webhook
) -> None:
    synced.sql("drop table loader_notices")
    for _ in range(2):
        sync_with(ANOTHER_KEY, synced, exit_code=3)
    assert webhook.titles() == ["newsletter stopped"]
    synced.dbt("run")  # makes the table, into which the file goes
    sync_with(ANOTHER_KEY, synced, exit_code=3)
    assert webhook.titles() == []
    assert troubles(synced, "status", "times") == [("told", 3)]
    assert not kept_file(synced).exists()


def test_a_folder_that_cannot_be_written_costs_the_memory_alone(
    synced: Shop, webhook: Webhook
) -> None:
    synced.sql("drop table loader_notices")
    shutil.rmtree(synced.folder / "target", ignore_errors=True)
    (synced.folder / "target").write_text("a file")
    for _ in range(2):
        said = sync_with(ANOTHER_KEY, synced, exit_code=3)
        assert "The notices failed (FileExistsError)." in said
    assert webhook.titles() == ["newsletter stopped"] * 2


def test_a_share_that_is_none_is_said_and_taken_to_be_five_percent(
    synced: Shop, webhook: Webhook
) -> None:
    synced.sql("update people set postcode = 'nowhere' where number < 12")
    synced.dbt("run")
    said = sync_with({"MAILCHIMP_NOTICES_REJECTED": "lots"}, synced, exit_code=1)
    assert "MAILCHIMP_NOTICES_REJECTED must be a percentage" in said
    assert webhook.titles() == ["rejections in newsletter"]


def test_without_apprise_a_sync_says_so_and_goes_on(synced: Shop, webhook: Webhook) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_APPRISE, "sync", "--quiet"],
        cwd=synced.folder,
        env={**os.environ, **{name: value or "" for name, value in synced.environment.items()}},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr.count("apprise is not installed. Install dbt-mailchimp[notices].") == 1
    assert webhook.titles() == []


def test_a_trial_says_where_it_arrived(synced: Shop, webhook: Webhook) -> None:
    ended = synced.loader("check", "--notices")
    assert (ended.exit_code, ended.out) == (0, "A trial notice arrived at JSON.\n")
    assert webhook.titles() == ["this is a trial"]
    webhook.is_working = False
    ended = synced.loader("check", "--notices")
    assert ended.exit_code == 2
    assert "A trial notice arrived at no receiver, but not at JSON." in ended.err
    assert "hidden-word" not in ended.output
