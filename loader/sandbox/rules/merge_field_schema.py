"""The merge fields of a list, as a schema that the values of its contacts are checked by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.problems import (
    ANY_OF,
    ARRAY_FOR_OBJECT,
    MERGE_FIELDS,
    NULL_FOR_OBJECT,
    invalid,
    invalid_field,
)
from loader.sandbox.rules.merge_field_values import ADDRESS_PARTS, CHECKS, InvalidValue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loader.sandbox.rules.merge_field_values import Value
    from loader.sandbox.state.merge_fields import MergeField


class MergeFieldSchema:
    """What may be written into the merge fields of a list.

    Args:
        fields: the fields of the list.
        single: whether one contact is written by itself; those endpoints check the shape of a
            value before its meaning, the batch endpoint leaves `merge_fields` open.
        lenient: `skip_merge_validation`; required fields may be missing.
    """

    def __init__(self, fields: Sequence[MergeField], *, single: bool, lenient: bool) -> None:
        self._fields = {field.tag: (CHECKS[field.type], field) for field in fields}
        self._required = () if lenient else tuple(each.tag for each in fields if each.required)
        self._single = single

    def after_write(self, before: Mapping[str, Value], sent: object) -> dict[str, Value]:
        """Return the values after a write: only what is sent changes, and "" clears.

        Marketing API, member `merge_fields`: an unknown tag is ignored without a word.
        """
        after = dict(before)
        for tag, value in self._shaped(sent).items():
            known = self._fields.get(tag)
            if not known:
                continue
            if value == "":
                after.pop(tag, None)
            else:
                after[tag] = self._checked(tag, value)
        for tag in self._required:
            if tag not in after:
                raise invalid(MERGE_FIELDS, (tag, "Please enter a value"))
        return after

    def _shaped(self, sent: object) -> Mapping[str, object]:
        if isinstance(sent, dict):
            return sent
        if sent is None and not self._single:  # every member field of a batch is nullable
            return {}
        raise invalid_field("merge_fields", NULL_FOR_OBJECT if sent is None else ARRAY_FOR_OBJECT)

    def _checked(self, tag: str, value: object) -> Value:
        """Check one value.

        SANDBOX choice: the batch endpoint refuses null and booleans row by row, in the words of
        the single endpoints.
        """
        check, field = self._fields[tag]
        if not isinstance(value, str):
            self._refuse_shape(tag, value)
        try:
            return check(field, value)
        except InvalidValue as invalid_value:
            raise invalid(MERGE_FIELDS, (tag, str(invalid_value))) from None

    def _refuse_shape(self, tag: str, value: object) -> None:
        partial = isinstance(value, dict) and any(part not in value for part in ADDRESS_PARTS)
        if self._single and (partial or value is None or isinstance(value, bool | list)):
            raise invalid_field(f"merge_fields.{tag}", ANY_OF)
        if value is None or isinstance(value, bool | list):
            raise invalid(MERGE_FIELDS, (tag, ANY_OF))
