"""Everything that a list holds, one contact a line, for exact comparison."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import orjson
from aiohttp import web

from loader.sandbox.control.switches import Names
from loader.sandbox.state import documents, lists, merge_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiohttp.typedefs import Handler

    from loader.sandbox.state.database import Row, Store
    from loader.sandbox.state.lists import ListRow
    from loader.sandbox.wire.world import World

COLUMNS = (
    *("id", "subscriber_hash", "email_address", "status", "unsubscribed_by", "merge_fields"),
    *("email_type", "language", "vip", "location", "ip_signup", "timestamp_signup"),
    *("ip_opt", "timestamp_opt", "last_changed", "switches"),
    documents.COLUMNS["contact_id"],
)
NAMES = ("web_id", "id", *COLUMNS[2:-1], "contact_id")
SELECT = f"""
SELECT {", ".join(COLUMNS)} FROM members WHERE list_key = ?
ORDER BY email_address COLLATE NOCASE, id
"""  # noqa: S608 - columns of ours


def export(world: World) -> Handler:
    """Return the handler that streams a list: every contact, every status, sorted by address."""

    async def handle(request: web.Request) -> web.StreamResponse:
        of = lists.get(world.store, request.match_info["list_id"])
        response = web.StreamResponse()
        response.content_type = "application/x-ndjson"
        await response.prepare(request)
        for lines in _chunks(world.store, of):
            await response.write(lines)
            await asyncio.sleep(0)  # other requests get their turn
        await response.write_eof()
        return response

    return handle


def _chunks(store: Store, of: ListRow) -> Iterator[bytes]:
    blank = dict.fromkeys((field.tag for field in merge_fields.of_list(store, of)), "")
    names = Names(store, of)
    for rows in store.stream(SELECT, (of.key,)):
        tags = documents.tags_of(store, orjson.dumps([row[0] for row in rows]).decode())
        held = {member: sorted(str(tag["name"]) for tag in some) for member, some in tags.items()}
        yield b"".join(_line(row, blank, names, held.get(row[0], [])) for row in rows)


def _line(row: Row, blank: dict[str, str], names: Names, tags: list[str]) -> bytes:
    document = dict(zip(NAMES, row, strict=True))
    document["tags"] = tags
    on = document.pop("switches")
    document["interests"] = names.of_interests(on)
    document["marketing_permissions"] = names.of_permissions(on)
    document["merge_fields"] = {**blank, **orjson.loads(document["merge_fields"])}
    document["vip"] = bool(document["vip"])
    document["location"] = orjson.loads(document["location"] or "null")
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)
