"""From an empty folder to a first sync, as somebody types it; and the questions on a terminal."""

import fcntl
import json
import os
import pty
import select
import subprocess
import sys
import termios
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from command_line import Printed, outside
from dbt_process import PACKAGE, DbtProcess
from sandbox_process import LIST, PATIENCE, SandboxProcess

COPIED = [path for part in ("macros", "models", "tests") for path in (PACKAGE / part).rglob("*.*")]
# with the package's dbt_project.yml, and the project's own, packages.yml and the audience
FILES = len(COPIED) + 1 + 3
PROJECT = "name: shop\nprofile: shop\nflags: {send_anonymous_usage_stats: false}\n"
PROFILES = "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, schema: main}}}\n"
CUSTOMERS = """\
id,E-Mail Adresse,First Name,order,newsletter_consent
1,Ada@example.com,Ada,7,true
2,bob@example.com,Bob,8,true
3,cyd@example.com,Cyd,9,false
"""
UGLY = """
create table "Ugly ""People"" {{x" as select
    'eve@example.com' as "we{{ird} {% if %} ""mail"" x", 'Ève' as "Vorname", 'gold' as "select",
    'x' as "new
line", [1] as numbers, timestamp '2026-01-01' as "Agreed At"
"""
SEGMENT = "O'Brien's \"readers\" \\ 🎉"
WITH_BRACES = "{{ readers }} {% if %}"


class Begun(NamedTuple):
    """A project that was begun with a few commands, and what they printed."""

    folder: Path
    sandbox: SandboxProcess
    printed: dict[str, Printed]

    def loader(self, *words: str) -> Printed:
        """Run the loader as a process, which must end well."""
        given = {"MAILCHIMP_API_KEY": self.sandbox.key, "MAILCHIMP_BASE_URL": self.sandbox.url}
        ended = outside(self.folder, words, given)
        assert ended.exit_code == 0, ended.output
        return ended


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess) -> Begun:
    """A folder with a profile and customers, and all that has to be typed there."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "seeds").mkdir()
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "profiles.yml").write_text(PROFILES)
    (folder / "seeds/customers.csv").write_text(CUSTOMERS)
    with SandboxProcess("--allow-example-com") as sandbox:
        shop = Begun(folder, sandbox, {})

        def run(*words: str) -> None:
            ended = dbt.run(folder, *words)
            assert ended.exit_code == 0, ended.output

        run("seed")
        with duckdb.connect(str(folder / "shop.duckdb")) as connection:
            connection.execute(UGLY)
        words = ("--model", "customers", "--contacts", "upsert", "--segment", SEGMENT)
        shop.printed["init"] = shop.loader("init", "--yes", *words)
        ugly = ("--model", 'main.Ugly "People" {{x', "--consent-column", "Agreed At")
        more = ("--email-column", 'we{{ird} {% if %} "mail" x', "--name", "ugly_people")
        last = ("--contacts", "upsert", "--segment", WITH_BRACES)
        shop.printed["ugly"] = shop.loader("init", "--yes", *ugly, *more, *last)
        run("deps")
        dbt_itself = Path(sys.executable).with_name("dbt")  # it has the fast parser switched on
        subprocess.run([dbt_itself, "--quiet", "run"], cwd=folder, check=True)
        for command in ("check", "plan", "sync"):
            shop.printed[command] = shop.loader(command)
        shop.printed["members"] = Printed(0, json.dumps(sandbox.members(LIST)), "")
    return shop


def test_a_project_comes_from_a_seed_to_a_first_sync_in_a_few_commands(begun: Begun) -> None:
    members = {one["email_address"]: one for one in json.loads(begun.printed["members"].out)}
    assert {address: one["merge_fields"]["FNAME"] for address, one in members.items()} == {
        "ada@example.com": "Ada",
        "bob@example.com": "Bob",
        "eve@example.com": "Ève",
    }
    assert members["bob@example.com"]["tags"] == [SEGMENT]
    assert members["eve@example.com"]["tags"] == [WITH_BRACES]
    assert {one["status"] for one in members.values()} == {"subscribed"}
    assert "1 held: no consent" in begun.printed["sync"].out


def test_dbt_and_the_loader_agree_on_the_version_of_a_copy(begun: Begun) -> None:
    lines = begun.printed["check"].out.splitlines()
    assert len(lines) == 3
    assert [line for line in lines if not line.startswith("ok ")] == []


class Terminal:
    """A command on a terminal of its own, to be typed to."""

    def __init__(self, folder: Path, environment: dict[str, str], *words: str) -> None:
        self._leader, follower = pty.openpty()
        self.said = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "loader", *words],
            cwd=folder,
            env={**os.environ, **environment},
            stdin=follower,
            stdout=follower,
            stderr=follower,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - its terminal
        )
        os.close(follower)

    def answer(self, question: str, text: str) -> None:
        """Wait for a question, and type a line."""
        self._read_until(question)
        os.write(self._leader, f"{text}\n".encode())

    def end(self) -> int:
        """Wait for the end; its exit code."""
        self._read_until(None)
        os.close(self._leader)
        return self.process.wait(timeout=PATIENCE)

    def _read_until(self, question: str | None) -> None:
        said = ""
        while question is None or question not in said:
            if not select.select([self._leader], [], [], PATIENCE)[0]:
                raise AssertionError(f"it does not ask '{question}': {self.said}")
            try:
                more = os.read(self._leader, 4096).decode()
            except OSError:  # the other end is closed
                more = ""
            if not more and question is None:
                return
            if not more:
                raise AssertionError(f"it ended before '{question}': {self.said}")
            said += more
            self.said += more


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """A project with a table to select from."""
    (tmp_path / "dbt_project.yml").write_text(PROJECT)
    (tmp_path / "profiles.yml").write_text(PROFILES)
    (tmp_path / "models").mkdir()
    (tmp_path / "models/people.sql").write_text("select 1")
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as connection:
        connection.execute("create table people (email text, opt_in boolean, gdpr boolean)")
    return tmp_path


def environment(sandbox: SandboxProcess) -> dict[str, str]:
    """Where Mailchimp is, and no key."""
    return {"MAILCHIMP_BASE_URL": sandbox.url, "MAILCHIMP_API_KEY": "", "TERM": "dumb"}


def test_on_a_terminal_it_asks_for_everything_and_for_the_key_without_showing_it(
    asked: Path,
) -> None:
    with SandboxProcess() as sandbox:
        sandbox.new_list(name="Zweite")
        terminal = Terminal(asked, environment(sandbox), "init")
        terminal.answer("API key", sandbox.key)
        terminal.answer("Id of the list", "nowhere")
        terminal.answer("has no list 'nowhere'", LIST)
        terminal.answer("select from [people]", "")
        terminal.answer("Column with the address [email]", "")
        terminal.answer("to contacts (upsert, create, update, none) [update]", "create")
        terminal.answer("Column with the consent", "none")
        terminal.answer("nobody is made one without consent", "opt_in")
        terminal.answer("[keep]", "")
        terminal.answer("Segment", "")
        terminal.answer("[dev]", "prod")
        terminal.answer("Name of the audience [newsletter]", "people")
        terminal.answer("has the name 'people'", "readers")
        terminal.answer(f"Change {FILES} files?", "y")
        assert terminal.end() == 0, terminal.said
    assert "+    opt_in as marketing_consent" in terminal.said
    text = (asked / "models/audiences/readers.sql").read_text()
    assert "'contacts': 'create'" in text
    assert "'targets': ['prod']" in text
    assert sandbox.key not in terminal.said
    assert "secret store of your orchestrator" in " ".join(terminal.said.split())
    files = [path for path in asked.rglob("*") if path.is_file()]
    assert [path for path in files if sandbox.key.encode() in path.read_bytes()] == []


@pytest.mark.parametrize(("answer", "exit_code"), [("n", 4), ("\x03", 4), ("\x04", 4)])
def test_without_a_yes_nothing_is_written(asked: Path, answer: str, exit_code: int) -> None:
    with SandboxProcess() as sandbox:
        given = environment(sandbox) | {"MAILCHIMP_API_KEY": sandbox.key}
        words = ("--consent-column", "gdpr", "--name", "readers", "--model", "people")
        more = ("--contacts", "update", "--on-leave", "keep", "--segment", "", "--send-from", "any")
        terminal = Terminal(asked, given, "init", *words, *more)
        terminal.answer("Id of the list", "")
        terminal.answer("Column with the address", "")
        terminal.answer(f"Change {FILES} files?", answer)
        assert terminal.end() == exit_code, terminal.said
    assert sorted(path.name for path in asked.iterdir()) == [
        *("dbt_project.yml", "models", "profiles.yml", "shop.duckdb"),
    ]
    assert (asked / "dbt_project.yml").read_text() == PROJECT
