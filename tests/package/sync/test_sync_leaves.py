"""Who leaves an audience: what on_leave does to the contact, and what it never does."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

AT = "@people.example.com"
REQUIRED = {"tag": "LATER", "name": "Later", "type": "text", "required": True}
NAMES = ["stays", "goes", "theirs", "quits", "regrets", "renewed"]
LISTS = ("keep", "unsubscribe", "archive", "asks", "shared", "sleeping")
LEAVES = {  # audience: on_leave
    "keep": "keep",
    "unsubscribe": "unsubscribe",
    "archive": "archive",
    "asks": "archive",
}
WANTED = "select email_address, fname, marketing_consent from people where is_wanted"
LATER = "2100-01-01T00:00:00+00:00"


class Day(NamedTuple):
    """What stood at the end of one day: contacts by list, and the report by audience."""

    lists: dict[str, dict[str, dict[str, Any]]]
    report: dict[str, dict[str, Any]]
    unsent: dict[str, str]
    held: set[tuple[str, str, str]]

    def status(self, of: str, name: str) -> str:
        return str(self.lists[of][name]["status"])

    def readers(self, of: str) -> set[str]:
        return {name for name, one in self.lists[of].items() if "Readers" in one["tags"]}


@pytest.fixture(scope="module")
def days(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> list[Day]:
    """People join audiences, nearly all of them leave, and return."""
    shop = Shop(tmp_path_factory.mktemp("days"), dbt, sandbox)
    lists = {name: sandbox.new_list(double_optin=name == "asks") for name in LISTS}
    shop.sql(
        "create table people as"
        f" select name || '{AT}' as email_address, name as fname, true as marketing_consent,"
        f" true as is_wanted from (select unnest(array{NAMES}) as name)"
    )
    for name, on_leave in LEAVES.items():
        sandbox.put(lists[name], {"email_address": f"theirs{AT}", "tags": ["Somebody's"]})
        more = {"list_id": lists[name], "on_leave": on_leave, "segment": "Readers"}
        shop.audience(name, WANTED, **more)
    more_audiences(shop, lists)
    first = day(shop, lists, "--allow-first-sync")
    # a leave brings no values, and must not be refused for one that has become required
    sandbox.control("PUT", f"/lists/{lists['unsubscribe']}", {"merge_fields": [REQUIRED]})
    for name in LEAVES:
        by_hand = {"status": "unsubscribed", "unsubscribed_by": "person"}
        sandbox.put(lists[name], {"email_address": f"quits{AT}", **by_hand})
    shop.sql("update people set is_wanted = (fname = 'stays')")
    fall_asleep(shop, lists["sleeping"])
    second = day(shop, lists)
    sandbox.put(
        lists["archive"],
        {"email_address": f"regrets{AT}", "status": "unsubscribed"},
        {"email_address": f"renewed{AT}", "status": "archived", "last_changed": LATER},
    )
    shop.sql("update people set is_wanted = true", "delete from people_of_second")
    shop.remove("sleepy")
    return [first, second, day(shop, lists)]


def test_on_leave_says_what_becomes_of_a_contact_of_ours(days: list[Day]) -> None:
    for leave, status in (
        ("keep", "subscribed"),
        ("unsubscribe", "unsubscribed"),
        ("archive", "archived"),
    ):
        assert days[0].status(leave, "goes") == "subscribed"
        assert days[1].status(leave, "goes") == status
        assert days[1].readers(leave) == {"stays"}


def test_a_contact_that_was_there_before_loses_our_segment_and_nothing_else(
    days: list[Day],
) -> None:
    for leave in ("keep", "unsubscribe", "archive"):
        theirs = days[1].lists[leave]["theirs"]
        assert theirs["status"] == "subscribed"
        assert theirs["tags"] == ["Somebody's"]
        assert theirs["merge_fields"]["FNAME"] == "theirs"


def test_a_pending_contact_of_ours_is_unsubscribed_for_it_cannot_be_archived(
    days: list[Day],
) -> None:
    assert days[0].status("asks", "goes") == "pending"
    assert days[1].status("asks", "goes") == "unsubscribed"


def test_who_unsubscribed_before_leaving_is_not_touched(days: list[Day]) -> None:
    for leave in ("keep", "unsubscribe", "archive"):
        assert days[1].status(leave, "quits") == "unsubscribed"
        assert days[1].lists[leave]["quits"]["unsubscribed_by"] == "person"


def test_who_was_kept_and_returns_needs_no_more_than_the_segment(days: list[Day]) -> None:
    assert set(days[2].report["keep"]["counts"]) == {"segment_add"}
    assert days[2].status("keep", "goes") == "subscribed"
    assert "goes" in days[2].readers("keep")


def test_who_was_unsubscribed_and_returns_is_held(days: list[Day]) -> None:
    assert days[2].status("unsubscribe", "goes") == "unsubscribed"
    assert ("unsubscribe", "goes", "unsubscribed") in days[2].held


def test_who_was_archived_by_us_and_returns_is_subscribed_with_their_data(
    days: list[Day],
) -> None:
    back = days[2].lists["archive"]["goes"]
    assert back["status"] == "subscribed"
    assert back["merge_fields"]["FNAME"] == "goes"
    assert back["tags"] == ["Readers"]


def test_who_was_archived_by_us_and_then_changed_by_others_is_not_revived(
    days: list[Day],
) -> None:
    assert days[1].status("archive", "regrets") == "archived"
    assert days[2].status("archive", "regrets") == "unsubscribed"
    assert days[1].status("archive", "renewed") == "archived"
    assert days[2].status("archive", "renewed") == "archived"
    assert ("archive", "regrets", "unsubscribed") in days[2].held
    assert ("archive", "renewed", "archived") in days[2].held


def test_a_contact_leaves_when_the_last_audience_that_wants_it_drops_it(days: list[Day]) -> None:
    assert days[1].status("shared", "alone") == "unsubscribed"
    assert days[1].status("shared", "both") == "subscribed"  # dropped by the one that unsubscribes
    assert days[2].status("shared", "both") == "unsubscribed"  # dropped by the one that keeps


def test_an_audience_that_is_disabled_or_deleted_makes_nobody_leave(days: list[Day]) -> None:
    assert days[1].unsent == {"sleepy": "it is switched off (enabled: false)"}
    assert days[2].unsent == {
        "sleepy": "its model is not in the dbt project any more, or is disabled there"
    }
    for day in days:
        # dropped by one audience, still wanted by the one that sleeps; dropped by the sleeping one
        assert day.status("sleeping", "both") == "subscribed"
        assert day.status("sleeping", "alone") == "subscribed"
        # wanted by the sleeping one alone, since it sleeps
        assert "late" not in day.lists["sleeping"]


def more_audiences(shop: Shop, lists: dict[str, str]) -> None:
    """Two audiences on one list, and again two of which one will fall asleep."""
    for table in ("first", "second", "awake", "asleep"):
        shop.sql(
            f"create table people_of_{table} as"
            f" select name || '{AT}' as email_address, true as marketing_consent"
            " from (select unnest(array['both', 'alone']) as name)"
        )
    shop.sql(
        f"delete from people_of_second where email_address = 'alone{AT}'",
        f"delete from people_of_awake where email_address = 'alone{AT}'",
    )
    shared, sleeping = lists["shared"], lists["sleeping"]
    shop.audience("first", "select * from people_of_first", list_id=shared, on_leave="unsubscribe")
    shop.audience("second", "select * from people_of_second", list_id=shared, on_leave="keep")
    shop.audience(
        "awake", "select * from people_of_awake", list_id=sleeping, on_leave="unsubscribe"
    )
    shop.audience(
        "sleepy", "select * from people_of_asleep", list_id=sleeping, on_leave="unsubscribe"
    )


def fall_asleep(shop: Shop, list_id: str) -> None:
    """Switch one audience off, and let it and the others drop people."""
    shop.audience(
        "sleepy",
        "select * from people_of_asleep",
        list_id=list_id,
        on_leave="unsubscribe",
        enabled=False,
    )
    shop.sql(
        "delete from people_of_first",
        "delete from people_of_awake",
        "delete from people_of_asleep where email_address like 'a%'",
        f"insert into people_of_asleep values ('late{AT}', true)",
    )


def day(shop: Shop, lists: dict[str, str], *options: str) -> Day:
    """Run dbt and the loader; what stands then."""
    shop.dbt("run")
    report = shop.sync(*options)
    rows = shop.rejections("audience", "email_address", "reason")
    return Day(
        lists={name: dict(contacts(shop, list_id)) for name, list_id in lists.items()},
        report={one["audience"]: one for one in report["audiences"]},
        unsent=report["unsent"],
        held={(audience, address.removesuffix(AT), why) for audience, address, why in rows},
    )


def contacts(shop: Shop, list_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everybody on a list by name."""
    for member in shop.sandbox.members(list_id):
        yield member["email_address"].removesuffix(AT), member
