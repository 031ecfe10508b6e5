"""Which lists of which accounts, and what holds for them. One file of models/lists a test."""

from collections.abc import Iterator

import pytest

from sandbox_process import SandboxProcess
from tests.package.options.options_project import AT, Group, people, shown

NORTH = "Readers of the north"


@pytest.fixture(scope="module")
def europe() -> Iterator[SandboxProcess]:
    """The Mailchimp of a second account."""
    with SandboxProcess("--allow-example-com") as process:
        yield process


@pytest.fixture(scope="module")
def group(empty: Group, europe: SandboxProcess) -> Group:
    """Ada and Bob join. Then Ada says yes where she was asked and has a new name, and Bob goes."""
    empty.copy("lists")
    asks = empty.lists["LIST_DOUBLE_OPTIN"]
    empty.change("LIST_DOUBLE_OPTIN", double_optin=True)
    empty.record_skipped("LIST_EU", "europe0001", europe)
    account = {"MAILCHIMP_API_KEY_EU": europe.key, "MAILCHIMP_BASE_URL_EU": europe.url}
    people(empty.shop, "'ada', 'Ada'", "'bob', 'Bob'")
    empty.day(**account)
    empty.shop.sandbox.put(asks, {"email_address": f"ada{AT}", "status": "subscribed"})
    people(empty.shop, "'ada', 'Augusta'")
    empty.day(**account)
    return empty


def test_defaults_of_the_folder_hold_for_a_file_that_names_its_list_only(group: Group) -> None:
    first, second = group.days("lists/folder_defaults")
    assert shown(first, "tags") == {"ada": ["Readers"], "bob": ["Readers"]}
    assert shown(second, "tags") == {"ada": ["Readers"], "bob": []}
    assert shown(second, "status") == {"ada": "subscribed", "bob": "unsubscribed"}


def test_a_key_of_the_file_overrides_that_default_and_no_other(group: Group) -> None:
    first, second = group.days("lists/overridden_key")
    assert shown(first, "tags") == {"ada": ["Readers"], "bob": ["Readers"]}
    assert shown(second, "status") == {"ada": "subscribed", "bob": "archived"}


def test_one_file_feeds_several_lists_each_in_its_own_way(group: Group) -> None:
    first, second = group.days("lists/several_lists", "LIST_NORTH")
    assert shown(first, "tags") == {"ada": [NORTH], "bob": [NORTH]}
    assert shown(second, "status") == {"ada": "subscribed", "bob": "unsubscribed"}
    first, second = group.days("lists/several_lists", "LIST_SOUTH")
    assert shown(first, "tags") == {"ada": ["Readers"], "bob": ["Readers"]}
    assert shown(second, "status") == {"ada": "subscribed", "bob": "subscribed"}
    assert shown(second, "FNAME")["ada"] == "Augusta"


def test_one_file_feeds_lists_of_two_accounts(group: Group) -> None:
    for variable in ("LIST_US", "LIST_EU"):
        first, second = group.days("lists/two_accounts", variable)
        assert shown(first, "FNAME") == {"ada": "Ada", "bob": "Bob"}
        assert shown(second, "FNAME")["ada"] == "Augusta"
        assert shown(second, "status") == {"ada": "subscribed", "bob": "unsubscribed"}


def test_a_double_opt_in_list_asks_first_and_is_updated_when_they_said_yes(group: Group) -> None:
    first, second = group.days("lists/double_optin")
    assert shown(first, "status") == {"ada": "pending", "bob": "pending"}
    assert shown(second, "status") == {"ada": "subscribed", "bob": "unsubscribed"}
    assert shown(second, "FNAME")["ada"] == "Augusta"
