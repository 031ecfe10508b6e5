"""Whom a campaign was sent to, and who left because of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.api.reports import reports
from loader.sandbox.api.reports.rows import Rows, page
from loader.sandbox.state.campaigns import recipients

if TYPE_CHECKING:
    from loader.sandbox.wire.call import Call, Document

SENT_TO = "sent_to"
UNSUBSCRIBES = "unsubscribes"


def sent_to(call: Call) -> Document:
    """Marketing API, List campaign recipients: without the time of sending.

    SANDBOX choice: `last_open` is empty for who did not open; one hard bounce makes the status
    hard, whatever came after it.
    """
    of, query = reports.get(call), call.query
    shown: list[Document] = []
    if query.projection.wants(SENT_TO):
        people = recipients.page(call.store, of, query.count, query.offset)
        rows = Rows(call, of, SENT_TO)
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
    return page(call, of, SENT_TO, shown, of.recipients)


def unsubscribed(call: Call) -> Document:
    """Marketing API, List unsubscribed members.

    SANDBOX choice: the earliest comes first; who unsubscribed twice is shown once, with the later
    time; a complaint is no unsubscription here.
    """
    of, query = reports.get(call), call.query
    found = recipients.left(call.store, of, query.count, query.offset)
    people = recipients.these(call.store, of, [number for number, *_ in found])
    rows = Rows(call, of, UNSUBSCRIBES)
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
    return page(call, of, UNSUBSCRIBES, shown, of.counted().unsubscribed)
