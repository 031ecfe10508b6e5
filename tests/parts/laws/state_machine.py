"""The machine: people come, change and go, on both sides, and syncs are stopped, cut and fooled."""

from collections.abc import Callable
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from laws.environment import ADDRESSES, CROWD, World
from laws.failing_warehouse import HOW
from laws.known_people import Value

CALLS = 60  # of the warehouse, about as many as a sync of three audiences makes
FAULTS = (
    *("429", "429_empty", "403_empty", "500_json", "503_html", "503_edge"),
    *("reset_before", "reset_after", "truncated", "missing_rows"),
)
STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "archived", "transactional")
PROBABLE = st.sampled_from(("subscribed", "subscribed", "subscribed", *STATUSES))

# of one person: none, or a first name and the consent, the likely ones more than once
ROWS: tuple[Value | None, ...] = (
    *(None, None, ("A", True), ("B", True), ("A", True), ("B", True)),
    *((None, True), ("A", False), ("B", None)),
)
SAME: Value = ("(as they are)", None)
Rows = dict[str, Value | None]
Event = tuple[Any, ...]  # a method, and what it is given

addresses = st.sampled_from(ADDRESSES)
feeds = st.integers(0, 5)  # of one, two or three, each as often as the others
people: st.SearchStrategy[Rows] = st.fixed_dictionaries(
    dict.fromkeys(ADDRESSES, st.sampled_from(ROWS))
)
# some people stay as they are, and of the others many go and come back
changes: st.SearchStrategy[Rows] = st.fixed_dictionaries(
    dict.fromkeys(ADDRESSES, st.sampled_from((*[SAME] * 4, *ROWS, None)))
).map(lambda rows: {address: row for address, row in rows.items() if row != SAME})
responses = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(FAULTS),
        "rate": st.sampled_from((0.3, 1.0)),
        "writes": st.sampled_from((True, True, False)),
    }
)
happenings = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(("person_unsubscribes", "marketer_tags")),
        "at": st.integers(1, 3),
    }
)

# a sync like every other; one that is stopped or has no power; one that Mailchimp misbehaves in
troubles: st.SearchStrategy[Event] = st.one_of(
    st.just(("sync",)),
    st.tuples(st.just("disturbed_sync"), st.integers(1, CALLS), st.sampled_from(HOW)),
    st.tuples(st.just("sync")),
    st.tuples(st.just("guarded_sync"), st.booleans()),
    st.tuples(
        st.just("faulty_sync"),
        st.lists(st.one_of(responses, happenings), min_size=1, max_size=2),
        st.integers(0, 9),
    ),
)


def days() -> st.SearchStrategy[Event]:
    """A day on which dbt runs, and the loader."""
    return st.tuples(st.just("day"), changes, feeds, troubles)


# One rule for all: of several, hypothesis switches off a half in each example. The days weigh more.
events: st.SearchStrategy[Event] = st.one_of(
    *(days() for _ in range(4)),
    st.tuples(
        st.just("crowd"), changes, feeds, st.sampled_from((None, ("A", False))), st.booleans()
    ),
    st.tuples(st.just("change"), changes, feeds, st.booleans()),
    st.tuples(st.just("meet"), addresses, PROBABLE),
    st.tuples(st.just("meet"), addresses, st.sampled_from(STATUSES)),
    st.tuples(st.just("label"), addresses),
    st.tuples(st.just("rest"), st.sampled_from((1, 3, 8))),
)


class Machine(RuleBasedStateMachine):
    """Begins with a setting; ends with an undisturbed sync, and one that writes nothing."""

    def __init__(self, begin: Callable[[], World]) -> None:
        super().__init__()
        self._begin = begin
        self._world: World | None = None
        self._holds = True
        self._verifies = False

    @property
    def world(self) -> World:
        """What there is; from the first rule on."""
        if self._world is None:
            raise AssertionError("the first rule begins a world")
        return self._world

    @initialize(
        strangers=st.fixed_dictionaries(dict.fromkeys(ADDRESSES, st.one_of(st.none(), PROBABLE))),
        rows=people,
        verifies=st.sampled_from((False, False, True)),
    )
    def begin(self, strangers: dict[str, str | None], rows: Rows, *, verifies: bool) -> None:
        """Contacts that are there already, and people of the audiences.

        Hypothesis always begins with the simplest example, which is no draw: nobody is anywhere.
        """
        assume(any(strangers.values()) or any(rows.values()))
        self._world = self._begin()
        self._verifies = verifies
        theirs: dict[str, Any] = {"merge_fields": {"FNAME": "Theirs"}, "tags": ["Theirs"]}
        for address, status in strangers.items():
            if status is not None:
                self.world.put(address, status=status, **theirs)
        for number in range(len(self.world.setting.feeds)):
            self._put(rows, number)
        self.world.build()

    @rule(event=events)
    def happens(self, event: Event) -> None:
        """Whatever may happen next."""
        what, *given = event
        self._holds = False
        getattr(self, what)(*given)
        self._holds = True

    def day(self, rows: Rows, number: int, trouble: Event) -> None:
        """People of an audience change, come or go; dbt runs, and the loader, as far as it may."""
        self.change(rows, number, is_built=True)
        how, *given = trouble
        getattr(self.world, how)(*given)

    def crowd(
        self,
        rows: Rows,
        number: int,
        row: Value | None,
        is_first: bool,  # noqa: FBT001 - as drawn
    ) -> None:
        """A crowd comes to an audience, then goes or refuses, while people of the next one change.

        The loader asks for a confirmation.
        """
        self.change(dict.fromkeys(CROWD, ("A", True)), number, is_built=True)
        self.world.sync()
        self._put(dict.fromkeys(CROWD, row), number)
        self.change(rows, number + 1, is_built=True)
        self.world.guarded_sync(is_first)

    def change(self, rows: Rows, number: int, is_built: bool) -> None:  # noqa: FBT001 - as drawn
        """People of an audience change, come or go, and the loader does not run."""
        self._put(rows, number)
        if is_built:
            self.world.build()

    def meet(self, address: str, status: str) -> None:
        """A person or a marketer joins, ends, bounces, is put away, or comes back."""
        hand = {"unsubscribed_by": "person"} if status == "unsubscribed" else {}
        self.world.put(address, status=status, **hand)

    def label(self, address: str) -> None:
        """A marketer tags somebody who is there, and changes a field that we do not name."""
        contact = self.world.contacts().get(address)
        if contact:
            tags = [*contact["tags"], "By hand"]
            same = {name: contact[name] for name in ("status", "unsubscribed_by")}
            self.world.put(address, tags=tags, merge_fields={"LNAME": "By hand"}, **same)

    def rest(self, days: int) -> None:
        """Nothing happens."""
        self.world.pass_days(days)

    def teardown(self) -> None:
        """Whatever happened, a build and a sync put it right, and a second writes nothing.

        What was done by hand on the list is found and healed, or noted, and then found no more.
        """
        if self._world is not None and self._holds:
            self.world.build()
            self.world.sync()
            self.world.pass_days(8)  # whatever is offered again after a time is offered now
            writes = self.world.sync()
            assert writes == 0
            assert self.world.owed() == []
            if self._verifies:
                self._heal()

    def _heal(self) -> None:
        self.world.verify(repairs=True)
        self.world.sync()
        assert self.world.verify(repairs=False) == []
        assert self.world.owed() == []

    def _put(self, rows: Rows, number: int) -> None:
        feeds = self.world.setting.feeds
        feed = feeds[number % len(feeds)]
        for address, row in rows.items():
            if row is None:
                self.world.rows.pop((feed.name, address), None)
            else:
                self.world.rows[feed.name, address] = row
