"""The option contacts: what may happen to people. One file of models/contacts a test."""

import pytest

from tests.package.options.options_project import AT, Group, people, shown


@pytest.fixture(scope="module")
def group(empty: Group) -> Group:
    """Known is on every list already. Then both names change, and New signs up by themselves."""
    empty.copy("contacts")
    sandbox = empty.shop.sandbox
    for list_id in empty.lists.values():
        known = {"email_address": f"known{AT}", "merge_fields": {"FNAME": "By hand"}}
        sandbox.put(list_id, known)
    people(empty.shop, "'known', 'First'", "'new', 'First'")
    empty.day("--allow-first-sync")
    people(empty.shop, "'known', 'Second'", "'new', 'Second'")
    for option in ("UPDATE", "NONE"):
        sandbox.put(empty.lists[f"LIST_{option}"], {"email_address": f"new{AT}"})
    empty.day()
    return empty


def test_upsert_adds_who_is_new_and_updates_who_is_there(group: Group) -> None:
    first, second = group.days("contacts/upsert")
    assert shown(first, "FNAME") == {"known": "First", "new": "First"}
    assert shown(second, "FNAME") == {"known": "Second", "new": "Second"}


def test_create_adds_who_is_new_and_writes_nobody_twice(group: Group) -> None:
    first, second = group.days("contacts/create")
    assert shown(first, "FNAME") == {"known": "By hand", "new": "First"}
    assert shown(second, "FNAME") == {"known": "By hand", "new": "First"}


def test_update_adds_nobody_and_updates_who_is_there_by_then(group: Group) -> None:
    first, second = group.days("contacts/update")
    assert shown(first, "FNAME") == {"known": "First"}
    assert shown(second, "FNAME") == {"known": "Second", "new": "Second"}


def test_none_writes_no_contact_and_puts_who_is_there_into_the_segment(group: Group) -> None:
    first, second = group.days("contacts/none")
    assert shown(first, "tags") == {"known": ["Readers"]}
    assert shown(second, "tags") == {"known": ["Readers"], "new": ["Readers"]}
    assert shown(second, "FNAME") == {"known": "By hand", "new": None}
