"""What each type of merge field accepts, and how it stores it."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING, TypeAlias

from loader.sandbox.problems import ANY_OF

if TYPE_CHECKING:
    from collections.abc import Callable

    from loader.sandbox.state.merge_fields import MergeField

Value: TypeAlias = "str | int | float | dict[str, str]"
Check: TypeAlias = "Callable[[MergeField, object], Value]"

MAX_BYTES = 255
SURELY_SHORT = 63  # characters: no UTF-8 text of that length has more than 255 bytes
NUMERIC = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
EXACT = 2**53  # above it a number of JSON loses digits
US_PHONE_DIGITS = 10
ADDRESS_PARTS = ("addr1", "city", "state", "zip")
COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII | re.IGNORECASE)
ZIP = re.compile(r"\d{5}", re.ASCII)
WEB = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)


class InvalidValue(Exception):
    """A value that its field cannot hold, in the words of the API."""


def text(_: MergeField, value: object) -> Value:
    """Check a text. SANDBOX choice: more than 255 bytes are refused, not cut."""
    if isinstance(value, int | float):
        value = str(value)
    if not isinstance(value, str):
        raise InvalidValue(ANY_OF)
    if len(value) > SURELY_SHORT and len(value.encode()) > MAX_BYTES:
        raise InvalidValue(f"Please enter at most {MAX_BYTES} bytes")
    return value


def number(_: MergeField, value: object) -> Value:
    """Check a number, or a text that is one; it comes back as a number."""
    if isinstance(value, int | float):
        return value
    if not isinstance(value, str) or not NUMERIC.fullmatch(value.strip()):
        raise InvalidValue("Please enter a number")
    figure = float(value)
    if not isfinite(figure):
        raise InvalidValue("Please enter a number")
    return int(figure) if figure.is_integer() and abs(figure) < EXACT else figure


def date(field: MergeField, value: object) -> Value:
    """Check a date: ISO, or the field's own format; it comes back as ISO."""
    shown = str(field.option("date_format") or "MM/DD/YYYY").upper()
    own = "%d/%m/%Y" if shown.startswith("DD") else "%m/%d/%Y"
    for form in ("%Y-%m-%d", own):
        with suppress(ValueError):
            moment = datetime.strptime(str(value), form).replace(tzinfo=UTC)
            return moment.date().isoformat()
    raise InvalidValue("Please enter the date")


def birthday(field: MergeField, value: object) -> Value:
    """Check a day of the year, MM/DD; the 29th of February is one. SANDBOX choice: the words."""
    shown = str(field.option("date_format") or "MM/DD").upper()
    own = "%Y/%d/%m" if shown.startswith("DD") else "%Y/%m/%d"
    try:
        moment = datetime.strptime(f"2000/{value}", own).replace(tzinfo=UTC)
    except ValueError:
        raise InvalidValue("Please enter a month and a day as MM/DD") from None
    return f"{moment:%d/%m}" if own.endswith("m") else f"{moment:%m/%d}"


def phone(field: MergeField, value: object) -> Value:
    """Check a telephone number. SANDBOX choice: format US wants ten digits, none takes any."""
    value = text(field, value)
    if field.options != "{}" and field.option("phone_format") == "US":
        digits = re.sub(r"\D", "", str(value)).removeprefix("1")
        if len(digits) != US_PHONE_DIGITS:
            raise InvalidValue("Please enter a ten-digit phone number")
    return value


def address(field: MergeField, value: object) -> Value:
    """Check a postal address: all of it or nothing. SANDBOX choice: the country defaults to US."""
    if not isinstance(value, dict) or not all(value.get(part) for part in ADDRESS_PARTS):
        raise InvalidValue("Please enter a complete address")
    country = value.get("country") or "US"
    if not isinstance(country, str) or not COUNTRY.fullmatch(country):
        raise InvalidValue("Please enter a complete address")
    parts = {part: str(text(field, value.get(part) or "")) for part in ("addr1", "addr2")}
    parts |= {part: str(text(field, value[part])) for part in ADDRESS_PARTS[1:]}
    return parts | {"country": country.upper()}


def web_address(field: MergeField, value: object) -> Value:
    """Check a web address. SANDBOX choice: it needs http or https, and the words."""
    value = text(field, value)
    if not WEB.fullmatch(str(value)):
        raise InvalidValue("Please enter a complete web address")
    return value


def zip_code(_: MergeField, value: object) -> Value:
    """Check a US zip code. SANDBOX choice: five digits, and the words."""
    if not ZIP.fullmatch(str(value)):
        raise InvalidValue("Please enter a five-digit zip code")
    return str(value)


def one_of(field: MergeField, value: object) -> Value:
    """Check one choice of several. SANDBOX choice: an unknown one is refused, and the words."""
    choices = field.option("choices")
    if not isinstance(choices, list) or value not in choices:
        raise InvalidValue("Please choose one of the choices of this field")
    return str(value)


CHECKS: dict[str, Check] = {
    "text": text,
    "number": number,
    "address": address,
    "phone": phone,
    "date": date,
    "url": web_address,
    "imageurl": web_address,
    "radio": one_of,
    "dropdown": one_of,
    "birthday": birthday,
    "zip": zip_code,
}
