"""Tags of one contact, and tags by name: a tag is a static segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.http.request_contacts import get_member
from loader.sandbox.problems import invalid_field
from loader.sandbox.spelling import name_key
from loader.sandbox.state import lists
from loader.sandbox.state.segments import membership, segments

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call

OF_MEMBER = """
SELECT id, name, date_added FROM segment_members JOIN segments ON segments.id = segment_id
WHERE member_id = ? ORDER BY id LIMIT ? OFFSET ?
"""
HOW_MANY = "SELECT count(*) FROM segment_members WHERE member_id = ?"
BY_PREFIX = """
SELECT id, name FROM segments
WHERE list_key = ?1 AND type = 'static' AND substr(folded, 1, length(?2)) = ?2 ORDER BY folded
"""


def of_member(call: Call) -> Document:
    """Marketing API, List member tags: all of them, ten a page unless told."""
    list_row = lists.get(call.store, call.path["list_id"])
    member = get_member(call, list_row)
    rows = call.store.rows(OF_MEMBER, (member.id, call.query.count, call.query.offset))
    document: Document = {
        "tags": [{"id": row[0], "name": row[1], "date_added": row[2]} for row in rows],
        "total_items": call.store.count(HOW_MANY, (member.id,)),
        "_links": [],
    }
    return call.query.fields.apply(document)


def change(call: Call) -> None:
    """Marketing API, Add or remove member tags: works on archived contacts too.

    A name that is new is made when active; taking off a tag that is not there is no error.
    SANDBOX choice: tags do not move `last_changed`.
    """
    list_row = lists.get(call.store, call.path["list_id"])
    member = get_member(call, list_row)
    wanted = _wanted(call.document())
    active = [name for name, status in wanted.items() if status == "active"]
    inactive = [name for name, status in wanted.items() if status == "inactive"]
    with call.store.writing() as now:
        ids = segments.tag_ids(call.store, list_row, active, now).values()
        membership.add(call.store, ((segment, member.id) for segment in ids), now)
        known = segments.by_names(call.store, list_row, inactive).values()
        membership.remove(call.store, ((segment, member.id) for segment, _ in known))


def search(call: Call) -> Document:
    """Marketing API, Search for tags on a list by name: those that begin with it, or all."""
    list_row = lists.get(call.store, call.path["list_id"])
    rows = call.store.rows(BY_PREFIX, (list_row.key, name_key(call.query.text("name"))))
    found = [{"id": row[0], "name": row[1]} for row in rows]
    return {"tags": found, "total_items": len(found)}


def _wanted(body: Document) -> dict[str, str]:
    tags = body.get("tags")
    if "tags" not in body:
        raise invalid_field("", "Required fields were not provided: tags")
    if not isinstance(tags, list):
        raise invalid_field("tags", "This value should be of type iterable/array")
    wanted: dict[str, str] = {}
    for tag in tags:
        name = tag.get("name") if isinstance(tag, dict) else None
        if not isinstance(name, str) or not name.strip():
            raise invalid_field("tags", "This value should not be blank")
        if tag.get("status") not in {"active", "inactive"}:
            raise invalid_field("tags", "Value must be one of: active, inactive")
        wanted[name] = tag["status"]
    return wanted
