"""The types of merge fields: what can fill each, and what it is made with. Pure.

dbt has the same list (macro merge_field_types), and a test compares the two.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldType:
    """One type of merge field (Marketing API, Merge fields: `type`, `options`).

    Attributes:
        kinds: the kinds of column that can fill it.
        format_option: the option that says how its values are shown, if there is one.
        has_choices: whether its values are some of a list.
    """

    kinds: tuple[str, ...]
    format_option: str | None = None
    has_choices: bool = False


TYPES = {
    "number": FieldType(kinds=("number",)),
    "date": FieldType(kinds=("date", "timestamp"), format_option="date_format"),
    "address": FieldType(kinds=("address",)),
    "text": FieldType(kinds=("text", "boolean", "number", "date", "timestamp")),
    "birthday": FieldType(kinds=("date", "timestamp", "text"), format_option="date_format"),
    "phone": FieldType(kinds=("text",), format_option="phone_format"),
    "url": FieldType(kinds=("text",)),
    "imageurl": FieldType(kinds=("text",)),
    "zip": FieldType(kinds=("text",)),
    "radio": FieldType(kinds=("text", "boolean"), has_choices=True),
    "dropdown": FieldType(kinds=("text", "boolean"), has_choices=True),
}


def holds(there: str, kind: str, type_: str) -> bool:
    """Whether a field of the list can hold what a column of another type is sent as.

    Args:
        there: the type of the field.
        kind: what the column holds.
        type_: the type as which its values are written.

    Returns:
        False also for a type that Mailchimp has and this list has not. A day is written otherwise
        for a birthday than for any other field; a text may be anything that is one, and Mailchimp
        judges each value.
    """
    if there == type_:
        return True
    if type_ == "birthday" or (there == "birthday" and kind != "text"):
        return False
    return there in TYPES and kind in TYPES[there].kinds
