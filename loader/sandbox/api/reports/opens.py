"""Who opened a campaign, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.api.reports import reports
from loader.sandbox.api.reports.rows import Rows, page
from loader.sandbox.state.campaigns import recipients

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.campaigns.campaigns import Campaign
    from loader.sandbox.state.campaigns.recipients import Recipient

MEMBERS = "members"
TOTAL = """
SELECT count(*) FROM campaign_events WHERE campaign_key = ? AND action = 'open' AND timestamp > ?
"""


def details(call: Call) -> Document:
    """Marketing API, List campaign open details.

    SANDBOX choice: with `since` a member has the later opens only, and `opens_count` counts those.
    """
    campaign, query = reports.get(call), call.query
    since = query.since("since")
    people = _people(call, campaign, since)
    shown = _rows(call, campaign, people, since) if query.fields.wants(MEMBERS) else []
    total = recipients.how_many_active(call.store, campaign, "last_open", since)
    answer = page(call, campaign, MEMBERS, shown, total)
    if query.fields.wants("total_opens"):
        answer["total_opens"] = call.store.count(TOTAL, (campaign.key, since))
    return answer


def _people(call: Call, campaign: Campaign, since: str) -> list[Recipient]:
    """Return the page. SANDBOX choice: sorted by count, it is by all opens, and most come last."""
    query, part = call.query, (call.query.count, call.query.offset)
    if query.choice("sort_field", ("opens_count",)):
        direction = query.choice("sort_dir", ("ASC", "DESC")) or "ASC"
        return recipients.by_opens(call.store, campaign, direction, since, part)
    return recipients.active(call.store, campaign, "last_open", since, part)


def _rows(call: Call, campaign: Campaign, people: list[Recipient], since: str) -> list[Document]:
    rows = Rows(call, campaign, MEMBERS)
    rows.read(people)
    opens: dict[int, list[Document]] = {each.number: [] for each in people}
    for number, _, timestamp, *_ in recipients.events(
        call.store, campaign, opens, ("open",), since
    ):
        opens[number].append({"timestamp": timestamp})
    return [
        {
            **rows.start(each),
            **rows.of_contact(each),
            "contact_status": rows.status_of(each),
            "opens_count": len(opens[each.number]),
            "opens": opens[each.number],
            "_links": [],
        }
        for each in people
    ]
