"""What a list looks like: its settings, merge fields, segments and contacts. Pure."""

from datetime import datetime
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from loader.audience import MergeField
from loader.mailchimp.columns import addresses, decode, exploded, number, rows
from loader.mailchimp.wire import Request, Response, document
from loader.places import RemoteField, RemoteSegment

PAGE = 1000  # the largest; Mailchimp cuts a larger count without a word


def all_lists(offset: int = 0) -> Request:
    """A page of the account's lists."""
    names = ("id", "name", "double_optin", "marketing_permissions", "date_created", "stats")
    fields = ",".join((*(f"lists.{name}" for name in names), "total_items"))
    return _get("/lists", fields, offset)


def one_list(list_id: str) -> Request:
    """The settings of a list."""
    return _get(f"/lists/{list_id}", "id,name,double_optin,marketing_permissions", None)


def merge_fields_page(list_id: str, offset: int = 0) -> Request:
    """A page of the merge fields of a list."""
    names = ("merge_id", "tag", "name", "type", "required", "default_value", "options")
    fields = ",".join((*(f"merge_fields.{name}" for name in names), "total_items"))
    fields += ",merge_field_limit"
    return _get(f"/lists/{list_id}/merge-fields", fields, offset)


def segments_page(list_id: str, offset: int = 0) -> Request:
    """A page of the static segments of a list."""
    request = _get(f"/lists/{list_id}/segments", "segments.id,segments.name,total_items", offset)
    request.params["type"] = "static"
    return request


def make_merge_field(list_id: str, field: MergeField) -> Request:
    """The call that makes a merge field that nobody has to fill in."""
    formats = {"phone": "phone_format", "date": "date_format", "birthday": "date_format"}
    options: dict[str, Any] = {"choices": field.choices} if field.choices else {}
    if field.format is not None:
        options[formats[field.type]] = field.format
    body: dict[str, Any] = {
        "tag": field.tag,
        "name": field.name,
        "type": field.type,
        "required": False,
    }
    if options:
        body["options"] = options
    if field.default is not None:
        body["default_value"] = field.default
    return Request(method="POST", path=f"/lists/{list_id}/merge-fields", body=orjson.dumps(body))


def interest_categories_page(list_id: str) -> Request:
    """The groups of interests of a list; it has at most 60."""
    fields = "categories.id,categories.title"
    return _get(f"/lists/{list_id}/interest-categories", fields, 0)


def interests_page(list_id: str, category_id: str) -> Request:
    """The interests of one group."""
    path = f"/lists/{list_id}/interest-categories/{category_id}/interests"
    return _get(path, "interests.id,interests.name", 0)


def permissions_page(list_id: str) -> Request:
    """One contact with its marketing permissions: nothing else tells their ids."""
    request = _get(f"/lists/{list_id}/members", "members.marketing_permissions", 0)
    request.params["count"] = "1"
    return request


def permissions_of(response: Response) -> dict[str, str]:
    """The ids of the marketing permissions by their lower-cased texts, from one contact's."""
    members = document(response, "members")["members"]
    found = members[0].get("marketing_permissions") or [] if members else []
    return {str(one["text"]).lower(): str(one["marketing_permission_id"]) for one in found}


_SEEN = ("email_address", "status", "last_changed", "contact_id")


def members_page(
    list_id: str, *, since: datetime | None, archived: bool, offset: int, count: int = PAGE
) -> Request:
    """A page of the contacts of a list that changed after a moment, the oldest change first.

    Archived contacts are in no page unless they are asked for by that status.
    """
    fields = ",".join((*(f"members.{name}" for name in _SEEN), "total_items"))
    request = _get(f"/lists/{list_id}/members", fields, offset)
    request.params.update({"count": str(count), "sort_field": "last_changed", "sort_dir": "ASC"})
    if since is not None:
        request.params["since_last_changed"] = since.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    if archived:
        request.params["status"] = "archived"
    return request


def members_of(response: Response) -> tuple[pa.RecordBatch, int]:
    """The contacts of such a page as columns, and how many there are in all."""
    schema = pa.schema(
        [
            ("members", rows(*_SEEN)),
            ("total_items", pa.int64()),
        ]
    )
    answer = decode(response.body, schema)
    members = exploded(answer, "members")
    changed = members.field("last_changed")
    changed = pc.if_else(pc.equal(changed, ""), None, changed)
    columns = [
        addresses(members.field("email_address")),
        members.field("status"),
        pc.cast(pc.cast(changed, pa.timestamp("us", "UTC")), pa.timestamp("us")),
        members.field("contact_id"),
    ]
    return pa.record_batch(columns, list(_SEEN)), number(answer, "total_items") or 0


def merge_fields_of(response: Response) -> tuple[dict[str, RemoteField], int | None]:
    """The fields by tag, and the account's limit of fields where Mailchimp tells it."""
    answer = document(response, "merge_fields")
    fields = {str(field["tag"]).upper(): _field(field) for field in answer["merge_fields"]}
    return fields, answer.get("merge_field_limit")


def segments_of(response: Response) -> tuple[list[RemoteSegment], int]:
    """The segments of a page, and the total."""
    answer = document(response, "segments", "total_items")
    found = [RemoteSegment(id=int(one["id"]), name=str(one["name"])) for one in answer["segments"]]
    return found, int(answer["total_items"])


def lists_of(response: Response) -> tuple[list[dict[str, Any]], int]:
    """The lists of a page, and the total."""
    answer = document(response, "lists", "total_items")
    return list(answer["lists"]), int(answer["total_items"])


def _field(field: dict[str, Any]) -> RemoteField:
    options = field.get("options") or {}
    return RemoteField(
        type=str(field["type"]),
        id=int(field.get("merge_id") or 0),
        is_required=bool(field.get("required")),
        choices=tuple(options.get("choices") or ()),
        format=options.get("phone_format") or options.get("date_format"),
    )


def _get(path: str, fields: str, offset: int | None) -> Request:
    page = {} if offset is None else {"count": str(PAGE), "offset": str(offset)}
    return Request(method="GET", path=path, params={"fields": fields, **page})
