"""Interests and marketing permissions, by their names in Mailchimp."""

from typing import Any

import pytest

from shop import Shop

AT = "@people.example.com"
GROUPS = [
    {"title": "News", "interests": ["Sports", "Café & more"]},
    {"title": "Region", "interests": ["North", "Sports"]},
]
PERMISSIONS = ["Email", "Direct mail"]


def settle(shop: Shop, **settings: Any) -> None:  # noqa: ANN401 - of a list
    shop.sandbox.control("PUT", f"/lists/{shop.list_id}", settings)
    shop.sql(
        "create table people as select * from (values"
        f" ('ada{AT}', true, true), ('bob{AT}', false, null)) as rows (email_address, one, other)"
    )


def audience(shop: Shop, columns: str, **mailchimp: Any) -> None:  # noqa: ANN401 - any configuration
    shop.audience(
        "people_sent",
        f"select email_address, true as marketing_consent, {columns} from people",
        **mailchimp,
    )
    shop.dbt("run")
    shop.forget_requests()


def shown(shop: Shop, what: str) -> dict[str, dict[str, bool]]:
    return {key.removesuffix(AT): one[what] for key, one in shop.members().items()}


def test_interests_are_switched_by_name_in_the_calls_of_the_contacts(shop: Shop) -> None:
    settle(shop, interest_categories=GROUPS)
    audience(shop, "{'Café & more': one, 'FNAME': null::boolean} as interests")
    ended = shop.loader("sync")
    assert (ended.exit_code, shop.writes()) == (2, {})
    assert "has no interest 'FNAME'" in ended.output
    audience(shop, "'x' as fname, {'Café & more': one, 'news: sports': other} as interests")
    shop.sync()
    # the field that the first model made came with it
    assert shop.writes() == {"POST /lists/{list_id}": 1}
    off = {"News: Sports": False, "Café & more": False, "North": False, "Region: Sports": False}
    assert shown(shop, "interests") == {
        "ada": off | {"Café & more": True, "News: Sports": True},
        "bob": off,
    }


def test_what_a_row_does_not_say_of_an_interest_stays_as_it_is(shop: Shop) -> None:
    settle(shop, interest_categories=GROUPS)
    shop.sandbox.put(
        shop.list_id,
        {
            "email_address": f"bob{AT}",
            "status": "subscribed",
            "interests": ["Café & more", "North"],
        },
    )
    audience(shop, "{'Café & more': one, 'North': other} as interests")
    shop.sync("--first")
    bob = shown(shop, "interests")["bob"]
    assert (bob["Café & more"], bob["North"]) == (False, True)


def test_a_name_that_is_in_two_groups_has_to_say_which(shop: Shop) -> None:
    settle(shop, interest_categories=GROUPS)
    audience(shop, "{'Sports': one} as interests")
    ended = shop.loader("sync")
    assert (ended.exit_code, shop.writes()) == (2, {})
    assert "region: sports" in ended.output


def test_permissions_are_told_contact_by_contact_and_only_when_they_change(shop: Shop) -> None:
    settle(shop, marketing_permissions=PERMISSIONS)
    columns = "{'Email': one, 'direct mail': other} as marketing_permissions, 'x' as fname"
    audience(shop, columns)
    shop.sync()
    assert shown(shop, "marketing_permissions") == {
        "ada": {"Email": True, "Direct mail": True},
        "bob": {"Email": False, "Direct mail": False},
    }
    single = "PATCH /lists/{list_id}/members/{subscriber_hash}"
    assert shop.writes() == {"POST /lists/{list_id}": 1, single: 2}
    audience(shop, columns.replace("'x'", "'y'"))
    shop.sync()
    assert shop.writes() == {"POST /lists/{list_id}": 1}
    shop.sql(f"update people set one = false where email_address = 'ada{AT}'")
    shop.dbt("run")
    shop.forget_requests()
    shop.sync()
    assert shop.writes() == {single: 1}
    assert shown(shop, "marketing_permissions")["ada"] == {"Email": False, "Direct mail": True}


@pytest.mark.parametrize("settings", [{}, {"marketing_permissions": ["Email"]}])
def test_permissions_that_the_list_has_not_stop_the_audience(
    shop: Shop, settings: dict[str, Any]
) -> None:
    settle(shop, **settings)
    shop.sandbox.put(shop.list_id, {"email_address": f"zoe{AT}", "status": "subscribed"})
    audience(shop, "{'Email': one, 'Telephone': other} as marketing_permissions")
    ended = shop.loader("sync", "--first")
    assert (ended.exit_code, shop.writes()) == (2, {})
    assert "no marketing permission" in ended.output


def test_nobody_who_refuses_is_told_of(shop: Shop) -> None:
    settle(shop, marketing_permissions=PERMISSIONS)
    shop.audience(
        "people_sent",
        "select email_address, one as marketing_consent, {'Email': one} as marketing_permissions"
        " from people",
    )
    shop.dbt("run")
    shop.sync()
    assert set(shop.members()) == {f"ada{AT}"}


def test_two_audiences_that_want_different_permissions_send_neither(shop: Shop) -> None:
    settle(shop, marketing_permissions=PERMISSIONS)
    for name, said in (("first", "true"), ("second", "false")):
        shop.audience(
            name,
            "select email_address, true as marketing_consent,"
            f" {{'Email': {said}}} as marketing_permissions from people",
        )
    shop.dbt("run")
    shop.sync()
    assert shop.members() == {}
    (reasons,) = {reason for (reason,) in shop.rejections("reason")}
    assert reasons == "first and second want different values for Email"


def test_what_a_person_does_not_permit_any_more_is_told_also_without_consent(shop: Shop) -> None:
    settle(shop, marketing_permissions=PERMISSIONS)
    shop.audience(
        "people_sent",
        "select email_address, one as marketing_consent,"
        " {'Email': one, 'Direct mail': one} as marketing_permissions from people",
    )
    shop.dbt("run")
    shop.sync()
    shop.sql("update people set one = false")
    shop.dbt("run")
    shop.sync()
    ada = shop.members()[f"ada{AT}"]
    assert ada["status"] == "unsubscribed"
    assert ada["marketing_permissions"] == {"Email": False, "Direct mail": False}
    shop.forget_requests()
    shop.sync()
    assert shop.writes() == {}


def test_what_a_person_switched_off_in_mailchimp_stays_off_when_another_changes(
    shop: Shop,
) -> None:
    settle(shop, marketing_permissions=PERMISSIONS)
    audience(shop, "{'Email': true, 'Direct mail': other} as marketing_permissions")
    shop.sync()
    shop.sandbox.put(
        shop.list_id, {"email_address": f"ada{AT}", "marketing_permissions": {"Email": False}}
    )
    shop.sql("update people set other = false")
    shop.dbt("run")
    shop.sync()
    assert shown(shop, "marketing_permissions")["ada"] == {"Email": False, "Direct mail": False}


def test_an_audience_that_writes_permissions_alone_may_not_contradict_another(shop: Shop) -> None:
    settle(shop, marketing_permissions=PERMISSIONS)
    for name, said, contacts in (("first", "true", "upsert"), ("second", "false", "none")):
        shop.audience(
            name,
            "select email_address, true as marketing_consent,"
            f" {{'Email': {said}}} as marketing_permissions from people",
            contacts=contacts,
        )
    shop.dbt("run")
    reasons = {row["reason"] for row in shop.query("from loader_conflicts")}
    assert reasons == {"first and second want different values for Email"}
