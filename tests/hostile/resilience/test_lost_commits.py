"""The warehouse behind Mailchimp: every commit of a run lost in turn, and a copy put back."""

import random
from collections import Counter
from contextlib import suppress

import pytest

from dbt_process import DbtProcess
from draws import draws, seeds
from in_process_loader import Inside
from laws.failing_warehouse import Forgetful, PowerCut
from loader.warehouse.base import Warehouse
from loader_process import Told
from sandbox_process import SandboxProcess
from shop import Shop

AT = "@people.example.com"
LOST = 1  # commits, with each seed
EXISTED = {"1": "subscribed", "2": "unsubscribed", "3": "archived"}  # persons, before the first run
# the first day: person 11 refuses, and was never sent
FIRST = """
    create table people as
    select cast(number as varchar) as id, 'First' as fname, number <> 11 as consent
    from generate_series(0, 599) as numbers(number)
"""
# the second: some change, some go, some come, and two withdraw their consent
SECOND = """
    update people set fname = 'Second' where id::int between 100 and 199;
    delete from people where id::int between 1 and 9;
    update people set consent = false where id in ('12', '13');
    insert into people
    select cast(number as varchar), 'New', true
    from generate_series(1000, 1049) as numbers(number)
"""
# the third: more go, among them all who came on the second
THIRD = "delete from people where id::int < 30 or id::int >= 1000"
READERS = f"""
    select id || '{AT}' as email_address, fname, consent as marketing_consent from people
"""
BUILT = ("people", "readers__history")
GONE = "archived"


class Days:
    """A shop whose builds of three days are kept, so that they can come to any state of it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.inside = Inside(shop.database, shop.sandbox)
        self.told = Told(shop.sandbox)
        self._mornings: dict[int, int] = {}  # copies of Mailchimp
        shop.audience(
            "readers",
            READERS,
            segment="Readers",
            on_leave="archive",
            max_leave="100%",
        )
        for day, change in enumerate((FIRST, SECOND, THIRD)):
            shop.sql(change)
            shop.dbt("run")
            shop.sql(*(f"create table day{day}_{one} as select * from {one}" for one in BUILT))
        self.build(0)
        shop.database.keep("built")

    def begin(self) -> None:
        """The first day again, nobody sent yet; three people are on the list, and a stranger."""
        self.shop.database.put_back("built")
        control, list_id = self.shop.sandbox.control, self.shop.list_id
        control("DELETE", f"/lists/{list_id}")
        control("PUT", f"/lists/{list_id}", {})
        for name, status in {**EXISTED, "stranger": "subscribed"}.items():
            contact = {"email_address": f"{name}{AT}", "status": status}
            self.shop.sandbox.put(list_id, {**contact, "merge_fields": {"FNAME": "Before"}})
        self.told.forget()

    def build(self, day: int) -> None:
        """Do to the warehouse what dbt did on that day."""
        for table in BUILT:
            self.shop.sql(
                f"delete from {table}", f"insert into {table} select * from day{day}_{table}"
            )

    def sync(self) -> None:
        """A sync that nothing disturbs."""
        report = self.inside.sync(allow_first_sync=True, allow_leaves=True)
        assert [one.message for one in report.audiences] == [None]
        self.told.end()

    def begin_day(self, day: int) -> None:
        """The morning of a day, after undisturbed ones."""
        state = self.shop.sandbox.control
        if day in self._mornings:
            self.shop.database.put_back(f"morning{day}")
            state("POST", "/state", {"put_back": self._mornings[day]})
        else:
            self.begin()
            for earlier in range(day):
                self.sync()
                self.build(earlier + 1)
            self.shop.database.keep(f"morning{day}")
            self._mornings[day] = state("POST", "/state")["kept"]
        self.told.forget()

    def lose(self, at: int) -> int:
        """A sync that loses its commits from one on; how many it came to."""
        made: list[Forgetful] = []

        def through(warehouse: Warehouse) -> Warehouse:
            made.append(Forgetful(warehouse, at=at))
            return made[0]

        with suppress(PowerCut):
            self.inside.sync(allow_first_sync=True, allow_leaves=True, through=through)
        self.told.end()
        return made[0].commits

    def acknowledged(self) -> Counter[str]:
        """How often each person was acknowledged in the last run, as far as it was not lost."""
        rows = self.shop.query(
            "select email_address from loader_acks where outcome = 'accepted'"
            f" and reason_code is null and run_id = 'run {self.inside.runs}'"
        )
        return Counter(row["email_address"] for row in rows)

    def shown(self) -> dict[str, tuple[str, str, bool]]:
        """Status, first name, and whether in the segment, by address."""
        return {
            address.removesuffix(AT): (
                member["status"],
                member["merge_fields"].get("FNAME", ""),
                "Readers" in member["tags"],
            )
            for address, member in self.shop.members().items()
        }

    def unheard(self) -> set[str]:
        """Whom we archived without an answer that was kept: they count as archived by others."""
        heard = self.shop.query(
            "select email_address from loader_acks where outcome = 'accepted'"
            " and action = 'archive'"
        )
        archived = {one for one, (status, *_) in self.shown().items() if status == GONE}
        return archived - {row["email_address"].removesuffix(AT) for row in heard} - {*EXISTED}


@pytest.fixture(scope="module")
def days(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Days:
    return Days(Shop(tmp_path_factory.mktemp("behind"), dbt, sandbox))


def expected(day: int) -> dict[str, tuple[str, str, bool]]:
    """What the list shows after so many days, whatever was lost on the way."""
    shown: dict[str, tuple[str, str, bool]] = {}
    for number in range(600):
        changed = "Second" if day and 100 <= number <= 199 else "First"
        shown[str(number)] = ("subscribed", changed, True)
        if (day and 1 <= number <= 9) or (day == 2 and number < 30):
            shown[str(number)] = (GONE, changed, False)
    shown |= {str(1000 + n): ("subscribed", "New", True) for n in range(50) if day == 1}
    shown |= {str(1000 + n): (GONE, "New", False) for n in range(50) if day == 2}
    if day:
        shown |= dict.fromkeys(("12", "13"), ("unsubscribed", "First", False))
    del shown["11"]
    shown |= {name: (status, "Before", False) for name, status in EXISTED.items()}
    shown["1"] = ("subscribed", "First", day == 0)
    return shown | {"stranger": ("subscribed", "Before", False)}


def expected_back() -> dict[str, tuple[str, str, bool]]:
    """What it shows when the people of the first day are wanted again after the third."""
    refused = dict.fromkeys(("12", "13"), ("unsubscribed", "First", False))
    new = {str(1000 + number): (GONE, "New", False) for number in range(50)}
    return expected(0) | refused | new


@pytest.mark.parametrize("day", [0, 1])
def test_whichever_commit_is_lost_the_next_run_is_exact_and_knows_who_is_ours(
    days: Days, day: int
) -> None:
    days.begin_day(day)
    commits = days.lose(at=1_000_000)
    assert commits > 12
    for at in lost(commits):
        days.begin_day(day)
        days.lose(at)
        assert max(days.told.carried.values(), default=0) <= 2, at  # as a contact, as a member
        acknowledged = days.acknowledged()
        unheard = days.unheard()
        days.told.forget()
        days.sync()
        assert days.shown() == expected(day), at
        assert max((days.told.carried + acknowledged).values()) <= 2, at

        days.told.forget()
        days.sync()
        assert days.told.carried == {}, at
        for later in range(day + 1, 3):
            days.build(later)
            days.sync()
        assert days.shown() == expected(2), at
        days.build(0)
        days.sync()
        held = dict.fromkeys(unheard, (GONE, "First", False))
        assert days.shown() == expected_back() | held, at


def lost(commits: int) -> list[int]:
    """Which commits of a run are lost: some with each seed, and in a soak every one."""
    chosen: set[int] = set()
    for seed in seeds():
        chance = random.Random(seed)  # noqa: S311 - a test
        chosen.update(chance.sample(range(1, commits + 1), k=min(commits, draws(LOST))))
    return sorted(chosen)


def test_a_warehouse_that_is_put_back_as_of_before_the_last_run_makes_nobody_leave_who_should_not(
    days: Days,
) -> None:
    days.begin()
    days.sync()
    days.build(1)
    days.shop.database.keep("before")
    days.sync()
    days.shop.database.put_back("before")
    days.told.forget()
    days.sync()
    assert days.shown() == expected(1)
    assert max(days.told.carried.values()) <= 2
    days.build(2)
    days.sync()
    # the file does not know any more that it was us who created those of the second day
    stay = {str(1000 + number): ("subscribed", "New", False) for number in range(50)}
    assert days.shown() == expected(2) | stay
