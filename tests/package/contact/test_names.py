"""Names of tags, segments, interests, permissions: as people type them, as Mailchimp keeps them."""

import json
import unicodedata
from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from loader.model.addresses import WHITE_SPACE
from sandbox_process import SandboxProcess
from shop import Shop
from warehouses.chosen import can_hold, can_name

CONTROL = [chr(code) for code in range(0xA0) if unicodedata.category(chr(code)) == "Cc"]
SPACED = {f"{one}{one}N{ord(one)}{one}": f"N{ord(one)}" for one in WHITE_SPACE}
UGLY = [
    'O\'Brien "x"', "''", '"', "back\\slash", "a;b -- c", "{{ jinja }} {% x %}", "%s $1 ?", "a, b",
    "<b>&amp;</b>", "null", "\U0001f469\U0001f3fd\u200d\U0001f4bb",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "ΟΔΟΣ", "Σ",
    "İSTANBUL", "\u0131I", "Straße", "x" * 100, "é" * 100, "\U0001f469" * 100,
]  # fmt: skip
KEPT = {
    **SPACED,
    **{name: name for name in UGLY},
    **{f"in{one}side": f"in{one}side" for one in CONTROL},
    f"\u3000{'y' * 100}\t": "y" * 100,
}
KEPT = {name: kept for name, kept in KEPT.items() if can_hold(name)}
LONG = ["z" * 101, "\u00e9\U0001f469" * 51]
SEGMENTS = [
    UGLY[0],
    *UGLY[11:16],
    UGLY[-1],
    " News & more ",
    "tab\t",
    "\u3000wide\u2003",
    f" {'w' * 100}\n",
]
SWITCHED = [one for one in (*UGLY, " Sports ", "wide\u3000", "\ttab") if can_name(one)]


class Sent(NamedTuple):
    """A shop whose audiences were sent twice, each name with a contact of its own."""

    shop: Shop
    again: str


def struct(shop: Shop, names: list[str]) -> str:
    """A struct of booleans with these names."""
    fields = shop.struct(dict.fromkeys(names, "true"))
    return "{{ " + json.dumps(fields, ensure_ascii=False) + " }}"


@pytest.fixture(scope="module")
def sent(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Sent:
    shop = Shop(tmp_path_factory.mktemp("names"), dbt, sandbox)
    topics = {"title": "Topics", "interests": [name.strip() for name in SWITCHED]}
    settings = {"interest_categories": [topics], "marketing_permissions": topics["interests"]}
    switched = sandbox.new_list(**settings)
    sandbox.put(switched, {"email_address": "first@shop.de"})
    with shop.database.session() as session:
        session.execute("create table named (email_address varchar, tags varchar[])")
        rows = [(f"t{place}@shop.de", [one]) for place, one in enumerate([*KEPT, *LONG])]
        session.put("named", rows)
    shop.audience("tagged", "select *, true as marketing_consent from named")
    filled = sandbox.new_list()
    for place, name in enumerate(SEGMENTS):
        sql = f"select 's{place}@shop.de' as email_address, true as marketing_consent"
        shop.audience(f"segment_{place}", sql, segment=name, list_id=filled)
    sql = "select 'ada@shop.de' as email_address, true as marketing_consent"
    columns = (
        f"{struct(shop, SWITCHED)} as interests, {struct(shop, SWITCHED)} as marketing_permissions"
    )
    shop.audience("switched", f"{sql}, {columns}", list_id=switched)
    shop.dbt("run")
    shop.sync("--allow-first-sync")
    shop.dbt("run")
    return Sent(shop, shop.loader("sync").output)


def of_kind(sent: Sent, kind: str) -> list[dict[str, Any]]:
    return sent.shop.query(f"select * from loader_ledger where kind = '{kind}'")


def test_a_tag_is_given_as_mailchimp_keeps_its_name(sent: Sent) -> None:
    members = sent.shop.members()
    found = {name: members[f"t{place}@shop.de"]["tags"] for place, name in enumerate(KEPT)}
    assert found == {name: [kept] for name, kept in KEPT.items()}


def test_a_name_that_no_tag_can_have_costs_that_tag_alone(sent: Sent) -> None:
    members = sent.shop.members()
    people = [f"t{place}@shop.de" for place in range(len(KEPT), len(KEPT) + len(LONG))]
    assert [members[person]["tags"] for person in people] == [[], []]
    told = sent.shop.rejections("email_address", "outcome", "reason")
    reason = "a tag of more than 100 characters"
    assert sorted(told) == [(person, "invalid", reason) for person in people]


def test_a_segment_is_made_and_found_under_the_name_that_mailchimp_keeps(sent: Sent) -> None:
    (list_id,) = {row["list_id"] for row in of_kind(sent, "segment")}
    found = sent.shop.sandbox.get(f"/lists/{list_id}/segments", count=100)["segments"]
    kept = sorted((name.strip(), 1) for name in SEGMENTS)
    assert sorted((one["name"], one["member_count"]) for one in found) == kept


def test_interests_and_permissions_are_found_by_the_names_that_mailchimp_keeps(
    sent: Sent,
) -> None:
    (list_id,) = {row["list_id"] for row in of_kind(sent, "permissions")}
    members = {one["email_address"]: one for one in sent.shop.sandbox.members(list_id)}
    names = dict.fromkeys((name.strip() for name in SWITCHED), True)
    ada = members["ada@shop.de"]
    assert (ada["interests"], ada["marketing_permissions"]) == (names, names)


def test_what_was_sent_is_not_owed_again_whatever_its_name(sent: Sent) -> None:
    assert "exit code 0" in sent.again
    assert " 0 of them writes" in sent.again
