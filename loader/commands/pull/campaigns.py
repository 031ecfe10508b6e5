"""Pull the campaigns of a list, and the events of those whose reports have moved."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pyarrow as pa

from loader.extract.member_status import response_time
from loader.extract.pagination import Reader
from loader.mailchimp.campaign_reports import (
    activity_events,
    activity_request,
    campaigns_request,
    complained_events,
    complaints_request,
    parse_campaigns,
    parse_reports,
    reports_request,
    sent_events,
    sent_request,
    unsubscribed_events,
    unsubscribed_request,
)
from loader.mailchimp.http import Response
from loader.warehouse.staging import StagedTable

# opens and clicks of a campaign arrive for weeks, and may be told some time after they happened
LATE_EVENT_WINDOW = timedelta(days=1)


async def read_reports(reader: Reader) -> dict[str, str]:
    """Read what every report of the account counts: that moves with its events.

    Args:
        reader: reads from the account of the list.

    Returns:
        JSON by campaign.
    """
    found: dict[str, str] = {}

    async def keep(page: dict[str, str], _: int) -> None:
        found.update(page)

    await reader.pages(reports_request, parse_reports, keep)
    return found


async def pull_campaigns(
    reader: Reader, pulled: StagedTable, list_id: str, reports: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Bring the campaigns that were sent to a list up to date.

    Args:
        reader: reads from the account of the list.
        pulled: takes the rows, and keeps them when all are there.
        list_id: Mailchimp's id of the list.
        reports: as `read_reports` gives them.

    Returns:
        All campaigns of the list as the warehouse has them then: campaign_id, list_id, sent_at,
        report, events_report and events_read_at among their columns.
    """
    await pulled.begin()
    now = await reader.client.request(
        campaigns_request(list_id, None, 0), partial(_answered_at, parse_campaigns)
    )

    async def keep(campaigns: list[dict[str, Any]], _: int) -> None:
        await pulled.add_rows([_campaign(one, list_id, reports, now) for one in campaigns])

    request = partial(campaigns_request, list_id, None)
    await reader.pages(request, parse_campaigns, keep)
    await pulled.keep("pull/merge_campaigns", list_id=list_id)
    return await pulled.query("pull/campaigns", list_id=list_id)


async def pull_events(reader: Reader, pulled: StagedTable, campaign: dict[str, Any]) -> int:
    """Bring the events of one campaign up to date: sent, opened, clicked, bounced, unsubscribed.

    Mailchimp keeps no ids of events, so those of the last day are read again and replaced:
    https://mailchimp.com/developer/marketing/api/email-activity-reports/list-email-activity/

    Args:
        reader: reads from the account of the list.
        pulled: takes the rows, and keeps them when all are there.
        campaign: a row as `pull_campaigns` gives it.

    Returns:
        How many rows of reports were read.

    Raises:
        NotFound: its report is not there yet, or the campaign was deleted.
    """
    campaign_id, sent_at = campaign["campaign_id"], campaign["sent_at"]
    known = campaign["events_read_at"]
    # an event is told some time after it happened, so that the last ones may not have been there
    since = None if known is None else known - LATE_EVENT_WINDOW
    await pulled.begin()
    now = await reader.client.request(
        activity_request(campaign_id, since, 0), partial(_answered_at, activity_events)
    )
    constants = {"list_id": campaign["list_id"], "campaign_id": campaign_id}

    async def keep(page: pa.RecordBatch, number: int) -> None:
        await pulled.add(page, number, **constants)

    # asked for from a second earlier: it is not known whether "since" is strict
    asked = None if since is None else since - timedelta(seconds=1)
    sent = partial(sent_events, sent_at=sent_at)
    read = await reader.pages(partial(sent_request, campaign_id), sent, keep)
    read += await reader.pages(partial(activity_request, campaign_id, asked), activity_events, keep)
    read += await reader.pages(
        partial(unsubscribed_request, campaign_id), unsubscribed_events, keep
    )
    # replaced in one step: events have no ids, and two readings would count them twice
    await pulled.keep(
        "pull/delete_events",
        "pull/insert_events",
        "pull/set_campaign_watermark",
        campaign_id=campaign_id,
        since=since,
        read_at=now,
        report=campaign["report"],
    )
    return read


async def pull_complaints(reader: Reader, pulled: StagedTable, list_id: str) -> int:
    """Bring the complaints about the campaigns of a list up to date.

    Args:
        reader: reads from the account of the list.
        pulled: takes the rows, and keeps them when all are there.
        list_id: Mailchimp's id of the list.

    Returns:
        How many there are.

    Raises:
        NotFound: Mailchimp has no such report of the list.
    """
    await pulled.begin()

    async def keep(page: pa.RecordBatch, number: int) -> None:
        await pulled.add(page, number, list_id=list_id)

    read = await reader.pages(partial(complaints_request, list_id), complained_events, keep)
    await pulled.keep("pull/delete_complaints", "pull/merge_complaints", list_id=list_id)
    return read


def has_new_events(campaign: dict[str, Any]) -> bool:
    """Whether there is a report, and it tells of more than the events that are known.

    Args:
        campaign: a row as `pull_campaigns` gives it.

    Returns:
        False also where there is no report yet.
    """
    report = campaign["report"]
    return report is not None and report != campaign["events_report"]


def _campaign(
    one: dict[str, Any], list_id: str, reports: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    return {
        "campaign_id": one["id"],
        "list_id": list_id,
        "title": one["settings"].get("title"),
        "subject_line": one["settings"].get("subject_line"),
        "type": one["type"],
        "status": one["status"],
        "created_at": one["create_time"],
        "sent_at": one["send_time"],
        "emails_sent": one["emails_sent"],
        "report": reports.get(one["id"]),
        "read_at": now,
    }


def _answered_at(read: Callable[[Response], object], response: Response) -> datetime:
    read(response)
    return response_time(response)
