"""What a sandbox holds, and what a pull brought of it, in the same words."""

import json
from collections import Counter
from typing import Any

from shop import Shop

WORDS = {
    "sent": ("sent", None),
    "open": ("opened", None),
    "click": ("clicked", None),
    "hard_bounce": ("bounced", "hard"),
    "soft_bounce": ("bounced", "soft"),
    "unsubscribe": ("unsubscribed", None),
    "abuse": ("complained", None),
}
Event = tuple[str, str, str, str, str | None, str | None]
PEOPLE = 2_070  # three pages that overlap, and one of 115 who are archived
STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "archived", "transactional")
AT = "@people.shop.de"


def person(place: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - as the sandbox takes it
    return {
        "email_address": f"person{place}{AT}",
        "status": STATUSES[place // 3 % 6] if place % 3 == 0 else "subscribed",
        "merge_fields": {"FNAME": f"Name {place}"},
        "tags": ["Even"] if place % 2 == 0 else [],
        "marketing_permissions": {"Email": place % 5 == 0},
        "vip": place % 7 == 0,
        "language": "de",
        **more,
    }


def with_everybody(shop: Shop) -> Shop:
    """The shop, when its list has people in every status, tags and permissions; dbt has run."""
    shop.sandbox.control("PUT", f"/lists/{shop.list_id}", {"marketing_permissions": ["Email"]})
    shop.sandbox.put(shop.list_id, *(person(place) for place in range(PEOPLE)))
    shop.sandbox.control("POST", "/clock", {"advance": 5})  # what changes in its second is unsure
    shop.audience("nobody", "select 'x@shop.de' as email_address, false as marketing_consent")
    shop.dbt("run")
    return shop


def campaign(shop: Shop, name: str, sent_at: str, **generated: Any) -> str:  # noqa: ANN401 - as the sandbox takes it
    """A campaign that was sent, with events; its id."""
    campaign_id = f"{shop.list_id}{name}"
    shop.sandbox.control(
        "PUT",
        f"/campaigns/{campaign_id}",
        {
            "list_id": shop.list_id,
            "title": name,
            "subject_line": f"About {name}",
            "status": "sent",
            "send_time": sent_at,
        },
    )
    if generated:
        shop.sandbox.control("POST", f"/campaigns/{campaign_id}/generate", generated)
    return campaign_id


def pull(shop: Shop, *options: str, exit_code: int = 0) -> list[dict[str, Any]]:
    """Run `loader pull`, which must end with this code; what it says of each list."""
    shop.forget_requests()
    ended = shop.loader("pull", "--json", "--select", shop.list_id, *options)
    if ended.exit_code != exit_code:
        raise AssertionError(f"exit code {ended.exit_code}: {ended.output}")
    # what it has read so far is told behind it, on standard error
    found: list[dict[str, Any]]
    found, _ = json.JSONDecoder().raw_decode(ended.output[ended.output.index("[") :])
    return found


def contacts_there(shop: Shop) -> set[tuple[Any, ...]]:
    """The contacts of the sandbox's list with all that they hold."""
    return {
        (
            one["email_address"],
            one["status"],
            one["contact_id"],
            one["language"],
            one["vip"],
            tuple(sorted(one["tags"])),
            json.dumps(filled(one["merge_fields"]), sort_keys=True),
            json.dumps(one["marketing_permissions"], sort_keys=True),
        )
        for one in shop.sandbox.members(shop.list_id)
    }


def contacts_here(shop: Shop) -> set[tuple[Any, ...]]:
    """The same from the warehouse."""
    rows = shop.query(f"select * from mailchimp_members where list_id = '{shop.list_id}'")
    found = {
        (
            row["email_address"],
            row["status"],
            row["contact_id"],
            row["language"],
            row["vip"],
            tuple(sorted(json.loads(row["tags"]))),
            json.dumps(filled(json.loads(row["merge_fields"])), sort_keys=True),
            json.dumps(json.loads(row["marketing_permissions"]), sort_keys=True),
        )
        for row in rows
    }
    if len(found) < len(rows):
        raise AssertionError("a contact is there twice")
    return found


def filled(fields: dict[str, Any]) -> dict[str, Any]:
    """Merge values without those that are empty."""
    return {tag: value for tag, value in fields.items() if value != ""}


def events_there(shop: Shop, *campaigns: str) -> Counter[Event]:
    """The events of campaigns in the sandbox."""
    found: Counter[Event] = Counter()
    for campaign in campaigns:
        for one in shop.sandbox.lines(f"/campaigns/{campaign}/events"):
            if one["action"] in WORDS:
                event, reason = WORDS[one["action"]]
                at = one["timestamp"].removesuffix("+00:00").replace("T", " ")
                reason = reason or (one.get("reason") if event != "complained" else None) or None
                key = (campaign, one["email_address"], event, at, one.get("url") or None, reason)
                found[key] += 1
    return found


def events_here(shop: Shop) -> Counter[Event]:
    """The same from the warehouse."""
    rows = shop.query(
        "select *, cast(date_trunc('second', occurred_at) as varchar) as at from mailchimp_events"
        f" where list_id = '{shop.list_id}'"
    )
    return Counter(
        (
            row["campaign_id"],
            row["email_address"],
            row["event"],
            row["at"],
            row["url"],
            row["reason"],
        )
        for row in rows
    )
