"""Contacts as JSON: built from what is stored, with the keys that were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from loader.sandbox.state import interests, merge_fields, permissions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loader.sandbox.document import Document
    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow

Convert: TypeAlias = "Callable[[Any], object]"  # Any: a column's value, as SQLite gave it

CONTACT_ID = "c0ffee"  # what a contact id begins with; the contact's number follows
MAX_TAGS = 50  # in a member object; /tags has them all
NOWHERE: Document = {
    "latitude": 0,
    "longitude": 0,
    "gmtoff": 0,
    "dstoff": 0,
    "country_code": "",
    "timezone": "",
    "region": "",
}
PREFERENCES = ("interests", "marketing_permissions")  # left out where the list has none
STATS = {"avg_open_rate": 0, "avg_click_rate": 0}
# SANDBOX choice: the reasons read like the ones that the web site shows.
REASON = """CASE WHEN status = 'unsubscribed' THEN CASE unsubscribed_by
    WHEN 'person' THEN 'No reason given' ELSE 'N/A (Unsubscribed by an admin)' END END"""
# Each key of a contact, in the order of the API, and the SQL that gives it.
COLUMNS = {
    "id": "subscriber_hash",
    "email_address": "email_address",
    "unique_email_id": "substr(subscriber_hash, 23)",
    "contact_id": f"'{CONTACT_ID}' || printf('%026x', members.id)",
    "full_name": "trim(coalesce(merge_fields ->> 'FNAME', '') || ' ' "
    "|| coalesce(merge_fields ->> 'LNAME', ''))",
    "web_id": "members.id",
    "email_type": "email_type",
    "status": "status",
    "unsubscribe_reason": REASON,
    "consents_to_one_to_one_messaging": "1",
    "merge_fields": "merge_fields",
    "interests": "preferences",
    "stats": "NULL",
    "ip_signup": "ip_signup",
    "timestamp_signup": "timestamp_signup",
    "ip_opt": "ip_opt",
    "timestamp_opt": "timestamp_opt",
    "member_rating": "2",
    "last_changed": "last_changed",
    "language": "language",
    "vip": "vip",
    "email_client": "''",
    "location": "location",
    "marketing_permissions": "preferences",
    "source": "'API - Generic'",
    "tags_count": "members.id",
    "tags": "members.id",
    "list_id": "NULL",
    "_links": "subscriber_hash",
}
MEMBER = tuple(COLUMNS)
_NOT_IN_BATCH = {
    *("contact_id", "full_name", "web_id", "source"),
    *("unsubscribe_reason", "consents_to_one_to_one_messaging"),
    "marketing_permissions",
}
BATCH_MEMBER = tuple(key for key in MEMBER if key not in _NOT_IN_BATCH)
SEGMENT_MEMBER = tuple(key for key in BATCH_MEMBER if key not in {"tags", "tags_count"})
TAGS = """
SELECT member_id, id, name FROM segment_members JOIN segments ON segments.id = segment_id
WHERE member_id IN (SELECT value FROM json_each(?)) ORDER BY member_id, id
"""


class MemberJson:
    """Builds the JSON of contacts of one list, each with the same keys."""

    def __init__(self, store: Store, list_row: ListRow, keys: Sequence[str], url: str = "") -> None:
        self._store = store
        preferences = _preferences(store, list_row, keys)
        self._keys = [key for key in keys if key not in PREFERENCES or key in preferences]
        self._tags: dict[int, list[Document]] = {}
        self._converters = (
            _converters(store, list_row, url)
            | preferences
            | {
                "tags": lambda member: self._tags.get(member, [])[:MAX_TAGS],
                "tags_count": lambda member: len(self._tags.get(member, ())),
            }
        )
        columns = ", ".join(COLUMNS[key] for key in self._keys) or "NULL"
        self._select = (
            f"SELECT {columns} FROM json_each(?) "  # noqa: S608 - columns of ours
            "JOIN members ON members.id = value ORDER BY json_each.key"
        )

    def of(self, members: Sequence[int]) -> list[Document]:
        """Return these contacts, in this order."""
        ids = orjson.dumps(members).decode()
        if "tags" in self._keys or "tags_count" in self._keys:
            self._tags = tags_of(self._store, ids)
        finish = [(key, self._converters[key]) for key in self._keys if key in self._converters]
        answer: list[Document] = []
        for row in self._store.rows(self._select, (ids,)):
            document = dict(zip(self._keys, row, strict=False))
            for key, convert in finish:
                document[key] = convert(document[key])
            if document.get("unsubscribe_reason", "") is None:
                del document["unsubscribe_reason"]  # left out where it does not apply
            answer.append(document)
        return answer


def _converters(store: Store, list_row: ListRow, url: str) -> dict[str, Convert]:
    blank: Document = dict.fromkeys(
        (field.tag for field in merge_fields.of_list(store, list_row)), ""
    )
    below = f"{url}/lists/{list_row.id}/members/"
    return {
        "consents_to_one_to_one_messaging": bool,
        "merge_fields": lambda text: {**blank, **orjson.loads(text)},
        "stats": lambda _: STATS,
        "vip": bool,
        "location": _location,
        "list_id": lambda _: list_row.id,
        "_links": lambda member: [{"rel": "self", "href": below + member, "method": "GET"}],
    }


def _preferences(store: Store, list_row: ListRow, keys: Sequence[str]) -> dict[str, Convert]:
    """Return what shows interests and permissions, if the list has any and they are asked for."""
    found: dict[str, Convert] = {}
    if "interests" in keys and (every := interests.of_list(store, list_row)):
        off = dict.fromkeys((each.id for each in every), False)
        found["interests"] = lambda on: off | {key: True for key in orjson.loads(on) if key in off}
    if "marketing_permissions" in keys and (known := permissions.of_list(store, list_row)):
        found["marketing_permissions"] = lambda on: [
            {"marketing_permission_id": each.id, "text": each.text, "enabled": each.id in given}
            for given in (orjson.loads(on),)
            for each in known
        ]
    return found


def tags_of(store: Store, members: str) -> dict[int, list[Document]]:
    """Return the tags of many contacts, whose numbers come as JSON."""
    found: dict[int, list[Document]] = {}
    for member, segment, name in store.rows(TAGS, (members,)):
        found.setdefault(member, []).append({"id": segment, "name": name})
    return found


def _location(text: str) -> Document:
    return NOWHERE | orjson.loads(text) if text else NOWHERE
