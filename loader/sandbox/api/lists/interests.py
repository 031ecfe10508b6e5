"""The interests of one category; a contact shows which of them are on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.api.lists.interest_categories import (
    display_order,
    filled_text,
    get,
    refuse_taken,
)
from loader.sandbox.problems import invalid, not_found
from loader.sandbox.state import interests, lists
from loader.sandbox.state.interests import MAX_INTERESTS, Category, Interest

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow


def page(call: Call) -> Document:
    """Marketing API, List interests in category: ten a page unless told."""
    list_row = lists.get(call.store, call.path["list_id"])
    category = get(call, list_row)
    found = _of_category(call.store, list_row, category)
    shown = found[call.query.offset : call.query.offset + call.query.count]
    wants_counts = call.query.fields.wants("interests", "subscriber_count")
    counts = interests.subscriber_counts(call.store, list_row) if wants_counts else {}
    document: Document = {
        "interests": [_document(list_row, each, counts.get(each.id, 0)) for each in shown],
        "list_id": list_row.id,
        "category_id": category.id,
        "total_items": len(found),
        "_links": [],
    }
    return call.query.fields.apply(document)


def info(call: Call) -> Document:
    """Marketing API, Get interest in category."""
    list_row = lists.get(call.store, call.path["list_id"])
    found = _get(call, list_row)
    count = interests.subscriber_counts(call.store, list_row).get(found.id, 0)
    return call.query.fields.apply(_document(list_row, found, count))


def add(call: Call) -> Document:
    """Marketing API, Add interest in category; nobody has it yet."""
    list_row = lists.get(call.store, call.path["list_id"])
    category = get(call, list_row)
    with call.store.writing():
        return _document(list_row, make(call.store, list_row, category, call.document()), 0)


def delete(call: Call) -> None:
    """Marketing API, Delete interest in category: nobody has it any more."""
    list_row = lists.get(call.store, call.path["list_id"])
    gone = _get(call, list_row)
    with call.store.writing():
        interests.delete(call.store, gone)


def make(store: Store, list_row: ListRow, category: Category, wanted: Document) -> Interest:
    """Make an interest; a list has at most sixty, in all its categories.

    SANDBOX choice: a name that its category has is refused, and the words of every refusal.
    """
    name = filled_text(wanted, "name")
    if len(interests.of_list(store, list_row)) >= MAX_INTERESTS:
        raise invalid(f"This list has the maximum of {MAX_INTERESTS} interests.")
    others = _of_category(store, list_row, category)
    refuse_taken(name, [each.name for each in others])
    order = display_order(wanted, [each.display_order for each in others])
    return interests.add(store, list_row, Interest(0, category.number, name, order))


def _of_category(store: Store, list_row: ListRow, category: Category) -> list[Interest]:
    return [each for each in interests.of_list(store, list_row) if each.category == category.number]


def _get(call: Call, list_row: ListRow) -> Interest:
    for each in _of_category(call.store, list_row, get(call, list_row)):
        if each.id == call.path["interest_id"]:
            return each
    raise not_found()


def _document(list_row: ListRow, interest: Interest, count: int) -> Document:
    return {
        "category_id": interests.category_id(interest.category),
        "list_id": list_row.id,
        "id": interest.id,
        "name": interest.name,
        "subscriber_count": str(count),
        "display_order": interest.display_order,
        "_links": [],
    }
