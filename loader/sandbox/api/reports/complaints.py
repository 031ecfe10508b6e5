"""Who complained about the campaigns of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.state import lists
from loader.sandbox.state.campaigns import complaints

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call

REPORTS = "abuse_reports"


def of_list(call: Call) -> Document:
    """Marketing API, List abuse reports. SANDBOX choice: the earliest comes first."""
    list_row, query = lists.get(call.store, call.path["list_id"]), call.query
    shown: list[Document] = [
        {
            "id": number,
            "campaign_id": campaign_id,
            "list_id": list_row.id,
            "email_id": email_id,
            "email_address": email_address,
            "date": timestamp,
            "_links": [],
        }
        for number, campaign_id, email_id, email_address, timestamp in complaints.page(
            call.store, list_row, query.count, query.offset
        )
    ]
    total = complaints.total(call.store, list_row)
    document = {REPORTS: shown, "list_id": list_row.id, "total_items": total, "_links": []}
    return query.fields.apply(document)
