"""Read faults, from JSON or from the command line; what means nothing is refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from loader.sandbox.faults.fault import KINDS, SLOW, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class InvalidFault(ValueError):
    """A fault that cannot be: which field of it, and what it may say."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


def one_of(choices: Collection[str]) -> str:
    """Return the sentence that names the choices."""
    return f"Value must be one of: {', '.join(choices)}"


def is_integer(value: object, least: int) -> TypeGuard[int]:
    """Tell whether a value is a whole number that is large enough."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "kind": (lambda value: value in KINDS, one_of(KINDS)),
    "rate": (lambda value: _is_number(value) and value <= 1, "Value must be a number from 0 to 1"),
    "at": (lambda value: is_integer(value, 1), "Value must be a whole number from 1"),
    "method": (lambda value: value in METHODS, one_of(METHODS)),
    "writes": (lambda value: isinstance(value, bool), "Value must be true or false"),
    "seconds": (_is_number, "Value must be a number from 0"),
}
FIELDS = (*CHECKS, "path")


def fault_from_json(document: object, paths: Collection[str]) -> Fault:
    """Return the fault of a JSON object; `paths` are the routes that there are."""
    if not isinstance(document, dict):
        raise InvalidFault("", "A fault is an object with a kind, and a rate or an at")
    for name, value in document.items():
        if name not in FIELDS:
            raise InvalidFault(str(name), f"There is no such field; {one_of(FIELDS)}")
        if name == "path" and value not in paths:
            raise InvalidFault(name, one_of(paths))
        if name in CHECKS and not CHECKS[name][0](value):
            raise InvalidFault(name, CHECKS[name][1])
    _check_together(document)
    return Fault(**document)


def fault_from_text(text: str) -> Fault:
    """Return the fault of `KIND=RATE`, or of `KIND@N`."""
    kind, rate_sign, rate = text.partition("=")
    if rate_sign:
        return fault_from_json({"kind": kind, "rate": _number(rate)}, ())
    kind, at_sign, at = text.partition("@")
    if at_sign:
        return fault_from_json({"kind": kind, "at": int(at) if at.isdecimal() else at}, ())
    raise InvalidFault("fault", f"{text!r} is neither KIND=RATE nor KIND@N")


def _check_together(document: dict[str, Any]) -> None:
    if "kind" not in document:
        raise InvalidFault("kind", one_of(KINDS))
    if ("rate" in document) == ("at" in document):
        raise InvalidFault("rate", "A fault has either a rate or an at")
    if "seconds" in document and document["kind"] != SLOW:
        raise InvalidFault("seconds", "Only the kind slow has seconds")
    if document.get("method") == "GET" and document.get("writes", True):
        raise InvalidFault("writes", "A GET is no write, so it needs writes: false")


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
