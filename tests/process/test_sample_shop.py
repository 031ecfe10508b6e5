"""The sample shop: its unit tests, and audiences that leave out who is suppressed for good."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dbt_process import PACKAGES, SAMPLE, DbtProcess
from sandbox_process import LIST, SandboxProcess
from shop import Shop

RULES = {
    "each_column_follows_its_rule",
    "who_is_unknown_becomes_a_profile_where_that_is_asked_for",
    "a_cap_counts_what_lies_in_its_days_or_its_stage",
    "who_is_suppressed_for_good_is_not_mailable",
}


class Sample(Shop):
    """The sample shop in a folder of its own, with a sandbox of its own."""

    def __init__(self, folder: Path, dbt: DbtProcess, sandbox: SandboxProcess) -> None:
        ignored = shutil.ignore_patterns("target", "logs", "dbt_packages", "*.duckdb*")
        shutil.copytree(SAMPLE, folder, ignore=ignored, dirs_exist_ok=True)
        (folder / "packages.yml").write_text(PACKAGES)  # the same package, from this folder
        self.folder, self.sandbox, self.list_id, self._dbt = folder, sandbox, LIST, dbt
        self.ahead = timedelta()
        self.database = dbt.databases.new(folder)
        profile = {"target": "local", "outputs": {"local": self.database.output}}
        (folder / "profiles.yml").write_text(json.dumps({"sample_shop": profile}))
        self.dbt("deps")
        self.output = self.dbt("--write-json", "build")
        results = json.loads((self.folder / "target" / "run_results.json").read_text())["results"]
        self.passed = {
            one["unique_id"].split(".")[-1] for one in results if one["status"] == "pass"
        }


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess) -> Iterator[Sample]:
    """The shop, built once."""
    with SandboxProcess("--allow-example-com") as sandbox:
        yield Sample(tmp_path_factory.mktemp("sample"), dbt, sandbox)


def test_the_sample_shop_builds_with_the_unit_tests_of_rules_and_caps(sample: Sample) -> None:
    assert sample.passed >= RULES, sample.output


def test_who_complained_leaves_the_audiences_once_and_does_not_come_back(sample: Sample) -> None:
    sample.sync()
    (someone, *_) = sample.query(
        "select email_address from newsletter__history left join newsletter__delta"
        " using (email_address) where newsletter__delta.audience is null and marketing_consent"
        " and dbt_valid_to is null order by email_address"
    )
    address = someone["email_address"]
    sent = {"list_id": LIST, "status": "sent", "send_time": "2026-06-01T09:00:00+00:00"}
    sample.sandbox.control("PUT", "/campaigns/first", sent)
    angry = {"email_address": address, "action": "abuse"}
    sample.sandbox.control("POST", "/campaigns/first/events", {"events": [angry]})
    assert sample.loader("pull").exit_code == 0
    for _ in range(2):
        sample.dbt("run")
        kept = (
            "select * from newsletter__history where dbt_valid_to is null and email_address = '{}'"
        )
        assert sample.query(kept.format(address)) == []
        sample.forget_requests()
        sample.sync()
    assert sample.writes() == {}
    assert sample.members()[address]["status"] == "unsubscribed"
