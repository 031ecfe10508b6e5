"""The lists of the account, which Mailchimp's pages call audiences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.state import lists, merge_fields, permissions

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow

CONTACT = dict.fromkeys(
    ("company", "address1", "address2", "city", "state", "zip", "country", "phone"), ""
)
DEFAULTS: Document = {
    "contact": CONTACT,
    "permission_reminder": "You signed up in our sandbox.",
    "use_archive_bar": True,
    "campaign_defaults": {"from_name": "", "from_email": "", "subject": "", "language": "en"},
    "notify_on_subscribe": "",
    "notify_on_unsubscribe": "",
}


def listing(call: Call) -> Document:
    """Marketing API, Get lists info. The filters by date and by campaign are ignored."""
    rows = lists.all_lists(call.store)
    if call.query.choice("sort_dir", ("ASC", "DESC")) == "DESC":
        rows.reverse()
    page = rows[call.query.offset : call.query.offset + call.query.count]
    document: Document = {
        "lists": [_document(call, row, "lists") for row in page],
        "total_items": len(rows),
        "constraints": {
            "may_create": True,
            "max_instances": 100,
            "current_total_instances": len(rows),
        },
        "_links": [],
    }
    return call.query.fields.apply(document)


def info(call: Call) -> Document:
    """Marketing API, Get list info."""
    found = lists.get(call.store, call.path["list_id"])
    return call.query.fields.apply(_document(call, found))


def _document(call: Call, row: ListRow, *below: str) -> Document:
    wants_stats = call.query.fields.wants(*below, "stats")
    return {
        "id": row.id,
        "web_id": row.key,
        "name": row.name,
        **DEFAULTS,
        "date_created": row.date_created,
        "list_rating": 0,
        "email_type_option": False,
        "subscribe_url_short": f"{call.url}/subscribe/{row.id}",
        "subscribe_url_long": f"{call.url}/subscribe/{row.id}",
        "beamer_address": "",
        "visibility": "prv",
        "double_optin": bool(row.double_optin),
        "has_welcome": False,
        "marketing_permissions": bool(permissions.of_list(call.store, row)),
        "modules": [],
        "stats": _stats(call.store, row) if wants_stats else {},
        "_links": [],
    }


def _stats(store: Store, row: ListRow) -> Document:
    """Count the list. SANDBOX choice: the counts are of now, the real ones minutes old."""
    by_status = lists.counts(store, row)
    document: Document = {
        "member_count": by_status["subscribed"],
        "total_contacts": sum(by_status.values()) - by_status["archived"],
        "unsubscribe_count": by_status["unsubscribed"],
        "cleaned_count": by_status["cleaned"],
        "merge_field_count": len(merge_fields.of_list(store, row)),
        "campaign_last_sent": "",
        "last_sub_date": "",
        "last_unsub_date": "",
    }
    nothing = (
        *("member_count_since_send", "unsubscribe_count_since_send", "cleaned_count_since_send"),
        *("campaign_count", "avg_sub_rate", "avg_unsub_rate", "target_sub_rate"),
        *("open_rate", "click_rate"),
    )
    return document | dict.fromkeys(nothing, 0)
