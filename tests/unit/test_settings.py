"""The key comes from the environment, is checked, and is in no print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.errors import ConfigurationError
from loader.settings import MAX_CONNECTIONS, Settings, credentials

KEY = "0123456789abcdef0123456789abcdef-us6"


def refusal(account: str = "default", **environment: str) -> str:
    with pytest.raises(ConfigurationError) as raised:
        credentials(account, environment)
    return str(raised.value)


def test_a_key_says_which_datacenter_is_asked() -> None:
    found = credentials("default", {"MAILCHIMP_API_KEY": f" {KEY}\n"})
    assert (found.base_url, found.token) == ("https://us6.api.mailchimp.com/3.0", KEY)


def test_a_key_with_hyphens_ends_in_its_datacenter() -> None:
    found = credentials("default", {"MAILCHIMP_API_KEY": "a-b-c-us21"})
    assert found.base_url == "https://us21.api.mailchimp.com/3.0"


def test_a_token_works_at_one_address_for_every_account() -> None:
    found = credentials("default", {"MAILCHIMP_ACCESS_TOKEN": "a-token"})
    assert (found.base_url, found.token) == ("https://api.mailchimp.com/3.0", "a-token")


def test_of_key_and_token_the_key_is_used() -> None:
    found = credentials("default", {"MAILCHIMP_API_KEY": KEY, "MAILCHIMP_ACCESS_TOKEN": "token"})
    assert found.token == KEY


def test_another_account_has_a_key_of_its_own() -> None:
    environment = {"MAILCHIMP_API_KEY": KEY, "MAILCHIMP_API_KEY_SHOP": "other-us1"}
    assert credentials("shop", environment).token == environment["MAILCHIMP_API_KEY_SHOP"]
    assert "MAILCHIMP_API_KEY_OTHER" in refusal("other", **environment)


def test_without_a_key_one_is_told_what_to_set() -> None:
    text = refusal()
    assert "Set MAILCHIMP_API_KEY to an API key with its datacenter" in text
    assert refusal(MAILCHIMP_API_KEY="  ") == text


@pytest.mark.parametrize(
    "key", ["0123456789abcdef", "abc-", "abc-1us", "abc us1", "abc-us", "ab\nc-us1"]
)
def test_a_key_without_its_datacenter_is_an_error_that_does_not_repeat_it(key: str) -> None:
    text = refusal(MAILCHIMP_API_KEY=key)
    assert "MAILCHIMP_API_KEY does not end in its datacenter" in text
    assert key not in text


@pytest.mark.parametrize(
    ("given_url", "used"),
    [
        ("http://127.0.0.1:8765/3.0", "http://127.0.0.1:8765/3.0"),
        ("http://localhost:8765/3.0/", "http://localhost:8765/3.0"),
        ("http://[::1]:8765/3.0", "http://[::1]:8765/3.0"),
        ("https://proxy.example/3.0", "https://proxy.example/3.0"),
        ("", "https://us6.api.mailchimp.com/3.0"),
    ],
)
def test_the_address_may_be_another_one(given_url: str, used: str) -> None:
    environment = {"MAILCHIMP_API_KEY": KEY, "MAILCHIMP_BASE_URL": given_url}
    assert credentials("default", environment).base_url == used


@pytest.mark.parametrize(
    "url",
    [
        "http://us6.api.mailchimp.com/3.0",
        "http://127.0.0.1.evil.example/3.0",
        "http://localhost@evil.example/3.0",
        "ftp://127.0.0.1/3.0",
        "us6.api.mailchimp.com/3.0",
    ],
)
def test_an_address_that_would_show_the_key_to_a_network_is_refused(url: str) -> None:
    assert "must be https" in refusal(MAILCHIMP_API_KEY=KEY, MAILCHIMP_BASE_URL=url)


def test_an_address_that_is_none_is_refused() -> None:
    text = refusal(MAILCHIMP_API_KEY=KEY, MAILCHIMP_BASE_URL="http://[::1")
    assert "MAILCHIMP_BASE_URL is no address" in text


@given(st.from_regex(r"[!-~]{8,40}-us[0-9]{1,2}", fullmatch=True))
def test_nobody_can_read_a_key_in_a_print(key: str) -> None:
    assert key not in repr(credentials("default", {"MAILCHIMP_API_KEY": key}))


def test_a_run_may_use_all_connections_of_an_account_and_no_more() -> None:
    assert Settings().connections == MAX_CONNECTIONS == 10
