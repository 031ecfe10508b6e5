"""What a list is made of, as rows for the warehouse. Pure."""

from datetime import datetime
from typing import Any

import orjson

from loader.mailchimp.lists import PAGE
from loader.mailchimp.wire import Request, Response, document

Rows = list[dict[str, Any]]


def every_segment_page(list_id: str, offset: int) -> Request:
    """A page of all segments of a list, saved ones too; with those who get no campaign counted."""
    names = ("id", "name", "type", "member_count", "created_at", "updated_at")
    params = {
        "fields": ",".join((*(f"segments.{name}" for name in names), "total_items")),
        "count": str(PAGE),
        "offset": str(offset),
    }
    return Request(method="GET", path=f"/lists/{list_id}/segments", params=params)


def segment_rows(response: Response) -> tuple[Rows, int]:
    """The segments of a page, and the total.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = document(response, "segments", "total_items")
    rows = [
        {
            "segment_id": int(one["id"]),
            "name": one["name"],
            "type": one["type"],
            "member_count": one["member_count"],
            "created_at": moment(one.get("created_at")),
            "updated_at": moment(one.get("updated_at")),
        }
        for one in answer["segments"]
    ]
    return rows, int(answer["total_items"])


def merge_field_rows(response: Response) -> Rows:
    """The merge fields of a list.

    Raises:
        Unavailable: the answer cannot be read.
    """
    return [
        {
            "tag": one["tag"],
            "merge_id": one["merge_id"],
            "name": one["name"],
            "type": one["type"],
            "required": bool(one.get("required")),
            "default_value": one.get("default_value") or None,
            "choices": _choices(one),
        }
        for one in document(response, "merge_fields")["merge_fields"]
    ]


def list_row(one: dict[str, Any]) -> dict[str, Any]:
    """A list of the account; its counts are some minutes old (Marketing API, Lists: `stats`)."""
    stats = one.get("stats") or {}
    return {
        "list_id": one["id"],
        "name": one["name"],
        "double_optin": bool(one.get("double_optin")),
        "marketing_permissions": bool(one.get("marketing_permissions")),
        "created_at": moment(one.get("date_created")),
        "member_count": stats.get("member_count"),
        "unsubscribe_count": stats.get("unsubscribe_count"),
        "cleaned_count": stats.get("cleaned_count"),
    }


def moment(text: str | None) -> datetime | None:
    """A time as Mailchimp writes it, in UTC without a zone; "" is none."""
    return datetime.fromisoformat(text).replace(tzinfo=None) if text else None


def _choices(field: dict[str, Any]) -> str | None:
    choices = (field.get("options") or {}).get("choices")
    return orjson.dumps(choices).decode() if choices else None
