"""A change of address whose answer was lost, and a row that is another by the next sync."""

from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

AT = "@people.example.com"
NEW, BOB = f"moved.new{AT}", f"bob{AT}"
TAGGED = (
    "select *, case when email_address like '%new@%' and fname = 'Ada' then array['T'] end as tags"
    " from tagged_people"
)
SEGMENT = "/lists/{list_id}/segments/{segment_id}"
Row = tuple[str, str, str, bool]
REST: Row = ("bob", BOB, "Bob", True)
NAMES = ("refuses", "goes", "returns", "moved")


class Unheard(NamedTuple):
    """A shop in which changes were made that the loader did not hear of, and a list of tags."""

    shop: Shop
    tagged: str


class After(NamedTuple):
    """What the lists show after the next sync, by address."""

    sent: dict[str, dict[str, Any]]
    tagged: dict[str, dict[str, Any]]

    def statuses(self, name: str) -> dict[str, str]:
        """Under which addresses somebody stands, and how."""
        found = self.sent.items()
        return {
            key.removesuffix(AT): one["status"] for key, one in found if key.startswith(f"{name}.")
        }


def row(name: str, age: str, fname: str = "Ada", *, consents: bool = True) -> Row:
    """Somebody under their old address or their new one."""
    return (name, f"{name}.{age}{AT}", fname, consents)


def build(shop: Shop, *rows: Row, tagged: Row) -> None:
    """Who is in the tables: person, address, name and consent; and dbt."""
    for table, values in (("people", (*rows, REST)), ("tagged_people", (tagged,))):
        shop.sql(
            f"drop table if exists {table};"
            f" create table {table} (person_id varchar, email_address varchar,"
            " fname varchar, marketing_consent boolean)",
            f"insert into {table} values {', '.join(map(str, values))}",
        )
    shop.dbt("run")


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Unheard:
    """Who was sent has another address; of one, only the tag that came with it was unheard."""
    shop, tagged = Shop(tmp_path_factory.mktemp("unheard"), dbt, sandbox), sandbox.new_list()
    shop.audience("people_sent", "select * from people", on_leave="archive", segment="Readers")
    shop.audience("tags", TAGGED, list_id=tagged, on_leave="archive", segment="Readers")
    build(shop, *(row(name, "old") for name in NAMES), tagged=row("tagged", "old"))
    shop.sync()
    build(shop, *(row(name, "new") for name in NAMES), tagged=row("tagged", "new"))
    for audience, fault in (
        ("people_sent", {"kind": "reset_after", "rate": 1.0, "method": "PATCH"}),
        ("tags", {"kind": "reset_after", "rate": 1.0, "method": "POST", "path": SEGMENT}),
    ):
        sandbox.faults(fault)
        try:
            shop.sync("--retry-seconds", "0", "--select", audience, exit_code=4)
        finally:
            sandbox.faults()
    assert "T" in members(shop, tagged)[f"tagged.new{AT}"]["tags"]
    shop.keep()
    return Unheard(shop, tagged)


@pytest.fixture(scope="module")
def after(kept: Unheard) -> After:
    """The rows of nearly everybody are others by the next sync."""
    shop = kept.shop
    shop.put_back()
    assert {f"{name}.new{AT}" for name in NAMES} < set(shop.members())
    build(
        shop,
        row("refuses", "new", consents=False),
        row("returns", "old"),
        row("moved", "new"),
        tagged=row("tagged", "new", "Eve"),
    )
    shop.sync()
    return After(shop.members(), members(shop, kept.tagged))


def members(shop: Shop, list_id: str) -> dict[str, dict[str, Any]]:
    return {one["email_address"]: one for one in shop.sandbox.members(list_id)}


def test_a_refusal_meanwhile_is_honoured(after: After) -> None:
    assert after.statuses("refuses") == {"refuses.new": "unsubscribed"}
    assert after.sent[BOB]["status"] == "subscribed"


def test_who_is_gone_meanwhile_leaves(after: After) -> None:
    assert after.statuses("goes") == {"goes.new": "archived"}


def test_who_goes_back_meanwhile_has_the_old_address_again(after: After) -> None:
    assert after.statuses("returns") == {"returns.old": "subscribed"}


def test_a_run_that_stops_before_the_change_does_not_forget_it(kept: Unheard) -> None:
    shop = kept.shop
    shop.put_back()
    moved = (row(name, "new") for name in NAMES)
    build(shop, *moved, row("cyd", "first"), tagged=row("tagged", "new"))
    shop.sandbox.faults({"kind": "key_revoked", "at": 1, "method": "POST"})
    try:
        shop.sync("--select", "people_sent", exit_code=3)
    finally:
        shop.sandbox.faults()
        shop.sandbox.control("PUT", "/key", {"api_key": shop.sandbox.key})
    shop.sync("--select", "people_sent")
    (found,) = shop.query(
        f"select * from loader_ledger where email_address = '{NEW}' and kind = 'contact'"
    )
    assert (found["outcome"], found["pre_existing"]) == ("accepted", False)
    assert [row for row in shop.rejections("audience") if row == ("people_sent",)] == []


def test_a_tag_that_was_told_with_the_change_is_known(after: After) -> None:
    assert after.tagged[f"tagged.new{AT}"]["tags"] == ["Readers"]
