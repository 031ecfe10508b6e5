"""What one contact did lately, whatever the campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.http.request_contacts import get_member
from loader.sandbox.problems import invalid_field
from loader.sandbox.state import lists
from loader.sandbox.state.campaigns import contact_activity
from loader.sandbox.state.contacts.member_json import CONTACT_ID

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.database import Row

MOST = 50
ACTIONS = {  # what the API calls them, and what we do
    "abuse": ("abuse",),
    "bounce": ("hard_bounce", "soft_bounce"),
    "click": ("click",),
    "open": ("open",),
    "sent": ("sent",),
    "unsub": ("unsubscribe",),
    "ecomm": (),
}
NAMES = {ours: name for name, every in ACTIONS.items() for ours in every}


def recent(call: Call) -> Document:
    """Marketing API, View recent activity 50: complaints are among it.

    SANDBOX choice: the latest comes first, `total_items` counts those that are not shown too, an
    unknown action is refused, and a bounce does not say whether it is hard.
    """
    list_row = lists.get(call.store, call.path["list_id"])
    member = get_member(call, list_row)
    actions = _actions(call)
    rows = contact_activity.latest(call.store, member.subscriber_hash, list_row.id, actions, MOST)
    document: Document = {
        "activity": [_event(row) for row in rows],
        "email_id": member.subscriber_hash,
        "contact_id": f"{CONTACT_ID}{member.id:026x}",
        "list_id": list_row.id,
        "total_items": contact_activity.how_many(
            call.store, member.subscriber_hash, list_row.id, actions
        ),
        "_links": [],
    }
    return call.query.fields.apply(document)


def _actions(call: Call) -> list[str]:
    asked = [each.strip() for each in call.query.text("action").split(",") if each.strip()]
    if not ACTIONS.keys() >= set(asked):
        raise invalid_field("action", f"Value must be one of: {', '.join(ACTIONS)}")
    return [ours for name in asked or ACTIONS for ours in ACTIONS[name]]


def _event(row: Row) -> Document:
    action, timestamp, url, campaign_id, title, kind = row
    document: Document = {
        "action": NAMES[action],
        "timestamp": timestamp,
        "type": kind,
        "campaign_id": campaign_id,
        "title": title,
        "parent_campaign": "",
    }
    return document | ({"url": url} if action == "click" else {})
