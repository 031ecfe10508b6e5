"""The query string of a request: pages, flags, timestamps, and the parts of the answer."""

from collections.abc import Mapping
from datetime import timedelta

from loader.sandbox.http.field_filter import FieldFilter
from loader.sandbox.problems import invalid_field
from loader.sandbox.timestamps import format_timestamp, parse_timestamp

DEFAULT_COUNT = 10
MAX_COUNT = 1000
MAX_OFFSET = 2**53


class Query:
    """What a request asks for."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self._parameters = parameters
        self.fields = FieldFilter(parameters)

    @property
    def count(self) -> int:
        """How many rows a page has: 10 unless told, and silently 1,000 at most."""
        return min(self._number("count", DEFAULT_COUNT), MAX_COUNT)

    @property
    def offset(self) -> int:
        """How many rows to skip; past the end is an empty page, not an error."""
        return min(self._number("offset", 0), MAX_OFFSET)

    def text(self, name: str) -> str:
        """Return a parameter, or nothing."""
        return self._parameters.get(name, "").strip()

    def flag(self, name: str) -> bool:
        """Return a flag, which is off unless it says `true` or `1`."""
        return self.text(name).lower() in {"true", "1"}

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return one of the documented values, or nothing.

        SANDBOX choice: any other value is refused.
        """
        value = self.text(name)
        if value and value not in choices:
            raise invalid_field(name, f"Value must be one of: {', '.join(choices)}")
        return value

    def since(self, name: str) -> str:
        """Return the moment after which a row counts: later, never equal, in whole seconds."""
        moment = parse_timestamp(self.text(name))
        return format_timestamp(moment) if moment else ""

    def before(self, name: str) -> str:
        """Return the moment before which a row counts: earlier, never equal."""
        moment = parse_timestamp(self.text(name))
        if not moment:
            return ""
        return format_timestamp(moment + timedelta(seconds=1) if moment.microsecond else moment)

    def _number(self, name: str, default: int) -> int:
        value = self.text(name)
        if not value:
            return default
        if not (value.isascii() and value.isdecimal()):
            raise invalid_field(name, "Schema describes integer, string found instead")
        return int(value)
