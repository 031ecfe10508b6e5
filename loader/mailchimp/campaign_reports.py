"""Campaigns, and what their reports tell of each contact, as columns. Pure.

Reports have no ids for events, and no list of all of them: who was sent to, what the addresses did,
and who unsubscribed are three reports; complaints are a fourth, of the list. See
https://mailchimp.com/developer/marketing/api/reports/
"""

from datetime import datetime
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from loader.mailchimp.arrow_json import addresses, exploded, int_field, parse_timestamps
from loader.mailchimp.documented_fields import (
    ACTIVITY,
    CAMPAIGNS,
    COMPLAINTS,
    REPORTS,
    SENT_TO,
    UNSUBSCRIBES,
    Documented,
    page_request,
)
from loader.mailchimp.http import Request, Response
from loader.mailchimp.lists import parse_timestamp
from loader.mailchimp.response_checks import json_object, table
from loader.model.errors import Unavailable
from loader.model.mailchimp_facts import PAGE, TIMESTAMP

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


def sent_request(campaign_id: str, offset: int) -> Request:
    """A page of those whom a campaign was sent to.

    Args:
        campaign_id: the id of the campaign.
        offset: how many rows come before the page.

    Returns:
        The call; see
        https://mailchimp.com/developer/marketing/api/sent-to-reports/list-campaign-recipients/
    """
    return _page(campaign_id, "sent-to", SENT_TO, offset)


def activity_request(campaign_id: str, since: datetime | None, offset: int) -> Request:
    """A page of the addresses with what they did after a moment.

    Args:
        campaign_id: the id of the campaign.
        since: in UTC without a zone; None is from the beginning.
        offset: how many rows come before the page.

    Returns:
        The call; see
        https://mailchimp.com/developer/marketing/api/email-activity-reports/list-email-activity/
    """
    request = _page(campaign_id, "email-activity", ACTIVITY, offset)
    if since is not None:
        request.params["since"] = since.strftime(TIMESTAMP)
    return request


def unsubscribed_request(campaign_id: str, offset: int) -> Request:
    """A page of those who unsubscribed because of a campaign.

    Args:
        campaign_id: the id of the campaign.
        offset: how many rows come before the page.

    Returns:
        The call; see
        https://mailchimp.com/developer/marketing/api/unsub-reports/list-unsubscribed-members/
    """
    return _page(campaign_id, "unsubscribed", UNSUBSCRIBES, offset)


def sent_events(response: Response, sent_at: datetime) -> tuple[pa.RecordBatch, int]:
    """One event for each whom a campaign was sent to: Mailchimp tells no time of each.

    Args:
        response: Mailchimp's answer.
        sent_at: when the campaign was, in UTC without a zone.

    Returns:
        Events with the columns of `EVENTS`, and how many rows there are in all.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = table(response, SENT_TO)
    people = addresses(exploded(answer, "sent_to").field("email_address"))
    nothing = pa.nulls(len(people), pa.string())
    at = pa.repeat(pa.scalar(sent_at, pa.timestamp("us")), len(people))
    return _events(people, pa.repeat("sent", len(people)), at, nothing, nothing), int_field(
        answer, "total_items"
    )


def activity_events(response: Response) -> tuple[pa.RecordBatch, int]:
    """The opens, clicks and bounces of a page.

    Args:
        response: Mailchimp's answer.

    Returns:
        Events with the columns of `EVENTS`, where the reason of a bounce is hard or soft, and how
        many rows there are in all. The rows of a page are addresses, of which each has many events
        or none.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = table(response, ACTIVITY)
    emails = exploded(answer, "emails")
    activity = emails.field("activity")
    people = addresses(emails.field("email_address")).take(pc.list_parent_indices(activity))
    done = activity.flatten()
    words = pa.array(list(_WORDS), pa.string())
    positions = pc.index_in(done.field("action"), value_set=words)
    events = pa.array(list(_WORDS.values()), pa.string()).take(positions)
    batch = _events(
        people,
        events,
        parse_timestamps(done.field("timestamp")),
        _unless_empty(done.field("url")),
        _unless_empty(done.field("type")),
    )
    # Mailchimp may add an action that we have no word for
    return batch.filter(pc.is_valid(events)), int_field(answer, "total_items")


def unsubscribed_events(response: Response) -> tuple[pa.RecordBatch, int]:
    """Who unsubscribed, when, and why.

    Args:
        response: Mailchimp's answer.

    Returns:
        Events with the columns of `EVENTS`, and how many rows there are in all.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = table(response, UNSUBSCRIBES)
    people = exploded(answer, "unsubscribes")
    batch = _events(
        addresses(people.field("email_address")),
        pa.repeat("unsubscribed", len(people)),
        parse_timestamps(people.field("timestamp")),
        pa.nulls(len(people), pa.string()),
        _unless_empty(people.field("reason")),
    )
    return batch, int_field(answer, "total_items")


def complaints_request(list_id: str, offset: int) -> Request:
    """A page of the complaints about all campaigns of a list.

    Those of one campaign cannot be read by page (Marketing API, List abuse reports, and Campaign
    abuse reports).

    Args:
        list_id: Mailchimp's id of the list.
        offset: how many rows come before the page.
    """
    return page_request(f"/lists/{list_id}/abuse-reports", COMPLAINTS, count=PAGE, offset=offset)


def complained_events(response: Response) -> tuple[pa.RecordBatch, int]:
    """The complaints of a page as events.

    Args:
        response: Mailchimp's answer.

    Returns:
        Events with the columns campaign_id, email_address, event and occurred_at (UTC without a
        zone), and how many rows there are in all.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = table(response, COMPLAINTS)
    people = exploded(answer, "abuse_reports")
    columns = {
        "campaign_id": people.field("campaign_id"),
        "email_address": addresses(people.field("email_address")),
        "event": pa.repeat("complained", len(people)),
        "occurred_at": parse_timestamps(people.field("date")),
    }
    return pa.record_batch(columns), int_field(answer, "total_items")


def _events(
    people: pa.Array, events: pa.Array, at: pa.Array, urls: pa.Array, reasons: pa.Array
) -> pa.RecordBatch:
    return pa.record_batch([people, events, at, urls, reasons], schema=EVENTS)


def _unless_empty(column: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(column, ""), None, column)


def _page(campaign_id: str, report: str, documented: Documented, offset: int) -> Request:
    return page_request(f"/reports/{campaign_id}/{report}", documented, count=PAGE, offset=offset)


def campaigns_request(list_id: str, since: datetime | None, offset: int) -> Request:
    """A page of the campaigns that were sent to a list after a moment, the oldest first.

    Args:
        list_id: Mailchimp's id of the list.
        since: in UTC without a zone; None is from the beginning.
        offset: how many rows come before the page.

    Returns:
        The call; see https://mailchimp.com/developer/marketing/api/campaigns/list-campaigns/
    """
    request = page_request("/campaigns", CAMPAIGNS, count=PAGE, offset=offset)
    params = request.params
    params.update({"list_id": list_id, "status": "sent"})
    # the oldest first: one that is sent meanwhile comes behind the last page
    params.update({"sort_field": "send_time", "sort_dir": "ASC"})
    if since is not None:
        params["since_send_time"] = since.strftime(TIMESTAMP)
    return request


def parse_campaigns(response: Response) -> tuple[list[dict[str, Any]], int]:
    """The campaigns of a page as Mailchimp shows them, with times in the place of texts.

    Args:
        response: Mailchimp's answer.

    Returns:
        The campaigns, and how many rows there are in all.

    Raises:
        Unavailable: the answer cannot be read, or has a campaign that was sent at no time.
    """
    answer = json_object(response, CAMPAIGNS)
    for one in answer["campaigns"]:
        one["create_time"], one["send_time"] = (
            parse_timestamp(one["create_time"]),
            parse_timestamp(one["send_time"]),
        )
        if one["send_time"] is None:
            raise Unavailable("Mailchimp's answer has a campaign that was sent at no time.")
    return answer["campaigns"], answer["total_items"]


def reports_request(offset: int) -> Request:
    """A page of the reports of all campaigns, in numbers that move when there are new events.

    Args:
        offset: how many rows come before the page.

    Returns:
        The call; see https://mailchimp.com/developer/marketing/api/reports/list-campaign-reports/
    """
    return page_request("/reports", REPORTS, count=PAGE, offset=offset)


def parse_reports(response: Response) -> tuple[dict[str, str], int]:
    """What each report counts, as one text that moves when there are new events.

    Args:
        response: Mailchimp's answer.

    Returns:
        JSON by campaign, and how many reports there are in all.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = json_object(response, REPORTS)
    told = {one.pop("id"): one for one in answer["reports"]}
    texts = {
        key: orjson.dumps(numbers, option=orjson.OPT_SORT_KEYS).decode()
        # only compared, never computed with: any number that moves means new events
        for key, numbers in told.items()
    }
    return texts, answer["total_items"]
