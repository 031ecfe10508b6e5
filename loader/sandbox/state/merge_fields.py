"""The merge fields of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson

if TYPE_CHECKING:
    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow

COLUMNS = (
    "merge_id, tag, name, type, required, default_value, public, display_order, options, help_text"
)
OF_LIST = f"""
SELECT {COLUMNS} FROM merge_fields WHERE list_key = ? ORDER BY display_order, merge_id
"""  # noqa: S608 - a constant of ours
INSERT = f"""
INSERT OR REPLACE INTO merge_fields (list_key, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""  # noqa: S608 - a constant of ours
NEXT_ID = """
UPDATE lists SET next_merge_id = next_merge_id + 1 WHERE key = ? RETURNING next_merge_id - 1
"""
DELETE = "DELETE FROM merge_fields WHERE list_key = ? AND merge_id = ?"
DROP_VALUES = """
UPDATE members SET merge_fields = json_remove(merge_fields, ?2)
WHERE list_key = ?1 AND json_type(merge_fields, ?2) IS NOT NULL
"""
MOVE_VALUES = """
UPDATE members
SET merge_fields = json_remove(
    json_set(merge_fields, ?3, json(merge_fields -> ?2)), ?2
)
WHERE list_key = ?1 AND json_type(merge_fields, ?2) IS NOT NULL
"""


class MergeField(NamedTuple):
    """One merge field; a contact holds its value under `tag`."""

    merge_id: int
    tag: str
    name: str
    type: str
    required: int = 0
    default_value: str = ""
    public: int = 0
    display_order: int = 0
    options: str = "{}"
    help_text: str = ""

    def option(self, name: str) -> object:
        """Return one of the field's options, if it has it."""
        options: dict[str, object] = orjson.loads(self.options)
        return options.get(name)


def of_list(store: Store, list_row: ListRow) -> list[MergeField]:
    """Return the fields of a list in the order of its forms."""
    return [MergeField(*row) for row in store.rows(OF_LIST, (list_row.key,))]


def next_id(store: Store, list_row: ListRow) -> int:
    """Return the number of the next field; a number is never used twice."""
    row = store.one(NEXT_ID, (list_row.key,))
    return row[0] if row else 0


def save(store: Store, list_row: ListRow, field: MergeField) -> None:
    """Write a new field, or a changed one."""
    store.write(INSERT, (list_row.key, *field))


def rename_tag(store: Store, list_row: ListRow, old: str, new: str) -> None:
    """Move what the contacts hold under one tag to another."""
    store.write(MOVE_VALUES, (list_row.key, f'$."{old}"', f'$."{new}"'))


def delete(store: Store, list_row: ListRow, field: MergeField) -> None:
    """Delete a field and what every contact holds in it."""
    store.write(DROP_VALUES, (list_row.key, f'$."{field.tag}"'))
    store.write(DELETE, (list_row.key, field.merge_id))
