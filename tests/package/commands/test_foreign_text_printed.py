"""No text of the data or of Mailchimp moves, hides or breaks anything that a command prints."""

import csv
import io
import json
import re

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

HOSTILE = "\x1b]0;x\x07\u202e@octocat ```[a](//b) | <img src=x>\u200b\x9b2J\u2028\x7f"
SIGNS = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u202e]")
PEOPLE = f"""
create table people as
select
    email_address,
    '=1+1{HOSTILE}' || email_address as person_id,
    '{HOSTILE}' as fname,
    array['{HOSTILE}'] as tags,
    email_address not like 'held%' as marketing_consent
from (
    values
        ('ada@shop.de'),
        ('held@shop.de'),
        ('=1+1@shop.de'),
        ('refused@shop.de'),
        ('in\x1b[2J\u202evalid@shop.de')
) as given (email_address)
"""
COMMANDS = [
    ("plan", "--sample", "9"),
    ("plan", "--sample", "9", "--json"),
    ("plan", "--sample", "9", "--markdown"),
    ("check",),
    ("sync",),
    ("sync", "--json", "--log-format", "json", "--retry-rejected"),
    ("ls",),
    ("ls", "--json"),
    ("lists",),
    ("lists", "--json"),
    ("runs",),
    ("runs", "--json"),
    ("runs", "--csv"),
    ("rejections",),
    ("rejections", "--json"),
    ("rejections", "--csv"),
    ("pull",),
    ("pull", "--json", "--log-format", "json"),
    ("pull", "--select", HOSTILE),
    ("explain",),
    ("explain", "--json"),
    ("explain", HOSTILE),
    ("verify", "--sample", "9"),
    ("verify", "--sample", "9", "--json"),
    ("sync", "--select", HOSTILE),
    ("retire", HOSTILE),
    ("ls", "--target", HOSTILE),
    ("ls", "--profile", HOSTILE),
    ("ls", "--project-dir", HOSTILE),
    ("ls", "--profiles-dir", HOSTILE),
    ("lists", "--account", HOSTILE),
    (HOSTILE,),
    ("ls", f"--{HOSTILE}"),
    (f"--{HOSTILE}",),
    (f"-{HOSTILE}", "ls"),
    ("runs", "--limit", HOSTILE),
    ("sandbox", "--fault", HOSTILE),
]


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A list and people whose every text is hostile; some of them are refused."""
    shop = Shop(tmp_path_factory.mktemp("foreign"), dbt, sandbox)
    sandbox.control("PUT", f"/lists/{shop.list_id}", {"name": HOSTILE})
    marks = {"mark": "forgotten", "addresses": ["refused@shop.de"]}
    sandbox.control("POST", f"/lists/{shop.list_id}/marks", marks)
    shop.sql(PEOPLE)
    shop.audience("readers", "select * from people", segment="Readers")
    shop.dbt("run")
    return shop


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: " ".join(arguments)[:40])
def test_no_command_prints_a_sign_that_moves_hides_or_breaks(
    shop: Shop, arguments: tuple[str, ...]
) -> None:
    printed = shop.loader(*arguments, typed="ada@shop.de\n")
    assert printed.output
    assert SIGNS.findall(printed.output) == []
    if "--csv" in arguments:
        cells = [cell for row in csv.reader(io.StringIO(printed.out)) for cell in row]
        assert [cell for cell in cells if cell[:1] in tuple("=+@\t\r")] == []
    if "--json" in arguments:
        json.loads(printed.out)
    if "--markdown" in arguments:
        ours = re.sub(r"<code>([^\W_]|[ ,;'%]|&#\d+;)*</code>", "", printed.out)
        assert re.findall(r"[@`<\[!]", ours) == []


def test_without_a_command_the_help_is_shown_in_lines(shop: Shop) -> None:
    printed = shop.loader()
    assert printed.exit_code == 2
    assert "Exit codes:" in [line.strip() for line in printed.err.splitlines()]
