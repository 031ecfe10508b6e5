"""A contact's own attributes: language, mail format, location, and where the sign-up came from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import orjson

from loader.sandbox.problems import NULL_FOR_STRING, invalid_field
from loader.sandbox.timestamps import format_timestamp, parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable

EMAIL_TYPES = ("html", "text")
REQUEST_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d|T\d\d:\d\d:\d\d(?:Z|[+-]\d\d:?\d\d))", re.ASCII
)


def changes_in(row: dict[str, object], *, nullable: bool) -> dict[str, object]:
    """Return the attributes that a row carries, as they are stored."""
    if CHECKS.keys().isdisjoint(row):  # most rows carry none
        return {}
    return {
        name: check(name, row[name])
        for name, check in CHECKS.items()
        if name in row and not (nullable and row[name] is None)
    }


def _text(name: str, value: object) -> str:
    if value is None:
        raise invalid_field(name, NULL_FOR_STRING)
    if not isinstance(value, str):
        raise invalid_field(name, "Schema describes string, but it was not found")
    return value


def _email_type(name: str, value: object) -> str:
    if value not in EMAIL_TYPES:
        raise invalid_field(name, "Value must be one of: html, text")
    return str(value)


def _vip(name: str, value: object) -> int:
    if not isinstance(value, bool):
        raise invalid_field(name, "Schema describes boolean, but it was not found")
    return int(value)


def _moment(name: str, value: object) -> str:
    """Check a moment in a request: whole seconds, and "" is one. SANDBOX choice: the words."""
    text = _text(name, value)
    if not text:
        return ""
    moment = parse_timestamp(text) if REQUEST_MOMENT.fullmatch(text) else None
    if not moment:
        raise invalid_field(name, "This value is not a valid datetime.")
    return format_timestamp(moment)


def _location(name: str, value: object) -> str:
    if not isinstance(value, dict):
        raise invalid_field(name, "Schema describes object, but it was not found")
    place: dict[str, float] = {}
    for part in ("latitude", "longitude"):
        try:
            place[part] = float(value.get(part) or 0)
        except (TypeError, ValueError):
            raise invalid_field(f"{name}.{part}", "Please enter a number") from None
    return orjson.dumps(place).decode()


CHECKS: dict[str, Callable[[str, object], object]] = {
    "email_type": _email_type,
    "language": _text,
    "vip": _vip,
    "location": _location,
    "ip_signup": _text,
    "timestamp_signup": _moment,
    "ip_opt": _text,
    "timestamp_opt": _moment,
}
