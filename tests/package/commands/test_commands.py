"""The commands beside sync, the forms in which they answer, and what none of them ever prints."""

import csv
import json
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from command_line import Printed
from dbt_process import DbtProcess
from loader.cli import main
from sandbox_process import SandboxProcess
from shop import Shop

AT = "@people.example.com"
PEOPLE = f"""
create table people (email_address varchar, fname varchar, marketing_consent boolean);
insert into people values
    ('accepted{AT}', 'Accepted', true),
    ('refused{AT}', 'Refused', true),
    ('held{AT}', 'Held', false),
    ('in valid{AT}', 'Invalid', true)
"""
CROWD = f"""
select 'person' || range || '{AT}' as email_address, true as marketing_consent
from generate_series(0, 5999) as numbers(range)
"""
COMMANDS = ("sync", "check", "ls", "lists", "explain", "runs", "rejections", "sandbox")
EXIT_CODES = {
    0: "done",
    1: "done, with rejections that are new in this run",
    2: "bad usage or configuration",
    3: "stopped by Mailchimp or the warehouse",
    4: "interrupted; safe to run again",
    5: "stopped by a guard",
}
FORGOTTEN = (
    "(address) was permanently deleted and cannot be re-imported. The contact must re-subscribe to"
    " get back on the list."
)
OUTCOMES = {"held": "no consent", "refused": FORGOTTEN, "in valid": "malformed address"}


class Synced(NamedTuple):
    """A shop after a sync with a refused row, and what that sync printed."""

    shop: Shop
    printed: Printed
    results: str


@pytest.fixture(scope="module")
def synced(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Synced:
    """One sync, as JSON."""
    shop = Shop(tmp_path_factory.mktemp("synced"), dbt, sandbox)
    mark = {"mark": "forgotten", "addresses": [f"refused{AT}"]}
    sandbox.control("POST", f"/lists/{shop.list_id}/marks", mark)
    shop.sql(PEOPLE)
    shop.audience("readers", "select * from people", segment="Readers")
    shop.dbt("run")
    printed = shop.loader("sync", "--json", "--log-format", "json")
    results = (shop.folder / "target/loader_run_results.json").read_text()
    return Synced(shop, printed, results)


def test_the_results_file_holds_what_sync_prints_as_json(synced: Synced) -> None:
    assert synced.printed.exit_code == 1
    assert json.loads(synced.results) == json.loads(synced.printed.out)
    (readers,) = json.loads(synced.results)["audiences"]
    counts = {outcome: readers[outcome] for outcome in ("accepted", "rejected", "held", "invalid")}
    assert counts == {"accepted": 2, "rejected": 1, "held": 1, "invalid": 1}


def test_check_says_a_line_each_and_fails_with_what_is_wrong(synced: Synced) -> None:
    good = synced.shop.loader("check")
    assert good.exit_code == 0
    assert good.out.splitlines()[0] == "ok    warehouse: 1 audience is registered"
    assert "ok    readers: list" in good.out
    assert "has the segment 'Readers'" in good.out
    bad = synced.shop.loader("check", MAILCHIMP_API_KEY="other-us1")
    assert bad.exit_code == 3
    assert "FAIL  account default: Mailchimp refused the credentials" in bad.out
    assert "Not checked: readers." in bad.out


def test_an_access_token_does_as_well_as_a_key(synced: Synced) -> None:
    shop = synced.shop
    told = shop.loader("check", MAILCHIMP_API_KEY="", MAILCHIMP_ACCESS_TOKEN=shop.sandbox.key)
    assert told == synced.shop.loader("check")
    assert told.exit_code == 0


def test_ls_shows_the_audiences(synced: Synced) -> None:
    (row,) = json.loads(synced.shop.loader("ls", "--json").out)
    assert (row["audience"], row["list_id"]) == ("readers", synced.shop.list_id)
    assert (row["contacts"], row["ever_sent"], row["held"], row["rejected"]) == (2, 1, 1, 1)
    head, line = synced.shop.loader("ls").out.splitlines()
    assert head.split()[:2] == ["audience", "list_id"]
    assert line.split()[:2] == ["readers", synced.shop.list_id]


def test_lists_shows_the_ids_to_paste(synced: Synced) -> None:
    rows = json.loads(synced.shop.loader("lists", "--json").out)
    (ours,) = [row for row in rows if row["id"] == synced.shop.list_id]
    assert ours["name"] == synced.shop.folder.name
    assert (ours["contacts"], ours["merge_fields"]) == (1, "FNAME LNAME ADDRESS PHONE")
    assert synced.shop.list_id in synced.shop.loader("lists").out


def test_runs_and_rejections_are_tables_json_and_csv_of_the_same_rows(synced: Synced) -> None:
    for command, column in (("runs", "audience"), ("rejections", "email_address")):
        rows = json.loads(synced.shop.loader(command, "--json").out)
        lines = synced.shop.loader(command, "--csv").out.splitlines()
        found = [row[column] for row in csv.DictReader(lines)]
        assert found == [row[column] for row in rows]
        table = synced.shop.loader(command).out.rpartition("\n\n")[2]  # behind the totals
        head, *shown = (line for line in table.splitlines() if ": " not in line)
        assert column in head.split()
        assert len(shown) == len(rows)
    *_, first = json.loads(synced.shop.loader("runs", "--json").out)
    counts = [first[name] for name in ("accepted", "rejected", "held", "invalid", "exit_code")]
    assert (first["audience"], counts) == ("readers", [2, 1, 1, 1, 1])


def test_rejections_shows_everybody_who_did_not_arrive_and_why(synced: Synced) -> None:
    rows = json.loads(synced.shop.loader("rejections", "--json", "-s", "readers").out)
    assert {row["email_address"].removesuffix(AT): row["reason"] for row in rows} == OUTCOMES


def test_every_command_has_help_and_the_group_lists_the_exit_codes() -> None:
    whole = CliRunner().invoke(main, ["--help"]).output
    assert [code for code, line in EXIT_CODES.items() if f"  {code}  {line}" not in whole] == []
    for command in COMMANDS:
        assert f"  {command} " in whole
        ended = CliRunner().invoke(main, [command, "--help"])
        assert ended.exit_code == 0
        assert ended.output.startswith(f"Usage: main {command}")


def test_no_key_and_no_address_is_printed_whatever_happens(synced: Synced) -> None:
    shop, key = synced.shop, synced.shop.sandbox.key
    printed = [
        synced.printed,
        shop.loader("sync", "--retry-rejected"),
        shop.loader("sync", "--retry-rejected", "--log-format", "json"),
        shop.loader("sync", MAILCHIMP_API_KEY=f"{key[:-1]}6"),
        shop.loader("sync", "--retry-seconds", "0", MAILCHIMP_BASE_URL="http://127.0.0.1:9/3.0"),
    ]
    assert [one.exit_code for one in printed] == [1, 1, 1, 3, 3]
    said = "".join(one.out + one.err for one in printed) + synced.results
    assert AT not in said
    assert key[:-1] not in said


def test_no_more_requests_are_in_flight_than_were_allowed(tmp_path: Path, dbt: DbtProcess) -> None:
    with SandboxProcess("--allow-example-com", "--latency", "0.05") as slow:
        shop = Shop(tmp_path, dbt, slow)
        lists = {1: slow.new_list(), 10: slow.new_list()}
        for width, list_id in lists.items():
            shop.audience(f"readers_{width}", CROWD, list_id=list_id, segment="Readers")
        shop.dbt("run")
        most = {}
        for width in lists:
            shop.forget_requests()
            shop.sync("--connections", str(width), "--select", f"readers_{width}")
            most[width] = slow.requests()["most_in_flight"]
    assert most == {1: 1, 10: 10}
