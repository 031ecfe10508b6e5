"""What Mailchimp refuses: listed with its text, not sent again in vain, sent when it is mended."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

AT = "@people.example.com"
FIELDS = [
    {"tag": "NEED", "name": "Need", "type": "text", "required": True},
    {"tag": "POSTCODE", "name": "Postcode", "type": "zip"},
]
PEOPLE = f"""
create table people (
    person_id varchar, email_address varchar, need varchar, postcode varchar, note varchar
);
insert into people values
    ('good', 'good{AT}', 'yes', '98141', 'short'),
    ('missing', 'missing{AT}', null, '98142', 'short'),
    ('no_postcode', 'no_postcode{AT}', 'yes', 'forty', 'short'),
    ('too_long', 'too_long{AT}', 'yes', '98143', repeat('ä', 128)),
    ('eager', 'eager{AT}', 'yes', '98144', 'short'),
    ('forgotten', 'forgotten{AT}', 'yes', '98145', 'short'),
    ('nowhere', null, 'yes', '98146', 'short'),
    ('malformed', 'malformed at example.com', 'yes', '98147', 'short')
"""
MENDED = f"""
update people set need = 'yes' where person_id = 'missing';
update people set postcode = '98142' where person_id = 'no_postcode';
update people set note = 'short' where person_id = 'too_long';
update people set email_address = person_id || '{AT}' where person_id in ('nowhere', 'malformed')
"""
REFUSED = {"missing", "no_postcode", "eager", "forgotten"}


class Run(NamedTuple):
    """What one sync did: its report, the contacts that it sent, and what is listed after it."""

    report: dict[str, Any]
    sent: int
    listed: dict[str, dict[str, Any]]
    members: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def runs(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> list[Run]:
    """Refused, run again, mended, and tried again by hand."""
    shop = Shop(tmp_path_factory.mktemp("runs"), dbt, sandbox)
    sandbox.control("PUT", f"/lists/{shop.list_id}", {"merge_fields": FIELDS})
    mark(shop, "eager", "too_many_signups")
    mark(shop, "forgotten", "forgotten")
    shop.sql(PEOPLE)
    shop.audience("readers", "select *, true as marketing_consent from people")
    shop.dbt("run")
    refused = run(shop, exit_code=1)
    again = run(shop)
    shop.sql(MENDED)
    shop.dbt("run")
    mended = run(shop)
    mark(shop, "eager", "too_many_signups", undo=True)
    by_hand = run(shop, "--retry-rejected", exit_code=1)
    return [refused, again, mended, by_hand]


def test_a_refused_row_is_listed_with_mailchimps_text(runs: list[Run]) -> None:
    listed = runs[0].listed
    assert {name for name, row in listed.items() if row["outcome"] == "rejected"} == REFUSED
    assert "signed up to a lot of lists very recently" in listed["eager"]["message"]
    assert "permanently deleted" in listed["forgotten"]["message"]
    for name, text in (
        ("missing", "NEED: Please enter a value"),
        ("no_postcode", "POSTCODE: Please enter a five-digit zip code"),
    ):
        assert text in listed[name]["message"]


def test_the_other_rows_of_the_batch_are_accepted(runs: list[Run]) -> None:
    assert set(runs[0].members) == {"good"}
    assert runs[0].sent == 1 + len(REFUSED)  # in one call, each of them once
    (readers,) = runs[0].report["audiences"]
    assert (readers["accepted"], readers["rejected"]) == (1, len(REFUSED))


def test_a_row_without_a_usable_address_or_value_is_listed_and_never_sent(runs: list[Run]) -> None:
    invalid = {
        name: row["reason"] for name, row in runs[0].listed.items() if row["outcome"] == "invalid"
    }
    assert invalid == {
        "nowhere": "no address",
        "malformed": "malformed address",
        "too_long": "note has more than 255 bytes",
    }
    (readers,) = runs[0].report["audiences"]
    assert readers["counts"]["upsert"]["invalid"] == len(invalid)


def test_the_next_run_is_no_failure_and_sends_nothing_of_it(runs: list[Run]) -> None:
    assert runs[1].sent == 0
    assert runs[1].report["writes"] == 0
    assert runs[1].listed == runs[0].listed


def test_a_mended_row_is_sent_again_and_no_other(runs: list[Run]) -> None:
    mended = {"missing", "no_postcode", "too_long", "nowhere", "malformed"}
    assert set(runs[2].members) == {"good"} | mended
    assert runs[2].sent == len(mended)
    assert set(runs[2].listed) == {"eager", "forgotten"}


def test_retry_rejected_sends_them_again_at_once(runs: list[Run]) -> None:
    assert runs[3].sent == 2
    assert "eager" in runs[3].members
    assert set(runs[3].listed) == {"forgotten"}
    assert runs[3].listed["forgotten"]["attempts"] == 2


def test_a_refused_row_is_offered_again_after_one_three_and_seven_days(shop: Shop) -> None:
    mark(shop, "forgotten", "forgotten")
    shop.sql(
        f"create table people as select 'forgotten{AT}' as email_address, true as marketing_consent"
    )
    shop.audience("readers", "select * from people")
    shop.dbt("run")
    assert is_offered(shop)
    for days in (1, 3, 7):
        wait(shop, hours=days * 24 - 1)
        assert not is_offered(shop)
        wait(shop, hours=days * 24)
        assert is_offered(shop)
    wait(shop, hours=1000)
    assert not is_offered(shop)


def run(shop: Shop, *options: str, exit_code: int = 0) -> Run:
    """Sync; what it did and what is listed then."""
    shop.forget_requests()
    report = shop.sync(*options, exit_code=exit_code)
    columns = ("person_id", "email_address", "outcome", "reason", "message", "attempts")
    rows = [dict(zip(columns, row, strict=True)) for row in shop.rejections(*columns)]
    return Run(
        report=report,
        sent=shop.sandbox.requests()["contacts"],
        listed={row["person_id"] or row["email_address"]: row for row in rows},
        members={one.removesuffix(AT): member for one, member in shop.members().items()},
    )


def is_offered(shop: Shop) -> bool:
    """Whether a sync sends what Mailchimp refuses."""
    shop.forget_requests()
    ended = shop.loader("sync")
    sent: int = shop.sandbox.requests()["contacts"]
    assert ended.exit_code == sent, ended.output
    return sent == 1


def mark(shop: Shop, name: str, how: str, *, undo: bool = False) -> None:
    """Let Mailchimp think something of an address."""
    body = {"mark": how, "addresses": [name + AT], "undo": undo}
    shop.sandbox.control("POST", f"/lists/{shop.list_id}/marks", body)


def wait(shop: Shop, *, hours: int) -> None:
    """Let so much time have passed since the last answers, which Mailchimp's clock dates."""
    now = datetime.fromisoformat(shop.sandbox.control("POST", "/clock", {"advance": 0})["now"])
    shop.put_clock(now.replace(tzinfo=None) + timedelta(hours=hours))
