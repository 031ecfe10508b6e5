"""Whom a command is about: addresses come on standard input, where nobody else sees them."""

import sys

from loader.model.addresses import identity
from loader.model.errors import ConfigurationError


def piped_lines() -> dict[int, str]:
    """The lines of standard input that are not empty, by number.

    Returns:
        An address or a `person_id` each.

    Raises:
        ConfigurationError: there is none, or the input is not UTF-8.
    """
    try:
        text = sys.stdin.buffer.read().decode()
    except UnicodeDecodeError:
        raise ConfigurationError(
            "Standard input is not UTF-8. Nothing was done. Save it as UTF-8."
        ) from None
    lines = {number: line for number, line in enumerate(text.split("\n"), 1) if identity(line)}
    if not lines:
        raise ConfigurationError(
            "Standard input has no address and no person_id. Write one per line."
        )
    return lines
