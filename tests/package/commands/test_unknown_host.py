"""A name that does not resolve is no outage: every command says so at once, once an account."""

import socket
from typing import Any

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

AUDIENCE = "select 'ann@shop.de' as email_address, true as marketing_consent"
HOSTS = {
    "us99.api.mailchimp.com": ("Mailchimp has no datacenter us99", "(...-us99)"),
    "mailchimp.invalid": ("misspelled", "MAILCHIMP_BASE_URL"),
}
# what a resolver answers: there is no such name, nobody answers, the network is down
FAULTS = {
    "no such name": socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
    "no name service": socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
    "no network": OSError(101, "Network is unreachable"),
    "no name at all": UnicodeError("label empty or too long"),
}
COMMANDS = {
    "check": ("check",),
    "plan": ("plan",),
    "sync": ("sync",),
    "verify": ("verify",),
    "pull": ("pull",),
    "lists": ("lists",),
    "retire": ("retire", "gone"),
}


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop with four audiences of two lists, one of them gone, and one in an account beside."""
    shop = Shop(tmp_path_factory.mktemp("unknown"), dbt, sandbox)
    for name in ("gone", "readers", "fans"):
        shop.audience(name, AUDIENCE, segment=name)
    shop.audience("others", AUDIENCE, list_id=sandbox.new_list())
    shop.audience("beside", AUDIENCE, account="eu", list_id=sandbox.new_list())
    shop.dbt("run")
    shop.sync("--select", "gone")
    shop.remove("gone")
    shop.dbt("run")
    return shop


def unknown(shop: Shop, host: str) -> dict[str, str | None]:
    """An environment whose default account is at that host, and another one at the sandbox."""
    here: dict[str, str | None] = {
        "MAILCHIMP_API_KEY_EU": shop.sandbox.key,
        "MAILCHIMP_BASE_URL_EU": shop.sandbox.url,
    }
    if host.endswith("api.mailchimp.com"):
        datacenter = host.partition(".")[0]
        return here | {"MAILCHIMP_API_KEY": f"{'0' * 32}-{datacenter}", "MAILCHIMP_BASE_URL": None}
    return here | {"MAILCHIMP_BASE_URL": f"https://{host}/3.0"}


@pytest.fixture
def nobody_knows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose name service knows none of the hosts, in one way or another."""
    ask = socket.getaddrinfo

    def answer(host: Any, *more: Any, **options: Any) -> Any:  # noqa: ANN401 - passed on
        if host in HOSTS:
            raise FAULTS[request.param]
        return ask(host, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", answer)


@pytest.mark.usefixtures("nobody_knows")
@pytest.mark.parametrize(
    ("command", "host", "nobody_knows"),
    [
        *((command, host, "no such name") for command in COMMANDS for host in HOSTS),
        *(("check", "us99.api.mailchimp.com", fault) for fault in FAULTS),
    ],
    indirect=["nobody_knows"],
)
def test_a_host_that_nobody_knows_is_said_once(shop: Shop, command: str, host: str) -> None:
    ended = shop.loader(*COMMANDS[command], folder=shop.folder, **unknown(shop, host))
    assert ended.exit_code == 3, ended.output
    assert ended.output.count(f"The host {host} was not found") == 1, ended.output
    assert [words for words in HOSTS[host] if words not in ended.output] == []


@pytest.mark.parametrize("command", ["check", "plan", "sync", "verify"])
def test_the_accounts_that_are_found_go_on(shop: Shop, command: str) -> None:
    ended = shop.loader(command, folder=shop.folder, **unknown(shop, "mailchimp.invalid"))
    assert ended.exit_code == 3, ended.output
    assert "beside" in ended.out
    assert "beside: not" not in ended.out
    assert "readers" in ended.out


def test_check_says_of_an_account_once_what_is_wrong_with_it(shop: Shop) -> None:
    eu = {"MAILCHIMP_API_KEY_EU": shop.sandbox.key, "MAILCHIMP_BASE_URL_EU": shop.sandbox.url}
    for changed, says in (
        ({"MAILCHIMP_API_KEY": None}, "no credentials"),
        ({"MAILCHIMP_API_KEY": "other-us1"}, "refused the credentials"),
    ):
        ended = shop.loader("check", folder=shop.folder, **eu, **changed)
        (line,) = [line for line in ended.out.splitlines() if line.startswith("FAIL")]
        assert says in line
        assert [name for name in ("readers", "fans", "others") if name not in line] == []
        assert "ok    beside" in ended.out
