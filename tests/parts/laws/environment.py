"""One example: a list, a table of people, and syncs whose effects are held to the laws."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

from fake_time import FakeTime
from in_process_loader import Inside
from laws.compiled_dbt import Project
from laws.failing_warehouse import Disturbed, PowerCut
from laws.known_people import Key, Memory, Seen, Value
from laws.oracle import Shown
from laws.settings import Feed, Setting
from loader.model.checks.guards import MIN_ALLOWED_LEAVES
from loader.model.errors import GuardTripped, LoaderError
from loader.text.report import RunReport
from warehouses.database import Row

AT = "@people.example.com"
NAMES = ("ann", "bob", "cid", "dan", "eve")
ADDRESSES = tuple(name + AT for name in NAMES)
# who come and go at once: more than may leave an audience unless it is said to be meant
CROWD = tuple(f"guest{number}{AT}" for number in range(1 + MIN_ALLOWED_LEAVES))
EVERYBODY = ADDRESSES + CROWD
DELETE_PERMANENT = "/lists/{list_id}/members/{subscriber_hash}/actions/delete-permanent"
NEVER_UP = ("unsubscribed", "cleaned", "pending", "transactional")
LEAVES = "('withdraw', 'unsubscribe', 'archive')"
# What the loader may change of a contact; whatever else there is stays as it was.
OURS = {"status", "unsubscribed_by", "last_changed", "merge_fields", "tags"}
# Who unsubscribes in the very instant between the look at them and their archive is taken to have
# been subscribed: Mailchimp has no conditional archive, and the event falls into that instant.
HAS_CONDITIONS = False

Contact = dict[str, Any]


class Builds(Protocol):
    """What brings the audiences up to date with the table of people."""

    def __call__(self, rows: Iterable[Row], feeds: Iterable[Feed]) -> None: ...


class World:
    """A setting from its first day."""

    def __init__(self, project: Project, setting: Setting, builds: Builds) -> None:
        self.setting = setting
        self.memory = Memory(setting)
        self.rows: dict[Key, Value] = {}
        self._sandbox = project.shop.sandbox
        self._project = project
        self._list_id = project.lists[setting.name]
        self._inside = Inside(project.database, self._sandbox)
        self._builds = builds
        self._report = RunReport(run_id="", version="")
        project.begin()
        self._sandbox.faults()
        self._sandbox.control("DELETE", f"/lists/{self._list_id}")
        made = {"double_optin": setting.double_optin}
        self._sandbox.control("PUT", f"/lists/{self._list_id}", made)

    def build(self) -> None:
        """Do what `dbt run` does, if there is anything to do."""
        if self.memory.rows == self.rows and self.memory.is_built:
            return
        rows = [(*key, *value) for key, value in self.rows.items()]
        self._builds(rows, self.setting.feeds)
        self.memory.build(self.rows)

    def put(self, address: str, **what: object) -> None:
        """Let something happen to a contact that the loader has no part in."""
        self.pass_days(0)
        self._sandbox.put(self._list_id, {"email_address": address, **what})
        self.memory.touch(address)
        self.pass_days(0)

    def pass_days(self, days: int) -> None:
        """Let days pass; at least some seconds, so that one thing comes after another."""
        self._sandbox.control("POST", "/clock", {"advance": days * 86_400 + 3})

    def contacts(self) -> dict[str, Contact]:
        """Everything that the list holds."""
        return {one["email_address"]: one for one in self._sandbox.members(self._list_id)}

    def sync(self) -> int:
        """Sync without any trouble; how many writes that took."""
        claimed = self._claimed()
        before, after = self._run(is_disturbed=False)
        was, now = seen(before), seen(after)
        for address in EVERYBODY:
            possible = self.memory.possible(address, was[address], claimed)
            assert now[address] in possible, (address, was[address], now[address], possible)
        assert self._outcomes() <= {"accepted", "held", "invalid"}
        self.memory.end(was, now, is_disturbed=False)
        return int(self._sandbox.requests()["writes"])

    def disturbed_sync(self, at: int, how: str) -> None:
        """Sync until a certain call of the warehouse."""
        before, after = self._run(
            is_disturbed=how != "stop",
            through=lambda warehouse: Disturbed(warehouse, at=at, how=how),
        )
        self._project.close()
        self.memory.end(seen(before), seen(after), is_disturbed=True)

    def guarded_sync(self, first: bool) -> None:  # noqa: FBT001 - as drawn
        """Sync without confirming many leaves, or that there were no earlier syncs.

        An audience that its guard stops stops alone; of it nothing goes, or nothing but the
        withdrawals of consent.
        """
        before, after = self._run(is_disturbed=False, allow_first_sync=first, allow_leaves=False)
        for one in self._report.audiences:
            assert one.exit_code in (0, GuardTripped.exit_code), one.message
            may_go = "'withdraw'" if "would leave" in str(one.message) else "''"
            told = self._query(
                "select action, email_address from loader_acks where outcome = 'accepted' and"
                f" reason_code is null and run_id = 'run {self._inside.runs}'"
                f" and audience = '{one.audience}' and action not in ({may_go})"
            )
            assert one.exit_code == 0 or told == [], one.message
        self.memory.end(seen(before), seen(after), is_disturbed=True)

    def faulty_sync(self, faults: list[dict[str, object]], seed: int) -> None:
        """Sync while Mailchimp misbehaves."""
        if any(feed.on_leave == "archive" for feed in self.setting.feeds):
            skip = "" if HAS_CONDITIONS else "person_unsubscribes"
            faults = [fault for fault in faults if fault["kind"] != skip]
        self._sandbox.faults(*faults, seed=seed)
        retry_policy = FakeTime().retry_policy(300.0)
        before, after = self._run(is_disturbed=True, retry_policy=retry_policy)
        self._sandbox.faults()
        self.memory.end(seen(before), seen(after), is_disturbed=True)

    def verify(self, *, repairs: bool) -> list[Any]:
        """What the list differs in from what was confirmed."""
        names = (feed.name for feed in self.setting.feeds)
        found = self._inside.verify(*names, repairs=repairs)
        assert [one.message for one in found if one.message is not None] == []
        return [(one.audience, row) for one in found for row in one.people]

    def owed(self) -> list[Any]:
        """What the deltas still hold, but for what has its reason."""
        views = [f"select * from {feed.name}__delta" for feed in self.setting.feeds]
        return self._query(
            f"with delta as ({' union all '.join(views)}),"
            " contacts as (select audience, email_address from delta where kind = 'contact')"
            " select email_address, segment, action, last_outcome from delta where"
            " (last_action = action and last_outcome in ('held', 'invalid', 'rejected'))"
            " is not true"
            " and (kind = 'contact' or (audience, email_address) not in (select * from contacts))"
        )

    def _run(
        self,
        *,
        is_disturbed: bool,
        **how: Any,  # noqa: ANN401 - as Inside.sync takes it
    ) -> tuple[dict[str, Contact], dict[str, Contact]]:
        """Sync; what the list held before and after, which has kept the laws that always hold."""
        self.pass_days(0)
        before = self.contacts()
        self.memory.begin(seen(before), is_disturbed=is_disturbed)
        self._inside.now = self._now()
        self._sandbox.control("POST", "/requests/reset")
        names = tuple(feed.name for feed in self.setting.feeds)
        given: Any = {"select": names, "allow_first_sync": True, "allow_leaves": True}
        if not how:
            report = self._inside.sync(**given, retry_rejected=True)
            assert [one.message for one in report.audiences if one.exit_code] == []
        else:
            with suppress(PowerCut, LoaderError):
                self._report = self._inside.sync(**given | how)
        after = self.contacts()
        self._check_moves(before, after)
        self._check_contacts(before, after)
        self._check_acknowledgements(after)
        return before, after

    def _check_moves(self, before: dict[str, Contact], after: dict[str, Contact]) -> None:
        """Nobody is resubscribed, nobody is created without consent, nobody is deleted."""
        counted = self._sandbox.requests()
        moves = [move.split("->") for move in counted["moves"]]
        assert [old for old, new in moves if new == "subscribed" and old in NEVER_UP] == []
        assert [route for route in counted["by_route"] if DELETE_PERMANENT in route] == []
        assert set(before) <= set(after)
        for address, contact in after.items():
            if address not in before:
                assert self.memory.may_create(address), address
            elif before[address]["status"] == "archived" != contact["status"]:
                assert address in self.memory.archived, address

    def _check_contacts(self, before: dict[str, Contact], after: dict[str, Contact]) -> None:
        """What the audiences do not name stays as it is, and whom they never wanted altogether."""
        wanted = {address for _, address in self.memory.attempted}
        for address, contact in before.items():
            now = after[address]
            assert address in wanted or contact == now, address
            assert rest(contact) == rest(now), address

    def _check_acknowledgements(self, after: dict[str, Contact]) -> None:
        """Whatever was accepted in this run is what the list shows."""
        acks = self._query(
            "select min(audience), segment, email_address, min(action) from loader_acks"
            f" where run_id = 'run {self._inside.runs}' and outcome = 'accepted'"
            " and reason_code is null group by segment, email_address having count(*) = 1"
        )
        for audience, segment, address, action in acks:
            feed = next(one for one in self.setting.feeds if one.name == audience)
            assert address in after, (address, action)
            contact = after[address]
            is_gone = contact["unsubscribed_by"] == "person"
            if segment:
                assert (segment in contact["tags"]) == (action == "segment_add"), address
            elif action in ("withdraw", "unsubscribe"):
                assert contact["status"] == "unsubscribed", address
            elif action == "archive":
                assert contact["status"] == "archived", address
            else:
                value = self.memory.rows[audience, address][0] if feed.has_names else None
                assert is_gone or contact["status"] in ("subscribed", feed.status_if_new), address
                assert value in (None, contact["merge_fields"].get("FNAME")), address

    def _claimed(self) -> set[Key]:
        """Whom the ledger has as sent, the answers to a run that was killed included."""
        return set(
            self._query(
                "select audience, email_address from loader_ledger where kind = 'contact'"
                " and is_managed"
                " and not exists (select 1 from loader_acks join loader_runs"
                " using (run_id, audience, list_id) where finished_at is null"
                " and loader_acks.audience = loader_ledger.audience and segment = ''"
                " and loader_acks.email_address = loader_ledger.email_address"
                f" and outcome = 'accepted' and action in {LEAVES})"
            )
        )

    def _outcomes(self) -> set[str]:
        run = f"run {self._inside.runs}"
        return {
            one for (one,) in self._query(f"select outcome from loader_acks where run_id = '{run}'")
        }

    def _query(self, sql: str) -> list[Any]:
        return self._project.query(sql)

    def _now(self) -> datetime:
        now = self._sandbox.control("POST", "/clock", {"advance": 0})["now"]
        return datetime.fromisoformat(now).replace(tzinfo=None)


def seen(contacts: dict[str, Contact]) -> Seen:
    """What a list shows, as far as the audiences care."""
    return {
        address: Shown(
            status=contacts[address]["status"],
            value=contacts[address]["merge_fields"].get("FNAME") or None,
            segments=frozenset(contacts[address]["tags"]),
        )
        if address in contacts
        else Shown()
        for address in EVERYBODY
    }


def rest(contact: Contact) -> Contact:
    """What no audience has a word in."""
    others = {tag: value for tag, value in contact["merge_fields"].items() if tag != "FNAME"}
    return {name: value for name, value in contact.items() if name not in OURS} | others
