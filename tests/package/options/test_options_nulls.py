"""The option nulls: what a NULL does to a field. One file of models/nulls a test."""

import pytest

from tests.package.options.options_project import Group, people, shown


@pytest.fixture(scope="module")
def group(empty: Group) -> Group:
    """Ada has a first name, and then none."""
    empty.copy("nulls")
    people(empty.shop, "'ada', 'Ada'")
    empty.day()
    people(empty.shop, "'ada', null::varchar")
    empty.day()
    return empty


def test_skip_keeps_what_the_field_had(group: Group) -> None:
    first, second = group.days("nulls/skip")
    assert [shown(day, "FNAME") for day in (first, second)] == [{"ada": "Ada"}, {"ada": "Ada"}]


def test_clear_empties_the_field(group: Group) -> None:
    first, second = group.days("nulls/clear")
    assert [shown(day, "FNAME") for day in (first, second)] == [{"ada": "Ada"}, {"ada": None}]
