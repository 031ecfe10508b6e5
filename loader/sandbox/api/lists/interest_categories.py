"""The categories of a list's interests, which Mailchimp's pages call groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.problems import invalid, invalid_field, not_found
from loader.sandbox.spelling import name_key
from loader.sandbox.state import interests, lists
from loader.sandbox.state.interests import TYPES, Category

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow


def page(call: Call) -> Document:
    """Marketing API, List interest categories: ten a page unless told."""
    list_row = lists.get(call.store, call.path["list_id"])
    kind = call.query.choice("type", TYPES)
    found = [each for each in interests.categories(call.store, list_row) if kind in ("", each.type)]
    shown = found[call.query.offset : call.query.offset + call.query.count]
    document: Document = {
        "list_id": list_row.id,
        "categories": [_document(list_row, each) for each in shown],
        "total_items": len(found),
        "_links": [],
    }
    return call.query.fields.apply(document)


def info(call: Call) -> Document:
    """Marketing API, Get interest category info."""
    list_row = lists.get(call.store, call.path["list_id"])
    return call.query.fields.apply(_document(list_row, get(call, list_row)))


def add(call: Call) -> Document:
    """Marketing API, Add interest category."""
    list_row = lists.get(call.store, call.path["list_id"])
    with call.store.writing():
        return _document(list_row, make(call.store, list_row, call.document()))


def delete(call: Call) -> None:
    """Marketing API, Delete interest category: its interests go with it, from every contact."""
    list_row = lists.get(call.store, call.path["list_id"])
    gone = get(call, list_row)
    with call.store.writing():
        interests.delete_category(call.store, gone)


def get(call: Call, list_row: ListRow) -> Category:
    """Return the category that a path names, or refuse with 404."""
    for each in interests.categories(call.store, list_row):
        if each.id == call.path["interest_category_id"]:
            return each
    raise not_found()


def make(store: Store, list_row: ListRow, wanted: Document) -> Category:
    """Make a category. SANDBOX choice: a title that the list has is refused, and all words."""
    title, kind = filled_text(wanted, "title"), wanted.get("type")
    if "type" not in wanted:
        raise invalid_field("", "Required fields were not provided: type")
    if kind not in TYPES:
        raise invalid_field("type", f"Value must be one of: {', '.join(TYPES)}")
    every = interests.categories(store, list_row)
    refuse_taken(title, [each.title for each in every])
    order = display_order(wanted, [each.display_order for each in every])
    return interests.add_category(store, list_row, Category(0, title, str(kind), order))


def filled_text(wanted: Document, name: str) -> str:
    """Return a text that a body has to carry, trimmed."""
    text = wanted.get(name)
    if name not in wanted:
        raise invalid_field("", f"Required fields were not provided: {name}")
    if not isinstance(text, str) or not text.strip():
        raise invalid_field(name, "This value should not be blank")
    return text.strip()


def display_order(wanted: Document, others: Sequence[int]) -> int:
    """Return the place on the forms. SANDBOX choice: behind all others unless told."""
    order = wanted.get("display_order")
    if order is None:
        return max(others, default=0) + 1
    if not isinstance(order, int) or isinstance(order, bool):
        raise invalid_field("display_order", "Schema describes integer, but it was not found")
    return order


def refuse_taken(name: str, others: Sequence[str]) -> None:
    """Refuse a name that is there already, whatever its letter case."""
    if name_key(name) in {name_key(each) for each in others}:
        raise invalid(f'Cannot add "{name}" because it already exists on the list.')


def _document(list_row: ListRow, category: Category) -> Document:
    return {
        "list_id": list_row.id,
        "id": category.id,
        "title": category.title,
        "display_order": category.display_order,
        "type": category.type,
        "_links": [],
    }
