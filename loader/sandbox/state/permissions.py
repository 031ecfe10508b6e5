"""The marketing permissions of a list: what a contact may have agreed to, channel by channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow

OF_LIST = "SELECT number, text FROM marketing_permissions WHERE list_key = ? ORDER BY number"
ADD = "INSERT INTO marketing_permissions (list_key, text) VALUES (?, ?)"


class Permission(NamedTuple):
    """One permission; a contact who gave it holds its id."""

    number: int
    text: str

    @property
    def id(self) -> str:
        """Its id as the API shows it: ten hexadecimal digits, never used twice."""
        return f"9d94{self.number:06x}"


def of_list(store: Store, list_row: ListRow) -> list[Permission]:
    """Return the permissions of a list; a list without any has them off."""
    return [Permission(*row) for row in store.rows(OF_LIST, (list_row.key,))]


def add(store: Store, list_row: ListRow, text: str) -> None:
    """Add a permission to a list; nobody has given it yet."""
    store.write(ADD, (list_row.key, text))
