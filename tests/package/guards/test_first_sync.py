"""The guard of a first sync asks about contacts that nobody here has put on the list or knows."""

import pytest

from shop import Shop

AT = "@people.example.com"
SELECT = "select email_address, true as marketing_consent from people"
SECONDS = {
    "upserts": {},
    "creates": {"contacts": "create"},
    "updates": {"contacts": "update"},
    "labels": {"contacts": "none", "segment": "Labels"},
    "archives": {"on_leave": "archive", "segment": "Archives"},
}


@pytest.fixture
def filled(shop: Shop) -> Shop:
    """A list that an audience has filled."""
    shop.sql(
        f"create table people as select 'p' || range || '{AT}' as email_address"
        " from generate_series(0, 2) as numbers(range)",
    )
    shop.audience("first", SELECT)
    shop.dbt("run")
    shop.sync()
    return shop


def test_any_further_audience_onto_a_list_that_we_filled_goes_on(filled: Shop) -> None:
    for name, more in SECONDS.items():
        filled.audience(name, SELECT, **more)
    filled.audience("renamed", SELECT)
    filled.remove("first")
    filled.dbt("run")
    assert "would stop" not in filled.loader("plan").out
    report = filled.sync()
    assert {one["audience"] for one in report["audiences"]} == {*SECONDS, "renamed"}


def test_a_stranger_among_our_contacts_is_asked_about_alone(filled: Shop) -> None:
    filled.sandbox.put(filled.list_id, {"email_address": f"stranger{AT}"})
    for name, more in SECONDS.items():
        filled.audience(name, SELECT, **more)
    filled.dbt("run")
    filled.forget_requests()
    told = filled.loader("plan").out
    report = filled.sync(exit_code=5)
    stopped = {one["audience"] for one in report["audiences"] if one["exit_code"] == 5}
    assert "labels" in stopped
    for one in report["audiences"]:
        if one["audience"] in stopped:
            assert "has 1 contact that no audience of this warehouse" in one["message"]
            message = one["message"].removeprefix(f"{one['audience']}: ")
            assert f"would stop: {message}" in told
    assert filled.writes() == {}
    filled.sync("--allow-first-sync")
