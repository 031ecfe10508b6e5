"""Campaigns, and what their reports tell of each contact, as columns. Pure.

Reports have no ids for events, and no list of all of them: who was sent to, what the addresses did,
and who unsubscribed are three reports (Marketing API, Campaign reports); complaints are a fourth,
of the list.
"""

from datetime import datetime

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from loader.mailchimp.columns import addresses, decode, exploded, number, rows
from loader.mailchimp.details import moments
from loader.mailchimp.lists import PAGE
from loader.mailchimp.wire import Request, Response, document

EVENTS = pa.schema(
    [
        ("email_address", pa.string()),
        ("event", pa.string()),
        ("occurred_at", pa.timestamp("us")),
        ("url", pa.string()),
        ("reason", pa.string()),
    ]
)
_WORDS = {"open": "opened", "click": "clicked", "bounce": "bounced"}
_ACTIVITY = pa.schema(
    [
        (
            "emails",
            pa.list_(
                pa.struct(
                    [
                        ("email_address", pa.string()),
                        ("activity", rows("action", "type", "timestamp", "url")),
                    ]
                )
            ),
        ),
        ("total_items", pa.int64()),
    ]
)
_SENT = pa.schema([("sent_to", rows("email_address")), ("total_items", pa.int64())])
_UNSUBSCRIBED = pa.schema(
    [("unsubscribes", rows("email_address", "timestamp", "reason")), ("total_items", pa.int64())]
)

_COMPLAINT = ("campaign_id", "email_address", "date")
_COMPLAINTS = pa.schema([("abuse_reports", rows(*_COMPLAINT)), ("total_items", pa.int64())])


def sent_page(campaign_id: str, offset: int) -> Request:
    """A page of those whom a campaign was sent to."""
    return _page(campaign_id, "sent-to", "sent_to.email_address", offset)


def activity_page(campaign_id: str, since: datetime | None, offset: int) -> Request:
    """A page of the addresses with what they did after a moment."""
    fields = "emails.email_address,emails.activity"
    request = _page(campaign_id, "email-activity", fields, offset)
    if since is not None:
        request.params["since"] = since.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    return request


def unsubscribed_page(campaign_id: str, offset: int) -> Request:
    """A page of those who unsubscribed because of a campaign."""
    names = ("email_address", "timestamp", "reason")
    fields = ",".join(f"unsubscribes.{name}" for name in names)
    return _page(campaign_id, "unsubscribed", fields, offset)


def sent_events(response: Response, sent_at: datetime) -> tuple[pa.RecordBatch, int]:
    """One event for each whom a campaign was sent to, all at the time of the campaign.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = decode(response.body, _SENT)
    people = addresses(exploded(answer, "sent_to").field("email_address"))
    nothing = pa.nulls(len(people), pa.string())
    at = pa.repeat(pa.scalar(sent_at, pa.timestamp("us")), len(people))
    return _events(people, pa.repeat("sent", len(people)), at, nothing, nothing), _total(answer)


def activity_events(response: Response) -> tuple[pa.RecordBatch, int]:
    """The opens, clicks and bounces of a page; for a bounce the reason says hard or soft.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = decode(response.body, _ACTIVITY)
    emails = exploded(answer, "emails")
    activity = emails.field("activity")
    people = addresses(emails.field("email_address")).take(pc.list_parent_indices(activity))
    done = activity.flatten()
    words = pa.array(list(_WORDS), pa.string())
    places = pc.index_in(done.field("action"), value_set=words)
    events = pa.array(list(_WORDS.values()), pa.string()).take(places)
    batch = _events(
        people,
        events,
        moments(done.field("timestamp")),
        _unless_empty(done.field("url")),
        _unless_empty(done.field("type")),
    )
    return batch.filter(pc.is_valid(events)), _total(answer)


def unsubscribed_events(response: Response) -> tuple[pa.RecordBatch, int]:
    """Who unsubscribed, when, and why.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = decode(response.body, _UNSUBSCRIBED)
    people = exploded(answer, "unsubscribes")
    batch = _events(
        addresses(people.field("email_address")),
        pa.repeat("unsubscribed", len(people)),
        moments(people.field("timestamp")),
        pa.nulls(len(people), pa.string()),
        _unless_empty(people.field("reason")),
    )
    return batch, _total(answer)


def complaints_page(list_id: str, offset: int) -> Request:
    """A page of the complaints about all campaigns of a list.

    Those of one campaign cannot be read by page (Marketing API, List abuse reports, and Campaign
    abuse reports).
    """
    fields = ",".join((*(f"abuse_reports.{name}" for name in _COMPLAINT), "total_items"))
    return Request(
        method="GET",
        path=f"/lists/{list_id}/abuse-reports",
        params={"fields": fields, "count": str(PAGE), "offset": str(offset)},
    )


def complained_events(response: Response) -> tuple[pa.RecordBatch, int]:
    """The complaints of a page as events: campaign_id, email_address, event and occurred_at.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = decode(response.body, _COMPLAINTS)
    people = exploded(answer, "abuse_reports")
    columns = {
        "campaign_id": people.field("campaign_id"),
        "email_address": addresses(people.field("email_address")),
        "event": pa.repeat("complained", len(people)),
        "occurred_at": moments(people.field("date")),
    }
    return pa.record_batch(columns), _total(answer)


def _events(
    people: pa.Array, events: pa.Array, at: pa.Array, urls: pa.Array, reasons: pa.Array
) -> pa.RecordBatch:
    return pa.record_batch([people, events, at, urls, reasons], schema=EVENTS)


def _unless_empty(column: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(column, ""), None, column)


def _total(answer: pa.Table) -> int:
    return number(answer, "total_items") or 0


def _page(campaign_id: str, report: str, fields: str, offset: int) -> Request:
    return Request(
        method="GET",
        path=f"/reports/{campaign_id}/{report}",
        params={"fields": f"{fields},total_items", "count": str(PAGE), "offset": str(offset)},
    )


def campaigns_page(list_id: str, since: datetime | None, offset: int) -> Request:
    """A page of the campaigns that were sent to a list after a moment, the oldest first."""
    own = ("id", "type", "status", "create_time", "send_time", "emails_sent")
    names = (*own, "settings.title", "settings.subject_line")
    params = {
        "fields": ",".join((*(f"campaigns.{name}" for name in names), "total_items")),
        "list_id": list_id,
        "status": "sent",
        "sort_field": "send_time",
        "sort_dir": "ASC",
        "count": str(PAGE),
        "offset": str(offset),
    }
    if since is not None:
        params["since_send_time"] = since.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    return Request(method="GET", path="/campaigns", params=params)


def campaigns_of(response: Response) -> tuple[list[dict[str, object]], int]:
    """The campaigns of a page as Mailchimp shows them, and the total.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = document(response, "campaigns", "total_items")
    return list(answer["campaigns"]), int(answer["total_items"])


def reports_page(offset: int) -> Request:
    """A page of the reports of all campaigns, in numbers that move when there are new events."""
    names = ("id", "emails_sent", "abuse_reports", "unsubscribed", "bounces", "opens", "clicks")
    fields = ",".join((*(f"reports.{name}" for name in names), "total_items"))
    params = {"fields": fields, "count": str(PAGE), "offset": str(offset)}
    return Request(method="GET", path="/reports", params=params)


def reports_of(response: Response) -> tuple[dict[str, str], int]:
    """The numbers of each report as a text, by campaign; and the total.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = document(response, "reports", "total_items")
    told = {str(one.pop("id")): one for one in answer["reports"]}
    texts = {
        key: orjson.dumps(numbers, option=orjson.OPT_SORT_KEYS).decode()
        for key, numbers in told.items()
    }
    return texts, int(answer["total_items"])
