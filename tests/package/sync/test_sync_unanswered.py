"""A write whose answer was lost, and nothing after it: it may have been done."""

from shop import Shop


def test_who_was_told_before_the_key_was_revoked_is_known_as_ours(shop: Shop) -> None:
    shop.audience(
        "people_sent",
        "select 'ada@shop.de' as email_address",
        consent="assumed",
        on_leave="archive",
    )
    shop.dbt("run")
    path = "/lists/{list_id}"
    shop.sandbox.faults(
        {"kind": "reset_after", "at": 1, "method": "POST", "path": path},
        {"kind": "key_revoked", "at": 2, "method": "POST", "path": path},
    )
    try:
        shop.sync(exit_code=3)
    finally:
        shop.sandbox.faults()
        shop.sandbox.control("PUT", "/key", {"api_key": shop.sandbox.key})
    shop.sync()
    (row,) = shop.query("select * from loader_ledger")
    assert (row["pre_existing"], row["is_managed"], row["outcome"]) == (False, True, "accepted")
