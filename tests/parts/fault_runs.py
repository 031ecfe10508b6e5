"""Runs under faults: one audience, a warehouse built once, and an account of everybody wanted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.error import HTTPError

from fake_time import FakeTime
from in_process_loader import Inside
from loader.text.audience_report import AudienceReport
from sandbox_process import SandboxProcess
from shop import Shop
from warehouses.database import Database

AT = "@people.example.com"
PEOPLE = """
    create table people as
    select
        'person' || range || '@people.example.com' as email_address,
        'Name ' || range as fname,
        true as marketing_consent
    from generate_series(0, {last}) as numbers(range)
"""
AUDIENCE = "select email_address, fname, marketing_consent from people"
SEGMENT = "Readers"
LAST_ACKS = """
    select
        email_address,
        segment,
        (array_agg(outcome order by run desc))[1],
        (array_agg(reason_code order by run desc))[1]
    from (
        select *, cast(split_part(run_id, ' ', 2) as integer) as run from loader_acks
    ) as acks
    group by email_address, segment
"""
CONFIRMED = """
    select email_address from loader_ledger
    group by email_address
    having count(*) filter (where confirmed_hash is not null) = 2
"""
HANG_SECONDS = 1.0  # in which a sandbox that answers at all has answered
LONG_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of everybody who is wanted, by the warehouse's word and by Mailchimp's.

    Attributes:
        confirmed: people of whom the ledger has contact and membership.
        stored: people whom the list shows exactly as they are wanted.
        unsent: people whom a run that stopped did not come to; they are still owed.
        lost: not stored, without a reason, and not owed: nobody would ever know.
        unstored: acknowledged as accepted, and the list shows something else.
    """

    wanted: int
    confirmed: int
    stored: int
    held: int
    rejected: int
    unknown: int
    unsent: int
    lost: frozenset[str]
    unstored: frozenset[str]

    def faults(self, report: AudienceReport) -> list[str]:
        """The laws that a run broke."""
        broken = [f"lost: {len(self.lost)}"] if self.lost else []
        if self.unstored:
            broken.append(f"reported, but not stored: {len(self.unstored)}")
        if self.unsent and report.exit_code != 3:
            broken.append(f"not sent, by a run that says it did: {self.unsent}")
        if self.unknown and report.exit_code not in (3, 4):
            broken.append(f"unknown, by a run that ended with {report.exit_code}")
        return broken


class FaultRuns:
    """Syncs of one audience from its first day, on an empty list."""

    def __init__(
        self, database: Database, list_id: str, sandbox: SandboxProcess, *select: str
    ) -> None:
        self.list_id = list_id
        self.sandbox = sandbox
        self.select = select  # none means all
        self.database = database
        self.inside = Inside(database, sandbox)
        self.is_gone = False

    def sync(
        self,
        *,
        hangs: bool = False,
        retry_seconds: float = 1e9,
        **settings: Any,  # noqa: ANN401 - as in Settings
    ) -> AudienceReport:
        """Sync; what a back-off waits for takes no time, a silence is waited for in earnest."""
        seconds = HANG_SECONDS if hangs else LONG_SECONDS
        retry_policy = FakeTime().retry_policy(retry_seconds, seconds)
        self.pass_days(0)
        given = {"select": self.select, **settings}
        return self.inside.sync(retry_policy=retry_policy, **given).audiences[0]

    def pass_days(self, days: float) -> None:
        """Let days pass, here and at Mailchimp, whose clock says when an answer came."""
        now = self.sandbox.control("POST", "/clock", {"advance": days * 86_400 + 1})["now"]
        self.inside.now = datetime.fromisoformat(now).replace(tzinfo=None)

    def mark(self, how: str, *names: str, undo: bool = False) -> None:
        """Let Mailchimp think something of some addresses."""
        body = {"mark": how, "addresses": [name + AT for name in names], "undo": undo}
        self.sandbox.control("POST", f"/lists/{self.list_id}/marks", body)

    def members(self) -> dict[str, dict[str, Any]]:
        """What the list shows, by address; nobody is on one that is gone."""
        try:
            return {one["email_address"]: one for one in self.sandbox.members(self.list_id)}
        except HTTPError as error:
            with error:
                self.is_gone = error.code == 404
            return {}

    def query(self, sql: str) -> list[Any]:
        """Ask the warehouse."""
        with self.database.session() as session:
            return session.rows(sql)

    def writes(self) -> int:
        """The write requests since they were last counted; counts anew."""
        count = int(self.sandbox.requests()["writes"])
        self.sandbox.control("POST", "/requests/reset")
        return count

    def is_exact(self) -> bool:
        """Whether the list shows everybody as they are wanted, and nobody else."""
        shown, account = self.members(), self.account()
        return account.stored == account.wanted == len(shown)

    def account(self) -> Account:
        """Everybody who is wanted, apart from those who were taken off the list since."""
        shown = self.members()
        acks = {(who, place): (what, why) for who, place, what, why in self.query(LAST_ACKS)}
        apart = {one for one, member in shown.items() if member["unsubscribed_by"] == "person"}
        if self.is_gone:
            accepted = {who for (who, _), (what, _) in acks.items() if what == "accepted"}
            apart = accepted & set(self.sandbox.requests()["by_contact"])
        wanted = dict(self.query("select email_address, fname from people"))
        exact = {who for who in wanted if all(_places(shown, who, wanted[who]).values())}
        reasons = {who for (who, _), (what, why) in acks.items() if what != "accepted" and why}
        missing = set(wanted) - exact - reasons - apart
        owed = {who for (who,) in self.query("select email_address from readers__delta")}
        return Account(
            wanted=len(wanted),
            confirmed=len(self.query(CONFIRMED)),
            stored=len(exact),
            unsent=len(missing & owed),
            lost=frozenset(missing - owed),
            unstored=frozenset(
                who
                for (who, place), (what, _) in acks.items()
                if what == "accepted"
                and who not in apart
                and not _places(shown, who, wanted[who])[place]
            ),
            **{
                name: len({who for (who, _), (what, _) in acks.items() if what == name})
                for name in ("held", "rejected", "unknown")
            },
        )


class Template:
    """A shop whose one audience dbt has built, when nobody was sent yet."""

    def __init__(self, shop: Shop, people: int, **mailchimp: Any) -> None:  # noqa: ANN401 - any configuration
        self._shop = shop
        shop.sql(PEOPLE.format(last=people - 1))
        shop.audience("readers", AUDIENCE, **{"segment": SEGMENT, **mailchimp})
        shop.dbt("run")
        shop.database.keep("built")

    def begin(self) -> FaultRuns:
        """The warehouse as it was then, and an empty list; who began before is over."""
        self._shop.database.put_back("built")
        sandbox, list_id = self._shop.sandbox, self._shop.list_id
        behave(sandbox)
        if sandbox.request("GET", f"/lists/{list_id}").status == 200:
            sandbox.control("DELETE", f"/lists/{list_id}")
        sandbox.control("PUT", f"/lists/{list_id}", {})
        sandbox.control("POST", "/requests/reset", {"by_contact": True})
        return FaultRuns(self._shop.database, list_id, sandbox)


def behave(sandbox: SandboxProcess) -> None:
    """Let Mailchimp be as it was: no fault, nobody else, and its first key."""
    sandbox.faults()
    sandbox.control("PUT", "/connections", {"taken": 0})
    sandbox.control("PUT", "/key", {"api_key": sandbox.key})


def _places(shown: dict[str, dict[str, Any]], who: str, fname: str) -> dict[str, bool]:
    """Whether the list shows somebody as wanted: the contact itself, and the segment."""
    member = shown.get(who)
    if member is None:
        return {"": False, SEGMENT: False}
    is_right = member["status"] == "subscribed" and member["merge_fields"].get("FNAME") == fname
    return {"": is_right, SEGMENT: SEGMENT in member["tags"]}
