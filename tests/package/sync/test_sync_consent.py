"""Nobody is mailed by mistake: what a sync does about consent and about what a person said."""

from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

AT = "@people.example.com"
STATUSES = {  # a contact by each name, in each status that a contact can be in
    "quit": {"status": "unsubscribed", "unsubscribed_by": "person"},
    "taken_off": {"status": "unsubscribed", "unsubscribed_by": "admin"},
    "bounced": {"status": "cleaned"},
    "asked": {"status": "pending"},
    "put_away": {"status": "archived"},
    "customer": {"status": "transactional"},
}
HELD = {
    "quit": "unsubscribed",
    "taken_off": "unsubscribed",
    "bounced": "cleaned",
    "asked": "pending",
    "put_away": "archived",
    "customer": "transactional",
}


LEAVES = ("keep", "unsubscribe", "archive")
CONTACTS = ("upsert", "create", "update", "none")
NEW = ("transactional", "unsubscribed", "pending")
REQUIRED = {"tag": "LATER", "name": "Later", "type": "text", "required": True}


class Changed(NamedTuple):
    """Many audiences that were sent twice, their lists, and one of these before the first sync."""

    shop: Shop
    lists: dict[str, str]
    everybody: list[dict[str, Any]]


class Day(NamedTuple):
    """A day's report, and what stood then: on the list, in the segment, in `loader rejections`."""

    report: dict[str, Any]
    statuses: dict[str, str]
    readers: set[str]
    held: dict[str, str]
    writes: dict[str, int]


@pytest.fixture(scope="module")
def days(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> list[Day]:
    """Three days, a sync at the end of each."""
    shop = Shop(tmp_path_factory.mktemp("days"), dbt, sandbox)
    settle(shop, "yes", "no", "silent", "both", "late", "wavering", "quits")
    shop.sql(
        "update people set marketing_consent = false where fname in ('no', 'late')",
        "update people set marketing_consent = null where fname = 'silent'",
        f"insert into people values (' BOTH{AT.upper()} ', 'Both', false)",
        f"insert into people values ('in valid{AT}', 'Invalid', true)",
    )
    shop.audience("readers", "select * from people", segment="Readers")
    first = day(shop)
    shop.sql(
        "update people set marketing_consent = true where fname = 'late'",
        "update people set marketing_consent = false where fname = 'wavering'",
    )
    by_hand = {"status": "unsubscribed", "unsubscribed_by": "person"}
    shop.sandbox.put(shop.list_id, {"email_address": f"quits{AT}", **by_hand})
    second = day(shop)
    shop.sql(
        "update people set marketing_consent = true where fname = 'wavering'",
        "update people set fname = 'Quits' where fname = 'quits'",
    )
    return [first, second, day(shop)]


def test_nobody_without_consent_is_created(days: list[Day]) -> None:
    assert set(days[0].statuses) == {"yes", "wavering", "quits"}
    refusing = dict.fromkeys(("no", "silent", "both", "late"), "no consent")
    assert days[0].held == refusing | {"in valid": "malformed address"}


def test_rows_that_are_held_or_invalid_are_no_failure_of_the_run(days: list[Day]) -> None:
    assert days[0].report["exit_code"] == 0
    (readers,) = days[0].report["audiences"]
    assert (readers["accepted"], readers["held"], readers["invalid"]) == (6, 4, 1)


def test_who_consents_later_is_created_then(days: list[Day]) -> None:
    assert days[1].statuses["late"] == "subscribed"
    assert "late" in days[1].readers
    assert "late" not in days[1].held


def test_who_withdrew_and_consents_again_stays_unsubscribed_and_is_listed(days: list[Day]) -> None:
    assert days[1].statuses["wavering"] == "unsubscribed"
    assert days[2].statuses["wavering"] == "unsubscribed"
    assert days[2].held["wavering"] == "unsubscribed"


def test_who_unsubscribes_is_listed_only_when_their_data_change(days: list[Day]) -> None:
    assert "quits" not in days[1].held  # nothing more is wanted of them than they are told
    assert days[2].held["quits"] == "unsubscribed"
    assert days[2].statuses["quits"] == "unsubscribed"


def test_what_is_only_held_sends_no_write(days: list[Day]) -> None:
    assert days[2].writes == {}


@pytest.fixture(scope="module")
def changed(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Changed:
    shop = Shop(tmp_path_factory.mktemp("changed"), dbt, sandbox)
    lists = {name: sandbox.new_list() for name in (*LEAVES, *NEW, "everybody")}
    leaving(shop, lists)
    in_any_status(shop, lists["everybody"])
    arriving(shop, lists)
    everybody = sandbox.members(lists["everybody"])
    shop.dbt("run")
    shop.sync("--allow-first-sync")
    # required from now on: a withdrawal brings no values, and must not be refused for that
    for leave in LEAVES:
        sandbox.control("PUT", f"/lists/{lists[leave]}", {"merge_fields": [REQUIRED]})
    for who in ("relents", "refuses"):  # between two syncs, so that none was told
        shop.sql(f"update leaving set marketing_consent = (fname <> '{who}')")
        shop.dbt("run", "--select", "archive")
    # no page says so, so that the next sync writes to somebody who is not there
    gone = {"addresses": [f"vanishes{AT}"]}
    sandbox.control("DELETE", f"/lists/{shop.list_id}/members", gone)
    shop.sql(
        "delete from leaving where fname in ('relents', 'refuses')",
        "update leaving set marketing_consent = false where fname = 'ours'",
        "update leaving set marketing_consent = null where fname = 'theirs'",
        "update everybody set fname = fname || '!'",
        "update arriving set fname = upper(fname)",
    )
    shop.dbt("run")
    shop.sync(*selected(*LEAVES, *NEW, "only_updates"))
    shop.sync("--historical-refresh", "--yes", "--retry-rejected", *selected(*CONTACTS))
    return Changed(shop, lists, everybody)


def selected(*audiences: str) -> list[str]:
    """The options that name some audiences."""
    return [word for name in audiences for word in ("--select", name)]


def leaving(shop: Shop, lists: dict[str, str]) -> None:
    """An audience for each `on_leave`; somebody was on its list before."""
    settle(shop, "ours", "theirs", "stays", "relents", "refuses", table="leaving")
    for leave in LEAVES:
        shop.sandbox.put(lists[leave], *there("theirs"))
        more = {"list_id": lists[leave], "on_leave": leave, "segment": "Readers"}
        shop.audience(leave, "select * from leaving", **more)


def in_any_status(shop: Shop, list_id: str) -> None:
    """An audience for each value of `contacts`, and a list with somebody in every status."""
    settle(shop, *STATUSES, table="everybody")
    people = ({"email_address": name + AT, **status} for name, status in STATUSES.items())
    shop.sandbox.put(list_id, *people)
    for contacts in CONTACTS:
        more = {"list_id": list_id, "contacts": contacts, "segment": contacts}
        shop.audience(contacts, "select * from everybody", **more)


def arriving(shop: Shop, lists: dict[str, str]) -> None:
    """An audience for each `status_if_new`, and one that only updates."""
    settle(shop, "new", "known", "vanishes", table="arriving")
    sql = "select * from arriving"
    for status in NEW:
        shop.sandbox.put(lists[status], *there("known"))
        shop.audience(status, sql, list_id=lists[status], status_if_new=status)
    shop.sandbox.put(shop.list_id, *there("known", "vanishes"))
    shop.audience("only_updates", sql, contacts="update")


@pytest.mark.parametrize("leave", LEAVES)
def test_withdrawn_consent_unsubscribes_whatever_on_leave_says_ours_or_not(
    changed: Changed, leave: str
) -> None:
    shop, list_id = changed.shop, changed.lists[leave]
    expected = {"ours": "unsubscribed", "theirs": "unsubscribed", "stays": "subscribed"}
    assert {name: statuses(shop, list_id)[name] for name in expected} == expected
    assert segment(shop, list_id, "Readers") == {"stays"}


def test_who_is_on_the_list_in_any_status_is_never_moved_up(changed: Changed) -> None:
    shop = changed.shop
    assert shop.sandbox.members(changed.lists["everybody"]) == changed.everybody
    reasons = shop.rejections("audience", "email_address", "reason")
    for contacts in CONTACTS:
        listed = {one.removesuffix(AT): why for who, one, why in reasons if who == contacts}
        assert listed == HELD, contacts


def test_a_double_opt_in_list_asks_and_is_told_the_rest_when_they_confirmed(shop: Shop) -> None:
    shop.sandbox.control("PUT", f"/lists/{shop.list_id}", {"double_optin": True})
    settle(shop, "ann", "bob")
    shop.audience("readers", "select * from people", segment="Readers")
    shop.dbt("run")
    shop.sync()
    assert statuses(shop) == {"ann": "pending", "bob": "pending"}
    assert held(shop) == {"ann": "pending", "bob": "pending"}
    shop.forget_requests()
    shop.sync()
    assert shop.writes() == {}
    shop.sandbox.put(shop.list_id, {"email_address": f"ann{AT}", "status": "subscribed"})
    shop.sync()
    assert statuses(shop) == {"ann": "subscribed", "bob": "pending"}
    assert segment(shop, shop.list_id, "Readers") == {"ann"}
    assert held(shop) == {"bob": "pending"}


def test_new_contacts_get_status_if_new_and_nobody_else_does(changed: Changed) -> None:
    shop, lists = changed.shop, changed.lists
    for status in NEW:
        assert statuses(shop, lists[status]) == {
            "new": status,
            "known": "subscribed",
            "vanishes": status,
        }
    # who has not confirmed yet is told nothing more; the others are kept up to date
    assert names(shop, lists["pending"]) == {"new", "KNOWN", "vanishes"}
    assert names(shop, lists["transactional"]) == {"NEW", "KNOWN", "VANISHES"}
    assert names(shop, lists["unsubscribed"]) == {"NEW", "KNOWN", "VANISHES"}
    # and who vanished is not mailed because an audience that only updates had to write to them
    assert statuses(shop) == {"known": "subscribed", "vanishes": "unsubscribed"}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        pytest.param("relents", "archived", id="refused, agreed, and went"),
        pytest.param("refuses", "unsubscribed", id="agreed, refused, and went"),
    ],
)
def test_of_who_is_gone_the_last_word_counts(changed: Changed, name: str, status: str) -> None:
    assert statuses(changed.shop, changed.lists["archive"])[name] == status


def settle(shop: Shop, *names: str, table: str = "people") -> None:
    """Put people who consent into the warehouse."""
    shop.sql(
        f"create table {table} as"
        f" select name || '{AT}' as email_address, name as fname, true as marketing_consent"
        f" from (select unnest(array{list(names)}) as name)"
    )


def there(*names: str) -> list[dict[str, object]]:
    """People who are on a list already."""
    return [{"email_address": name + AT} for name in names]


def day(shop: Shop) -> Day:
    """Run dbt and the loader; what stands then."""
    shop.dbt("run")
    shop.forget_requests()
    report = shop.sync()
    readers = segment(shop, shop.list_id, "Readers")
    return Day(report, statuses(shop), readers, held(shop), shop.writes())


def statuses(shop: Shop, list_id: str | None = None) -> dict[str, str]:
    """What the list says of everybody."""
    members = shop.sandbox.members(list_id or shop.list_id)
    return {one["email_address"].lower().removesuffix(AT): one["status"] for one in members}


def segment(shop: Shop, list_id: str, name: str) -> set[str]:
    """Who is in a segment."""
    members = shop.sandbox.members(list_id)
    return {one["email_address"].removesuffix(AT) for one in members if name in one["tags"]}


def names(shop: Shop, list_id: str) -> set[str]:
    """The first names that a list shows."""
    return {one["merge_fields"]["FNAME"] for one in shop.sandbox.members(list_id)}


def held(shop: Shop) -> dict[str, str]:
    """Who is listed, and with which reason."""
    rows = shop.rejections("email_address", "reason")
    return {address.removesuffix(AT): reason for address, reason in rows}
