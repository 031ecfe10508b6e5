"""Who stays on a list because another audience wants them: counted, and named."""

import html
import json

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

AT = "@people.example.com"
KEEPS = {"upsert": True, "create": True, "update": False, "none": False}
LEAVES = {"unsubscribe": "unsubscribed", "archive": "archived"}
CASES = [(contacts, on_leave) for contacts in KEEPS for on_leave in LEAVES]
EVERYBODY = "select email_address, true as marketing_consent from people"


def name_of(contacts: str, on_leave: str) -> str:
    return f"{contacts}_{on_leave}"


@pytest.fixture(scope="module")
def lists() -> dict[str, str]:
    return {}


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory,
    dbt: DbtProcess,
    sandbox: SandboxProcess,
    lists: dict[str, str],
) -> Shop:
    """On each list an audience that people are about to leave, and another that wants them."""
    shop = Shop(tmp_path_factory.mktemp("kept"), dbt, sandbox)
    shop.sql(
        f"create table people as select 'p' || range || '{AT}' as email_address"
        " from generate_series(0, 3) as numbers(range)",
        "create table readers as select * from people",
    )
    for contacts, on_leave in CASES:
        name = name_of(contacts, on_leave)
        lists[name] = sandbox.new_list()
        shop.audience(
            f"{name}_leaving",
            EVERYBODY.replace("people", "readers"),
            list_id=lists[name],
            on_leave=on_leave,
        )
        shop.audience(
            f"{name}_other", EVERYBODY, list_id=lists[name], contacts=contacts, segment="Other"
        )
    shop.dbt("run")
    shop.sync("--allow-first-sync")
    shop.keep()
    return shop


@pytest.fixture
def shop(kept: Shop) -> Shop:
    kept.put_back()
    return kept


def staying(shop: Shop, *command: str) -> dict[str, dict[str, int]]:
    """Who stays, by audience, as a command tells it to machines."""
    told = json.loads(shop.loader(*command, "--json").out)["audiences"]
    return {one["audience"]: one["staying"] for one in told if one["staying"]}


def expected(count: int) -> dict[str, dict[str, int]]:
    return {
        f"{name_of(*case)}_leaving": {f"{name_of(*case)}_other": count}
        for case in CASES
        if KEEPS[case[0]]
    }


def statuses(shop: Shop, list_id: str) -> list[str]:
    return sorted(one["status"] for one in shop.sandbox.members(list_id))


def test_only_an_audience_that_may_create_contacts_keeps_them_and_that_is_told(
    shop: Shop, lists: dict[str, str]
) -> None:
    shop.sql(f"delete from readers where email_address <> 'p0{AT}'")
    shop.dbt("run")
    assert staying(shop, "plan") == expected(3)
    sentence = "3 would leave, but stay: another audience wants them (upsert_archive_other)"
    assert sentence in shop.loader("plan").out
    markdown = html.unescape(shop.loader("plan", "--markdown").out)
    assert sentence in markdown.replace("<code>", "").replace("</code>", "")
    printed = shop.loader("sync")
    assert printed.exit_code == 0, printed.output
    assert sentence in printed.out
    for contacts, on_leave in CASES:
        left = "subscribed" if KEEPS[contacts] else LEAVES[on_leave]
        of_list = statuses(shop, lists[name_of(contacts, on_leave)])
        assert of_list == sorted(["subscribed", left, left, left]), contacts
    # it is told as long as it is so
    assert staying(shop, "sync") == expected(3)


def test_a_retirement_says_who_stays_too(shop: Shop, lists: dict[str, str]) -> None:
    for case in CASES:
        shop.remove(f"{name_of(*case)}_leaving")
    shop.dbt("run")
    for contacts, on_leave in CASES:
        name = name_of(contacts, on_leave)
        told = staying(shop, "retire", f"{name}_leaving")
        assert told == ({f"{name}_leaving": {f"{name}_other": 4}} if KEEPS[contacts] else {})
        left = "subscribed" if KEEPS[contacts] else LEAVES[on_leave]
        assert set(statuses(shop, lists[name])) == {left}
