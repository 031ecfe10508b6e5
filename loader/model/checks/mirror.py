"""Whether it is known whom a list may lose. Pure."""

from collections.abc import Iterable

from loader.model.audience import Audience
from loader.model.errors import ConfigurationError
from loader.model.list_schema import Reading
from loader.model.wording import were_not


def check_mirror(
    audience: Audience, registered: Iterable[Audience], reading: Reading | None
) -> Reading:
    """See that it is known whom a mirror may archive.

    Nobody is archived whom an audience may want, or whose values nobody has seen: a pull and a
    verify read both; a pull of some statuses alone is no such reading before there was another.

    Args:
        audience: what dbt registered of it for one list.
        registered: every audience there is.
        reading: the last one of the contacts with all that they hold.

    Returns:
        That reading.

    Raises:
        ConfigurationError: there was no reading of the list, or an audience was never built.
    """
    if reading is None:
        raise ConfigurationError(
            f"{audience.name}: mirror: true archives only contacts that were read completely, and"
            f" the list {audience.list_id} was never read completely (by loader pull without"
            f" --status, or by loader verify). Run loader pull --select {audience.list_id} first."
        )
    unknown = [one.name for one in registered if not one.history and one.is_in_project]
    if unknown:
        raise ConfigurationError(
            f"{audience.name}: mirror: true archives contacts that no audience wants, and"
            f" {were_not(unknown)} built yet, so it is not known who is wanted there. Build or"
            " remove what is missing."
        )
    return reading


def selecting(audience: Audience, registered: Iterable[Audience]) -> list[Audience]:
    """The audiences that keep a contact on a mirrored list by selecting them.

    Args:
        audience: that mirrors its list.
        registered: every audience there is.

    Returns:
        Those of the list that were built, itself among them.
    """
    return [
        one
        for one in registered
        if one.list_id == audience.list_id and one.history and one.is_in_project
    ]
