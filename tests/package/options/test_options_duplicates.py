"""The option duplicates: several rows of one address. One file of models/duplicates a test."""

import json

import pytest

from tests.package.options.options_project import AT, Group, people, shown

TWICE = "duplicates is set to fail"
ORDERS = f"""
    create table orders as
    select 'ada{AT}' as email_address, total, ordered_on, true as marketing_consent
    from (values (10, date '2026-01-05'), (30, date '2026-02-05')) as rows (total, ordered_on)
"""
LATEST = f"insert into orders values ('ada{AT}', 20, date '2026-03-05', true)"


@pytest.fixture(scope="module")
def group(empty: Group) -> Group:
    """Ada has two rows of people, and then one; she has two orders, and then three."""
    empty.copy("duplicates")
    empty.shop.sql(ORDERS)
    people(empty.shop, "'ada', 'Ada'", "'ada', 'Augusta'", "'bob', 'Bob'")
    built = empty.dbt("run")
    assert (built.exit_code, TWICE in built.output) == (1, True)
    empty.shop.sync(exit_code=3)
    empty.remember()
    empty.shop.sql(LATEST)
    people(empty.shop, "'ada', 'Augusta'", "'bob', 'Bob'")
    empty.day()
    return empty


def test_first_sends_the_row_that_order_by_puts_first(group: Group) -> None:
    first, second = group.days("duplicates/first")
    assert shown(first, "TOTAL") == {"ada": 30}
    assert shown(second, "TOTAL") == {"ada": 20}


def test_rows_that_another_row_kept_out_are_counted(group: Group) -> None:
    rows = json.loads(group.shop.loader("ls", "--json").output)
    assert {row["audience"]: (row["contacts"], row["dropped_rows"]) for row in rows} == {
        "fail": (2, 0),
        "first": (1, 2),
        "skip": (2, 0),
    }
    dropped = [
        (row["email_address"], row["dropped_rows"])
        for name in ("first", "skip")
        for row in group.shop.kept(name)
    ]
    assert sorted(dropped) == [
        (f"ada{AT}", 0),
        (f"ada{AT}", 2),
        (f"bob{AT}", 0),
    ]


def test_skip_sends_none_of_the_rows_until_there_is_one(group: Group) -> None:
    first, second = group.days("duplicates/skip")
    assert shown(first, "FNAME") == {"bob": "Bob"}
    assert shown(second, "FNAME") == {"ada": "Augusta", "bob": "Bob"}


def test_fail_stops_the_whole_audience_until_there_is_one(group: Group) -> None:
    first, second = group.days("duplicates/fail")
    assert first == {}
    assert shown(second, "FNAME") == {"ada": "Augusta", "bob": "Bob"}
