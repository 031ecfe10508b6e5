"""Whom a campaign was sent to, and who left because of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.api.reports import reports
from loader.sandbox.api.reports.rows import Rows, page
from loader.sandbox.state.campaigns import recipients

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call

SENT_TO = "sent_to"
UNSUBSCRIBES = "unsubscribes"


def sent_to(call: Call) -> Document:
    """Marketing API, List campaign recipients: without the time of sending.

    SANDBOX choice: `last_open` is empty for who did not open; one hard bounce makes the status
    hard, whatever came after it.
    """
    campaign, query = reports.get(call), call.query
    shown: list[Document] = []
    if query.fields.wants(SENT_TO):
        people = recipients.page(call.store, campaign, query.count, query.offset)
        rows = Rows(call, campaign, SENT_TO)
        rows.read(people)
        shown = [
            {
                **rows.start(each),
                **rows.of_contact(each),
                "status": each.bounce or "sent",
                "open_count": each.opens,
                "last_open": each.last_open,
                "absplit_group": "",
                "gmt_offset": 0,
                "_links": [],
            }
            for each in people
        ]
    return page(call, campaign, SENT_TO, shown, campaign.recipients)


def unsubscribed(call: Call) -> Document:
    """Marketing API, List unsubscribed members.

    SANDBOX choice: the earliest comes first; who unsubscribed twice is shown once, with the later
    time; a complaint is no unsubscription here.
    """
    campaign, query = reports.get(call), call.query
    found = recipients.unsubscribed(call.store, campaign, query.count, query.offset)
    people = recipients.by_numbers(call.store, campaign, [number for number, *_ in found])
    rows = Rows(call, campaign, UNSUBSCRIBES)
    rows.read(list(people.values()))
    shown: list[Document] = [
        {
            **rows.start(people[number]),
            **rows.of_contact(people[number]),
            "timestamp": timestamp,
            "reason": reason,
            "_links": [],
        }
        for number, timestamp, reason in found
    ]
    return page(call, campaign, UNSUBSCRIBES, shown, campaign.counted().unsubscribed)
