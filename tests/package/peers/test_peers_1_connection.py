"""What five other products offer, row by row, and how it is done here: lists, people and rules."""

import json

from sandbox_process import SandboxProcess
from shop import Shop
from tests.package.options.catalogue import AT, contacts, people, shown

ALL = "select * from people"
GROWN_UPS = """
def model(dbt, session):
    dbt.config(materialized="table")
    return session.sql("select * from people where age >= 18")
"""


def write(shop: Shop, name: str, text: str) -> None:
    """Write a file of the shop's dbt project."""
    path = shop.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_01_the_list_is_chosen_from_those_of_the_account_with_fields_and_counts(
    shop: Shop,
) -> None:
    people(shop, "'ada', 'Ada'")
    shop.sandbox.put(shop.list_id, {"email_address": f"bob{AT}"}, {"email_address": f"cy{AT}"})
    rows = json.loads(shop.loader("lists", "--json").output)
    (chosen,) = [row for row in rows if row["name"] == shop.folder.name]
    assert (chosen["contacts"], chosen["merge_fields"]) == (2, "FNAME LNAME ADDRESS PHONE")
    shop.audience("readers", ALL, list_id=chosen["id"])
    shop.dbt("run")
    shop.sync("--first")
    assert set(contacts(shop.sandbox, shop.list_id)) == {"ada", "bob", "cy"}


def test_02_a_key_or_token_is_verified_at_once_and_the_list_has_to_be_one_of_its_own(
    shop: Shop,
) -> None:
    people(shop, "'ada', 'Ada'")
    shop.audience("readers", ALL)
    shop.audience("strangers", ALL, list_id="nowhere1")
    shop.dbt("run")
    told = shop.loader("check")
    assert told.exit_code == 3
    assert f"ok    readers: list {shop.list_id}" in told.output
    assert "FAIL  strangers: Mailchimp has no list nowhere1 for this account" in told.output
    token = shop.loader("check", MAILCHIMP_API_KEY=None, MAILCHIMP_ACCESS_TOKEN=shop.sandbox.key)
    assert token == told
    for key, exit_code, said in (
        ("0123456789abcdef", 2, "does not end in its datacenter"),
        ("0123456789abcdef-us1", 3, "Mailchimp refused the credentials"),
    ):
        ended = shop.loader("lists", MAILCHIMP_API_KEY=key)
        assert (ended.exit_code, said in ended.output) == (exit_code, True)


def test_03_one_audience_feeds_several_lists_of_several_accounts(shop: Shop) -> None:
    with SandboxProcess("--allow-example-com") as europe:
        europe.control("PUT", "/lists/europe0001")
        mappings = [
            {"list_id": shop.list_id},
            {"list_id": shop.sandbox.new_list(), "segment": "Readers"},
            {"list_id": "europe0001", "account": "eu"},
        ]
        meta = {"mailchimp": mappings}
        write(shop, "models/readers.sql", f"{{{{ config(meta={meta!r}) }}}}\n{ALL}\n")
        people(shop, "'ada', 'Ada'")
        shop.dbt("run")
        ended = shop.loader(
            "sync", MAILCHIMP_API_KEY_EU=europe.key, MAILCHIMP_BASE_URL_EU=europe.url
        )
        assert ended.exit_code == 0
        homes = (shop.sandbox, shop.sandbox, europe)
        for home, mapping in zip(homes, mappings, strict=True):
            shown_there = contacts(home, mapping["list_id"])
            assert shown(shown_there, "FNAME") == {"ada": "Ada"}
            assert shown(shown_there, "tags") == {
                "ada": ["Readers"] if "segment" in mapping else []
            }


def test_04_filters_and_mapping_are_sql_and_a_python_model_may_come_before(shop: Shop) -> None:
    write(shop, "models/grown_ups.py", GROWN_UPS)
    shop.audience(
        "readers",
        "select email_address, upper(name_of) as fname, marketing_consent"
        " from {{ ref('grown_ups') }} where country = 'NL'",
    )
    rows = ("'ada', 'Ada', 36, 'NL'", "'bob', 'Bob', 12, 'NL'", "'cy', 'Cy', 40, 'BE'")
    people(shop, *rows, columns="name_of, age, country")
    shop.dbt("run")
    shop.sync()
    assert shown(contacts(shop.sandbox, shop.list_id), "FNAME") == {"ada": "ADA"}


def test_05_a_person_with_another_address_stays_the_same_contact_unless_it_is_taken(
    shop: Shop,
) -> None:
    shop.audience("readers", ALL, on_leave="archive")
    people(shop, "'ada', 'p1'", "'bob', 'p2'", columns="person_id")
    shop.dbt("run")
    shop.sync()
    shop.sandbox.put(
        shop.list_id,
        {"email_address": f"ada{AT}", "tags": ["By hand"]},
        {"email_address": f"taken{AT}", "status": "subscribed"},
    )
    before = contacts(shop.sandbox, shop.list_id)
    people(shop, "'lovelace', 'p1'", "'taken', 'p2'", columns="person_id")
    shop.dbt("run")
    shop.sync(exit_code=1)
    after = contacts(shop.sandbox, shop.list_id)
    ids = {name: one["contact_id"] for name, one in before.items()}
    ids["lovelace"] = ids.pop("ada")
    assert shown(after, "contact_id") == ids
    assert after["lovelace"]["tags"] == ["By hand"]
    assert shown(after, "status") == dict.fromkeys(("lovelace", "bob", "taken"), "subscribed")
    assert shop.rejections("person_id", "outcome", "reason") == [
        ("p2", "rejected", "the new address is on the list already")
    ]


def test_06_new_contacts_existing_ones_both_or_only_a_segment_of_existing_ones(
    shop: Shop,
) -> None:
    lists = {contacts_may: shop.sandbox.new_list() for contacts_may in AFTER}
    for contacts_may, list_id in lists.items():
        known = {"email_address": f"known{AT}", "merge_fields": {"FNAME": "By hand"}}
        shop.sandbox.put(list_id, known)
        more = {"list_id": list_id, "contacts": contacts_may, "segment": "Readers"}
        shop.audience(f"{contacts_may}_readers", ALL, **more)
    people(shop, "'known', 'Known'", "'new', 'New'")
    shop.dbt("run")
    shop.sync("--first")
    for contacts_may, after in AFTER.items():
        there = contacts(shop.sandbox, lists[contacts_may])
        assert shown(there, "FNAME") == after
    assert shown(contacts(shop.sandbox, lists["none"]), "tags") == {"known": ["Readers"]}


AFTER = {  # first names by what may happen to contacts
    "upsert": {"known": "Known", "new": "New"},
    "create": {"known": "By hand", "new": "New"},
    "update": {"known": "Known"},
    "none": {"known": "By hand"},
}


def test_07_of_several_rows_of_one_address_order_by_chooses_and_the_others_are_counted(
    shop: Shop,
) -> None:
    rows = ("'ada', 'Oldest', 1", "'ada', 'Newest', 3", "'ada', 'Newer', 2", "'bob', 'Bob', 1")
    people(shop, *rows, columns="fname, place")
    shop.audience("readers", ALL, duplicates="first", order_by="place desc")
    shop.dbt("run")
    shop.sync()
    there = contacts(shop.sandbox, shop.list_id)
    assert shown(there, "FNAME") == {"ada": "Newest", "bob": "Bob"}
    (row,) = json.loads(shop.loader("ls", "--json").output)
    assert (row["contacts"], row["dropped_rows"]) == (2, 2)
    dropped = shop.query("select email_address, dropped_rows from readers order by all")
    assert [tuple(one.values()) for one in dropped] == [(f"ada{AT}", 2), (f"bob{AT}", 0)]
