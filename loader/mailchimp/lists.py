"""What a list looks like: its settings, merge fields, segments and contacts. Pure."""

from datetime import datetime
from typing import Any

import orjson
import pyarrow as pa

from loader.addresses import name_key
from loader.audience import MergeField
from loader.errors import Unavailable
from loader.list_schema import ListField, ListSegment
from loader.mailchimp.arrow_json import addresses, exploded, int_field, parse_timestamps
from loader.mailchimp.documented_fields import (
    CATEGORIES,
    INTERESTS,
    LIST,
    LISTS,
    MEMBERS,
    MERGE_FIELD,
    MERGE_FIELDS,
    PERMISSIONS,
    SEGMENTS,
    page_request,
    single_request,
)
from loader.mailchimp.http import Request, Response
from loader.mailchimp.response_checks import json_object, table, whole
from loader.mailchimp_facts import MERGE_FIELD_TYPES, PAGE, TIMESTAMP


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


def merge_fields_request(list_id: str, offset: int = 0) -> Request:
    """The merge fields of a list; it has at most 80.

    Args:
        list_id: Mailchimp's id of the list.
        offset: how many rows come before the page.

    Returns:
        The call; see https://mailchimp.com/developer/marketing/api/list-merges/list-merge-fields/
    """
    path = f"/lists/{list_id}/merge-fields"
    return page_request(path, MERGE_FIELDS, count=PAGE, offset=offset)


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


def make_merge_field(list_id: str, field: MergeField) -> Request:
    """The call that makes a merge field that nobody has to fill in.

    Args:
        list_id: Mailchimp's id of the list.
        field: what the audience says of it.

    Returns:
        The call; see https://mailchimp.com/developer/marketing/api/list-merges/add-merge-field/
    """
    options: dict[str, Any] = {"choices": field.choices} if field.choices else {}
    # phone and date have options of different names for the same thing
    option = MERGE_FIELD_TYPES[field.type].format_option
    if option is not None and field.format is not None:
        options[option] = field.format
    body: dict[str, Any] = {
        "tag": field.tag,
        "name": field.name,
        "type": field.type,
        # a field that has to be filled would refuse the contacts of every other audience
        "required": False,
    }
    if options:
        body["options"] = options
    if field.default is not None:
        body["default_value"] = field.default
    return Request(method="POST", path=f"/lists/{list_id}/merge-fields", body=orjson.dumps(body))


def merge_field_made(tag: str, response: Response) -> int:
    """The id of a merge field that was made.

    Args:
        tag: that was asked for.
        response: Mailchimp's answer.

    Returns:
        The `merge_id`.

    Raises:
        Unavailable: the answer is about none, or another.
    """
    made = json_object(response, MERGE_FIELD)
    # it may have cut the tag, or made up another: values sent under ours would vanish
    if made["tag"].upper() != tag:
        raise Unavailable("Mailchimp's answer is about another merge field.")
    return int(made["merge_id"])


def interest_categories_request(list_id: str) -> Request:
    """The groups of interests of a list; it has at most 60.

    Args:
        list_id: Mailchimp's id of the list.

    Returns:
        The call; see
        https://mailchimp.com/developer/marketing/api/interest-categories/list-interest-categories/
    """
    path = f"/lists/{list_id}/interest-categories"
    return page_request(path, CATEGORIES, count=PAGE, offset=0)


def interests_request(list_id: str, category_id: str) -> Request:
    """The interests of one group.

    Args:
        list_id: Mailchimp's id of the list.
        category_id: the id of the group.

    Returns:
        The call; see
        https://mailchimp.com/developer/marketing/api/interests/list-interests-in-category/
    """
    path = f"/lists/{list_id}/interest-categories/{category_id}/interests"
    return page_request(path, INTERESTS, count=PAGE, offset=0)


def permissions_request(list_id: str) -> Request:
    """One contact with its marketing permissions: nothing else tells their ids.

    Args:
        list_id: Mailchimp's id of the list.
    """
    return page_request(f"/lists/{list_id}/members", PERMISSIONS, count=1, offset=0)


def parse_permissions(response: Response) -> dict[str, str]:
    """The ids of the marketing permissions, from one contact.

    Args:
        response: Mailchimp's answer.

    Returns:
        Ids by the keys of their texts; none of a list without contacts.

    Raises:
        Unavailable: the answer cannot be read.
    """
    members = json_object(response, PERMISSIONS)["members"]
    found = members[0].get("marketing_permissions") or [] if members else []
    return {name_key(one["text"]): one["marketing_permission_id"] for one in found}


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


def parse_merge_fields(response: Response) -> tuple[dict[str, ListField], int | None]:
    """The merge fields of a list, which are one page.

    Args:
        response: Mailchimp's answer.

    Returns:
        The fields by tag in upper case, and the account's limit of fields, None where Mailchimp
        does not tell it.

    Raises:
        Unavailable: the answer cannot be read, or does not have them all.
    """
    answer = whole(response, MERGE_FIELDS)
    fields = {field["tag"].upper(): _field(field) for field in answer["merge_fields"]}
    return fields, answer.get("merge_field_limit")


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


def _field(field: dict[str, Any]) -> ListField:
    options = field.get("options") or {}
    return ListField(
        type=field["type"],
        id=field["merge_id"],
        is_required=field["required"],
        choices=tuple(options.get("choices") or ()),
        format=options.get("phone_format") or options.get("date_format"),
    )
