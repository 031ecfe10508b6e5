"""Words that reports share: numbers with their nouns, and who is left out for what reason. Pure."""

from collections.abc import Mapping, Sequence


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A number with thousands separators and its noun: 1 row, 1,200 rows, 1 person, 2 people."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def people(number: int) -> str:
    """So many people."""
    return counted(number, "person", "people")


def were_not(names: Sequence[str]) -> str:
    """Of whom something is not true: one was not, several were not."""
    return f"{', '.join(names)} {'was' if len(names) == 1 else 'were'} not"


def without_name(name: str, text: str) -> str:
    """What is said of an audience, without the name that it begins with."""
    return text.removeprefix(f"{name}: ")


def left_out(unsent: Mapping[str, str], verb: str = "sent") -> list[str]:
    """A line for each reason why audiences were left out, with the audiences that share it."""
    names: dict[str, list[str]] = {}
    for name, why in unsent.items():
        names.setdefault(without_name(name, why), []).append(name)
    return [f"{', '.join(found)}: not {verb}: {why}" for why, found in names.items()]
