"""A new name for the same segment goes on; `retire` touches no place that an audience names."""

from typing import Any

import pytest

from dbt_process import PROJECT, DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

ADA, BOB, OLD = (f"{name}@people.example.com" for name in ("ada", "bob", "old"))
PEOPLE = f"""
    create table people as select * from (values
        ('{ADA}', 'Ada'), ('{BOB}', 'Bob'), ('{OLD}', 'Old')
    ) as people (email_address, fname)
"""
SELECT = "select *, true as marketing_consent from people"
TAGGED = "select *, true as marketing_consent, array['Readers'] as tags from people"
TOUCHED = {ADA: ["Readers"], BOB: ["Readers"], OLD: ["Readers"]}


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """An audience of three people was sent; one of them was on the list before."""
    shop = Shop(tmp_path_factory.mktemp("named"), dbt, sandbox)
    shop.sql(PEOPLE)
    sandbox.put(shop.list_id, {"email_address": OLD, "status": "subscribed"})
    shop.audience("readers", SELECT, segment="Readers", on_leave="archive")
    shop.dbt("run")
    shop.sync("--allow-first-sync")
    shop.keep()
    return shop


@pytest.fixture
def sent(kept: Shop) -> Shop:
    kept.put_back()
    return kept


def rename(shop: Shop, name: str, sql: str = SELECT, **mailchimp: Any) -> None:  # noqa: ANN401
    """Give the model another name, and run dbt."""
    shop.remove("readers")
    shop.audience(name, sql, **{"segment": "Readers", "on_leave": "archive", **mailchimp})
    shop.dbt("run")
    shop.forget_requests()


def inside(shop: Shop) -> dict[str, list[str]]:
    return {one["email_address"]: one["tags"] for one in shop.members().values() if one["tags"]}


def retire(shop: Shop, name: str, *arguments: str) -> tuple[int, str]:
    ended = shop.loader("retire", name, *arguments)
    return ended.exit_code, ended.output


@pytest.mark.parametrize("segment", ["Readers", "READERS"])
def test_a_renamed_audience_goes_on_without_a_write(sent: Shop, segment: str) -> None:
    rename(sent, "subscribers", segment=segment)
    assert "3 people wanted: no contact changes" in sent.loader("plan").output
    sent.sync()
    assert sent.writes() == {}
    assert inside(sent) == TOUCHED
    code, output = retire(sent, "readers", "--allow-leaves")
    assert (code, "Nothing to retire" in output) == (2, True)
    assert sent.writes() == {}


def test_what_the_old_name_had_put_there_is_the_new_ones(sent: Shop) -> None:
    rename(sent, "subscribers", f"{SELECT} where fname = 'Ada'")
    sent.sync()
    statuses = {key: one["status"] for key, one in sent.members().items()}
    # Bob was ours and leaves; Old was there before
    assert statuses == {ADA: "subscribed", BOB: "archived", OLD: "subscribed"}
    assert inside(sent) == {ADA: ["Readers"]}


@pytest.mark.parametrize(
    ("sql", "mailchimp"),
    [
        pytest.param(SELECT, {}, id="the same segment"),
        pytest.param(SELECT, {"segment": "rEADERS"}, id="in another letter case"),
        pytest.param(SELECT, {"contacts": "none"}, id="without contacts"),
        pytest.param(SELECT, {"enabled": False}, id="switched off"),
        pytest.param(TAGGED, {"segment": None}, id="as a tag"),
        pytest.param(f"{SELECT} where fname = 'Ada'", {}, id="of fewer people"),
    ],
)
def test_a_place_that_an_audience_names_is_not_touched_before_it_was_sent(
    sent: Shop, sql: str, mailchimp: dict[str, Any]
) -> None:
    rename(sent, "subscribers", sql, **mailchimp)
    retire(sent, "readers", "--on-leave", "keep", "--allow-leaves")
    assert inside(sent) == TOUCHED


def test_a_segment_that_went_from_one_audience_to_another_is_not_touched(sent: Shop) -> None:
    sent.audience("readers", SELECT, segment="Others", on_leave="archive")
    sent.audience("subscribers", f"{SELECT} where fname = 'Ada'", segment="Readers")
    sent.dbt("run")
    code, output = retire(sent, "readers", "--allow-leaves")
    assert (code, inside(sent)) == (2, TOUCHED), output
    sent.sync("--allow-first-sync")
    assert inside(sent) == {ADA: ["Others", "Readers"], BOB: ["Others"], OLD: ["Others"]}


@pytest.mark.parametrize("is_built", [False, True])
def test_nothing_is_retired_while_nobody_knows_what_an_audience_names(
    sent: Shop, *, is_built: bool
) -> None:
    sent.remove("readers")
    sent.audience("rest", SELECT)
    sent.dbt("run")
    sent.audience("subscribers", SELECT, segment="Readers")
    if is_built:  # and dbt does not come to its end
        failing = PROJECT + "on-run-end: [\"select error('alerting is down')\"]\n"
        (sent.folder / "dbt_project.yml").write_text(failing)
        assert sent.try_dbt("run").exit_code == 1
    else:
        sent.dbt("run", "--select", "rest")
    sent.forget_requests()
    code, output = retire(sent, "readers", "--allow-leaves")
    assert (code, "dbt has not finished with subscribers" in output) == (3, True)
    assert sent.writes() == {}
    assert inside(sent) == TOUCHED


def test_a_name_that_comes_back_has_what_the_other_name_had(sent: Shop) -> None:
    rename(sent, "subscribers")
    sent.sync()
    sent.remove("subscribers")
    sent.audience("readers", f"{SELECT} where fname <> 'Bob'", segment="Readers")
    sent.dbt("run")
    sent.sync()
    assert inside(sent) == {ADA: ["Readers"], OLD: ["Readers"]}
