"""Interests and marketing permissions by name: what a list has, and what its contacts hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from loader.sandbox.api.lists import interest_categories
from loader.sandbox.api.lists import interests as api_interests
from loader.sandbox.rules.spelling import name_key
from loader.sandbox.rules.switches import switched
from loader.sandbox.state import interests, permissions
from loader.sandbox.wire.problems import invalid_field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loader.sandbox.state.contacts.members import Member
    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow
    from loader.sandbox.wire.call import Document

CATEGORIES = "interest_categories"
INTERESTS = "interests"
PERMISSIONS = "marketing_permissions"


class Names:
    """The names of what contacts of one list can have on or off."""

    def __init__(self, store: Store, of: ListRow) -> None:
        self._interests = interests.labels(store, of)
        self._permissions = {each.id: each.text for each in permissions.of_list(store, of)}

    def set_by(self, row: Document, member: Member) -> Member:
        """Return a contact with what a row switches; a list of names switches all others off."""
        for field, names in ((INTERESTS, self._interests), (PERMISSIONS, self._permissions)):
            if field in row:
                after = switched(member.switches, _ids(field, row[field], names))
                member = member._replace(switches=after)
        return member

    def of_interests(self, on: str) -> dict[str, bool]:
        """Return the interests of a contact by name, from what is stored."""
        return _by_name(on, self._interests)

    def of_permissions(self, on: str) -> dict[str, bool]:
        """Return the marketing permissions of a contact by text, from what is stored."""
        return _by_name(on, self._permissions)


def add_to_list(store: Store, of: ListRow, wanted: Document) -> None:
    """Add the categories, interests and permissions that a list lacks; what it has stays."""
    for sent in _array(wanted, CATEGORIES):
        if not isinstance(sent, dict):
            raise invalid_field(CATEGORIES, "This value should be a list of categories")
        _add_category(store, of, sent)
    known = {each.text for each in permissions.of_list(store, of)}
    for text in dict.fromkeys(str(each) for each in _array(wanted, PERMISSIONS)):
        if text not in known:
            permissions.add(store, of, text)


def _add_category(store: Store, of: ListRow, sent: Document) -> None:
    title = interest_categories.filled_text(sent, "title")
    same = [
        each for each in interests.categories(store, of) if name_key(each.title) == name_key(title)
    ]
    wanted = {"type": interests.TYPES[0], **sent}
    category = same[0] if same else interest_categories.make(store, of, wanted)
    every = interests.of_list(store, of)
    known = {name_key(each.name) for each in every if each.category == category.number}
    for name in _array(sent, INTERESTS):
        if name_key(str(name)) not in known:
            api_interests.make(store, of, category, {"name": name})


def _array(wanted: Document, name: str) -> list[object]:
    sent = wanted.get(name, [])
    if not isinstance(sent, list):
        raise invalid_field(name, "This value should be of type iterable/array")
    return sent


def _ids(field: str, sent: object, names: Mapping[str, str]) -> dict[str, bool]:
    """Return what is switched by id, from names that are on or a mapping of names."""
    ids = {name: each for each, name in names.items()}
    if isinstance(sent, list):
        sent = dict.fromkeys(ids, False) | {str(name): True for name in sent}
    if not isinstance(sent, dict) or not all(isinstance(on, bool) for on in sent.values()):
        raise invalid_field(field, "This value should be a list of names, or true or false by name")
    unknown = sorted(name for name in sent if name not in ids)
    if unknown:
        raise invalid_field(field, f"This list has nothing that is called {', '.join(unknown)}.")
    return {ids[name]: on for name, on in sent.items()}


def _by_name(on: str, names: Mapping[str, str]) -> dict[str, bool]:
    if not names:
        return {}
    held = orjson.loads(on)
    return {name: each in held for each, name in names.items()}
