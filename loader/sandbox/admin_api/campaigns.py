"""Campaigns, made, changed and deleted by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.problems import invalid_field
from loader.sandbox.state import lists
from loader.sandbox.state.campaigns import campaigns
from loader.sandbox.state.campaigns.campaigns import SENT, STATUSES, TYPES, Campaign
from loader.sandbox.timestamps import format_timestamp, parse_timestamp

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.database import Store

TEXTS = ("title", "subject_line")
CHOICES = {"type": TYPES, "status": STATUSES}
MOMENTS = ("create_time", "send_time")


def put_campaign(call: Call) -> Document:
    """Make a campaign, or change one; what is not sent stays.

    SANDBOX choice: a campaign that is sent has a `send_time`, which is now unless it is told, and
    one that is not sent has none.
    """
    wanted, store = call.document(), call.store
    with store.writing() as now:
        before = campaigns.find(store, call.path["campaign_id"])
        base = before or _new(call.path["campaign_id"], now)
        if "list_id" in wanted or not before:
            base = _with_list(store, base, str(wanted.get("list_id", "")))
        changed = base._replace(**_changes(wanted))  # type: ignore[arg-type]  # each was checked
        send_time = (changed.send_time or now) if changed.status == SENT else ""
        made = campaigns.save(store, changed._replace(send_time=send_time))
    shown = ("id", "list_id", *TEXTS, *CHOICES, *MOMENTS)
    document: Document = {name: getattr(made, name) for name in shown}
    return document | {"empty_activity": bool(made.empty_activity)}


def delete_campaign(call: Call) -> None:
    """Delete a campaign and everything that happened to it."""
    gone = campaigns.get(call.store, call.path["campaign_id"])
    with call.store.writing():
        campaigns.delete(call.store, gone)


def _new(campaign_id: str, now: str) -> Campaign:
    return Campaign(
        key=0,
        id=campaign_id,
        list_id="",
        list_name="",
        title=f"Campaign {campaign_id}",
        subject_line=f"Campaign {campaign_id}",
        type=TYPES[0],
        status=SENT,
        create_time=now,
        send_time="",
        empty_activity=1,
    )


def _with_list(store: Store, campaign: Campaign, list_id: str) -> Campaign:
    found = lists.find(store, list_id)
    if not found:
        raise invalid_field("list_id", "There is no list with this id.")
    return campaign._replace(list_id=found.id, list_name=found.name)


def _changes(wanted: Document) -> Document:
    changes: Document = {name: str(wanted[name]) for name in TEXTS if name in wanted}
    for name, choices in CHOICES.items():
        if name in wanted and wanted[name] not in choices:
            raise invalid_field(name, f"Value must be one of: {', '.join(choices)}")
        changes |= {name: wanted[name]} if name in wanted else {}
    for name in MOMENTS:
        if name in wanted:
            changes[name] = timestamp_in(wanted, name)
    if "empty_activity" in wanted:
        changes["empty_activity"] = int(wanted["empty_activity"] is True)
    return changes


def timestamp_in(sent: Document, name: str) -> str:
    """Return a moment of a document as the API writes it, or nothing where it has none."""
    text = str(sent.get(name) or "")
    found = parse_timestamp(text)
    if text and not found:
        raise invalid_field(name, "This value is not a valid datetime.")
    return format_timestamp(found) if found else ""
