"""The merge fields of a list: what a contact can hold beside its address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import orjson

from loader.model.wording import counted
from loader.sandbox.problems import invalid, invalid_field, not_found
from loader.sandbox.rules.merge_field_values import CHECKS
from loader.sandbox.state import lists, merge_fields
from loader.sandbox.state.merge_fields import MergeField

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow

TAG_LENGTH = 10
TAG = re.compile(r"[A-Z0-9_]+", re.ASCII)
DEFAULTS = (  # what a new list has, in the order in which its fields are numbered
    {"tag": "FNAME", "name": "First Name", "type": "text", "display_order": 2},
    {"tag": "LNAME", "name": "Last Name", "type": "text", "display_order": 3},
    {"tag": "ADDRESS", "name": "Address", "type": "address", "display_order": 4},
    {"tag": "PHONE", "name": "Phone Number", "type": "phone", "display_order": 5},
)
EDITABLE = ("name", "required", "default_value", "public", "display_order", "help_text")


def page(call: Call) -> Document:
    """Marketing API, List merge fields: ten a page unless told."""
    list_row = lists.get(call.store, call.path["list_id"])
    kind = call.query.choice("type", tuple(CHECKS))
    required = call.query.text("required")
    fields = [
        field
        for field in merge_fields.of_list(call.store, list_row)
        if (not kind or field.type == kind)
        and (not required or bool(field.required) == call.query.flag("required"))
    ]
    shown = fields[call.query.offset : call.query.offset + call.query.count]
    document: Document = {
        "merge_fields": [_document(list_row, field) for field in shown],
        "list_id": list_row.id,
        "total_items": len(fields),
        "merge_field_limit": list_row.merge_field_limit,
        "_links": [],
    }
    return call.query.fields.apply(document)


def info(call: Call) -> Document:
    """Marketing API, Get merge field."""
    list_row = lists.get(call.store, call.path["list_id"])
    return call.query.fields.apply(_document(list_row, _get(call, list_row)))


def add(call: Call) -> Document:
    """Marketing API, Add merge field: the type is for ever, the tag is cut at ten characters."""
    list_row = lists.get(call.store, call.path["list_id"])
    with call.store.writing():
        return _document(list_row, make(call.store, list_row, call.document()))


def patch(call: Call) -> Document:
    """Marketing API, Update merge field: everything but the type, which is ignored."""
    list_row = lists.get(call.store, call.path["list_id"])
    field = _get(call, list_row)
    with call.store.writing():
        changed = edited(field, call.document())
        tag = call.document().get("tag")
        if tag is not None:
            changed = changed._replace(tag=stored_tag(tag))
        if changed.tag != field.tag:
            _refuse_taken(call.store, list_row, changed.tag)
            merge_fields.rename_tag(call.store, list_row, field.tag, changed.tag)
        merge_fields.save(call.store, list_row, changed)
    return _document(list_row, changed)


def delete(call: Call) -> None:
    """Marketing API, Delete merge field: every contact loses its value."""
    list_row = lists.get(call.store, call.path["list_id"])
    field = _get(call, list_row)
    with call.store.writing():
        merge_fields.delete(call.store, list_row, field)


def make(store: Store, list_row: ListRow, wanted: Document) -> MergeField:
    """Make a field of a list. SANDBOX choice: the words of every refusal here."""
    name, kind = wanted.get("name"), wanted.get("type")
    missing = [key for key in ("name", "type") if not wanted.get(key)]
    if missing:
        raise invalid_field("", f"Required fields were not provided: {', '.join(missing)}")
    if kind not in CHECKS:
        raise invalid_field("type", f"Value must be one of: {', '.join(CHECKS)}")
    fields = merge_fields.of_list(store, list_row)
    if len(fields) >= list_row.merge_field_limit:
        raise invalid(
            f"This list has the maximum of {counted(list_row.merge_field_limit, 'merge field')}."
        )
    merge_id = merge_fields.next_id(store, list_row)
    tag = stored_tag(wanted.get("tag") or f"MMERGE{merge_id}")
    _refuse_taken(store, list_row, tag)
    last = max((field.display_order for field in fields), default=1)
    field = MergeField(merge_id, tag, str(name), str(kind), display_order=last + 1)
    field = edited(field, wanted)
    merge_fields.save(store, list_row, field)
    return field


def stored_tag(sent: object) -> str:
    """Return a tag as it is stored: upper case, and silently cut."""
    tag = str(sent).strip().upper()[:TAG_LENGTH]
    if not TAG.fullmatch(tag) or tag == "EMAIL":
        raise invalid_field("tag", "Please enter letters, digits and underscores; EMAIL is taken.")
    return tag


def _refuse_taken(store: Store, list_row: ListRow, tag: str) -> None:
    if tag in {field.tag for field in merge_fields.of_list(store, list_row)}:
        raise invalid(f'A Merge Field with the tag "{tag}" already exists for this list.')


def edited(field: MergeField, sent: Document) -> MergeField:
    """Return a field with what was sent; its type never changes, and its tag not here."""
    blank = MergeField(0, "", "", "")
    new = {name: sent[name] for name in EDITABLE if sent.get(name) is not None}
    for name, value in new.items():
        expected = type(getattr(blank, name))
        if not isinstance(value, expected):
            kind = "string" if expected is str else "integer or boolean"
            raise invalid_field(name, f"Schema describes {kind}, but it was not found")
        new[name] = expected(value)
    options = sent.get("options")
    if isinstance(options, dict):
        merged = orjson.loads(field.options) | options
        new["options"] = orjson.dumps(merged).decode()
    return field._replace(**new)  # type: ignore[arg-type]  # each has the type of its column


def _get(call: Call, list_row: ListRow) -> MergeField:
    number = call.number("merge_id")
    for field in merge_fields.of_list(call.store, list_row):
        if field.merge_id == number:
            return field
    raise not_found()


def _document(list_row: ListRow, field: MergeField) -> Document:
    document: Document = dict(field._asdict())
    document["required"] = bool(field.required)
    document["public"] = bool(field.public)
    document["options"] = orjson.loads(field.options)
    return document | {"list_id": list_row.id, "_links": []}
