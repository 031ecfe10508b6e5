"""Whether it is known whom a list may lose. Pure."""

from collections.abc import Iterable
from datetime import datetime

from loader.audience import Audience
from loader.errors import ConfigurationError


def check_mirror(
    audience: Audience, registered: Iterable[Audience], pulled_at: datetime | None
) -> None:
    """Nobody is archived whom an audience may want, or whose values nobody has seen.

    Raises:
        ConfigurationError: the list was never pulled, or an audience was never built.
    """
    if not audience.mirror:
        return
    if pulled_at is None:
        raise ConfigurationError(
            f"{audience.name}: mirror: true archives only contacts that a pull has seen, and the"
            f" list {audience.list_id} was never pulled. Run loader pull --select"
            f" {audience.list_id} first."
        )
    unknown = [one.name for one in registered if not one.history and one.is_in_project]
    if unknown:
        raise ConfigurationError(
            f"{audience.name}: mirror: true archives contacts that no audience wants, and"
            f" {', '.join(unknown)} was not built yet, so it is not known whom it wants. Build"
            " it, or remove it."
        )


def selecting(audience: Audience, registered: Iterable[Audience]) -> list[Audience]:
    """The audiences that keep a contact on the list of one that mirrors it, by selecting them."""
    return [
        one
        for one in registered
        if one.list_id == audience.list_id and one.history and one.is_in_project
    ]
