"""Who counts as the same person, and what must not follow from it."""

from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

AT = "@people.example.com"
LEFT = f"left{AT}"
# the rows of each audience, person and address, on two days
ROWS = {
    "keeping": (
        [
            ("p1", "quit.old"),
            ("", "nameless.old"),
            (" ", "nameless.guest"),
            ("household", "household.old"),
            ("p3", "twice.mail"),
            ("p3", "twice.quit"),
        ],
        [
            ("p1", "quit.new"),
            ("", "nameless.new"),
            (" ", "nameless.guest"),
            ("household", "household.new"),
            ("household", "household.third"),
            ("p3", "twice.new"),
        ],
    ),
    "creating": ([("p1", "created.old")], [("p1", "created.new")]),
    "archiving": ([("p1", "taken.old"), ("p2", "left")], [("p1", "taken.new")]),
}
CONFIGURED: dict[str, dict[str, Any]] = {
    "keeping": {"on_leave": "keep"},
    "creating": {"contacts": "create", "on_leave": "archive"},
    "archiving": {"on_leave": "archive", "segment": "Readers"},
}
QUIT = {"status": "unsubscribed", "unsubscribed_by": "person"}


class Shown(NamedTuple):
    """What the list of each audience shows, and what is listed of it."""

    members: dict[str, dict[str, dict[str, Any]]]
    rejections: list[tuple[Any, ...]]

    def statuses(self, audience: str, name: str) -> dict[str, str]:
        """Under which addresses somebody stands, and how."""
        found = self.members[audience].items()
        return {key: one["status"] for key, one in found if key.split(".")[0] == name}


@pytest.fixture(scope="module")
def days(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> list[Shown]:
    """Everybody has another address on the second day; on the third there is another audience."""
    shop = Shop(tmp_path_factory.mktemp("persons"), dbt, sandbox)
    lists = {name: sandbox.new_list() for name in ROWS}
    for name, more in CONFIGURED.items():
        sql = f"select *, true as marketing_consent from people_{name}"
        shop.audience(name, sql, list_id=lists[name], **more)
    for name in ("quit.old", "twice.quit"):
        sandbox.put(lists["keeping"], {"email_address": name + AT, **QUIT})
    build(shop, 0)
    shop.sync("--allow-first-sync")
    first = shown(shop, lists)
    sandbox.put(lists["archiving"], {"email_address": f"taken.new{AT}", "status": "subscribed"})
    build(shop, 1)
    shop.sync(exit_code=1)
    second = shown(shop, lists)
    shop.audience(
        "orders",
        f"select '{LEFT}' as email_address",
        list_id=lists["archiving"],
        consent="assumed",
        status_if_new="transactional",
    )
    shop.dbt("run")
    shop.sync("--allow-first-sync")
    return [first, second, shown(shop, lists)]


def build(shop: Shop, day: int) -> None:
    """Who is in the tables on a day; and dbt."""
    for table, rows in ROWS.items():
        values = ", ".join(f"('{person}', '{address}{AT}')" for person, address in rows[day])
        shop.sql(
            f"drop table if exists people_{table};"
            f" create table people_{table} (person_id varchar, email_address varchar)",
            f"insert into people_{table} values {values}",
        )
    shop.dbt("run")


def shown(shop: Shop, lists: dict[str, str]) -> Shown:
    return Shown(
        {
            name: {one["email_address"].removesuffix(AT): one for one in shop.sandbox.members(each)}
            for name, each in lists.items()
        },
        shop.rejections("audience", "email_address", "outcome", "reason"),
    )


def test_who_unsubscribed_before_the_first_sync_is_not_subscribed_under_a_new_address(
    days: list[Shown],
) -> None:
    assert days[1].statuses("keeping", "quit") == {"quit.old": "unsubscribed"}
    assert ("keeping", f"quit.new{AT}", "held", "unsubscribed") in days[1].rejections


def test_who_unsubscribed_under_one_of_two_addresses_gets_no_mail_under_a_third(
    days: list[Shown],
) -> None:
    assert days[1].statuses("keeping", "twice") == {
        "twice.mail": "subscribed",
        "twice.quit": "unsubscribed",
    }
    assert ("keeping", f"twice.new{AT}", "held", "unsubscribed") in days[1].rejections


def test_people_without_an_id_are_not_one_person(days: list[Shown]) -> None:
    assert set(days[0].statuses("keeping", "nameless")) == {"nameless.old", "nameless.guest"}
    assert set(days[1].statuses("keeping", "nameless")) == {
        "nameless.old",
        "nameless.new",
        "nameless.guest",
    }


def test_an_id_in_two_rows_says_nothing_of_a_third(days: list[Shown]) -> None:
    assert set(days[1].statuses("keeping", "household")) == {
        "household.old",
        "household.new",
        "household.third",
    }


def test_an_audience_that_only_creates_makes_a_contact_of_the_new_address(
    days: list[Shown],
) -> None:
    assert days[1].statuses("creating", "created") == {
        "created.old": "archived",
        "created.new": "subscribed",
    }


def test_after_it_was_said_that_an_address_is_taken_its_contact_is_one_like_others(
    days: list[Shown],
) -> None:
    assert ("archiving", f"taken.new{AT}", "rejected") in [row[:3] for row in days[1].rejections]
    after = days[2].members["archiving"]
    assert after["taken.old"]["status"] == "archived"
    assert after["taken.new"]["tags"] == ["Readers"]
    assert [row for row in days[2].rejections if row[0] == "archiving"] == []


def test_a_transactional_audience_subscribes_nobody_whom_another_archived(
    days: list[Shown],
) -> None:
    assert days[1].members["archiving"]["left"]["status"] == "archived"
    assert days[2].members["archiving"]["left"]["status"] == "archived"
