"""Read what a list looks like now: its settings, merge fields and segments."""

import asyncio
from typing import Any

from loader.errors import MailchimpError, NotThere
from loader.mailchimp.client import Client
from loader.mailchimp.lists import (
    PAGE,
    all_lists,
    lists_of,
    merge_fields_of,
    merge_fields_page,
    one_list,
    segments_of,
    segments_page,
)
from loader.mailchimp.wire import document
from loader.places import RemoteList, RemoteSegment


async def read_list(client: Client, list_id: str) -> RemoteList:
    """A list with everything that an audience has to fit.

    Raises:
        MailchimpError: the account has no such list.
    """
    try:
        settings, fields, segments = await asyncio.gather(
            client.ask(one_list(list_id), lambda answer: document(answer, "id", "name")),
            client.ask(merge_fields_page(list_id), merge_fields_of),
            _segments(client, list_id),
        )
    except NotThere:
        raise MailchimpError(
            f"Mailchimp has no list {list_id} for this account. `loader lists` shows the ids that"
            " there are; put the right one into meta.mailchimp.list_id."
        ) from None
    types, limit, _ = fields
    return RemoteList(
        id=list_id,
        name=str(settings["name"]),
        double_optin=bool(settings.get("double_optin")),
        merge_fields=types,
        merge_field_limit=limit,
        segments={one.name.lower(): one for one in segments},
    )


async def read_lists(client: Client) -> list[dict[str, Any]]:
    """The lists of the account: id, name, double_optin and stats."""
    found, total = await client.ask(all_lists(), lists_of)
    while len(found) < total:
        more, _ = await client.ask(all_lists(len(found)), lists_of)
        if not more:
            break
        found += more
    return found


async def _segments(client: Client, list_id: str) -> list[RemoteSegment]:
    found, total = await client.ask(segments_page(list_id), segments_of)
    for offset in range(PAGE, total, PAGE):
        found += (await client.ask(segments_page(list_id, offset), segments_of))[0]
    return found
