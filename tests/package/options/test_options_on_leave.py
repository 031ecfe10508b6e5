"""The option on_leave: what happens to who goes. One file of models/on_leave a test."""

import pytest

from tests.package.options.options_project import Group, people, shown

JOINED = {"ada": "subscribed", "bob": "subscribed"}


@pytest.fixture(scope="module")
def group(empty: Group) -> Group:
    """Ada and Bob join, and Bob goes."""
    empty.copy("on_leave")
    people(empty.shop, "'ada', 'Ada'", "'bob', 'Bob'")
    empty.day()
    people(empty.shop, "'ada', 'Ada'")
    empty.day()
    return empty


def test_keep_leaves_who_goes_as_a_subscriber(group: Group) -> None:
    first, second = group.days("on_leave/keep")
    assert shown(first, "status") == JOINED
    assert shown(second, "status") == JOINED


def test_unsubscribe_unsubscribes_who_goes(group: Group) -> None:
    first, second = group.days("on_leave/unsubscribe")
    assert shown(first, "status") == JOINED
    assert shown(second, "status") == {"ada": "subscribed", "bob": "unsubscribed"}


def test_archive_archives_who_goes(group: Group) -> None:
    first, second = group.days("on_leave/archive")
    assert shown(first, "status") == JOINED
    assert shown(second, "status") == {"ada": "subscribed", "bob": "archived"}
