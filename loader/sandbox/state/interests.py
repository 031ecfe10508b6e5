"""The interests of a list, by category: what a contact can say that they want to hear about."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow

CATEGORIES = """
SELECT number, title, type, display_order FROM interest_categories
WHERE list_key = ? ORDER BY display_order, number
"""
OF_LIST = """
SELECT interests.number, category, name, interests.display_order, title FROM interests
JOIN interest_categories ON interest_categories.number = category
WHERE interests.list_key = ?
ORDER BY interest_categories.display_order, category, interests.display_order, interests.number
"""
ADD_CATEGORY = """
INSERT INTO interest_categories (list_key, title, type, display_order)
VALUES (?, ?, ?, ?) RETURNING number
"""
ADD = """
INSERT INTO interests (list_key, category, name, display_order) VALUES (?, ?, ?, ?) RETURNING number
"""
DELETE_CATEGORY = (
    "DELETE FROM interests WHERE category = ?",
    "DELETE FROM interest_categories WHERE number = ?",
)
DELETE = "DELETE FROM interests WHERE number = ?"
SUBSCRIBERS = """
SELECT key, count(*) FROM members, json_each(members.preferences)
WHERE list_key = ? AND status = 'subscribed' GROUP BY key
"""
TYPES = ("checkboxes", "dropdown", "radio", "hidden")
MAX_INTERESTS = 60


class Category(NamedTuple):
    """One category, which holds interests."""

    number: int
    title: str
    type: str
    display_order: int

    @property
    def id(self) -> str:
        """Its id as the API shows it: ten hexadecimal digits, never used twice."""
        return category_id(self.number)


class Interest(NamedTuple):
    """One interest; a contact who has it holds its id."""

    number: int
    category: int
    name: str
    display_order: int
    title: str = ""  # of its category

    @property
    def id(self) -> str:
        """Its id as the API shows it: ten hexadecimal digits, never used twice."""
        return f"1de5{self.number:06x}"


def category_id(number: int) -> str:
    """Return the id of a category as the API shows it."""
    return f"ca7e{number:06x}"


def categories(store: Store, list_row: ListRow) -> list[Category]:
    """Return the categories of a list in the order of its forms."""
    return [Category(*row) for row in store.rows(CATEGORIES, (list_row.key,))]


def of_list(store: Store, list_row: ListRow) -> list[Interest]:
    """Return the interests of a list, category by category."""
    return [Interest(*row) for row in store.rows(OF_LIST, (list_row.key,))]


def labels(store: Store, list_row: ListRow) -> dict[str, str]:
    """Return what people call the interests of a list, by id.

    That is the name, and "Category: name" for each of several that share one.
    """
    every = of_list(store, list_row)
    names = Counter(each.name for each in every)
    return {
        each.id: each.name if names[each.name] == 1 else f"{each.title}: {each.name}"
        for each in every
    }


def subscriber_counts(store: Store, list_row: ListRow) -> dict[str, int]:
    """Return how many contacts have each interest, by id; one that nobody has is left out.

    SANDBOX choice: those who are subscribed count.
    """
    return dict(store.rows(SUBSCRIBERS, (list_row.key,)))


def add_category(store: Store, list_row: ListRow, wanted: Category) -> Category:
    """Write a new category; it gets its number."""
    row = store.one(ADD_CATEGORY, (list_row.key, *wanted[1:]))
    return wanted._replace(number=row[0] if row else 0)


def add(store: Store, list_row: ListRow, wanted: Interest) -> Interest:
    """Write a new interest; it gets its number."""
    row = store.one(ADD, (list_row.key, wanted.category, wanted.name, wanted.display_order))
    return wanted._replace(number=row[0] if row else 0)


def delete(store: Store, gone: Interest) -> None:
    """Delete an interest; whoever held its id shows it no more."""
    store.write(DELETE, (gone.number,))


def delete_category(store: Store, gone: Category) -> None:
    """Delete a category with its interests."""
    for statement in DELETE_CATEGORY:
        store.write(statement, (gone.number,))
