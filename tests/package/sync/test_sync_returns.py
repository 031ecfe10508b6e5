"""People whose last word, or whose way back, is not the plain one."""

from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

AT = "@people.example.com"
ANN = f"ann{AT}"
NAMES = ["ann", "bob", "last_word", "back", "wrong"]
PEOPLE = f"""
    create table raw_people as
    select name || '{AT}' as email, name, 7::double precision as number, true as consent
    from (select unnest(array{NAMES}) as name)
"""
NO_CONTACTS = """
    select
        case name when 'bob' then 'no address' else email end as email_address, name as fname,
        name <> 'ann' as marketing_consent
    from raw_people
    where name in ('ann', 'bob', 'back')
"""
AUDIENCE = """
    select email as email_address, name as fname, number, consent as marketing_consent
    from raw_people
"""


class Place(NamedTuple):
    """An audience of all the people, and what it does with them."""

    sql: str
    configured: dict[str, Any]


PLACES = {
    "keeping": Place(AUDIENCE, {"on_leave": "keep", "segment": "Readers"}),
    "archiving": Place(AUDIENCE, {"on_leave": "archive"}),
    "creating": Place(AUDIENCE, {"contacts": "create", "segment": "Readers"}),
    "no_contacts": Place(NO_CONTACTS, {"contacts": "none", "segment": "Readers"}),
}


class Synced(NamedTuple):
    """What a sync left: contacts by list and name, and what is listed."""

    lists: dict[str, dict[str, dict[str, Any]]]
    listed: list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def syncs(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> list[Synced]:
    """Everybody is sent; somebody refuses and goes, somebody goes, refuses and comes back."""
    shop = Shop(tmp_path_factory.mktemp("returns"), dbt, sandbox)
    lists = {name: sandbox.new_list() for name in PLACES}
    shop.sql(PEOPLE)
    for name, place in PLACES.items():
        shop.audience(name, place.sql, list_id=lists[name], **place.configured)
    sandbox.put(lists["creating"], {"email_address": ANN, "status": "subscribed"})
    first = synced(shop, lists, "--allow-first-sync")
    for name in ("creating", "no_contacts"):
        shop.remove(name)
    shop.sql("update raw_people set consent = false where name = 'last_word'")
    shop.dbt("run")  # and no sync
    shop.sql(
        "delete from raw_people where name in ('last_word', 'back')",
        "update raw_people set number = 'nan' where name = 'wrong'",
    )
    gone = synced(shop, lists)
    shop.sql(f"insert into raw_people values ('back{AT}', 'back', 7, false)")
    held = synced(shop, lists, "--select", "archiving")
    shop.sql("update raw_people set consent = true")
    return [first, gone, held, synced(shop, lists, "--select", "archiving")]


def synced(shop: Shop, lists: dict[str, str], *options: str) -> Synced:
    """Run dbt and the loader; what stands then."""
    shop.dbt("run")
    shop.sync(*options)
    return Synced(
        {
            name: {
                one["email_address"].removesuffix(AT): one for one in shop.sandbox.members(list_id)
            }
            for name, list_id in lists.items()
        },
        shop.rejections("audience", "email_address", "outcome", "reason"),
    )


def test_who_refused_and_is_gone_before_the_next_sync_is_unsubscribed(syncs: list[Synced]) -> None:
    assert syncs[0].lists["keeping"]["last_word"]["status"] == "subscribed"
    assert syncs[1].lists["keeping"]["last_word"]["status"] == "unsubscribed"


def test_who_was_archived_comes_back_after_a_first_try_was_held(syncs: list[Synced]) -> None:
    assert syncs[1].lists["archiving"]["back"]["status"] == "archived"
    assert ("archiving", f"back{AT}", "held", "no consent") in syncs[2].listed
    assert syncs[3].lists["archiving"]["back"]["status"] == "subscribed"


def test_who_was_there_before_is_in_the_segment_of_an_audience_that_only_creates(
    syncs: list[Synced],
) -> None:
    ann = syncs[0].lists["creating"]["ann"]
    assert ann["tags"] == ["Readers"]
    assert set(ann["merge_fields"].values()) == {""}


def test_nobody_is_put_into_a_segment_unrecorded_when_only_the_segment_is_kept(
    syncs: list[Synced],
) -> None:
    assert {row[2:] for row in syncs[0].listed if row[0] == "no_contacts"} == {
        ("held", "no consent"),
        ("held", "not on the list yet"),
        ("invalid", "malformed address"),
    }


def test_a_row_that_became_invalid_keeps_its_place_in_the_segment(syncs: list[Synced]) -> None:
    listed = [row[1] for row in syncs[1].listed if row[0] == "keeping" and row[2] == "invalid"]
    assert listed == [f"wrong{AT}"]
    assert syncs[1].lists["keeping"]["wrong"]["tags"] == ["Readers"]
