"""What an audience put in a place that it no longer has stays until somebody retires it."""

from typing import Any

from shop import Shop

ADA, BOB, EVE, OLD = (f"{name}@people.example.com" for name in ("ada", "bob", "eve", "old"))
PEOPLE = f"""
    create table people as select * from (values
        ('{ADA}', 'Ada'), ('{BOB}', 'Bob'), ('{OLD}', 'Old')
    ) as people (email_address, fname)
"""
SELECT = "select *, true as marketing_consent from people"


def synced(shop: Shop, **mailchimp: Any) -> None:  # noqa: ANN401 - any configuration
    """An audience of three people that was sent; one of them was on the list before."""
    shop.sql(PEOPLE)
    shop.sandbox.put(shop.list_id, {"email_address": OLD, "status": "subscribed"})
    shop.audience("readers", SELECT, **{"segment": "Readers", "on_leave": "archive"} | mailchimp)
    shop.dbt("run")
    shop.sync("--first")


def retire(shop: Shop, *arguments: str, exit_code: int = 0) -> str:
    ended = shop.loader("retire", "readers", *arguments)
    assert ended.exit_code == exit_code, ended.output
    return ended.output


def statuses(shop: Shop) -> dict[str, tuple[str, list[str]]]:
    return {name: (one["status"], one["tags"]) for name, one in shop.members().items()}


SENT = {
    ADA: ("subscribed", ["Readers"]),
    BOB: ("subscribed", ["Readers"]),
    OLD: ("subscribed", ["Readers"]),
}


def segments(shop: Shop) -> set[str]:
    found = shop.sandbox.get(f"/lists/{shop.list_id}/segments?count=100")["segments"]
    return {one["name"] for one in found}


def test_a_deleted_audience_leaves_everything_until_it_is_retired(shop: Shop) -> None:
    synced(shop)
    shop.remove("readers")
    shop.sql("create table few as from people limit 1")
    shop.audience("rest", "select *, true as marketing_consent from few")
    shop.dbt("run")
    shop.sync("--first")
    assert statuses(shop) == SENT

    retire(shop)
    # Ada is wanted by another audience, and Old was there before
    assert statuses(shop) == {
        ADA: ("subscribed", []),
        BOB: ("archived", []),
        OLD: ("subscribed", []),
    }
    assert "Readers" not in segments(shop)
    shop.forget_requests()
    assert "nothing in a place" in retire(shop, exit_code=2)
    shop.sync()
    assert shop.writes() == {}
    acks = shop.query("select distinct action from loader_acks where audience = 'readers'")
    assert {row["action"] for row in acks} == {"upsert", "segment_add", "segment_remove", "archive"}


def test_who_comes_back_after_it_was_retired_begins_a_new_list_with_everybody(shop: Shop) -> None:
    synced(shop, on_leave="unsubscribe")
    shop.remove("readers")
    shop.audience("others", SELECT, list_id=shop.sandbox.new_list())
    shop.dbt("run")
    retire(shop)
    assert statuses(shop) == {
        ADA: ("unsubscribed", []),
        BOB: ("unsubscribed", []),
        OLD: ("subscribed", []),
    }
    shop.sandbox.control("DELETE", f"/lists/{shop.list_id}")
    new = shop.sandbox.new_list()
    shop.audience("readers", SELECT, list_id=new, segment="Readers", on_leave="unsubscribe")
    shop.dbt("run")
    shop.sync()
    members = {one["email_address"]: one for one in shop.sandbox.members(new)}
    assert {key: one["merge_fields"]["FNAME"] for key, one in members.items()} == {
        ADA: "Ada",
        BOB: "Bob",
        OLD: "Old",
    }
    joined = {"upsert": 3, "segment_add": 3}
    assert acknowledged(shop, new) == joined
    assert acknowledged(shop, shop.list_id) == joined | {"segment_remove": 3, "unsubscribe": 2}


def acknowledged(shop: Shop, list_id: str) -> dict[str, int]:
    """The acknowledgements of a list, by action."""
    rows = shop.query(
        "select action, count(*) as rows from loader_acks"
        f" where list_id = '{list_id}' group by action"
    )
    return {row["action"]: row["rows"] for row in rows}


def test_on_leave_overrules_the_model_that_is_gone(shop: Shop) -> None:
    for on_leave, status in (("keep", "subscribed"), ("unsubscribe", "unsubscribed")):
        place = shop.sandbox.new_list()
        shop.sql("drop table if exists people", PEOPLE)
        shop.audience("readers", SELECT, list_id=place, on_leave="archive")
        shop.dbt("run")
        shop.sync()
        shop.remove("readers")
        shop.audience("other", f"{SELECT} limit 0", list_id=shop.list_id)
        shop.dbt("run")
        retire(shop, "--on-leave", on_leave)
        assert {one["status"] for one in shop.sandbox.members(place)} == {status}


def test_a_changed_segment_keeps_its_people_until_it_is_retired(shop: Shop) -> None:
    synced(shop)
    shop.sandbox.put(
        shop.list_id, {"email_address": EVE, "status": "subscribed", "tags": ["Readers"]}
    )
    shop.audience("readers", SELECT, segment="Subscribers", on_leave="archive")
    shop.dbt("run")
    shop.sync()
    assert statuses(shop)[ADA] == ("subscribed", ["Readers", "Subscribers"])

    retire(shop)
    assert statuses(shop)[ADA] == ("subscribed", ["Subscribers"])
    # whom somebody else tagged by hand stays, and so does the segment
    assert statuses(shop)[EVE] == ("subscribed", ["Readers"])
    assert "Readers" in segments(shop)


def test_a_changed_list_keeps_its_people_until_it_is_retired(shop: Shop) -> None:
    synced(shop)
    other = shop.sandbox.new_list()
    shop.audience("readers", SELECT, segment="Readers", on_leave="archive", list_id=other)
    shop.dbt("run")
    shop.sync()
    assert statuses(shop) == SENT
    assert len(shop.sandbox.members(other)) == 3

    retire(shop)
    assert statuses(shop) == {
        ADA: ("archived", []),
        BOB: ("archived", []),
        OLD: ("subscribed", []),
    }
    assert {one["status"] for one in shop.sandbox.members(other)} == {"subscribed"}

    # back on its first list, those whom we archived are ours to bring back
    shop.audience("readers", SELECT, segment="Readers", on_leave="archive")
    shop.dbt("run")
    shop.sync()
    assert statuses(shop) == SENT


def test_a_renamed_audience_goes_on_and_the_old_name_takes_nobody_along(shop: Shop) -> None:
    synced(shop)
    shop.remove("readers")
    shop.audience(
        "subscribers", f"{SELECT} where fname <> 'Bob'", segment="Readers", on_leave="archive"
    )
    shop.dbt("run")
    shop.sync("--first")
    assert statuses(shop) == SENT

    retire(shop)
    assert statuses(shop) == {**SENT, BOB: ("archived", [])}
    shop.sql("delete from people where fname = 'Ada'")
    shop.dbt("run")
    shop.sync()
    assert statuses(shop)[ADA] == ("archived", [])  # ours still, under the new name


def test_a_retirement_is_behind_the_fuse_and_what_is_named_stays(shop: Shop) -> None:
    shop.sql(
        "create table people as"
        " select 'p' || range || '@people.example.com' as email_address from range(11)"
    )
    shop.audience("readers", SELECT, on_leave="unsubscribe")
    shop.audience("other", f"{SELECT} limit 0")
    shop.dbt("run")
    shop.sync()
    assert "nothing in a place" in retire(shop, exit_code=2)
    assert "never was" in shop.loader("retire", "nobody").output

    shop.remove("readers")
    shop.dbt("run")
    shop.forget_requests()
    assert "11 of 11 contacts would leave" in retire(shop, exit_code=5)
    assert shop.writes() == {}
    retire(shop, "--force-leave")
    assert {one["status"] for one in shop.members().values()} == {"unsubscribed"}
    (run,) = shop.query("from loader_runs order by started_at desc limit 1")
    assert run["options"] == '["retire","force_leave"]'


def test_a_segment_that_somebody_deleted_is_nothing_to_empty(shop: Shop) -> None:
    synced(shop)
    (segment,) = shop.sandbox.get(f"/lists/{shop.list_id}/segments")["segments"]
    shop.sandbox.must("DELETE", f"/lists/{shop.list_id}/segments/{segment['id']}")
    shop.audience("readers", SELECT, on_leave="archive")
    shop.dbt("run")
    retire(shop)
    assert {status for status, _ in statuses(shop).values()} == {"subscribed"}


def test_a_list_that_was_deleted_is_forgotten_when_that_is_said_and_the_others_are_emptied(
    shop: Shop,
) -> None:
    lost, sql = shop.sandbox.new_list(), "select 'ada@shop.de' as email_address"
    shop.audience("others", "select 'bob@shop.de' as email_address", consent="assumed")
    shop.audience("readers", sql, list_id=lost, segment="Readers", consent="assumed")
    shop.dbt("run")
    shop.sync()
    shop.sandbox.control("DELETE", f"/lists/{lost}")
    shop.audience("readers", sql, consent="assumed")
    shop.dbt("run")
    shop.sync("--first")
    shop.remove("readers")
    shop.dbt("run")
    ended = shop.loader("retire", "readers", "--on-leave", "unsubscribe")
    assert ended.exit_code == 3
    assert "--list-deleted" in ended.output
    assert shop.members()["ada@shop.de"]["status"] == "unsubscribed"
    ended = shop.loader("retire", "readers", "--list-deleted")
    assert ended.exit_code == 0, ended.output
    assert shop.query("from loader_ledger where audience = 'readers' and sent") == []
    assert len(shop.query(f"from loader_acks where list_id = '{lost}'")) > 0
