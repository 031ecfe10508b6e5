"""The key comes from the environment, is checked, and is in no print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.model.errors import ConfigurationError
from loader.model.mailchimp_facts import MAX_CONNECTIONS
from loader.model.settings import Settings, credentials

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


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://[::1", "is not an address"),
        ("https://", "is not an address"),
        ("/", "must be https"),
        ("https:///S3CRET", "is not an address"),
        ("https://us1.example:S3CRET/3.0", "is not an address"),
        ("https://us1.example:0/3.0", "is not an address"),
        ("https://us1.example:65536/3.0", "is not an address"),
        ("https://us1.example:-1/3.0", "is not an address"),
        ("https://us1.example:/S3CRET", "is not an address"),
        ("http://127.0.0.1:S3CRET/3.0", "is not an address"),
        ("https://us1.exa mple/S3CRET", "is not an address"),
        ("https://us1.example/3.0\nS3CRET: yes", "is not an address"),
        ("https://us1.example\r\n/S3CRET", "is not an address"),
        ("https://us1.example/3.0\x00S3CRET", "is not an address"),
        ("https://us1.example\\.S3CRET.example/3.0", "is not an address"),
        ("https://us1.ex\u0430mple/S3CRET", "is not an address"),
        ("https://us1_S3CRET/3.0", "is not an address"),
        ("https://user:S3CRET@us1.example/3.0", "contains a name, a password"),
        ("https://S3CRET@us1.example/3.0", "contains a name, a password"),
        ("https://us1.example\\@S3CRET.example/3.0", "contains a name, a password"),
        ("http://user:S3CRET@127.0.0.1:8765/3.0", "contains a name, a password"),
        ("https://us1.example/3.0?key=S3CRET", "contains a name, a password"),
        ("https://us1.example/3.0#S3CRET", "contains a name, a password"),
        ("S3CRET", "must be https"),
        ("//S3CRET/3.0", "must be https"),
        ("file:///S3CRET", "must be https"),
        ("javascript://S3CRET", "must be https"),
        ("http://S3CRET.example/3.0", "must be https"),
    ],
)
@pytest.mark.parametrize("account", ["default", "shop"])
def test_an_address_that_is_none_is_refused_in_words_that_do_not_repeat_it(
    account: str, url: str, said: str
) -> None:
    suffix = "" if account == "default" else "_SHOP"
    text = refusal(
        account, **{f"MAILCHIMP_API_KEY{suffix}": KEY, f"MAILCHIMP_BASE_URL{suffix}": url}
    )
    assert f"MAILCHIMP_BASE_URL{suffix} {said}" in text
    assert "S3CRET" not in text


@pytest.mark.parametrize("sign", ["\n", "\r", "\r\n", "\t", " ", "\x00", "\x7f", "\u2028", "é"])
def test_a_token_that_is_none_is_refused_in_words_that_do_not_repeat_it(sign: str) -> None:
    text = refusal(MAILCHIMP_ACCESS_TOKEN=f"S3CRET{sign}X-Other: S3CRET")
    assert "MAILCHIMP_ACCESS_TOKEN has a space, a line end" in text
    assert "S3CRET" not in text


@pytest.mark.parametrize("credential", ["MAILCHIMP_API_KEY_SHOP", "MAILCHIMP_ACCESS_TOKEN_SHOP"])
@pytest.mark.parametrize("default", [{}, {"MAILCHIMP_API_KEY": KEY}])
def test_the_address_of_the_default_account_gets_the_key_of_no_other(
    credential: str, default: dict[str, str]
) -> None:
    environment = {"MAILCHIMP_BASE_URL": "https://proxy.example/3.0", credential: "other-us1"}
    text = refusal("shop", **default, **environment)
    assert "Set MAILCHIMP_BASE_URL_SHOP too" in text
    own = {**environment, "MAILCHIMP_BASE_URL_SHOP": "https://shop.example/3.0"}
    assert credentials("shop", own).base_url == "https://shop.example/3.0"


def test_the_default_account_does_not_go_to_the_address_of_another() -> None:
    environment = {"MAILCHIMP_API_KEY": KEY, "MAILCHIMP_BASE_URL_SHOP": "https://shop.example/3.0"}
    assert credentials("default", environment).base_url == "https://us6.api.mailchimp.com/3.0"


@pytest.mark.parametrize("account", ["", " ", "a-b", "a b", "stra\u00dfe", "a\n", "a=b", "../a"])
def test_an_account_that_no_variable_can_be_named_after_is_refused(account: str) -> None:
    assert "An account is a word" in refusal(account, MAILCHIMP_API_KEY=KEY)


@given(st.from_regex(r"[!-~]{8,40}-us[0-9]{1,2}", fullmatch=True))
def test_nobody_can_read_a_key_in_a_print(key: str) -> None:
    assert key not in repr(credentials("default", {"MAILCHIMP_API_KEY": key}))


def test_a_run_may_use_all_connections_of_an_account_and_no_more() -> None:
    assert Settings().connections == MAX_CONNECTIONS == 10
