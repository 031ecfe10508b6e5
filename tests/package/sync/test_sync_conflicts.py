"""Two audiences of one list that want different values for a field of one contact."""

from shop import Shop

ADA, BOB, EVE, KIM = (f"{name}@people.example.com" for name in ("ada", "bob", "eve", "kim"))
REASON = "readers and regulars want different values for FNAME"


def two_audiences(shop: Shop) -> None:
    shop.sql(
        f"""
        create table people as select * from (values
            ('{ADA}', 'Ada', 1), ('{BOB}', 'Bob', 2), ('{EVE}', 'Eve', 3)
        ) as people (email_address, fname, visits)
        """,
        f"""
        create table others as select * from (values
            ('{ADA}', 'Ada', 'A'), ('{BOB}', 'Robert', 'B'), ('{KIM}', 'Kim', 'K')
        ) as others (email_address, fname, lname)
        """,
    )
    for name, table in (("readers", "people"), ("regulars", "others")):
        shop.audience(name, f"select *, true as marketing_consent from {table}", segment=name)


def invalid(shop: Shop) -> list[tuple[object, ...]]:
    return shop.rejections("audience", "email_address", "outcome", "reason")


def test_a_contact_that_two_audiences_want_otherwise_is_invalid_in_both(shop: Shop) -> None:
    two_audiences(shop)
    shop.dbt("run")
    shop.sync()
    assert set(shop.members()) == {ADA, EVE, KIM}
    assert invalid(shop) == [
        ("readers", BOB, "invalid", REASON),
        ("regulars", BOB, "invalid", REASON),
    ]
    # where they agree, each fills what the other does not name
    assert shop.members()[ADA]["merge_fields"] == {"FNAME": "Ada", "LNAME": "A", "VISITS": 1}


def test_a_conflict_keeps_what_was_there_and_ends_when_they_agree(shop: Shop) -> None:
    two_audiences(shop)
    shop.sql("update others set fname = 'Bob' where lname = 'B'")
    shop.dbt("run")
    shop.sync()
    shop.sql("update others set fname = 'Robert' where lname = 'B'")
    shop.dbt("run")
    shop.forget_requests()
    shop.sync()
    assert shop.writes() == {}
    bob = shop.members()[BOB]
    assert (bob["merge_fields"]["FNAME"], sorted(bob["tags"])) == ("Bob", ["readers", "regulars"])

    shop.sql("update people set fname = 'Robert' where fname = 'Bob'")
    shop.dbt("run")
    shop.sync()
    assert shop.members()[BOB]["merge_fields"]["FNAME"] == "Robert"
    assert invalid(shop) == []


def test_who_refuses_in_one_of_them_is_no_conflict_and_is_unsubscribed(shop: Shop) -> None:
    two_audiences(shop)
    shop.sql("update others set fname = 'Bob' where lname = 'B'")
    shop.dbt("run")
    shop.sync()
    shop.sql("update people set fname = 'Robert' where fname = 'Bob'")
    shop.audience(
        "regulars", "select *, lname <> 'B' as marketing_consent from others", segment="regulars"
    )
    shop.dbt("run")
    shop.sync()
    assert shop.members()[BOB]["status"] == "unsubscribed"


def test_an_audience_that_is_gone_or_switched_off_wants_no_values(shop: Shop) -> None:
    two_audiences(shop)
    shop.dbt("run")
    assert len(shop.query("from loader_conflicts")) == 2
    shop.remove("regulars")
    shop.dbt("run")
    shop.sync()
    assert shop.query("from loader_conflicts") == []
    assert shop.members()[BOB]["merge_fields"]["FNAME"] == "Bob"


def test_of_many_who_disagree_the_reason_names_a_few_and_each_is_invalid(shop: Shop) -> None:
    names = [f"audience_{place}" for place in range(6)]
    shared = ", ".join(f"'{{place}}' as name_{letter}" for letter in "abcde")
    select = f"select '{BOB}' as email_address, true as marketing_consent, {shared}"
    for place, name in enumerate(names):
        shop.audience(name, select.format(place=place))
    shop.audience("other_names", f"select '{BOB}' as email_address, true as marketing_consent")
    shop.dbt("run")
    shop.sync()
    (reason,) = {row["reason"] for row in shop.query("from loader_conflicts")}
    assert reason == (
        "audience_0, audience_1, audience_2 and 3 more"
        " want different values for NAME_A, NAME_B, NAME_C and 2 more"
    )
    assert [row[0] for row in invalid(shop)] == names
    assert shop.members()[BOB]["merge_fields"] == {}  # who names no field has no part in it


def test_what_an_audience_writes_to_no_contact_is_no_part_of_a_conflict(shop: Shop) -> None:
    two_audiences(shop)
    shop.audience(
        "regulars", "select *, true as marketing_consent from others", contacts="none", segment="R"
    )
    shop.dbt("run")
    shop.sync()
    assert shop.query("from loader_conflicts") == []
    assert shop.members()[BOB]["merge_fields"]["FNAME"] == "Bob"
