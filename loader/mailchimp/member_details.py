"""Everything that a list shows of its contacts, as columns. Pure."""

from datetime import datetime
from typing import Any

import orjson
import pyarrow as pa

from loader.mailchimp.arrow_json import addresses, parse_timestamps
from loader.mailchimp.documented_fields import DETAILS as DOCUMENTED
from loader.mailchimp.documented_fields import page_request
from loader.mailchimp.http import Request, Response
from loader.mailchimp.response_checks import json_object
from loader.model.mailchimp_facts import PAGE, TIMESTAMP

# in the order of the columns of `mailchimp_members` that a pull adds
DETAILS = pa.schema(
    [
        ("contact_id", pa.string()),
        ("unique_email_id", pa.string()),
        ("email_type", pa.string()),
        ("language", pa.string()),
        ("vip", pa.bool_()),
        ("member_rating", pa.int64()),
        ("unsubscribe_reason", pa.string()),
        ("source", pa.string()),
        ("ip_signup", pa.string()),
        ("ip_opt", pa.string()),
        ("timestamp_signup", pa.timestamp("us")),
        ("timestamp_opt", pa.timestamp("us")),
        ("latitude", pa.float64()),
        ("longitude", pa.float64()),
        ("merge_fields", pa.string()),
        ("interests", pa.string()),
        ("marketing_permissions", pa.string()),
        ("tags", pa.string()),
    ]
)
_PLAIN = (*DETAILS.names[:10], "timestamp_signup", "timestamp_opt")
_KEY = ("email_address", "status", "last_changed")


def details_request(
    list_id: str, *, since: datetime | None, status: str | None, offset: int, count: int = PAGE
) -> Request:
    """A page of the contacts that changed after a moment, with all that they hold.

    See https://mailchimp.com/developer/marketing/api/list-members/list-members-info/

    Args:
        list_id: Mailchimp's id of the list.
        since: in UTC without a zone, and never in a page itself; None is from the beginning.
        status: of the contacts; None is everybody but the archived.
        offset: how many rows come before the page.
        count: rows of the page, at the most.
    """
    request = page_request(f"/lists/{list_id}/members", DOCUMENTED, count=count, offset=offset)
    params = request.params
    params.update({"sort_field": "last_changed", "sort_dir": "ASC"})
    if since is not None:
        params["since_last_changed"] = since.strftime(TIMESTAMP)
    if status is not None:
        params["status"] = status
    return request


def parse_details(response: Response) -> tuple[pa.RecordBatch, int]:
    """The contacts of such a page, with all that they hold.

    Args:
        response: Mailchimp's answer.

    Returns:
        Columns email_address, status and last_changed, then those of `DETAILS`, and how many rows
        there are in all.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = json_object(response, DOCUMENTED)
    rows = [_row(member) for member in answer["members"]]
    schema = pa.schema([(name, pa.string()) for name in _KEY] + list(_texts()))
    page = pa.RecordBatch.from_pylist(rows, schema=schema)
    columns = [
        addresses(page.column("email_address")),
        page.column("status"),
        parse_timestamps(page.column("last_changed")),
        *(
            parse_timestamps(page.column(field.name))
            if pa.types.is_timestamp(field.type)
            else page.column(field.name)
            for field in DETAILS
        ),
    ]
    return pa.record_batch(columns, [*_KEY, *DETAILS.names]), answer["total_items"]


def _texts() -> list[tuple[str, pa.DataType]]:
    """The columns of a page before its times are read."""
    return [
        (field.name, pa.string() if pa.types.is_timestamp(field.type) else field.type)
        for field in DETAILS
    ]


def _row(member: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {name: member.get(name) for name in (*_KEY, *_PLAIN)} | member["location"]
    row |= {
        "merge_fields": _json(member["merge_fields"]),
        "interests": _json(member.get("interests") or {}),
        "marketing_permissions": _json(
            {one["text"]: one["enabled"] for one in member.get("marketing_permissions") or ()}
        ),
        # sorted, so that two pulls of the same differ in nothing
        "tags": _json(sorted(one["name"] for one in member["tags"])),
    }
    return row


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
