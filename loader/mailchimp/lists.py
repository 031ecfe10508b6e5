"""What a list looks like: its settings, merge fields, segments and contacts. Pure."""

from datetime import datetime
from typing import Any

import pyarrow as pa

from loader.mailchimp.arrow_json import addresses, exploded, int_field, parse_timestamps
from loader.mailchimp.documented_fields import (
    LIST,
    LISTS,
    MEMBERS,
    SEGMENTS,
    page_request,
    single_request,
)
from loader.mailchimp.http import Request, Response
from loader.mailchimp.response_checks import json_object, table
from loader.model.list_schema import ListSegment
from loader.model.mailchimp_facts import PAGE, TIMESTAMP


def all_lists(offset: int = 0) -> Request:
    """A page of the account's lists.

    Args:
        offset: how many rows come before the page.

    Returns:
        The call; see https://mailchimp.com/developer/marketing/api/lists/get-lists-info/
    """
    return page_request("/lists", LISTS, count=PAGE, offset=offset)


def one_list(list_id: str) -> Request:
    """The settings of a list.

    Args:
        list_id: Mailchimp's id of the list.

    Returns:
        The call; see https://mailchimp.com/developer/marketing/api/lists/get-list-info/
    """
    return single_request(f"/lists/{list_id}", LIST)


def segments_request(list_id: str, offset: int = 0) -> Request:
    """A page of the static segments of a list.

    Args:
        list_id: Mailchimp's id of the list.
        offset: how many rows come before the page.

    Returns:
        The call; see https://mailchimp.com/developer/marketing/api/list-segments/list-segments/
    """
    path = f"/lists/{list_id}/segments"
    return page_request(path, SEGMENTS, count=PAGE, offset=offset, type="static")


def members_request(
    list_id: str, *, since: datetime | None, archived: bool, offset: int, count: int = PAGE
) -> Request:
    """A page of the contacts of a list that changed after a moment, the oldest change first.

    Archived contacts are in no page unless they are asked for by that status:
    https://mailchimp.com/developer/marketing/api/list-members/list-members-info/

    Args:
        list_id: Mailchimp's id of the list.
        since: in UTC without a zone, and never in a page itself; None is from the beginning.
        archived: whether the archived are read, or everybody else.
        offset: how many rows come before the page.
        count: rows of the page, at the most.
    """
    request = page_request(f"/lists/{list_id}/members", MEMBERS, count=count, offset=offset)
    # the oldest first: who changes meanwhile moves behind the last page and is read there
    request.params.update({"sort_field": "last_changed", "sort_dir": "ASC"})
    if since is not None:
        request.params["since_last_changed"] = since.strftime(TIMESTAMP)
    if archived:
        request.params["status"] = "archived"
    return request


def parse_members(response: Response) -> tuple[pa.RecordBatch, int]:
    """The contacts of such a page as columns.

    Args:
        response: Mailchimp's answer.

    Returns:
        Columns email_address, status, last_changed (UTC without a zone) and contact_id, and how
        many rows there are in all.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = table(response, MEMBERS)
    members = exploded(answer, "members")
    columns = {
        "email_address": addresses(members.field("email_address")),
        "status": members.field("status"),
        "last_changed": parse_timestamps(members.field("last_changed")),
        "contact_id": members.field("contact_id"),
    }
    return pa.record_batch(columns), int_field(answer, "total_items")


def parse_segments(response: Response) -> tuple[list[ListSegment], int]:
    """The segments of a page.

    Args:
        response: Mailchimp's answer.

    Returns:
        The segments, and how many rows there are in all.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = json_object(response, SEGMENTS)
    found = [ListSegment(id=one["id"], name=one["name"]) for one in answer["segments"]]
    return found, answer["total_items"]


def parse_lists(response: Response) -> tuple[list[dict[str, Any]], int]:
    """The lists of a page.

    Args:
        response: Mailchimp's answer.

    Returns:
        The lists as Mailchimp shows them, where `date_created` is a time, and how many rows there
        are in all.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = json_object(response, LISTS)
    found = [
        {**one, "date_created": parse_timestamp(one["date_created"])} for one in answer["lists"]
    ]
    return found, answer["total_items"]


def parse_timestamp(text: str) -> datetime | None:
    """One time as Mailchimp writes it.

    Args:
        text: ISO 8601 with an offset.

    Returns:
        The time in UTC without a zone; None for "".

    Raises:
        Unavailable: it is no time.
    """
    found: datetime | None = parse_timestamps(pa.array([text], pa.string()))[0].as_py()
    return found
