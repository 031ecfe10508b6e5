"""The targets of a profile from which an audience may be sent."""

from typing import Any

import pytest

from dbt_process import PROJECT, DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

READERS = "select 'ada@shop.de' as email_address, true as marketing_consent"
OUTPUT = "{type: duckdb, path: shop.duckdb, schema: main, threads: 2, settings: {threads: 1}}"
PROFILES = f"shop:\n  target: local\n  outputs:\n    local: {OUTPUT}\n    prod: {OUTPUT}\n"
FOLDER = """
    +meta:
      mailchimp_defaults: {targets: [prod]}
"""
SAID: dict[str, tuple[dict[str, Any], str]] = {
    "list": ({"targets": ["prod"]}, ""),
    "name": ({"targets": "prod"}, ""),
    "folder": ({}, FOLDER),
    "variable": ({}, "vars: {mailchimp_targets: [prod]}\n"),
}


@pytest.fixture(params=SAID)
def shop(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    dbt: DbtProcess,
    sandbox: SandboxProcess,
) -> Shop:
    """A project with two targets, of which one may send, as it is said in each way."""
    shop = Shop(tmp_path_factory.mktemp("targets"), dbt, sandbox)
    mailchimp, more = SAID[request.param]
    (shop.folder / "dbt_project.yml").write_text(PROJECT + more)
    (shop.folder / "profiles.yml").write_text(PROFILES)
    shop.audience("readers", READERS, on_leave="unsubscribe", segment="Readers", **mailchimp)
    shop.dbt("run")
    shop.forget_requests()
    return shop


def asked(shop: Shop) -> int:
    return sum(shop.sandbox.requests()["by_route"].values())


def test_only_the_named_target_sends_and_retires_and_from_all_is_checked_and_planned(
    shop: Shop,
) -> None:
    said = "target prod alone, and this is 'local'"
    refused = shop.loader("sync")
    assert (refused.exit_code, asked(shop)) == (2, 0)
    assert said in refused.out
    refused = shop.loader("sync", MAILCHIMP_API_KEY=None)
    assert (refused.exit_code, said in refused.out) == (2, True)

    planned, checked = shop.loader("plan"), shop.loader("check")
    assert (planned.exit_code, checked.exit_code) == (0, 0), planned.output + checked.output
    assert "1 join" in planned.out
    assert f"would stop: readers: meta.mailchimp.targets lets it be sent from the {said}" in (
        planned.out
    )
    assert f"not sent from here: meta.mailchimp.targets lets it be sent from the {said}" in (
        checked.out
    )
    for command in ("plan", "check"):
        assert "target prod alone" not in shop.loader(command, "--target", "prod").out
    assert shop.loader("sync", DBT_TARGET="prod").exit_code == 0
    assert set(shop.members()) == {"ada@shop.de"}

    shop.remove("readers")
    shop.audience("others", READERS, contacts="none", segment="Others", targets=["prod"])
    shop.dbt("run")
    shop.forget_requests()
    refused = shop.loader("retire", "readers")
    assert (refused.exit_code, asked(shop)) == (2, 0)
    assert said in refused.output
    assert shop.loader("retire", "readers", "--target", "prod").exit_code == 0
