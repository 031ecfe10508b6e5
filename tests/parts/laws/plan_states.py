"""States that a plan may be asked about: lists and audiences, and what happened to their people."""

from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import strategies as st

from laws.settings import EMAILS, Feed, Setting
from loader.model.checks.guards import MIN_ALLOWED_LEAVES

AT = "@people.shop.de"
NAMES = ("ann", "bob", "cid", "dan", "eve", "fay")
FAKE, BAD = "gus", "hal"  # has an address that Mailchimp calls fake; has none
EVERYBODY = (*NAMES, FAKE, BAD)
CROWD = tuple(
    f"guest{number}" for number in range(1 + MIN_ALLOWED_LEAVES)
)  # more than may go at once
JOINED: Any = (False, "A", ["VIP"], True, True)
# what becomes of a crowd
FATES: dict[str, Any] = {
    "leaves": None,
    "refuses": (False, "A", ["VIP"], True, False),
    "moves": (True, "A", ["VIP"], True, True),
    "loses its tags": (False, "A", [], True, True),
    "is as it was": JOINED,
}
STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "archived", "transactional")
COLUMNS = (
    "audience varchar, email_address varchar, person_id varchar, fname varchar, tags varchar[],"
    " emails boolean, marketing_consent boolean"
)
# what a model may select beside the address, a name and the consent
MORE = (
    "person_id",
    "tags",
    f"case when emails is not null then {EMAILS} end as marketing_permissions",
)
HALF, MOST = 0.5, 0.75
# of one person in one audience: whether the address is a new one, a name, tags, a permission, and
# the consent; or nothing
Value = tuple[bool, str | None, list[str] | None, bool | None, bool | None]
Rows = dict[str, Value | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What came before a plan and the sync that does it, after those before.

    Attributes:
        passed: how many days passed.
        by_hand: what happened to people in Mailchimp.
        changes: who comes, changes or goes, in each audience.
        crowds: what becomes of the crowd of each audience.
        options: those of the plan and of the sync.
    """

    passed: int
    by_hand: dict[str, str | None]
    changes: list[Rows]
    crowds: tuple[str, str, str]
    options: dict[str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A list and its audiences, from the beginning.

    Attributes:
        setting: the list and its audiences, as `drawn_settings` has them.
        strangers: who is on the list before everything else, in which status.
        rows: the people of each audience on the first day.
        crowds: which audiences many people more join on the first day.
        syncs: whether the loader ran on the first day.
        days: what comes after the first day, each with a plan and a sync.
    """

    setting: Setting
    strangers: dict[str, str | None]
    rows: list[Rows]
    crowds: set[int]
    syncs: bool
    days: tuple[Day, ...]


def states(settings: tuple[Setting, ...]) -> st.SearchStrategy[State]:
    """Every state of every setting; what is usual is drawn more often."""
    value = st.tuples(
        st.sampled_from((False, False, False, True)),
        st.sampled_from(("A", "A", "B", None)),
        st.sampled_from(([], ["VIP"], ["VIP", "Gold"], ["Gold"], None)),
        st.sampled_from((None, True, False)),
        st.sampled_from((True, True, True, True, False, None)),
    )
    some, few = st.one_of(value, value, value, st.none()), st.one_of(value, st.none())
    statuses = st.sampled_from((*[None] * 6, *STATUSES))
    hands = st.sampled_from((*[None] * 9, *STATUSES, "moved", "moved"))
    meant, fates = st.booleans(), st.sampled_from(list(FATES))
    options = {"allow_first_sync": meant, "allow_leaves": meant, "retry_rejected": st.booleans()}
    changed = st.dictionaries(st.sampled_from(EVERYBODY), few)
    day = st.builds(
        Day,
        passed=st.sampled_from((0, 1, 8)),
        by_hand=st.fixed_dictionaries(dict.fromkeys(NAMES, hands)),
        changes=st.tuples(*[changed] * 3),
        crowds=st.tuples(*[fates] * 3),
        options=st.fixed_dictionaries(options),
    )
    return st.builds(
        State,
        setting=st.sampled_from(settings),
        strangers=st.fixed_dictionaries(dict.fromkeys(NAMES, statuses)),
        rows=st.tuples(*[st.fixed_dictionaries(dict.fromkeys(EVERYBODY, some))] * 3),
        crowds=st.sets(st.integers(0, 2), max_size=2),
        syncs=st.sampled_from((True, True, True, True, False)),
        days=st.tuples(day, day),
    )


def drawn_settings(seed: int, count: int) -> tuple[Setting, ...]:
    """Lists of one, two and three audiences, as a seed has them."""
    chance = Random(seed)  # noqa: S311 - a test, which another run repeats
    return tuple(
        _setting(chance, f"drawn_{seed}_{number}", 1 + number % 3) for number in range(count)
    )


def _setting(chance: Random, name: str, audiences: int) -> Setting:
    feeds = tuple(_feed(chance, f"{name}_{number}") for number in range(audiences))
    return Setting(name=name, feeds=feeds, double_optin=chance.random() < 0.2)


def _feed(chance: Random, name: str) -> Feed:
    contacts = chance.choice(("upsert", "upsert", "upsert", "upsert", "create", "update", "none"))
    has_segment = contacts == "none" or chance.random() < HALF
    return Feed(
        name=name,
        contacts=contacts,
        on_leave=chance.choice(("keep", "unsubscribe", "unsubscribe", "archive", "archive")),
        segment=name if has_segment else None,
        status_if_new=chance.choice((*["subscribed"] * 3, "pending", "transactional")),
        has_names=chance.random() < MOST,
        more=tuple(one for one in MORE if chance.random() < MOST),
        nulls=chance.choice(("skip", "clear")),
    )
