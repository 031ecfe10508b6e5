"""What a sandbox keeps from others: its state file and its answers."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from loader.cli.sandbox import sandbox as command
from loader.sandbox.options import Options
from loader.sandbox.server import serve
from loader.sandbox.state.file import private
from sandbox_process import LIST, SandboxProcess, ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def careless() -> Iterator[None]:
    """A user whose files everybody may read and write."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def start(state: Path) -> Result:
    """Start a sandbox at a port that is taken: with a state or without, it ends at once."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        given = ["--port", port, "--state", str(state)]
        # as a command of the loader has it: click keeps the first that it is asked with
        return CliRunner().invoke(command, given, help_option_names=["-h", "--help"])


@pytest.mark.usefixtures("careless")
def test_the_state_is_private_before_its_first_byte(tmp_path: Path) -> None:
    state = private(tmp_path / "state.db")
    assert (mode(state), state.stat().st_size) == (0o600, 0)


@pytest.mark.usefixtures("careless")
def test_nobody_else_reads_anything_that_a_sandbox_writes(tmp_path: Path) -> None:
    with SandboxProcess("--state", str(tmp_path / "state.db"), is_measured=True) as running:
        running.put(LIST, {"email_address": "anna@shop.de"})
        written = sorted(tmp_path.rglob("*"))
        assert [path.name for path in written] == ["state.db", "state.db-wal"]
        assert b"anna@shop.de" in written[1].read_bytes()
        assert {mode(path) for path in written} == {0o600}
        running.kill()
    assert {mode(path) for path in tmp_path.rglob("*")} == {0o600}


def test_a_state_that_was_open_to_others_is_closed_to_them(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    with SandboxProcess("--state", str(state), is_measured=True) as first:
        first.put(LIST, {"email_address": "anna@shop.de"})
        first.kill()  # so that the log stays
    every = sorted(tmp_path.iterdir())
    for path in every:
        path.chmod(0o644)
    assert len(every) == 2
    with SandboxProcess("--state", str(state), is_measured=True) as second:
        assert [member["email_address"] for member in second.members()] == ["anna@shop.de"]
        assert {mode(path) for path in tmp_path.iterdir()} == {0o600}


def link(folder: Path) -> str:
    (folder / "elsewhere.db").write_bytes(b"")
    (folder / "state.db").symlink_to(folder / "elsewhere.db")
    return "state.db is a link; name the file itself"


def dangling(folder: Path) -> str:
    (folder / "state.db").symlink_to(folder / "elsewhere.db")
    return "state.db is a link; name the file itself"


def linked_log(folder: Path) -> str:
    (folder / "state.db-wal").symlink_to(folder / "elsewhere.db")
    return "state.db-wal is a link; name the file itself"


def pipe(folder: Path) -> str:
    os.mkfifo(folder / "state.db")
    return "state.db is no file of yours; name another one"


def folder_of_everybody(folder: Path) -> str:
    folder.chmod(0o1777)
    return f"others can write in {folder}; name a folder of your own"


def no_folder(folder: Path) -> str:
    folder.rmdir()
    return "No such file or directory"


def strangers_file(folder: Path) -> str:
    (folder / "state.db").write_bytes(b"")
    as_root(folder / "state.db")
    return "state.db is no file of yours; name another one"


def strangers_folder(folder: Path) -> str:
    as_root(folder)
    return f"others can write in {folder}; name a folder of your own"


def as_root(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(path, 12_345, 12_345)


@pytest.mark.parametrize(
    "arranged",
    [
        link,
        dangling,
        linked_log,
        pipe,
        folder_of_everybody,
        no_folder,
        strangers_file,
        strangers_folder,
    ],
)
def test_a_state_that_others_could_reach_is_refused_in_words(
    tmp_path: Path, arranged: Callable[[Path], str]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    reason = arranged(folder)
    state = folder / "state.db"
    done = start(state)
    assert (done.exit_code, done.output) == (
        2,
        f"Error: Cannot use {state} as state: {reason}.\n",
    )
    assert b"SQLite" not in b"".join(
        path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
async def test_it_answers_at_the_address_that_it_prints(host: str) -> None:
    if host == "::1" and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    options = Options(host=host)
    running = asyncio.create_task(serve(options, ready=ready.set_result))
    url = await ready
    headers = {"Authorization": f"Bearer {options.api_key}"}
    answer = await asyncio.to_thread(ask, "GET", f"{url}/ping", None, headers)
    assert answer.status == 200
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("path", ["/", f"/lists/{LIST}", "/_control/requests", "/3.0/lists"])
def test_no_answer_is_kept_on_the_disk_or_shown_by_another_page(
    sandbox: SandboxProcess, path: str
) -> None:
    answer = sandbox.home("GET", path)
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers
