"""The preferences of contacts, their interests and marketing permissions: by id and by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from loader.sandbox.state import interests, permissions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow


class PreferenceNames:
    """What people call the interests and marketing permissions of one list.

    Attributes:
        interests: the name of each interest by its id.
        permissions: the text of each marketing permission by its id.
    """

    def __init__(self, store: Store, list_row: ListRow) -> None:
        self.interests = interests.labels(store, list_row)
        self.permissions = {each.id: each.text for each in permissions.of_list(store, list_row)}

    def interests_of(self, preferences: str) -> dict[str, bool]:
        """Return the interests of a contact by name, from what is stored."""
        return _by_name(preferences, self.interests)

    def permissions_of(self, preferences: str) -> dict[str, bool]:
        """Return the marketing permissions of a contact by text, from what is stored."""
        return _by_name(preferences, self.permissions)


def with_preferences(before: str, changes: Mapping[str, bool]) -> str:
    """Return the preferences of a contact after some were turned on or off, as they are stored."""
    after = orjson.loads(before) | changes
    on = {name: True for name in sorted(after) if after[name]}
    return orjson.dumps(on).decode()


def _by_name(preferences: str, names: Mapping[str, str]) -> dict[str, bool]:
    if not names:
        return {}
    held = orjson.loads(preferences)
    return {name: each in held for each, name in names.items()}
