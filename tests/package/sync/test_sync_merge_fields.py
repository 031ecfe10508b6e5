"""Merge fields: made with the type of their column, or an error before the first write."""

from shop import Shop

PEOPLE = """
create table people as
select
    'ann@people.example.com' as email_address,
    'Ann' as fname,
    cast(1234.5 as decimal(10, 2)) as spent,
    7 as visits,
    date '2024-02-29' as since,
    timestamp '2024-03-01 23:59:59' as seen,
    true as is_vip,
    'gold' as plan,
    true as marketing_consent
"""
MADE = {
    "SPENT": "number",
    "VISITS": "number",
    "SINCE": "date",
    "SEEN": "date",
    "IS_VIP": "text",
    "PLAN": "text",
}
HELD = {
    "FNAME": "Ann",
    "SPENT": 1234.5,
    "VISITS": 7,
    "SINCE": "2024-02-29",
    "SEEN": "2024-03-01",
    "IS_VIP": "true",
    "PLAN": "gold",
}


def test_one_audience_fills_two_lists_with_the_fields_that_they_lack(shop: Shop) -> None:
    shop.sql(PEOPLE)
    other = shop.sandbox.new_list(merge_fields=[{"tag": "PLAN", "name": "Plan", "type": "text"}])
    mappings = [{"list_id": shop.list_id}, {"list_id": other, "segment": "Other readers"}]
    write(shop, "readers", mappings)
    before = fields(shop, shop.list_id)
    shop.dbt("run")
    shop.forget_requests()
    shop.sync()
    assert fields(shop, shop.list_id) == before | MADE
    assert fields(shop, other) == before | MADE
    assert shop.writes()["POST /lists/{list_id}/merge-fields"] == 6 + 5
    for list_id, tags in ((shop.list_id, []), (other, ["Other readers"])):
        (ann,) = shop.sandbox.members(list_id)
        assert {tag: value for tag, value in ann["merge_fields"].items() if value != ""} == HELD
        assert ann["tags"] == tags


def test_a_field_that_is_required_or_one_too_many_stops_before_the_first_write(
    shop: Shop,
) -> None:
    shop.sql(PEOPLE)
    full = shop.sandbox.new_list(merge_field_limit=8)
    shop.audience("requires", "select * from people", merge_fields="require", segment="Readers")
    shop.audience("too_many", "select * from people", list_id=full, segment="Readers")
    shop.dbt("run")
    shop.forget_requests()
    reports = {one["audience"]: one for one in shop.sync(exit_code=2)["audiences"]}
    assert shop.writes() == {}
    assert (
        "has no merge field SPENT, VISITS, SINCE, SEEN, IS_VIP, PLAN"
        in (reports["requires"]["message"])
    )
    assert "merge_fields: create" in reports["requires"]["message"]
    assert "has 4 of the 8 merge fields that the account allows" in reports["too_many"]["message"]

    shop.sandbox.control("PUT", f"/lists/{full}", {"merge_field_limit": 10})
    reports = {one["audience"]: one for one in shop.sync(exit_code=2)["audiences"]}
    assert (reports["requires"]["exit_code"], reports["too_many"]["exit_code"]) == (2, 0)
    assert shop.members() == {}
    assert len(shop.sandbox.members(full)) == 1
    shop.sync("--select", "too_many")


def write(shop: Shop, name: str, mappings: list[dict[str, str]]) -> None:
    """Write an audience that feeds several lists."""
    shop.audience(name, "")
    model = shop.folder / f"models/{name}.sql"
    model.write_text(
        f"{{{{ config(meta={{'mailchimp': {mappings!r}}}) }}}}\nselect * from people\n"
    )


def fields(shop: Shop, list_id: str) -> dict[str, str]:
    """The merge fields of a list and their types."""
    found = shop.sandbox.get(f"/lists/{list_id}/merge-fields", count=1000)["merge_fields"]
    return {one["tag"]: one["type"] for one in found}
