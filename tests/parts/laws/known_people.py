"""What is known of each person without asking the loader: from rows, and from what lists showed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from laws.oracle import Person, Shown, expected
from laws.settings import Feed, Setting

Key = tuple[str, str]  # audience and address
Seen = dict[str, Shown]  # a list, by address
Value = tuple[str | None, bool | None]  # of a row: first name and consent


@dataclass(slots=True)
class Memory:
    """One example so far.

    Attributes:
        rows: the table of people as the last build found it.
        refused: who did not consent when a build last saw them.
        made: whom the loader created.
        archived: whom it archived and nobody touched since, and whether it surely knows that.
        attempted: whom it was to tell Mailchimp of, in any sync.
        carried: of whom it surely told.
        in_doubt: whom a disturbed sync was to create; nobody knows whether it came so far.
        unsure: whom a disturbed sync created, until another said so.
    """

    setting: Setting
    rows: dict[Key, Value] = field(default_factory=dict)
    is_built: bool = False
    refused: set[Key] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    archived: dict[str, bool] = field(default_factory=dict)
    attempted: set[Key] = field(default_factory=set)
    carried: set[Key] = field(default_factory=set)
    in_doubt: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)

    def build(self, rows: dict[Key, Value]) -> None:
        """Take over the table of people."""
        self.rows = dict(rows)
        self.is_built = True
        self.refused -= set(rows)
        self.refused |= {key for key, (_, consent) in rows.items() if not consent}

    def touch(self, address: str) -> None:
        """Somebody else did something to a contact."""
        self.archived.pop(address, None)

    def consents(self, feed: Feed, address: str) -> bool:
        """Whether an audience wants a person, with consent."""
        return bool(self.rows.get((feed.name, address), (None, False))[1])

    def may_create(self, address: str) -> bool:
        """Whether an audience that may create contacts wants a person."""
        makers = [one for one in self.setting.feeds if one.contacts in ("upsert", "create")]
        return any(self.consents(feed, address) for feed in makers)

    @property
    def _is_alone(self) -> bool:
        return len(self.setting.feeds) == 1

    def elsewhere(self, feed: Feed, address: str) -> bool:
        """Whether another audience of the list that may create contacts wants a person."""
        return any(
            self.consents(other, address)
            for other in self.setting.feeds
            if other != feed and other.contacts in ("upsert", "create")
        )

    def is_stuck(self, address: str) -> bool:
        """Whether two audiences want different values."""
        told = {
            self.rows[feed.name, address][0]
            for feed in self.setting.feeds
            if feed.has_names and feed.contacts != "none" and self.consents(feed, address)
        }
        return len(told - {None}) > 1

    def begin(self, before: Seen, *, is_disturbed: bool) -> None:
        """A sync is about to run."""
        for name, address in self.rows:
            feed = next(one for one in self.setting.feeds if one.name == name)
            if self.consents(feed, address):
                self.attempted.add((name, address))
                if is_disturbed and before[address].status is None:
                    self.in_doubt.add(address)

    def possible(self, address: str, before: Shown, claimed: set[Key]) -> set[Shown]:
        """Everything that a list may show of a person after a sync that nothing disturbed."""
        states = {before}
        for feed in sorted(self.setting.feeds, key=lambda one: self._step(one, address)):
            new = self.setting.new_status(feed)
            people = list(self._people(feed, address, claimed))
            states = {expected(feed, new, one, state) for state in states for one in people}
        return states

    def _step(self, feed: Feed, address: str) -> tuple[bool, ...]:
        """When an audience has its turn: the first that refuse, the last that take off the list."""
        consents = self.consents(feed, address)
        return (
            (feed.name, address) not in self.refused,
            not consents and feed.contacts != "none",
            not consents and feed.on_leave != "unsubscribe",
            feed.contacts == "none",
            feed.contacts == "update",
        )

    def _people(self, feed: Feed, address: str, claimed: set[Key]) -> Iterator[Person]:
        """A person as an audience has to see them, in every way that is open."""
        key = (feed.name, address)
        doubt = {False, address in self.in_doubt}
        ours = {True} if address in self.made else doubt
        sure = self.archived.get(address, False)
        revivable = {sure, address in self.archived}
        consents, stuck = self.consents(feed, address), self.is_stuck(address)
        unsure = {False, address in self.unsure}
        for is_ours, is_revivable, is_unsure in product(ours, revivable, unsure):
            yield Person(
                wants=consents and not stuck,
                refuses=key in self.refused,
                is_stuck=consents and stuck,
                is_carried=key in self.carried or (key in self.attempted and key in claimed),
                is_managed=is_ours,
                is_revivable=is_revivable,
                is_unsure=is_unsure,
                elsewhere=self.elsewhere(feed, address),
                value=self.rows[key][0] if consents and feed.has_names else None,
            )

    def end(self, before: Seen, after: Seen, *, is_disturbed: bool) -> None:
        """A sync has run."""
        for address, shown in after.items():
            was = before[address]
            if was.status is None and shown.status is not None:
                self.made.add(address)
                self.unsure |= {address} if is_disturbed else set()
            if shown.status == "archived" and was.status != "archived":
                self.archived[address] = not is_disturbed
            elif shown.status != "archived":
                self.archived.pop(address, None)
            for feed in self.setting.feeds:
                self._carry(feed, address, was, shown, is_disturbed=is_disturbed)

    def _carry(
        self, feed: Feed, address: str, was: Shown, shown: Shown, *, is_disturbed: bool
    ) -> None:
        key, kept = (feed.name, address), {"subscribed", feed.status_if_new}
        if not self.consents(feed, address):
            is_theirs = address not in self.made | self.in_doubt
            stays = feed.on_leave == "keep" or is_theirs or self.elsewhere(feed, address)
            if key in self.refused or not stays:
                self.carried.discard(key)  # taken off, or nobody but the ledger knows
        elif is_disturbed or self.is_stuck(address):
            if self._is_alone and (was.status, was.value) != (shown.status, shown.value):
                self.carried |= {key} if shown.status in {*kept, "pending"} else set()
        elif shown.status in kept and feed.contacts != "none":
            self.unsure.discard(address)
            if feed.contacts != "create" or was.status is None:
                self.carried.add(key)
