"""Words that reports share: numbers with their nouns, and who is left out for what reason. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Write a number with thousands separators and its noun.

    Args:
        number: how many.
        noun: of one.
        plural: of several, where it is not the noun with an s.

    Returns:
        As 1 row, 1,200 rows, 2 people.
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def people(number: int) -> str:
    """So many people."""
    return counted(number, "person", "people")


def were_not(names: Sequence[str]) -> str:
    """Names, and that something is not true of them: one was not, several were not."""
    return f"{', '.join(names)} {'was' if len(names) == 1 else 'were'} not"


def without_name(name: str, text: str) -> str:
    """What is said of an audience, without the name that it begins with."""
    return text.removeprefix(f"{name}: ")


def left_out(unsent: Mapping[str, str], verb: str = "sent") -> list[str]:
    """A line for each reason why audiences were left out, with the audiences that share it.

    Args:
        unsent: the reasons by the names of audiences.
        verb: what they were not.

    Returns:
        The lines.
    """
    names: dict[str, list[str]] = {}
    for name, why in unsent.items():
        names.setdefault(without_name(name, why), []).append(name)
    return [f"{', '.join(found)}: not {verb}: {why}" for why, found in names.items()]


def why_unsent(unsent: Mapping[str, str], audience: str, list_id: str) -> str:
    """Why an audience is not sent to a list; "" where nothing says so.

    Args:
        unsent: the reasons by name, with the list where an audience feeds several.
        audience: its name.
        list_id: the list.

    Returns:
        The reason.
    """
    return unsent.get(f"{audience} -> {list_id}") or unsent.get(audience, "")


def was_given_up(contacts: int) -> str:
    """Say how many stay on the list when they leave their audience, because they were released."""
    who = counted(contacts, "contact stays when it leaves", "contacts stay when they leave")
    them = "it" if contacts == 1 else "them"
    return f"{who}: `loader retire --on-leave keep` released {them}"


def is_given_up(contacts: int) -> str:
    """Say how many stay on the list in a retirement, and are released by it."""
    said = "stays on the list and is" if contacts == 1 else "stay on the list and are"
    return f"{contacts:,} {said} released: no audience removes them later"


def stays(contacts: int, by: str) -> str:
    """Say how many stay on the list although their audience would let them leave, and for whom.

    Args:
        contacts: how many.
        by: the audiences that want them.

    Returns:
        The sentence.
    """
    verb = "stays" if contacts == 1 else "stay"
    return f"{contacts:,} would leave, but {verb}: another audience wants them ({by})"


def moment(time: datetime) -> str:
    """Write a time of the warehouse for people: to the minute, in UTC."""
    return f"{time:%Y-%m-%d %H:%M} UTC"
