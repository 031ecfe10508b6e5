"""Timestamps as Mailchimp reads and writes them: UTC, whole seconds."""

import re
from datetime import UTC, datetime

MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(\.\d{1,6})?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII
)


def parse_timestamp(text: str) -> datetime | None:
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


def format_timestamp(moment: datetime) -> str:
    """Return a moment as the API writes it: UTC, whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()
