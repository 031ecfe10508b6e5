"""The merge fields of a list: what a contact can hold beside its address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import orjson

from loader.sandbox.rules.values import CHECKS
from loader.sandbox.state import lists, merge_fields
from loader.sandbox.state.merge_fields import MergeField
from loader.sandbox.wire.problems import invalid, invalid_field, not_found
from loader.wording import counted

if TYPE_CHECKING:
    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow
    from loader.sandbox.wire.call import Call, Document

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
    of = lists.get(call.store, call.path["list_id"])
    kind = call.query.choice("type", tuple(CHECKS))
    required = call.query.text("required")
    fields = [
        field
        for field in merge_fields.of_list(call.store, of)
        if (not kind or field.type == kind)
        and (not required or bool(field.required) == call.query.flag("required"))
    ]
    shown = fields[call.query.offset : call.query.offset + call.query.count]
    document: Document = {
        "merge_fields": [_document(of, field) for field in shown],
        "list_id": of.id,
        "total_items": len(fields),
        "merge_field_limit": of.merge_field_limit,
        "_links": [],
    }
    return call.query.projection.cut(document)


def info(call: Call) -> Document:
    """Marketing API, Get merge field."""
    of = lists.get(call.store, call.path["list_id"])
    return call.query.projection.cut(_document(of, _get(call, of)))


def add(call: Call) -> Document:
    """Marketing API, Add merge field: the type is for ever, the tag is cut at ten characters."""
    of = lists.get(call.store, call.path["list_id"])
    with call.store.writing():
        return _document(of, make(call.store, of, call.document()))


def patch(call: Call) -> Document:
    """Marketing API, Update merge field: everything but the type, which is ignored."""
    of = lists.get(call.store, call.path["list_id"])
    field = _get(call, of)
    with call.store.writing():
        changed = edited(field, call.document())
        tag = call.document().get("tag")
        if tag is not None:
            changed = changed._replace(tag=stored_tag(tag))
        if changed.tag != field.tag:
            _refuse_taken(call.store, of, changed.tag)
            merge_fields.rename_tag(call.store, of, field.tag, changed.tag)
        merge_fields.save(call.store, of, changed)
    return _document(of, changed)


def delete(call: Call) -> None:
    """Marketing API, Delete merge field: every contact loses its value."""
    of = lists.get(call.store, call.path["list_id"])
    field = _get(call, of)
    with call.store.writing():
        merge_fields.delete(call.store, of, field)


def make(store: Store, of: ListRow, wanted: Document) -> MergeField:
    """Make a field of a list. SANDBOX choice: the words of every refusal here."""
    name, kind = wanted.get("name"), wanted.get("type")
    missing = [key for key in ("name", "type") if not wanted.get(key)]
    if missing:
        raise invalid_field("", f"Required fields were not provided: {', '.join(missing)}")
    if kind not in CHECKS:
        raise invalid_field("type", f"Value must be one of: {', '.join(CHECKS)}")
    fields = merge_fields.of_list(store, of)
    if len(fields) >= of.merge_field_limit:
        raise invalid(
            f"This list has the maximum of {counted(of.merge_field_limit, 'merge field')}."
        )
    merge_id = merge_fields.next_id(store, of)
    tag = stored_tag(wanted.get("tag") or f"MMERGE{merge_id}")
    _refuse_taken(store, of, tag)
    last = max((field.display_order for field in fields), default=1)
    field = MergeField(merge_id, tag, str(name), str(kind), display_order=last + 1)
    field = edited(field, wanted)
    merge_fields.save(store, of, field)
    return field


def stored_tag(sent: object) -> str:
    """Return a tag as it is stored: upper case, and silently cut."""
    tag = str(sent).strip().upper()[:TAG_LENGTH]
    if not TAG.fullmatch(tag) or tag == "EMAIL":
        raise invalid_field("tag", "Please enter letters, digits and underscores; EMAIL is taken.")
    return tag


def _refuse_taken(store: Store, of: ListRow, tag: str) -> None:
    if tag in {field.tag for field in merge_fields.of_list(store, of)}:
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


def _get(call: Call, of: ListRow) -> MergeField:
    number = call.number("merge_id")
    for field in merge_fields.of_list(call.store, of):
        if field.merge_id == number:
            return field
    raise not_found()


def _document(of: ListRow, field: MergeField) -> Document:
    document: Document = dict(field._asdict())
    document["required"] = bool(field.required)
    document["public"] = bool(field.public)
    document["options"] = orjson.loads(field.options)
    return document | {"list_id": of.id, "_links": []}
