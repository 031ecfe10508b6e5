"""Read what a list looks like now: its settings, merge fields and segments."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from loader.concurrency import together
from loader.extract.pagination import every_page
from loader.mailchimp.documented_fields import CATEGORIES, INTERESTS, LIST
from loader.mailchimp.http import Response
from loader.mailchimp.list_fields import (
    interest_categories_request,
    interests_request,
    merge_fields_request,
    parse_merge_fields,
    parse_permissions,
    permissions_request,
)
from loader.mailchimp.lists import (
    all_lists,
    one_list,
    parse_lists,
    parse_segments,
    segments_request,
)
from loader.mailchimp.response_checks import json_object, whole
from loader.mailchimp.transport.client import Client
from loader.model.addresses import name_key
from loader.model.audience import Audience
from loader.model.errors import ListNotFound, NotFound
from loader.model.list_schema import ListSchema, ListSegment
from loader.model.mailchimp_facts import MAX_CONNECTIONS as WORKERS


async def read_list(client: Client, list_id: str, audiences: Sequence[Audience] = ()) -> ListSchema:
    """Read a list with what every audience has to fit.

    Args:
        client: the account's client.
        list_id: Mailchimp's id of the list.
        audiences: who is told to retire, when the list is gone.

    Returns:
        The list, without the ids of interests and permissions.

    Raises:
        ListNotFound: the account has no such list.
    """
    try:
        settings, (fields, limit), segments = await asyncio.gather(
            client.request(one_list(list_id), _settings),
            client.request(merge_fields_request(list_id), parse_merge_fields),
            _segments(client, list_id),
        )
    except NotFound:
        raise ListNotFound(_not_there(list_id, audiences)) from None
    return ListSchema(
        id=list_id,
        name=settings["name"],
        double_optin=settings["double_optin"],
        has_permissions=settings["marketing_permissions"],
        merge_fields=fields,
        merge_field_limit=limit,
        segments={name_key(one.name): one for one in segments},
        takes_fake=settings["takes_fake"],
    )


async def read_list_schema(
    client: Client, list_id: str, audiences: Sequence[Audience]
) -> ListSchema:
    """Read the list of some audiences, with the ids of what they switch on and off.

    Args:
        client: the account's client.
        list_id: Mailchimp's id of the list.
        audiences: of that list.

    Returns:
        The list; interests and permissions only where an audience names some.

    Raises:
        ListNotFound: the account has no such list.
    """

    async def no_ids() -> dict[str, str]:
        return {}

    switches = any(one.interests for one in audiences)
    permits = any(one.permissions for one in audiences)
    remote, interests, permissions = await asyncio.gather(
        read_list(client, list_id, audiences),
        read_interests(client, list_id) if switches else no_ids(),
        read_permissions(client, list_id) if permits else no_ids(),
    )
    # a list that had them once still shows them on its contacts
    permissions = permissions if remote.has_permissions else {}
    return replace(remote, interests=interests, permissions=permissions)


async def read_interests(client: Client, list_id: str) -> dict[str, str]:
    """Read the interests of a list.

    Args:
        client: the account's client.
        list_id: Mailchimp's id of the list.

    Returns:
        Their ids by the keys of their names. A name that is in one group only is there alone; each
        is there as "group: name" too.

    Raises:
        MailchimpError: they cannot be read.
    """
    found: dict[str, str] = {}
    ambiguous: set[str] = set()
    categories = await client.request(interest_categories_request(list_id), _categories)
    groups = await together(
        [client.request(interests_request(list_id, one["id"]), _interests) for one in categories]
    )
    for category, interests in zip(categories, groups, strict=True):
        for interest in interests:
            name = name_key(interest["name"])
            # a name in two groups says nothing: nobody may be switched on for the wrong one
            ambiguous |= {name} & found.keys()
            found[name] = interest["id"]
            found[f"{name_key(category['title'])}: {name}"] = interest["id"]
    return {name: interest for name, interest in found.items() if name not in ambiguous}


async def read_permissions(client: Client, list_id: str) -> dict[str, str]:
    """Read the marketing permissions of a list.

    Args:
        client: the account's client.
        list_id: Mailchimp's id of the list.

    Returns:
        Their ids by the keys of their texts; none of an empty list.

    Raises:
        MailchimpError: they cannot be read.
    """
    return await client.request(permissions_request(list_id), parse_permissions)


async def read_lists(client: Client) -> list[dict[str, Any]]:
    """Read the lists of the account.

    Args:
        client: the account's client.

    Returns:
        For each id, name, double_optin, date_created (UTC without a zone) and stats.

    Raises:
        MailchimpError: they cannot be read.
    """
    pages = await every_page(client, all_lists, parse_lists, workers=WORKERS)
    return [one for page in pages for one in page]


def _not_there(list_id: str, audiences: Sequence[Audience]) -> str:
    retire = ", ".join(f"`loader retire {one.name} --list-deleted`" for one in audiences)
    advice = (
        f" If that list was deleted, give the audience another one, run dbt, and then run {retire}."
        if audiences
        else ""
    )
    return (
        f"Mailchimp has no list {list_id} for this account. `loader lists` shows the ids of its"
        f" lists. Put the right one into meta.mailchimp.list_id.{advice}"
    )


def _settings(response: Response) -> dict[str, Any]:
    return {**json_object(response, LIST), "takes_fake": response.takes_fake}


def _categories(response: Response) -> list[dict[str, Any]]:
    return list(whole(response, CATEGORIES)["categories"])


def _interests(response: Response) -> list[dict[str, Any]]:
    return list(whole(response, INTERESTS)["interests"])


async def _segments(client: Client, list_id: str) -> list[ListSegment]:
    pages = await every_page(
        client, partial(segments_request, list_id), parse_segments, workers=WORKERS
    )
    return [one for page in pages for one in page]
