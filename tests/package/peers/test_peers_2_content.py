"""What five other products offer, row by row, and how it is done here: what is sent, and when."""

from dbt_process import PROJECT
from shop import Shop
from tests.package.options.catalogue import AT, contacts, people, shown

ALL = "select * from people"
BATCH, MEMBERS = "POST /lists/{list_id}", "POST /lists/{list_id}/segments/{segment_id}"
DEFAULTS = """
    campaigns:
      +meta:
        mailchimp_defaults: {segment: Campaigns, on_leave: archive, nulls: clear}
"""


def day(shop: Shop, *options: str, exit_code: int = 0) -> dict[str, dict[str, int]]:
    """Run dbt and the loader; what became of the rows of the first audience, by action."""
    shop.dbt("run")
    shop.forget_requests()
    report = shop.sync(*options, exit_code=exit_code)
    counts: dict[str, dict[str, int]] = report["audiences"][0]["counts"]
    return counts


def test_08_only_who_changed_since_the_last_run_is_sent(shop: Shop) -> None:
    shop.sql(
        f"create table people as select 'p' || range || '{AT}' as email_address,"
        " 'Before' as fname, true as marketing_consent from range(2000)"
    )
    shop.audience("readers", ALL)
    assert day(shop) == {"upsert": {"accepted": 2000}}
    shop.sql(f"update people set fname = 'After' where email_address = 'p7{AT}'")
    assert day(shop) == {"upsert": {"accepted": 1}}
    assert shop.writes() == {BATCH: 1}
    assert contacts(shop.sandbox, shop.list_id)["p7"]["merge_fields"]["FNAME"] == "After"


def test_09_segments_lifecycles_static_text_and_other_names_are_fields_or_tags(
    shop: Shop,
) -> None:
    shop.audience(
        "readers",
        """
        select email_address, marketing_consent, 'Spring fair' as source,
            case when orders > 1 then 'Regular' else 'New' end as lifecycle,
            case segment when 'hv' then 'High value' else segment end as segment,
            [segment, 'Shop'] as tags
        from people
        """,
    )
    people(shop, "'ada', 3, 'hv'", "'bob', 1, 'other'", columns="orders, segment")
    day(shop)
    there = contacts(shop.sandbox, shop.list_id)
    assert shown(there, "SOURCE") == {"ada": "Spring fair", "bob": "Spring fair"}
    assert shown(there, "LIFECYCLE") == {"ada": "Regular", "bob": "New"}
    assert shown(there, "SEGMENT") == {"ada": "High value", "bob": "other"}
    assert shown(there, "tags") == {"ada": ["Shop", "hv"], "bob": ["Shop", "other"]}


def test_10_a_text_of_more_than_255_bytes_is_invalid_said_and_counted_and_never_cut(
    shop: Shop,
) -> None:
    shop.audience("readers", ALL)
    people(shop, "'ada', repeat('x', 255)", "'bob', repeat('x', 256)")
    assert day(shop) == {"upsert": {"accepted": 1, "invalid": 1}}
    there = contacts(shop.sandbox, shop.list_id)
    assert shown(there, "FNAME") == {"ada": "x" * 255}
    assert shop.rejections("email_address", "outcome", "reason") == [
        (f"bob{AT}", "invalid", "fname has more than 255 bytes")
    ]


def test_11_a_segment_of_the_audiences_name_is_kept_in_step_with_who_is_on_the_list(
    shop: Shop,
) -> None:
    names = ("ada", "bob", "cy")
    shop.sandbox.put(shop.list_id, *({"email_address": name + AT} for name in names))
    shop.audience("readers", "select email_address from people", contacts="none", segment=True)
    people(shop, "'ada', 1", "'bob', 1", "'nobody', 1")
    day(shop, "--first")
    tags = shown(contacts(shop.sandbox, shop.list_id), "tags")
    assert tags == {"ada": ["readers"], "bob": ["readers"], "cy": []}
    people(shop, "'ada', 1", "'cy', 1", "'nobody', 1")
    assert day(shop)["segment_remove"] == {"accepted": 1}
    tags = shown(contacts(shop.sandbox, shop.list_id), "tags")
    assert tags == {"ada": ["readers"], "bob": [], "cy": ["readers"]}


def test_12_defaults_are_said_once_on_a_folder_and_overridden_key_by_key(shop: Shop) -> None:
    (shop.folder / "dbt_project.yml").write_text(PROJECT + DEFAULTS.lstrip("\n"))
    other = shop.sandbox.new_list()
    (shop.folder / "models" / "campaigns").mkdir(parents=True)
    shop.audience("campaigns/spring", ALL)
    shop.audience("campaigns/autumn", ALL, list_id=other, segment="Autumn")
    people(shop, "'ada', 'Ada'", "'bob', 'Bob'")
    day(shop)
    people(shop, "'ada', null::varchar")
    day(shop)
    for list_id, segment in ((shop.list_id, "Campaigns"), (other, "Autumn")):
        there = contacts(shop.sandbox, list_id)
        assert shown(there, "tags") == {"ada": [segment], "bob": []}
        assert shown(there, "status") == {"ada": "subscribed", "bob": "archived"}
        assert shown(there, "FNAME")["ada"] is None


def test_13_an_audience_is_sent_once_by_hand_or_every_two_hours(shop: Shop) -> None:
    other = shop.sandbox.new_list()
    shop.audience("by_hand", ALL)
    shop.audience("regular", ALL, list_id=other, schedule="0 */2 * * *")
    people(shop, "'ada', 'Ada'")
    day(shop, "--due")
    assert names(shop, other) == [None, "Ada"]
    shop.sync("--select", "by_hand")
    people(shop, "'ada', 'Augusta'")
    # the clock may strike while this test runs; then one that had its turn a minute ago is due
    shop.sql("update loader_runs set started_at = started_at + interval 1 minute")
    shop.dbt("run")
    shop.sync("--due")
    assert names(shop, other) == ["Ada", "Ada"]
    shop.sql("update loader_runs set started_at = started_at - interval 3 hours")
    shop.sync("--due")
    assert names(shop, other) == ["Ada", "Augusta"]


def names(shop: Shop, other: str) -> list[str | None]:
    """What Ada is called on the shop's list and on another one."""
    both = (contacts(shop.sandbox, one) for one in (shop.list_id, other))
    return [shown(there, "FNAME").get("ada") for there in both]


def test_14_who_has_no_address_is_not_sent_and_is_recorded(shop: Shop) -> None:
    shop.audience(
        "readers", "select person_id, address as email_address, marketing_consent from people"
    )
    rows = (f"'x', 'p1', 'ada{AT}'", "'x', 'p2', null", "'x', 'p3', 'not an address'")
    people(shop, *rows, columns="person_id, address")
    assert day(shop) == {"upsert": {"accepted": 1, "invalid": 2}}
    assert set(contacts(shop.sandbox, shop.list_id)) == {"ada"}
    assert sorted(shop.rejections("person_id", "outcome", "reason")) == [
        ("p2", "invalid", "no address"),
        ("p3", "invalid", "malformed address"),
    ]
