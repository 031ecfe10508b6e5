"""`mirror: true` archives what no audience wants and a pull has seen, and nobody else."""

import pytest

from dbt_process import DbtProcess
from loader_process import begun
from sandbox_process import SandboxProcess
from shop import Shop

AT = "@mirror.shop.de"
SELECT = (
    "select email_address, consents as marketing_consent from main.people where audience = '{}'"
)


def pull(shop: Shop) -> None:
    shop.sandbox.control("POST", "/clock", {"advance": 5})  # what changes in its second is unsure
    ended = shop.loader("pull", "--select", shop.list_id)
    assert ended.exit_code == 0, ended.output


def statuses(shop: Shop) -> dict[str, str]:
    return {
        address.removesuffix(AT): member["status"] for address, member in shop.members().items()
    }


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    shop = settle(Shop(tmp_path_factory.mktemp("old"), dbt, sandbox))
    pull(shop)
    shop.keep()
    return shop


@pytest.fixture
def old(kept: Shop) -> Shop:
    """A shop that has pulled its old list."""
    kept.put_back()
    return kept


def settle(shop: Shop) -> Shop:
    """An old list in every status, and two audiences of which one mirrors it."""
    for status in ("subscribed", "unsubscribed", "cleaned", "pending", "transactional"):
        shop.sandbox.put(shop.list_id, {"email_address": f"old-{status}{AT}", "status": status})
    shop.sandbox.put(
        shop.list_id,
        *({"email_address": f"{name}{AT}"} for name in ("ada", "elsewhere", "refuses", "changes")),
    )
    shop.sql(
        f"""create table people as select * from (values
            ('ada{AT}', true, 'readers'), ('new{AT}', true, 'readers'),
            ('refuses{AT}', false, 'others'), ('elsewhere{AT}', true, 'others')
        ) as people (email_address, consents, audience)"""
    )
    shop.audience("readers", SELECT.format("readers"), mirror=True)
    shop.audience("others", SELECT.format("others"), contacts="none", segment="Others")
    shop.dbt("run")
    return shop


def test_who_is_in_no_audience_is_archived_and_nobody_else(old: Shop) -> None:
    old.sandbox.put(
        old.list_id,
        {"email_address": f"late{AT}"},
        {"email_address": f"changes{AT}", "merge_fields": {"FNAME": "Other"}},
    )
    before = statuses(old)
    old.sync("--allow-first-sync")
    assert statuses(old) == before | {"old-subscribed": "archived", "new": "subscribed"}
    old.forget_requests()
    old.sync()
    assert old.writes() == {}
    pull(old)
    old.sync()
    after = before | {"old-subscribed": "archived", "new": "subscribed"}
    assert statuses(old) == after | {"late": "archived", "changes": "archived"}


def test_who_was_archived_and_is_wanted_again_is_subscribed_again(old: Shop) -> None:
    old.sync("--allow-first-sync")
    assert statuses(old)["old-subscribed"] == "archived"
    old.sql(f"insert into people values ('old-subscribed{AT}', true, 'readers')")
    old.dbt("run")
    old.sync()
    assert statuses(old)["old-subscribed"] == "subscribed"


@pytest.fixture(scope="module")
def unread(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    shop = settle(Shop(tmp_path_factory.mktemp("unread"), dbt, sandbox))
    shop.sandbox.control("POST", "/clock", {"advance": 5})
    shop.keep()
    return shop


@pytest.mark.parametrize(
    "reading",
    [
        (),
        ("lists",),
        ("check",),
        ("plan",),
        ("pull", "--status", "subscribed"),
        ("pull", "--status", "subscribed", "--status", "archived"),
    ],
)
def test_without_a_reading_of_everybody_nothing_is_sent(
    unread: Shop, reading: tuple[str, ...]
) -> None:
    unread.put_back()
    if reading:
        unread.loader(*reading)
    before = statuses(unread)
    ended = unread.loader("sync", "--allow-first-sync", "--select", "readers")
    assert ended.exit_code == 2
    assert f"Run loader pull --select {unread.list_id} first" in ended.output
    assert statuses(unread) == before


@pytest.mark.parametrize("command", ["pull", "verify"])
def test_plan_and_sync_say_which_reading_a_mirror_stands_on(unread: Shop, command: str) -> None:
    unread.put_back()
    assert unread.loader(command).exit_code == 0
    of_list = f"from mailchimp_members where list_id = '{unread.list_id}'"
    (read,) = unread.query(f"select max(details_read_at) as at {of_list}")
    words = f"loader {command} of {read['at']:%Y-%m-%d %H:%M} UTC"
    assert f"mirrors the list as read by {words}" in unread.loader("plan").out
    told = unread.sync("--allow-first-sync")["audiences"]
    assert {one["audience"]: one["mirrors"] for one in told} == {"readers": words, "others": None}
    assert statuses(unread)["old-subscribed"] == "archived"


def test_an_audience_that_was_never_built_may_want_anybody(old: Shop) -> None:
    old.audience("broken", "select nothing from nowhere")
    assert old.try_dbt("run").exit_code
    before = statuses(old)
    ended = old.loader("sync", "--allow-first-sync", "--select", "readers")
    assert ended.exit_code == 2
    assert "broken was not built yet" in ended.output
    assert statuses(old) == before


def test_more_than_the_guard_allows_stop_it(old: Shop) -> None:
    old.sandbox.put(old.list_id, *({"email_address": f"many{n}{AT}"} for n in range(30)))
    pull(old)
    before = statuses(old)
    ended = old.loader("sync", "--allow-first-sync", "--select", "readers")
    assert ended.exit_code == 5
    assert "no audience ever sent" in ended.output
    assert statuses(old) == before
    old.sync("--allow-leaves", "--allow-first-sync", "--select", "readers")
    assert {name for name, status in statuses(old).items() if status == "archived"} == {
        *(f"many{n}" for n in range(30)),
        "old-subscribed",
        "changes",
    }


def test_an_archive_that_was_not_heard_of_is_settled_by_the_next_run(old: Shop) -> None:
    path = "/lists/{list_id}/members/{subscriber_hash}"
    old.sandbox.faults({"kind": "reset_after", "rate": 1, "method": "DELETE", "path": path})
    old.loader("sync", "--allow-first-sync", "--retry-seconds", "0")
    old.sandbox.faults()
    assert statuses(old)["old-subscribed"] == "archived"
    old.sync()
    rows = old.query(
        "select outcome, is_managed from loader_ledger"
        f" where email_address = 'old-subscribed{AT}' and audience = 'readers'"
    )
    assert rows == [{"outcome": "accepted", "is_managed": False}]


def test_who_is_archived_when_the_loader_is_killed_is_not_subscribed_again(old: Shop) -> None:
    old.sandbox.put(old.list_id, {"email_address": f"changes{AT}", "status": "unsubscribed"})
    path = "/lists/{list_id}/members/{subscriber_hash}"
    old.sandbox.faults({"kind": "hang", "rate": 1, "method": "DELETE", "path": path})
    with begun(old, "--allow-first-sync") as running:
        running.meet(lambda: statuses(old)["old-subscribed"] == "archived")
        running.kill()
    old.sandbox.faults()
    old.sync()
    old.sql(f"insert into people values ('old-subscribed{AT}', true, 'readers')")
    old.dbt("run")
    old.sync()  # nobody knows whether the archive was ours
    assert statuses(old)["old-subscribed"] == "archived"


def test_an_audience_that_no_run_of_dbt_came_to_may_want_anybody(old: Shop) -> None:
    old.audience("partners", SELECT.format("partners"))
    old.dbt("run", "--select", "readers")
    ended = old.loader("sync", "--allow-first-sync")
    assert ended.exit_code == 2
    assert "partners was not built yet" in ended.output
    assert "partners: not sent: dbt has not built it yet" in ended.output
    old.audience("readers", SELECT.format("readers"))
    old.dbt("run", "--select", "readers")
    old.sync("--allow-first-sync")


def test_an_audience_that_touches_no_contacts_cannot_mirror(old: Shop) -> None:
    old.audience("readers", SELECT.format("readers"), contacts="none", segment="VIP", mirror=True)
    ended = old.try_dbt("run")
    assert ended.exit_code
    assert "mirror archives contacts, and contacts: none changes none" in ended.output
