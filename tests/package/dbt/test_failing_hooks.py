"""Hooks of the user that fail: what was built before stays, and the loader waits for a build."""

from typing import Any, NamedTuple

import pytest

from dbt_process import PROJECT, DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

READERS = (
    "select unnest(['ada@shop.de', 'bob@shop.de'][:{people}]) as email_address, 'x' as fname,"
    " true as marketing_consent"
)
FAILING = "select error('down')"
OUTSIDE = {"sql": FAILING, "transaction": False}
HOOKS: dict[str, dict[str, Any]] = {
    "before": {"pre_hook": FAILING},
    "before_outside": {"pre_hook": OUTSIDE},
    "after": {"post_hook": FAILING},
    "after_outside": {"post_hook": OUTSIDE},
}
BEYOND = "after_outside"  # comes when the audience is built and committed
SKIPPED = "{{ config(materialized='table') }} select error('down') as email_address"
TABLES = ("history", "delta")
each_hook = pytest.mark.parametrize("name", HOOKS)


class Failed(NamedTuple):
    """A shop whose hooks have failed: the tables of each audience before and after it."""

    shop: Shop
    before: dict[str, dict[str, Any]]
    after: dict[str, dict[str, Any]]
    said: str
    exit_code: int
    writes: dict[str, int]


def write(shop: Shop, *, people: int, are_failing: bool) -> None:
    for name, hooks in HOOKS.items():
        meta = {"meta": {"mailchimp": {"list_id": shop.list_id}}}
        config = meta | (hooks if are_failing else {})
        sql = f"{{{{ config(**{config!r}) }}}}\n{READERS.format(people=people)}"
        (shop.folder / f"models/{name}.sql").write_text(sql)


def tables(shop: Shop, name: str) -> dict[str, Any]:
    """History, delta and ledger of an audience."""
    sources = {
        "history": f"{name}__history",
        "delta": f"{name}__delta",
        "ledger": f"loader_ledger where audience = '{name}'",
    }
    return {what: shop.query(f"from {source} order by all") for what, source in sources.items()}


@pytest.fixture(scope="module")
def failed(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Failed:
    shop = Shop(tmp_path_factory.mktemp("hooks"), dbt, sandbox)
    (shop.folder / "models").mkdir()
    write(shop, people=1, are_failing=False)
    shop.dbt("run")
    shop.sync()
    before = {name: tables(shop, name) for name in HOOKS}
    write(shop, people=2, are_failing=True)
    assert shop.try_dbt("run").exit_code == 1
    shop.forget_requests()
    ended = shop.loader("sync")
    found = Failed(
        shop=shop,
        before=before,
        after={name: tables(shop, name) for name in HOOKS},
        said=ended.output,
        exit_code=ended.exit_code,
        writes=shop.writes(),
    )
    shop.keep()
    return found


@each_hook
def test_what_was_built_before_stays_unless_the_build_was_committed(
    failed: Failed, name: str
) -> None:
    assert failed.after[name]["ledger"] == failed.before[name]["ledger"]
    is_as_before = {what: failed.after[name][what] == failed.before[name][what] for what in TABLES}
    assert is_as_before == dict.fromkeys(TABLES, name != BEYOND)


def test_an_audience_whose_hook_failed_is_not_sent_until_it_is_built_again(failed: Failed) -> None:
    named = ", ".join(sorted(HOOKS))
    assert f"{named}: not sent: its last build in dbt ended as 'error'; build it" in failed.said
    assert (failed.exit_code, failed.writes) == (3, {})


def test_everything_goes_on_when_the_hooks_are_mended(failed: Failed) -> None:
    shop = failed.shop
    shop.put_back()
    write(shop, people=2, are_failing=False)
    shop.dbt("run")
    shop.sync()
    assert set(shop.members()) == {"ada@shop.de", "bob@shop.de"}


def test_a_hook_that_fails_before_everything_leaves_every_audience_as_it_was(
    failed: Failed,
) -> None:
    shop = failed.shop
    shop.put_back()
    write(shop, people=1, are_failing=False)
    shop.dbt("run")
    before = {name: tables(shop, name) for name in HOOKS}
    write(shop, people=2, are_failing=False)
    (shop.folder / "dbt_project.yml").write_text(PROJECT + f'on-run-start: ["{FAILING}"]\n')
    assert shop.try_dbt("run").exit_code == 1
    assert {name: tables(shop, name) for name in HOOKS} == before
    shop.forget_requests()
    ended = shop.loader("sync")
    assert (ended.exit_code, shop.writes()) == (0, {}), ended.output


def test_a_run_that_gives_up_sends_whom_it_built_and_names_whom_it_did_not(
    failed: Failed,
) -> None:
    shop = failed.shop
    shop.put_back()
    write(shop, people=1, are_failing=False)
    (shop.folder / "models/late.sql").write_text(f"{SKIPPED} -- {{{{ ref('before') }}}}")
    reading = "select *, true as marketing_consent from {{ ref('late') }}"
    shop.audience("skipped", reading)
    assert shop.try_dbt("run", "--fail-fast").exit_code == 1
    ended = shop.loader("sync", "--select", "before", "--select", "skipped")
    assert ended.exit_code == 3, ended.output
    assert f"before -> {shop.list_id}: " in ended.output
    assert "skipped: not sent: " in ended.output
