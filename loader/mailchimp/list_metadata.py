"""What a list is made of, as rows for the warehouse. Pure."""

from typing import Any

import orjson

from loader.mailchimp.documented_fields import EVERY_SEGMENT, MERGE_FIELDS, page_request
from loader.mailchimp.http import Request, Response
from loader.mailchimp.lists import parse_timestamp
from loader.mailchimp.response_checks import json_object, whole
from loader.model.mailchimp_facts import PAGE

Rows = list[dict[str, Any]]


def every_segment_request(list_id: str, offset: int) -> Request:
    """A page of all segments of a list, saved ones too; with those who get no campaign counted.

    Args:
        list_id: Mailchimp's id of the list.
        offset: how many rows come before the page.

    Returns:
        The call; see https://mailchimp.com/developer/marketing/api/list-segments/list-segments/
    """
    path = f"/lists/{list_id}/segments"
    return page_request(path, EVERY_SEGMENT, count=PAGE, offset=offset)


def segment_rows(response: Response) -> tuple[Rows, int]:
    """The segments of a page.

    Args:
        response: Mailchimp's answer.

    Returns:
        Rows with segment_id, name, type, member_count, created_at and updated_at (UTC without a
        zone), and how many rows there are in all.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = json_object(response, EVERY_SEGMENT)
    rows = [
        {
            "segment_id": one["id"],
            "name": one["name"],
            "type": one["type"],
            "member_count": one["member_count"],
            "created_at": parse_timestamp(one["created_at"]),
            "updated_at": parse_timestamp(one["updated_at"]),
        }
        for one in answer["segments"]
    ]
    return rows, answer["total_items"]


def merge_field_rows(response: Response) -> Rows:
    """The merge fields of a list, which are one page.

    Args:
        response: Mailchimp's answer.

    Returns:
        Rows with tag, merge_id, name, type, required, default_value, and choices as JSON.

    Raises:
        Unavailable: the answer cannot be read, or does not have them all.
    """
    return [
        {
            "tag": one["tag"],
            "merge_id": one["merge_id"],
            "name": one["name"],
            "type": one["type"],
            "required": one["required"],
            # Mailchimp shows "" where there is none
            "default_value": one.get("default_value") or None,
            "choices": _choices(one),
        }
        for one in whole(response, MERGE_FIELDS)["merge_fields"]
    ]


def list_row(one: dict[str, Any]) -> dict[str, Any]:
    """A list of the account, as a row.

    Its counts are some minutes old:
    https://mailchimp.com/developer/marketing/api/lists/get-list-info/

    Args:
        one: as `parse_lists` gives it.

    Returns:
        list_id, name, double_optin, marketing_permissions, created_at, and the counts of `stats`.
    """
    return {
        "list_id": one["id"],
        "name": one["name"],
        "double_optin": one["double_optin"],
        "marketing_permissions": one["marketing_permissions"],
        "created_at": one["date_created"],
        **one["stats"],
    }


def _choices(field: dict[str, Any]) -> str | None:
    choices = (field.get("options") or {}).get("choices")
    return orjson.dumps(choices).decode() if choices else None
