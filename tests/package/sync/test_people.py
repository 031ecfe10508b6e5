from people import change_people, differences, least_writes, populate, settle_people, untouchable
from shop import Shop

PEOPLE = 1_500


def test_an_empty_list_ends_as_the_audience_is_and_again_after_a_day(shop: Shop) -> None:
    settle_people(shop, PEOPLE)
    shop.sync()
    assert differences(shop) == []
    change_people(shop)
    shop.sync()
    assert differences(shop) == []
    ended = shop.loader("verify", "--show", "3")
    assert ended.exit_code == 0, ended.output


def test_the_second_sync_needs_hardly_more_calls_than_there_can_be(shop: Shop) -> None:
    settle_people(shop, PEOPLE)
    shop.sync()
    change_people(shop)
    shop.forget_requests()
    least = least_writes(shop, set())
    shop.sync()
    assert sum(shop.writes().values()) <= least + 1  # adds and removes of a segment go apart


def test_a_third_sync_sends_no_write(shop: Shop) -> None:
    settle_people(shop, PEOPLE)
    shop.sync()
    shop.forget_requests()
    shop.sync()
    assert shop.writes() == {}


def test_only_who_changed_is_sent(shop: Shop) -> None:
    settle_people(shop, PEOPLE)
    (first,) = shop.sync()["audiences"]
    consenting = PEOPLE - PEOPLE // 7
    assert first["counts"]["upsert"]["accepted"] == consenting
    shop.sql("update raw_people set city = 'Moved' where person_id = 1")
    shop.dbt("run")
    shop.forget_requests()
    (second,) = shop.sync()["audiences"]
    assert (second["accepted"], second["counts"]["upsert"]["accepted"]) == (1, 1)
    assert shop.writes() == {"POST /lists/{list_id}": 1}
    assert shop.sandbox.requests()["contacts"] == 1
    assert differences(shop) == []


def test_nobody_is_moved_up_and_strangers_stay_as_they_are(shop: Shop) -> None:
    settle_people(shop, PEOPLE)
    before = populate(shop, 500, 200)
    shop.sync("--first")
    after = shop.members()
    strangers = [address for address in before if address.startswith("stranger")]
    assert [after[one] for one in strangers] == [before[one] for one in strangers]
    moved = {
        (before[one]["status"], after[one]["status"])
        for one in before
        if before[one]["status"] != after[one]["status"]
    }
    assert moved == set()
    assert differences(shop, apart_from=untouchable(shop, before)) == []


def test_everybody_held_is_listed_with_a_reason(shop: Shop) -> None:
    settle_people(shop, PEOPLE)
    before = populate(shop, 500, 200)
    shop.sync("--first")
    held = dict(shop.rejections("email_address", "reason"))
    wanted = {row["email"] for row in shop.query("select email from raw_people where consent")}
    refusing = {
        row["email"] for row in shop.query("select email from raw_people where not consent")
    }
    expected = {
        address: member["status"]
        for address, member in before.items()
        if address in wanted and member["status"] != "subscribed"
    }
    assert held == expected | dict.fromkeys(refusing, "no consent")


def test_a_day_later_the_populated_list_is_right_too(shop: Shop) -> None:
    settle_people(shop, PEOPLE)
    before = populate(shop, 500, 200)
    shop.sync("--first")
    change_people(shop)
    shop.sync()
    after = shop.members()
    strangers = {address for address in before if address.startswith("stranger")}
    assert all(after[one] == before[one] for one in strangers)
    # who was there before is not ours: leaving the audience does not take them off the list
    theirs = set(before)
    assert differences(shop, apart_from=theirs) == []
    up = {
        one
        for one in before
        if after[one]["status"] == "subscribed" and before[one]["status"] != "subscribed"
    }
    assert up == set()
