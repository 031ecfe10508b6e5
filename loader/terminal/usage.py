"""What was typed, and the error where it cannot be meant."""

import re
from datetime import timedelta

import click


class UsageFailed(click.UsageError):
    """A wrong usage where the exit code 2 has another meaning."""

    exit_code = 1


def duration(text: str) -> timedelta:
    """The time that somebody typed, as in 90m, 24h or 7d.

    Args:
        text: as it was typed.

    Returns:
        The time.

    Raises:
        BadParameter: it is none.
    """
    found = re.fullmatch(r"([0-9]{1,6})([mhd])", text)
    if found is None:
        raise click.BadParameter(f"'{text}' is no time like 90m, 24h or 7d.")
    unit = {"m": "minutes", "h": "hours", "d": "days"}[found[2]]
    return timedelta(**{unit: int(found[1])})
