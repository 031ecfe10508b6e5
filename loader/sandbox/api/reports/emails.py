"""What the recipients of a campaign did, mail by mail."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from loader.sandbox.api.reports import reports
from loader.sandbox.api.reports.rows import Rows, page
from loader.sandbox.state.campaigns import recipients

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.campaigns.campaigns import Campaign
    from loader.sandbox.state.campaigns.recipients import Recipient
    from loader.sandbox.state.database import Row

EMAILS = "emails"
BOUNCES = {"hard_bounce": "hard", "soft_bounce": "soft"}
ACTIONS = ("open", "click", *BOUNCES)
MOST = 1000  # opens, and clicks, of one recipient


def activity(call: Call) -> Document:
    """Marketing API, List email activity: opens, clicks and bounces, and never who was sent to.

    SANDBOX choice: a recipient without activity has an empty array, with `since` too, unless the
    admin API says that such a recipient is left out; of more than 1,000 opens or clicks of a
    recipient the earliest are shown.
    """
    campaign, query = reports.get(call), call.query
    since = query.since("since")
    people: list[Recipient] = []
    if not campaign.empty_activity:
        total = recipients.how_many_active(call.store, campaign, "last_activity", since)
        part = (query.count, query.offset)
        people = recipients.active(call.store, campaign, "last_activity", since, part)
    else:
        total = campaign.recipients
        people = recipients.page(call.store, campaign, query.count, query.offset)
    return page(call, campaign, EMAILS, _rows(call, campaign, people, since), total)


def _rows(call: Call, campaign: Campaign, people: list[Recipient], since: str) -> list[Document]:
    if not call.query.fields.wants(EMAILS):
        return []
    rows = Rows(call, campaign, EMAILS)
    done: dict[int, list[Document]] = {}
    counts: Counter[tuple[int, str]] = Counter()
    numbers = [each.number for each in people]
    for event in recipients.events(call.store, campaign, numbers, ACTIONS, since):
        counts[event[:2]] += 1
        if event[1] in BOUNCES or counts[event[:2]] <= MOST:
            done.setdefault(event[0], []).append(_activity(event))
    return [
        {**rows.start(each), "activity": done.get(each.number, []), "_links": []} for each in people
    ]


def _activity(event: Row) -> Document:
    """Show one event. SANDBOX choice: a key that means nothing for the action is left out."""
    _, action, timestamp, url, ip = event
    bounce = BOUNCES.get(action)
    document: Document = {"action": "bounce" if bounce else action, "timestamp": timestamp}
    if bounce:
        document["type"] = bounce
    if action == "click":
        document["url"] = url
    if ip:
        document["ip"] = ip
    return document
