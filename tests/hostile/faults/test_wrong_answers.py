"""An answer that is not the documented one changes nothing, whichever command hears it."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

import pytest

from command_line import Printed
from dbt_process import DbtProcess
from draws import draws, seeds
from responses.proxy import Between
from responses.wrong import WRONG
from sandbox_process import SandboxProcess
from shop import Shop

AT = "@people.example.com"
PEOPLE = """
    create table people as
    select
        'p' || range || '@people.example.com' as email_address,
        'Name ' || range as fname,
        true as marketing_consent
    from generate_series(0, 19) as numbers(range)
"""
RETURNING = "insert into people values ('back@people.example.com', 'Back', true)"
CHANGES = (
    "delete from people where fname in ('Name 0', 'Name 1')",
    "update people set marketing_consent = false where fname = 'Name 2'",
    "update people set fname = 'New' where fname = 'Name 3'",
    "insert into people values ('new@people.example.com', 'New', true)",
    RETURNING,
)
SELECT = "select * from people"
OLD = "select * from people where fname in ('Name 5', 'Name 6')"
# what has to be known before anything is decided
LIST, SEGMENTS = "lists/*", "lists/*/segments"
FIRST = (LIST, f"{LIST}/merge-fields", SEGMENTS, f"{LIST}/members", f"{LIST}/members archived")
MEMBERS = f"GET {LIST}/members"
BELIEFS = """
    select audience, kind, segment, email_address, is_managed, confirmed_hash
    from loader_ledger as ledger
    where (is_managed or confirmed_hash is not null)  -- another row says what no row would say
    -- whether somebody who is archived is in a segment cannot be seen
    and (kind = 'contact' or email_address not in (
        select archived.email_address from loader_ledger as archived
        where archived.action = 'archive' and archived.outcome = 'accepted'
    ))
    order by 1, 2, 3, 4
"""
SHOWN = """
    select email_address, status, merge_fields, tags from mailchimp_members order by 1, 2
"""

NO_ROWS = ("nothing", "null for arrays", "hello", "no rows of 30")


def drawn(*kinds: str | None) -> list[str | None]:
    """Some of the kinds with each seed, and in a soak every one."""
    some = min(draws(1), len(kinds))
    chances = [random.Random(f"{seed}") for seed in seeds()]  # noqa: S311 - a test
    chosen = {kind for chance in chances for kind in chance.sample(kinds, k=some)}
    return [kind for kind in kinds if kind in chosen]


Held = dict[str, tuple[Any, ...]]
Honest = Callable[[str], tuple[list[str], Held, list[Any]]]


@dataclass(frozen=True)
class Told:
    """A shop whose Mailchimp is told of through somebody who may say something else."""

    shop: Shop
    between: Between

    def run(self, command: str) -> Printed:
        words = {
            "sync": ("sync", "--allow-first-sync", "--retry-seconds", "0"),
            "pull": ("pull", "--full", "--retry-seconds", "0"),
            "verify": ("verify", "--retry-seconds", "0"),
            "plan": ("plan", "--retry-seconds", "0"),
            "retire": ("retire", "old", "--on-leave", "archive", "--retry-seconds", "0"),
        }[command]
        return self.shop.loader(*words, MAILCHIMP_BASE_URL=self.between.url)

    def held(self) -> Held:
        """What Mailchimp holds of everybody."""
        return {
            who: (one["status"], one["merge_fields"], sorted(one["tags"]))
            for who, one in self.shop.members().items()
        }

    def known(self) -> list[Any]:
        """What is believed of Mailchimp."""
        return [self.shop.query(BELIEFS), self.shop.query(SHOWN)]

    def begin(self) -> Held:
        """Put everything back; what Mailchimp then holds."""
        self.shop.put_back()
        self.between.behave()
        return self.held()


def strangers(held: Held) -> Held:
    """What is held of those who are none of ours."""
    return {who: one for who, one in held.items() if who.startswith("s")}


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Iterator[Told]:
    """People of each kind are owed something, on a list with thirty strangers."""
    shop = Shop(tmp_path_factory.mktemp("told"), dbt, sandbox)
    strangers = ({"email_address": f"s{one}{AT}", "status": "subscribed"} for one in range(30))
    sandbox.put(shop.list_id, *strangers)
    shop.sql(PEOPLE, RETURNING)
    shop.audience("readers", SELECT, segment="Readers", on_leave="archive")
    shop.audience("old", OLD, segment="Old")
    shop.dbt("run")
    shop.sync("--allow-first-sync")
    shop.sql("delete from people where fname = 'Back'")
    shop.dbt("run")
    shop.sync()
    shop.remove("old")
    shop.sql(*CHANGES)
    shop.dbt("run")
    sandbox.control("POST", "/clock", {"advance": 60})
    shop.keep()
    with Between(sandbox) as between:
        yield Told(shop, between)


@pytest.fixture(scope="module")
def honest(kept: Told) -> Honest:
    """What a command asks, and how it leaves things, where every answer is right."""
    found: dict[str, tuple[list[str], Held, list[Any]]] = {}

    def end(command: str) -> tuple[list[str], Held, list[Any]]:
        if command not in found:
            kept.begin()
            ended = kept.run(command)
            assert ended.exit_code in (0, 1), ended.output
            found[command] = sorted(kept.between.routes), kept.held(), kept.known()
        return found[command]

    return end


def asked(command: str, routes: list[str], chance: random.Random) -> list[str]:
    """Of what a command asks, what is answered wrongly: some, more where it writes."""
    some = draws(4 if command in ("sync", "retire") else 2)
    return chance.sample(routes, k=min(some, len(routes)))


@pytest.mark.parametrize("command", ["sync", "retire", "pull", "verify", "plan"])
def test_a_wrong_answer_changes_nothing(kept: Told, honest: Honest, command: str) -> None:
    routes, held, known = honest(command)
    chance = random.Random(f"{seeds()} {command}")  # noqa: S311 - a test
    for route in asked(command, routes, chance):
        for wrong in chance.sample(sorted(WRONG), draws(1)):
            before = kept.begin()
            kept.between.spoil(route, WRONG[wrong])
            ended = kept.run(command)
            after, what = kept.held(), f"{command}: {wrong} from {route}: {ended.output}"
            # who was put there is read at the end of a sync, or else by the next one
            is_end = ended.exit_code == 0 and (command, route) == ("sync", MEMBERS)
            if kept.between.fired and route.startswith("GET") and not is_end:
                assert ended.exit_code in (1, 3, 4), what
                assert "answer" in ended.output, what
            assert strangers(after) == strangers(before), what
            if kept.between.fired and route.removeprefix("GET ") in FIRST and not is_end:
                assert after == before, what
            kept.between.behave()
            kept.run(command)
            assert kept.held() == held, what
            assert kept.known() == known, what


@pytest.mark.parametrize("wrong", drawn(*NO_ROWS))
@pytest.mark.parametrize("route", [MEMBERS, f"{MEMBERS} archived"])
def test_a_list_whose_contacts_are_not_told_is_not_taken_for_an_empty_one(
    kept: Told, wrong: str, route: str
) -> None:
    before = kept.begin()
    shop, other = kept.shop, Told(kept.shop, kept.between)
    shop.sql(
        "delete from loader_ledger", "delete from loader_acks", "delete from mailchimp_members"
    )
    kept.between.spoil(route, WRONG[wrong])
    ended = shop.loader("sync", "--retry-seconds", "0", MAILCHIMP_BASE_URL=kept.between.url)
    assert ended.exit_code == 3
    assert shop.writes() == {}
    kept.between.behave()
    ended = shop.loader("sync", MAILCHIMP_BASE_URL=kept.between.url)
    assert (ended.exit_code, shop.writes(), other.held()) == (5, {}, before)


@pytest.mark.parametrize("wrong", drawn(*NO_ROWS))
def test_a_removal_that_nobody_saw_is_not_taken_for_done(kept: Told, wrong: str) -> None:
    kept.begin()
    # Mailchimp says nothing of the removal, and it was not done
    silence = b'{"members_added":[],"members_removed":[],"errors":[],'
    silence += b'"total_added":0,"total_removed":0,"error_count":0}'
    kept.between.also = (f"POST {SEGMENTS}/*", silence)
    kept.between.spoil(f"GET {SEGMENTS}/*/members", WRONG[wrong])
    ended = kept.run("sync")
    assert kept.between.fired
    assert ended.exit_code in (3, 4)
    told = "select distinct outcome from loader_acks where action = 'segment_remove'"
    assert kept.shop.query(f"{told} and email_address = 'p0{AT}'") == [{"outcome": "unknown"}]


@pytest.mark.parametrize("wrong", drawn("nothing", "null for all", "a problem", "of another list"))
def test_nobody_is_archived_whose_status_is_not_told(kept: Told, wrong: str) -> None:
    kept.begin()
    kept.between.spoil(f"GET {LIST}/members/*", WRONG[wrong])
    assert kept.run("sync").exit_code in (3, 4)
    assert kept.between.fired
    assert f"DELETE {LIST}/members/*" not in kept.between.routes


@pytest.mark.parametrize("wrong", drawn(*NO_ROWS))
def test_a_segment_whose_members_are_not_told_is_not_taken_for_empty(
    kept: Told, wrong: str
) -> None:
    kept.begin()
    kept.between.spoil(f"GET {SEGMENTS}/*/members", WRONG[wrong])
    assert kept.run("retire").exit_code in (3, 4)
    assert kept.between.fired
    assert f"DELETE {SEGMENTS}/*" not in kept.between.routes


@pytest.mark.parametrize("date", drawn(None, "yesterday", "Wed, 99 Oct 2026 07:28:00 GMT", ""))
def test_a_write_whose_answer_has_no_date_is_acknowledged(
    kept: Told, honest: Honest, date: str | None
) -> None:
    _, held, known = honest("sync")
    kept.begin()
    kept.between.date = lambda method, real: real if method == "GET" else date
    ended = kept.run("sync")
    assert ended.exit_code == 0, ended.output
    assert (kept.held(), kept.known()) == (held, known)


@pytest.mark.parametrize("days", [-1, 1])
def test_what_happened_is_read_whatever_day_mailchimp_says_it_is(kept: Told, days: int) -> None:
    kept.begin()
    kept.between.date = lambda _, real: format_datetime(
        parsedate_to_datetime(real) + timedelta(days=days), usegmt=True
    )
    assert kept.run("sync").exit_code == 0
    kept.shop.sandbox.control("POST", "/clock", {"advance": 60})
    hers = {"email_address": f"p7{AT}", "status": "unsubscribed", "unsubscribed_by": "person"}
    kept.shop.sandbox.put(kept.shop.list_id, hers)
    assert kept.run("sync").exit_code == 0
    read = f"select status from mailchimp_members where email_address = 'p7{AT}'"
    assert kept.shop.query(read) == [{"status": "unsubscribed"}]
