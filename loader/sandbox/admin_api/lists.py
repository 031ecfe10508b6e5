"""Lists, made, changed and deleted by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.admin_api import interests_and_permissions
from loader.sandbox.api.lists import merge_fields
from loader.sandbox.problems import invalid_field
from loader.sandbox.state import lists
from loader.sandbox.state import merge_fields as stored_fields
from loader.sandbox.state.lists import MERGE_FIELD_LIMIT, ListRow

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.database import Store


def make_list(store: Store, list_id: str, name: str) -> ListRow:
    """Make a list with the merge fields that every new list has."""
    blank = ListRow(0, list_id, name, 0, MERGE_FIELD_LIMIT, store.now())
    made = lists.make(store, blank)
    for field in merge_fields.DEFAULTS:
        merge_fields.make(store, made, dict(field))
    return made


def put_list(call: Call) -> Document:
    """Make a list, or change one; fields, interests and permissions join those that it has.

    A merge field that is there already is changed, in everything but its type.
    """
    list_id = call.path["list_id"]
    wanted = call.document() if call.body is not None else {}
    fields = wanted.get("merge_fields", [])
    if not isinstance(fields, list) or not all(isinstance(field, dict) for field in fields):
        raise invalid_field("merge_fields", "This value should be of type iterable/array")
    with call.store.writing():
        row = lists.find(call.store, list_id)
        row = row or make_list(call.store, list_id, f"List {list_id}")
        row = row._replace(
            name=str(wanted.get("name", row.name)),
            double_optin=int(bool(wanted.get("double_optin", row.double_optin))),
            merge_field_limit=int(str(wanted.get("merge_field_limit", row.merge_field_limit))),
        )
        lists.change(call.store, row)
        for field in fields:
            _put_field(call.store, row, field)
        interests_and_permissions.add_to_list(call.store, row, wanted)
    return {"id": row.id, "name": row.name, "double_optin": bool(row.double_optin)}


def _put_field(store: Store, list_row: ListRow, wanted: Document) -> None:
    known = {field.tag: field for field in stored_fields.of_list(store, list_row)}
    found = known.get(merge_fields.stored_tag(wanted["tag"])) if wanted.get("tag") else None
    if found:
        stored_fields.save(store, list_row, merge_fields.edited(found, wanted))
    else:
        merge_fields.make(store, list_row, wanted)


def delete_list(call: Call) -> None:
    """Delete a list and everything on it."""
    gone = lists.get(call.store, call.path["list_id"])
    with call.store.writing():
        lists.delete(call.store, gone)
