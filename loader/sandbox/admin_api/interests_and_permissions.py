"""Interests and marketing permissions, written by name: those of a list, and of a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.api.lists import interest_categories
from loader.sandbox.api.lists import interests as api_interests
from loader.sandbox.problems import invalid_field
from loader.sandbox.spelling import name_key
from loader.sandbox.state import interests, permissions
from loader.sandbox.state.contacts.preferences import with_preferences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loader.sandbox.document import Document
    from loader.sandbox.state.contacts.members import Member
    from loader.sandbox.state.contacts.preferences import PreferenceNames
    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow

CATEGORIES = "interest_categories"
INTERESTS = "interests"
PERMISSIONS = "marketing_permissions"


def set_by_name(member: Member, row: Document, names: PreferenceNames) -> Member:
    """Return a contact with what a row turns on or off; a list of names turns all others off."""
    for field, known in ((INTERESTS, names.interests), (PERMISSIONS, names.permissions)):
        if field in row:
            after = with_preferences(member.preferences, _ids(field, row[field], known))
            member = member._replace(preferences=after)
    return member


def add_to_list(store: Store, list_row: ListRow, wanted: Document) -> None:
    """Add the categories, interests and permissions that a list lacks; what it has stays."""
    for sent in _array(wanted, CATEGORIES):
        if not isinstance(sent, dict):
            raise invalid_field(CATEGORIES, "This value should be a list of categories")
        _add_category(store, list_row, sent)
    known = {each.text for each in permissions.of_list(store, list_row)}
    for text in dict.fromkeys(str(each) for each in _array(wanted, PERMISSIONS)):
        if text not in known:
            permissions.add(store, list_row, text)


def _add_category(store: Store, list_row: ListRow, sent: Document) -> None:
    title = interest_categories.filled_text(sent, "title")
    same = [
        each
        for each in interests.categories(store, list_row)
        if name_key(each.title) == name_key(title)
    ]
    wanted = {"type": interests.TYPES[0], **sent}
    category = same[0] if same else interest_categories.make(store, list_row, wanted)
    every = interests.of_list(store, list_row)
    known = {name_key(each.name) for each in every if each.category == category.number}
    for name in _array(sent, INTERESTS):
        if name_key(str(name)) not in known:
            api_interests.make(store, list_row, category, {"name": name})


def _array(wanted: Document, name: str) -> list[object]:
    sent = wanted.get(name, [])
    if not isinstance(sent, list):
        raise invalid_field(name, "This value should be of type iterable/array")
    return sent


def _ids(field: str, sent: object, names: Mapping[str, str]) -> dict[str, bool]:
    """Return what is turned on or off by id, from names that are on or a mapping of names."""
    ids = {name: each for each, name in names.items()}
    if isinstance(sent, list):
        sent = dict.fromkeys(ids, False) | {str(name): True for name in sent}
    if not isinstance(sent, dict) or not all(isinstance(on, bool) for on in sent.values()):
        raise invalid_field(field, "This value should be a list of names, or true or false by name")
    unknown = sorted(name for name in sent if name not in ids)
    if unknown:
        raise invalid_field(field, f"This list has nothing that is called {', '.join(unknown)}.")
    return {ids[name]: on for name, on in sent.items()}
