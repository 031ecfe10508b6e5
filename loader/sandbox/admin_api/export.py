"""Everything that a list or a campaign holds, one JSON object a line, for exact comparison."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import orjson
from aiohttp import web

from loader.sandbox.state import lists, merge_fields
from loader.sandbox.state.campaigns import campaigns, recipients
from loader.sandbox.state.contacts import member_json
from loader.sandbox.state.contacts.preferences import PreferenceNames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TypeAlias

    from aiohttp.typedefs import Handler

    from loader.sandbox.http.server_state import ServerState
    from loader.sandbox.state.campaigns.campaigns import Campaign
    from loader.sandbox.state.database import Row, Store
    from loader.sandbox.state.lists import ListRow

    Lines: TypeAlias = Callable[[Store, Mapping[str, str]], Iterator[bytes]]

COLUMNS = (
    *("id", "subscriber_hash", "email_address", "status", "unsubscribed_by", "merge_fields"),
    *("email_type", "language", "vip", "location", "ip_signup", "timestamp_signup"),
    *("ip_opt", "timestamp_opt", "last_changed", "preferences"),
    member_json.COLUMNS["contact_id"],
)
EVENT = ("email_address", "action", "timestamp", "url", "ip", "reason")
NAMES = ("web_id", "id", *COLUMNS[2:-1], "contact_id")
SELECT = f"""
SELECT {", ".join(COLUMNS)} FROM members WHERE list_key = ?
ORDER BY email_address COLLATE NOCASE, id
"""  # noqa: S608 - columns of ours


def stream_handler(server: ServerState, lines: Lines) -> Handler:
    """Return the handler that sends lines of JSON, some at a time."""

    async def handle(request: web.Request) -> web.StreamResponse:
        chunks = lines(server.store, request.match_info)
        response = web.StreamResponse()
        response.content_type = "application/x-ndjson"
        await response.prepare(request)
        for chunk in chunks:
            await response.write(chunk)
            await asyncio.sleep(0)  # other requests get their turn
        await response.write_eof()
        return response

    return handle


def contacts(store: Store, path: Mapping[str, str]) -> Iterator[bytes]:
    """Return every contact of a list, in every status, sorted by address."""
    return _contacts(store, lists.get(store, path["list_id"]))


def events(store: Store, path: Mapping[str, str]) -> Iterator[bytes]:
    """Return every event of a campaign: first whom it was sent to, then what each of them did."""
    return _events(store, campaigns.get(store, path["campaign_id"]))


def _contacts(store: Store, list_row: ListRow) -> Iterator[bytes]:
    blank = dict.fromkeys((field.tag for field in merge_fields.of_list(store, list_row)), "")
    names = PreferenceNames(store, list_row)
    for rows in store.stream(SELECT, (list_row.key,)):
        tags = member_json.tags_of(store, orjson.dumps([row[0] for row in rows]).decode())
        held = {member: sorted(str(tag["name"]) for tag in some) for member, some in tags.items()}
        yield b"".join(_line(row, blank, names, held.get(row[0], [])) for row in rows)


def _events(store: Store, campaign: Campaign) -> Iterator[bytes]:
    start = {"campaign_id": campaign.id, "list_id": campaign.list_id}
    for rows in recipients.all_events(store, campaign):
        lines = (start | dict(zip(EVENT, row, strict=True)) for row in rows)
        yield b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in lines)


def _line(row: Row, blank: dict[str, str], names: PreferenceNames, tags: list[str]) -> bytes:
    document = dict(zip(NAMES, row, strict=True))
    document["tags"] = tags
    on = document.pop("preferences")
    document["interests"] = names.interests_of(on)
    document["marketing_permissions"] = names.permissions_of(on)
    document["merge_fields"] = {**blank, **orjson.loads(document["merge_fields"])}
    document["vip"] = bool(document["vip"])
    document["location"] = orjson.loads(document["location"] or "null")
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)
