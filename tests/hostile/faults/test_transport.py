"""The key travels to Mailchimp and to nobody else: no plain http, no stranger's certificate."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import click
import pytest

from command_line import Printed, commands, inside, outside
from fake_time import FakeTime
from fakes import KEY, client
from loader.mailchimp.documented_fields import ping
from loader.model.errors import MailchimpError, NoUsableResponse

SOURCES = Path(__file__).parents[3] / "loader"
SWITCHES = re.compile(
    r"\bssl\b|CERT_NONE|check_hostname|verify_|no.verify|verify\s*=|insecure", re.IGNORECASE
)
LISTS = b'{"lists":[],"total_items":0}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
# signed by itself, for 127.0.0.1, until 2120; it guards nothing
PEM = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglvDMOxmKPRHu7rXF
2W7846Nd4cq72teW/HQl0JU8WzShRANCAARRXQ5jKyxOl/TmM7pwRQJ1bLpd6+sd
wS2KDBFVIOyCfUTDZuL0Y4xtH0uqZ5Il3YT7KDgaDcNb5wirzdzNPUFL
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBazCCARKgAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAkxMjcuMC4w
LjEwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CTEyNy4wLjAuMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABFFdDmMrLE6X9OYz
unBFAnVsul3r6x3BLYoMEVUg7IJ9RMNm4vRjjG0fS6pnkiXdhPsoOBoNw1vnCKvN
3M09QUujUzBRMA8GA1UdEQQIMAaHBH8AAAEwDwYDVR0TAQH/BAUwAwEB/zAdBgNV
HQ4EFgQUOZsqiiroR/FMo+FkjiN3u1fZf2QwDgYDVR0PAQH/BAQDAgKEMAoGCCqG
SM49BAMCA0cAMEQCIHkM7LlkA61XQrqhC2H6QCTAuMNOtsv39aitvqbi7x0kAiAu
wsEKf6EDN+vR0mOqC5jclYmDU7XKqNcokkU9PR9naA==
-----END CERTIFICATE-----
"""


class Listener:
    """An https server whose certificate nobody vouches for; it keeps what it is told."""

    def __init__(self) -> None:
        self.url = ""
        self.connections = 0
        self.heard = b""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Say that there are no lists."""
        self.connections += 1
        self.heard += await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER % (len(LISTS), LISTS))
        await writer.drain()
        writer.close()


def own_certificate(pem: Path) -> ssl.SSLContext:
    """What a server shows; the file is for those who trust it."""
    pem.write_text(PEM)
    secrets = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    secrets.load_cert_chain(pem)
    return secrets


@asynccontextmanager
async def listening(pem: Path) -> AsyncIterator[Listener]:
    listener = Listener()
    secrets = own_certificate(pem)
    server = await asyncio.start_server(listener.answer, "127.0.0.1", 0, ssl=secrets)
    listener.url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/3.0"
    async with server:
        yield listener


def lists(folder: Path, url: str, **environment: str) -> Printed:
    """Run `loader lists`, which needs no warehouse, as a process."""
    return outside(folder, ("lists", "--json"), {**given(url), **environment})


def given(url: str) -> dict[str, str]:
    """Where Mailchimp is, and what lets a command in."""
    return {"MAILCHIMP_API_KEY": KEY, "MAILCHIMP_BASE_URL": url}


async def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(tmp_path: Path) -> None:
    time = FakeTime()
    async with (
        listening(tmp_path / "own.pem") as listener,
        client(listener.url, retry_policy=time.retry_policy(300.0)) as mailchimp,
    ):
        with pytest.raises(MailchimpError, match="certificate") as raised:
            await mailchimp.request(ping(), lambda _: None)
    assert not isinstance(raised.value, NoUsableResponse)
    assert raised.value.exit_code == 3
    assert (mailchimp.requests, mailchimp.retries, time.seconds) == (1, 0, 0.0)
    assert listener.heard == b""


async def test_the_command_says_so_and_it_works_when_the_machine_trusts_the_certificate(
    tmp_path: Path,
) -> None:
    pem = tmp_path / "own.pem"
    async with listening(pem) as listener:
        refused = await asyncio.to_thread(lists, tmp_path, listener.url)
        assert listener.heard == b""
        trusted = await asyncio.to_thread(lists, tmp_path, listener.url, SSL_CERT_FILE=str(pem))
    assert refused.exit_code == 3
    assert "certificate" in refused.err
    assert "SSL_CERT_FILE" in refused.err
    assert (trusted.exit_code, trusted.out.strip()) == (0, "[]")
    assert KEY.encode() in listener.heard


async def test_no_variable_switches_the_check_off(tmp_path: Path) -> None:
    off = dict.fromkeys(("PYTHONHTTPSVERIFY", "SSL_VERIFY", "MAILCHIMP_VERIFY"), "0")
    async with listening(tmp_path / "own.pem") as listener:
        refused = await asyncio.to_thread(lists, tmp_path, listener.url, **off)
    assert (refused.exit_code, listener.heard) == (3, b"")


def test_nothing_in_the_loader_touches_the_check() -> None:
    texts = {path: path.read_text() for path in SOURCES.rglob("*.py")}
    texts = {path: text.replace("(SSL_CERT_FILE)", "") for path, text in texts.items()}
    found = [path.name for path, text in texts.items() if SWITCHES.search(text)]
    assert found == []


def test_no_option_switches_the_check_off() -> None:
    options = [
        option
        for command in commands().values()
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
    ]
    assert "--retry-seconds" in options
    assert [one for one in options if re.search("ssl|tls|cert|verif|secure", one)] == []


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/3.0",
        "http://us1.api.mailchimp.com/3.0",
        "http://localhost.example.com/3.0",
        "http://127.0.0.1@192.0.2.1/3.0",
        "http://127.0.0.1.example.com/3.0",
        "ftp://127.0.0.1/3.0",
    ],
)
def test_plain_http_to_another_machine_is_refused_before_a_request(
    tmp_path: Path, url: str
) -> None:
    refused = inside(tmp_path, ("lists", "--json"), given(url))
    assert refused.exit_code == 2
    assert "must be https" in refused.err
    assert KEY not in refused.output


async def test_a_redirect_is_not_followed_with_the_key() -> None:
    heard = bytearray()

    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    async def here(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        port = other.sockets[0].getsockname()[1]
        location = f"http://127.0.0.1:{port}/3.0/ping"
        writer.write(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\n".encode())
        writer.write(b"Content-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async with (
        await asyncio.start_server(elsewhere, "127.0.0.1", 0) as other,
        await asyncio.start_server(here, "127.0.0.1", 0) as first,
    ):
        url = f"http://127.0.0.1:{first.sockets[0].getsockname()[1]}/3.0"
        async with client(url) as mailchimp:
            with pytest.raises(MailchimpError):
                await mailchimp.request(ping(), lambda _: None)
    assert heard == b""
