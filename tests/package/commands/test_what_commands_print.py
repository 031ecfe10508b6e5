"""What commands print for people: short, in one piece, and no more than was asked for."""

import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

PEOPLE = """
create table people as
select
    case range % 3 when 0 then 'a person with a rather long address number ' || range
        else 'a.person.with.a.rather.long.address.number.' || range || '@shop.de' end
    as email_address,
    array['VIP Customers'] as tags,
    range % 3 = 1 as marketing_consent
from generate_series(0, 89) as numbers(range)
"""
NEVER = "0 0 29 2 *"  # on a leap day


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """One without the lists of others, all of which a pull reads."""
    with SandboxProcess("--allow-example-com") as process:
        yield process


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop in which much does not arrive, with names that are as long as they come."""
    shop = Shop(tmp_path_factory.mktemp("a_folder_with_a_rather_long_name"), dbt, sandbox)
    shop.sql(PEOPLE)
    shop.audience("readers_of_our_weekly_newsletter", "select * from people", segment="Readers")
    shop.audience("lost", "select * from people", list_id="nowhere01")
    shop.dbt("run")
    plan = shop.loader("plan", "-s", "readers*", "--sample", "3")
    assert "VIP Customers, " in plan.out or "memberships given, VIP Customers" in plan.out
    assert "vip customers" not in plan.out
    shop.sync("-s", "readers*")
    shop.loader("pull")
    shop.sql("update mailchimp_members set status = 'cleaned' where email_address like '%.1@%'")
    return shop


@pytest.fixture(scope="module")
def rejected(shop: Shop) -> list[dict[str, Any]]:
    """Every row of `loader rejections`."""
    rows: list[dict[str, Any]] = json.loads(shop.loader("rejections", "--json").out)
    return rows


TABLES = ("ls", "lists", "runs", "rejections", "pull", "verify --sample 5")


@pytest.mark.parametrize("command", TABLES)
def test_what_a_command_shows_fits_80_columns(shop: Shop, command: str) -> None:
    ended = shop.loader(*command.split(), COLUMNS="80")
    table = [line for line in ended.out.splitlines() if ": " not in line]
    assert [line for line in table if len(line) > 80] == []
    rows = json.loads(shop.loader(command.split(maxsplit=1)[0], "--json").out)
    said = [row.get("message") for row in rows] if isinstance(rows, list) else []
    assert [one for one in said if one and one not in ended.out] == []
    wide = shop.loader(*command.split(), "--wide", COLUMNS="80")
    assert "…" not in wide.out
    assert len(wide.out.splitlines()[0]) >= len(ended.out.splitlines()[0])


def test_rejections_begin_with_totals_and_show_the_first_twenty(
    shop: Shop, rejected: list[dict[str, Any]]
) -> None:
    rows = rejected
    lines = shop.loader("rejections").out.splitlines()
    blank = lines.index("")
    totals = [line.split(maxsplit=2) for line in lines[1:blank]]
    counted = {(outcome, reason.strip()): int(number) for number, outcome, reason in totals}
    assert counted == {
        key: sum((row["outcome"], row["reason"]) == key for row in rows) for key in counted
    }
    assert sum(counted.values()) == len(rows)
    shown = lines[blank + 2 : lines.index("", blank + 1)]
    assert len(shown) == 20
    assert lines[-1] == f"{len(rows) - 20} more rows: --limit {len(rows)}, --csv or --json."


@pytest.mark.parametrize("limit", [0, 1, 5, 1_000])
@pytest.mark.parametrize("form", ["--json", "--csv", None])
def test_rejections_can_be_limited(
    shop: Shop, rejected: list[dict[str, Any]], limit: int, form: str | None
) -> None:
    out = shop.loader("rejections", *([form] if form else []), "--limit", str(limit)).out
    if form == "--json":
        shown = len(json.loads(out))
    else:
        rows = [line for line in out.splitlines() if ": " not in line]
        shown = sum("a.person" in line or "a person" in line for line in rows)
    assert shown == min(limit, len(rejected))


@pytest.mark.parametrize("outcome", ["held", "invalid", "rejected", "unknown"])
def test_rejections_can_be_chosen_by_outcome(
    shop: Shop, rejected: list[dict[str, Any]], outcome: str
) -> None:
    chosen = json.loads(shop.loader("rejections", "--json", "--outcome", outcome).out)
    assert chosen == [row for row in rejected if row["outcome"] == outcome]


@pytest.mark.parametrize("command", ["sync -s readers*", "check", "pull", "verify -s readers*"])
def test_a_quiet_command_says_what_went_wrong_and_nothing_else(shop: Shop, command: str) -> None:
    loud = shop.loader(*command.split())
    quiet = shop.loader(*command.split(), "--quiet")
    assert quiet.exit_code == loud.exit_code
    if not quiet.exit_code:
        assert quiet.output == ""
    else:
        assert 0 < len(quiet.output) <= len(loud.output)
        assert "ok  " not in quiet.output


@pytest.mark.parametrize("command", ["sync", "plan"])
def test_nothing_is_printed_when_nothing_is_due(shop: Shop, command: str) -> None:
    assert shop.loader(command, "--due", "-s", "readers*") == (0, "", "")


@pytest.mark.parametrize("command", ["sync", "plan", "check"])
def test_the_advice_about_a_list_that_is_gone_names_the_audience(shop: Shop, command: str) -> None:
    ended = shop.loader(command)
    assert "`loader retire lost --list-deleted`" in ended.out
    assert "readers_of_our_weekly_newsletter" in ended.out  # one list that is gone stops no other


@pytest.mark.duckdb_only("name of the file")
@pytest.mark.parametrize("command", ["sync", "plan", "check", "ls", "rejections", "verify"])
def test_a_file_that_was_renamed_wants_dbt_again(shop: Shop, tmp_path: Path, command: str) -> None:
    shutil.copy(shop.folder / "shop.duckdb", tmp_path / "other.duckdb")
    shutil.copy(shop.folder / "dbt_project.yml", tmp_path)
    profile = (shop.folder / "profiles.yml").read_text()
    (tmp_path / "profiles.yml").write_text(profile.replace("shop.duckdb", "other.duckdb"))
    ended = shop.loader(command, folder=tmp_path)
    assert ended.exit_code == 2, ended.output
    assert "renamed" in ended.output
    assert "Run dbt again (dbt run)" in ended.output


def test_a_question_is_whole_on_a_terminal(shop: Shop) -> None:
    arguments = ("sync", "-s", "readers*", "--historical-refresh")
    mine, theirs = pty.openpty()
    given = {name: value for name, value in shop.environment.items() if value is not None}
    with subprocess.Popen(
        [sys.executable, "-m", "loader", *arguments],
        cwd=shop.folder,
        env=os.environ | given | {"TERM": "xterm", "COLUMNS": "80"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        said = b""
        while b"[y/N]" not in said and select.select([mine], [], [], 60)[0]:
            said += os.read(mine, 4096)
        os.write(mine, b"n\n")
        while select.select([mine], [], [], 60)[0]:
            try:
                said += os.read(mine, 4096)
            except OSError:
                break
        assert process.wait() == 4
    os.close(mine)
    assert re.search(r"Continue\? \[y/N\]: ", said.decode())
    assert "Nothing was sent." in said.decode()
