"""What contacts of a list can hold: merge fields, interests and marketing permissions. Pure."""

from typing import Any

import orjson

from loader.mailchimp.documented_fields import (
    CATEGORIES,
    INTERESTS,
    MERGE_FIELD,
    MERGE_FIELDS,
    PERMISSIONS,
    page_request,
)
from loader.mailchimp.http import Request, Response
from loader.mailchimp.response_checks import json_object, whole
from loader.model.addresses import name_key
from loader.model.audience import MergeField
from loader.model.errors import Unavailable
from loader.model.list_schema import ListField
from loader.model.mailchimp_facts import MERGE_FIELD_TYPES, PAGE


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


def _field(field: dict[str, Any]) -> ListField:
    options = field.get("options") or {}
    return ListField(
        type=field["type"],
        id=field["merge_id"],
        is_required=field["required"],
        choices=tuple(options.get("choices") or ()),
        format=options.get("phone_format") or options.get("date_format"),
    )
