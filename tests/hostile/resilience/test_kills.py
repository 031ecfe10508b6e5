"""The loader killed at moments of a delta of thousands: nothing lost, little sent again."""

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from cases.real_people_project import STATUSES
from dbt_process import DbtProcess
from draws import draws, seeds
from loader_process import (
    FINISHED,
    PLANNED,
    POLL_MAILCHIMP,
    Running,
    Told,
    acknowledged,
    begun,
    now,
)
from sandbox_process import SandboxProcess
from shop import Shop

PEOPLE, REFUSING, KNOWN = 4_000, 200, 70
KILLS = 1  # each round, with the seeds in turn
# ten calls in flight, what is not yet committed, and what is being committed
MOST_UNANSWERED = 10 * 500 + 5_000 + 5_000
UP = {f"{low}->subscribed" for low in ("unsubscribed", "cleaned", "pending", "transactional")}

Moment = Callable[[Running, Told], bool]


@dataclass(frozen=True, kw_only=True)
class Round:
    """What happens to the table before one build, and what that leaves to be told.

    Attributes:
        staying: the writes that each person needs who was wanted before and is wanted now.
        changing: the writes for each who comes or goes.
        gone: the status of people of ours whom nobody wants any more.
        loses_segment: somebody deletes the segment by hand.
    """

    change: tuple[str, ...]
    staying: int
    changing: int
    on_leave: str = "archive"
    gone: str = "archived"
    loses_segment: bool = False


CREATED = f"""
    create table people as
    select
        range as id, 'person' || range || '@people.example.com' as email, 'First' as fname,
        range < {PEOPLE} as consent
    from generate_series(0, {PEOPLE + REFUSING - 1}) as numbers(range)
"""
BACK = f"""
    insert into people
    select range as id, 'person' || range || '@people.example.com' as email, 'Back', true
    from generate_series(0, {PEOPLE - 1}) as numbers(range)
    where range % 67 = 0
"""
ROUNDS = (
    Round(change=(CREATED,), staying=0, changing=2),
    Round(change=("update people set fname = 'Second'",), staying=1, changing=0),
    # a few hundred go, because an archive is a call each
    Round(
        change=("delete from people where id % 67 = 0",),
        staying=1,
        changing=1,
        loses_segment=True,
    ),
    Round(change=(BACK, "update people set fname = 'Fourth'"), staying=1, changing=2),
    Round(
        change=("delete from people where id % 2 = 1",),
        staying=0,
        changing=2,
        on_leave="unsubscribe",
        gone="unsubscribed",
    ),
)


@dataclass
class Kills:
    """A shop whose loader is killed again and again."""

    shop: Shop
    told: Told
    before: dict[str, dict[str, Any]]
    wanted: dict[str, str] = field(default_factory=dict)  # first name by address
    shown: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    stories: list[tuple[datetime, datetime, Counter[str]]] = field(default_factory=list)
    unheard: set[str] = field(default_factory=set)  # whose archive no acknowledgement tells of

    def kill(self, moment: Moment) -> None:
        """Start the loader and kill it at a moment, again if it was too quick for that."""
        is_met = False
        while not is_met:
            with begun(self.shop, "--allow-first-sync") as running:
                is_met = moment(running, self.told)
                running.kill()
            self.stories.append((running.began, now(), self.told.end()))

    def sync(self) -> None:
        """Sync without a kill."""
        self.shop.sync("--allow-first-sync")
        self.told.end()

    def build(self, round_: Round) -> dict[str, str]:
        """Change the table, and what is wanted, and build; who was wanted before."""
        self.shop.sql(*round_.change)
        self.shop.audience(
            "readers",
            "select email as email_address, fname, consent as marketing_consent from people",
            segment="Readers",
            on_leave=round_.on_leave,
            max_leave="100%",
        )
        self.shop.dbt("run")
        if round_.loses_segment:
            path = f"/lists/{self.shop.list_id}/segments"
            (segment,) = self.shop.sandbox.get(path)["segments"]
            self.shop.sandbox.must("DELETE", f"{path}/{segment['id']}")
        self.told.forget()
        self.stories.clear()
        people = self.shop.query("select email, fname from people where consent")
        names = {row["email"]: row["fname"] for row in people if not self.is_apart(row["email"])}
        for address in self.wanted.keys() - names.keys():
            fname = self.wanted[address]
            stays = address in self.before
            self.shown[address] = ("subscribed" if stays else round_.gone, fname, False)
        self.shown |= {address: ("subscribed", fname, True) for address, fname in names.items()}
        was, self.wanted = self.wanted, names
        return was

    def is_apart(self, address: str) -> bool:
        """Whether somebody was ended by others, or as far as the ledger knows, and stays so."""
        if address in self.unheard:
            return True
        return address in self.before and bool(self.before[address]["status"] != "subscribed")

    def hear(self) -> set[str]:
        """Whom the loader found archived where it was to archive: a kill has cost the answer."""
        found = self.shop.query(
            "select distinct email_address from loader_acks"
            " where action = 'archive' and reason_code = 'already_archived'"
        )
        new = {row["email_address"] for row in found} - self.unheard
        self.unheard |= new
        return new

    def is_exact(self) -> bool:
        """Two-way: everybody as expected, whoever is not ours as before, and nobody else."""
        members = self.shop.members()
        others = {one: member for one, member in members.items() if one not in self.shown}
        untouched = {one: was for one, was in self.before.items() if one not in self.shown}
        shown = {
            one: (member["status"], member["merge_fields"]["FNAME"], "Readers" in member["tags"])
            for one, member in members.items()
            if one in self.shown
        }
        return shown == self.shown and others == untouched

    def unanswered(self) -> list[Counter[str]]:
        """For each kill, the contacts carried in that run and not acknowledged for it."""
        return [
            carried - acknowledged(self.shop, began, ended) if carried else Counter()
            for began, ended, carried in self.stories
        ]


@pytest.fixture(scope="module")
def busy() -> Iterator[SandboxProcess]:
    """A Mailchimp a short way off."""
    with SandboxProcess("--allow-example-com", "--latency", "0.02") as process:
        yield process


@pytest.fixture
def kills(tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, busy: SandboxProcess) -> Kills:
    """A shop, and a list that has strangers in every status, and some of the people."""
    shop = Shop(tmp_path_factory.mktemp("kills"), dbt, busy)
    names = [f"{who}{place}" for who in ("person", "stranger") for place in range(KNOWN)]
    contacts = [
        {
            "email_address": f"{name}@people.example.com",
            "status": STATUSES[place % len(STATUSES)][0],
            "unsubscribed_by": STATUSES[place % len(STATUSES)][1],
            "merge_fields": {"FNAME": "Before"},
        }
        for place, name in enumerate(names)
    ]
    busy.put(shop.list_id, *contacts)
    return Kills(shop, Told(busy), shop.members())


def test_however_often_it_is_killed_the_list_is_exact_and_only_what_was_unanswered_is_sent_again(
    kills: Kills,
) -> None:
    coming = drawn()
    has_sent = []
    for round_ in ROUNDS:
        was = kills.build(round_)
        for moment in itertools.islice(coming, draws(KILLS)):
            kills.kill(moment)
        kills.sync()
        assert kills.is_exact()

        needed = Counter(dict.fromkeys(was.keys() & kills.wanted.keys(), round_.staying))
        needed.update(dict.fromkeys(was.keys() ^ kills.wanted.keys(), round_.changing))
        unanswered = kills.unanswered()
        assert (kills.told.carried - needed).total() <= sum(one.total() for one in unanswered)
        assert max(one.total() for one in unanswered) <= MOST_UNANSWERED
        assert kills.hear() <= set().union(*unanswered)
        has_sent += [one for *_, one in kills.stories if one]
        assert kills.told.moves.keys().isdisjoint(UP)

        kills.told.forget()
        kills.sync()
        assert kills.told.carried == {}
    assert has_sent  # some of the killed have told Mailchimp something


def drawn() -> Iterator[Moment]:
    """Moments, with the seeds in turn; with each seed all ten come before one comes again."""
    chances = [random.Random(seed) for seed in seeds()]  # noqa: S311 - a test
    orders = [itertools.cycle(chance.sample(range(10), k=10)) for chance in chances]
    for chance, order in itertools.cycle(zip(chances, orders, strict=True)):
        yield moments(chance)[next(order)]


def moments(chance: random.Random) -> list[Moment]:
    """Ten moments of one round, from before the first request to after the last."""
    return [
        lambda *_: True,
        requests(chance.randint(1, 3)),
        share(chance.uniform(0.02, 0.3)),
        requests(chance.randint(4, 30)),
        lambda running, _: running.meet(lambda: bool(running.rows(PLANNED))),
        share(chance.uniform(0.1, 0.5)),
        requests(chance.randint(20, 60)),
        share(chance.uniform(0.1, 0.5)),
        share(1.0),
        lambda running, _: running.meet(lambda: bool(running.rows(FINISHED))),
    ]


def requests(count: int) -> Moment:
    """When Mailchimp has counted so many requests of this process, or the run needs no more."""
    return lambda running, told: running.meet(
        lambda: told.requests() >= count or bool(running.rows(FINISHED)), POLL_MAILCHIMP
    )


def share(part: float) -> Moment:
    """When such a share of what was planned is answered; of all, while it is being folded."""
    return lambda running, _: running.meet_share(part)
