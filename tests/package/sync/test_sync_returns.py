"""People whose last word, or whose way back, is not the plain one."""

from shop import Shop

PEOPLE = """
    create table raw_people as
    select name || '@people.example.com' as email, name, 7 as number, true as consent
    from (select unnest(['ann', 'bob']) as name)
"""
AUDIENCE = """
    select email as email_address, name as fname, number, consent as marketing_consent
    from raw_people
"""
ANN = "ann@people.example.com"


def changed(shop: Shop, statement: str) -> None:
    shop.sql(statement)
    shop.dbt("run")


def test_who_refused_and_is_gone_before_the_next_sync_is_unsubscribed(shop: Shop) -> None:
    shop.sql(PEOPLE)
    shop.audience("people", AUDIENCE, on_leave="keep")
    shop.dbt("run")
    shop.sync()
    changed(shop, "update raw_people set consent = false where name = 'ann'")
    changed(shop, "delete from raw_people where name = 'ann'")
    shop.sync()
    assert shop.members()[ANN]["status"] == "unsubscribed"


def test_who_was_archived_comes_back_after_a_first_try_was_held(shop: Shop) -> None:
    shop.sql(PEOPLE)
    shop.audience("people", AUDIENCE, on_leave="archive")
    shop.dbt("run")
    shop.sync()
    changed(shop, "delete from raw_people where name = 'ann'")
    shop.sync()
    assert shop.members()[ANN]["status"] == "archived"
    changed(shop, f"insert into raw_people values ('{ANN}', 'ann', 7, false)")
    shop.sync()
    changed(shop, "update raw_people set consent = true")
    shop.sync()
    assert shop.members()[ANN]["status"] == "subscribed"


def test_who_was_there_before_is_in_the_segment_of_an_audience_that_only_creates(
    shop: Shop,
) -> None:
    shop.sql(PEOPLE)
    shop.sandbox.put(shop.list_id, {"email_address": ANN, "status": "subscribed"})
    shop.audience("people", AUDIENCE, contacts="create", segment="Readers")
    shop.dbt("run")
    shop.sync("--first")
    ann = shop.members()[ANN]
    assert (ann["tags"], ann["merge_fields"]) == (["Readers"], {})


def test_nobody_is_put_into_a_segment_unrecorded_when_only_the_segment_is_kept(
    shop: Shop,
) -> None:
    shop.sql(PEOPLE, "insert into raw_people values ('no address', 'x', 1, true)")
    shop.sql(f"update raw_people set consent = false where email = '{ANN}'")
    shop.audience("people", AUDIENCE, contacts="none", segment="Readers")
    shop.dbt("run")
    shop.sync()
    assert set(shop.rejections("outcome", "reason")) == {
        ("held", "no consent"),
        ("held", "not on the list yet"),
        ("invalid", "malformed address"),
    }


def test_a_row_that_became_invalid_keeps_its_place_in_the_segment(shop: Shop) -> None:
    shop.sql(PEOPLE, "alter table raw_people alter number type double")
    shop.audience("people", AUDIENCE, segment="Readers")
    shop.dbt("run")
    shop.sync()
    changed(shop, "update raw_people set number = 'nan' where name = 'ann'")
    shop.sync()
    assert shop.members()[ANN]["tags"] == ["Readers"]
