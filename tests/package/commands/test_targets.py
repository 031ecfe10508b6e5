"""The targets of a profile from which an audience may be sent."""

import re
from typing import Any

import pytest

from dbt_process import PACKAGE, PROJECT, DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

READERS = "select 'ada@shop.de' as email_address, true as marketing_consent"
FOLDER = """
    +meta:
      mailchimp_defaults: {targets: [prod]}
"""
SAID: dict[str, tuple[dict[str, Any], str]] = {
    "list": ({"targets": ["prod"]}, ""),
    "name": ({"targets": "prod"}, ""),
    "folder": ({}, FOLDER),
    "variable": ({}, "vars: {mailchimp_targets: [prod]}\n"),
    "variable of the project": ({}, "vars: {shop: {mailchimp_targets: [prod]}}\n"),
    "variable of the package": ({}, "vars: {dbt_mailchimp: {mailchimp_targets: [prod]}}\n"),
}


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A project with two targets, of which nobody says yet that only one may send."""
    shop = Shop(tmp_path_factory.mktemp("targets"), dbt, sandbox)
    shop.targets(prod={})
    write(shop)
    shop.dbt("run")
    shop.keep()
    return shop


@pytest.fixture
def shop(kept: Shop) -> Shop:
    kept.put_back()
    return kept


def write(shop: Shop, more: str = "", **mailchimp: Any) -> None:  # noqa: ANN401 - any configuration
    """Write the project and its audience."""
    (shop.folder / "dbt_project.yml").write_text(PROJECT + more)
    shop.audience("readers", READERS, on_leave="unsubscribe", segment="Readers", **mailchimp)


def asked(shop: Shop) -> int:
    return sum(shop.sandbox.requests()["by_route"].values())


@pytest.mark.parametrize("way", SAID)
def test_the_target_that_sends_is_named_in_many_ways(shop: Shop, way: str) -> None:
    mailchimp, more = SAID[way]
    write(shop, more, **mailchimp)
    shop.dbt("run")
    refused = shop.loader("sync")
    assert (refused.exit_code, asked(shop)) == (2, 0)
    assert "target prod, and this is 'local'" in refused.out


def test_no_other_variable_is_read_where_the_project_decides() -> None:
    read = {
        name
        for path in (PACKAGE / "macros").rglob("*.sql")
        for name in re.findall(r"\bvar\(\s*[\"'](\w+)", path.read_text())
    }
    assert read == {"mailchimp_targets"}


def test_only_the_named_target_sends_and_retires_and_from_all_is_checked_and_planned(
    shop: Shop,
) -> None:
    write(shop, SAID["variable"][1])
    shop.dbt("run")
    said = "target prod, and this is 'local'"
    refused = shop.loader("sync")
    assert (refused.exit_code, asked(shop)) == (2, 0)
    assert said in refused.out
    refused = shop.loader("sync", MAILCHIMP_API_KEY=None)
    assert (refused.exit_code, said in refused.out) == (2, True)

    planned, checked = shop.loader("plan"), shop.loader("check")
    assert (planned.exit_code, checked.exit_code) == (0, 0), planned.output + checked.output
    assert "1 joins" in planned.out
    assert f"would stop: meta.mailchimp.targets allows sending only from the {said}" in (
        planned.out
    )
    assert f"not sent from here: meta.mailchimp.targets allows sending only from the {said}" in (
        checked.out
    )
    for command in ("plan", "check"):
        assert "only from the target prod" not in shop.loader(command, "--target", "prod").out
    assert shop.loader("sync", DBT_TARGET="prod").exit_code == 0
    assert set(shop.members()) == {"ada@shop.de"}

    shop.remove("readers")
    shop.audience("others", READERS, contacts="none", segment="Others", targets=["prod"])
    shop.dbt("run")
    shop.forget_requests()
    planned = shop.loader("retire", "readers", "--plan")
    assert (planned.exit_code, planned.out.count("would stop: readers")) == (0, 1), planned.output
    shop.forget_requests()
    refused = shop.loader("retire", "readers")
    assert (refused.exit_code, asked(shop)) == (2, 0)
    assert said in refused.output
    assert shop.loader("retire", "readers", "--target", "prod").exit_code == 0
