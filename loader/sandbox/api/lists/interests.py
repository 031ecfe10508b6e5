"""The interests of one category; a contact shows which of them are on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.api.lists.interest_categories import (
    display_order,
    filled_text,
    get,
    refuse_taken,
)
from loader.sandbox.state import interests, lists
from loader.sandbox.state.interests import MAX_INTERESTS, Category, Interest
from loader.sandbox.wire.problems import invalid, not_found

if TYPE_CHECKING:
    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow
    from loader.sandbox.wire.call import Call, Document


def page(call: Call) -> Document:
    """Marketing API, List interests in category: ten a page unless told."""
    of = lists.get(call.store, call.path["list_id"])
    category = get(call, of)
    found = _of_category(call.store, of, category)
    shown = found[call.query.offset : call.query.offset + call.query.count]
    wants_counts = call.query.projection.wants("interests", "subscriber_count")
    counts = interests.subscriber_counts(call.store, of) if wants_counts else {}
    document: Document = {
        "interests": [_document(of, each, counts.get(each.id, 0)) for each in shown],
        "list_id": of.id,
        "category_id": category.id,
        "total_items": len(found),
        "_links": [],
    }
    return call.query.projection.cut(document)


def info(call: Call) -> Document:
    """Marketing API, Get interest in category."""
    of = lists.get(call.store, call.path["list_id"])
    found = _get(call, of)
    count = interests.subscriber_counts(call.store, of).get(found.id, 0)
    return call.query.projection.cut(_document(of, found, count))


def add(call: Call) -> Document:
    """Marketing API, Add interest in category; nobody has it yet."""
    of = lists.get(call.store, call.path["list_id"])
    category = get(call, of)
    with call.store.writing():
        return _document(of, make(call.store, of, category, call.document()), 0)


def delete(call: Call) -> None:
    """Marketing API, Delete interest in category: nobody has it any more."""
    of = lists.get(call.store, call.path["list_id"])
    gone = _get(call, of)
    with call.store.writing():
        interests.delete(call.store, gone)


def make(store: Store, of: ListRow, category: Category, wanted: Document) -> Interest:
    """Make an interest; a list has at most sixty, in all its categories.

    SANDBOX choice: a name that its category has is refused, and the words of every refusal.
    """
    name = filled_text(wanted, "name")
    if len(interests.of_list(store, of)) >= MAX_INTERESTS:
        raise invalid(f"This list has the maximum of {MAX_INTERESTS} interests.")
    others = _of_category(store, of, category)
    refuse_taken(name, [each.name for each in others])
    order = display_order(wanted, [each.display_order for each in others])
    return interests.add(store, of, Interest(0, category.number, name, order))


def _of_category(store: Store, of: ListRow, category: Category) -> list[Interest]:
    return [each for each in interests.of_list(store, of) if each.category == category.number]


def _get(call: Call, of: ListRow) -> Interest:
    for each in _of_category(call.store, of, get(call, of)):
        if each.id == call.path["interest_id"]:
            return each
    raise not_found()


def _document(of: ListRow, interest: Interest, count: int) -> Document:
    return {
        "category_id": interests.category_id(interest.category),
        "list_id": of.id,
        "id": interest.id,
        "name": interest.name,
        "subscriber_count": str(count),
        "display_order": interest.display_order,
        "_links": [],
    }
