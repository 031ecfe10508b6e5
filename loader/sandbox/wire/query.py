"""The part of a request behind the question mark: pages, flags, moments, projections."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from loader.sandbox.wire.problems import invalid_field
from loader.sandbox.wire.projection import Projection

DEFAULT_COUNT = 10
MAX_COUNT = 1000
MAX_OFFSET = 2**53
MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(\.\d{1,6})?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII
)


class Query:
    """What a request asks for."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self._parameters = parameters
        self.projection = Projection(parameters)

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
        """Return a switch that is off unless it says `true` or `1`."""
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
        moment = parse(self.text(name))
        return stamp(moment) if moment else ""

    def before(self, name: str) -> str:
        """Return the moment before which a row counts: earlier, never equal."""
        moment = parse(self.text(name))
        if not moment:
            return ""
        return stamp(moment + timedelta(seconds=1) if moment.microsecond else moment)

    def _number(self, name: str, default: int) -> int:
        value = self.text(name)
        if not value:
            return default
        if not (value.isascii() and value.isdecimal()):
            raise invalid_field(name, "Schema describes integer, string found instead")
        return int(value)


def parse(text: str) -> datetime | None:
    """Return the moment that a text means, or nothing if it means none.

    A filter with seven digits of a second, or whose `+` arrived as a space, is ignored.
    """
    match = MOMENT.fullmatch(text)
    if not match:
        return None
    day, time, fraction, offset = match.groups()
    try:
        moment = datetime.fromisoformat(
            f"{day}T{time or '00:00:00'}{(fraction or '.0').ljust(7, '0')}{offset or 'Z'}"
        )
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def stamp(moment: datetime) -> str:
    """Return a moment as the API writes it: UTC, whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()
