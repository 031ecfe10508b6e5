"""What can be chosen for an audience, what is chosen by default, and what is wrong. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from loader.commands.init.audience_file import ASSUMED
from loader.commands.init.guesses import likely_addresses, likely_consents
from loader.commands.init.project import AUDIENCES, Project
from loader.model.errors import ConfigurationError
from loader.warehouse.reports.relations import BuiltRelation, is_of_the_loader

DEFAULT_NAME = "newsletter"
NO_COLUMN = "none"
ANY_TARGET = "any"
NAMED = 12  # choices that a message names


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A relation that an audience may select from.

    Attributes:
        relation: as the warehouse has it.
        reference: the name of its model or seed; None where the project has none.
        kind: model or seed, else table.
    """

    relation: BuiltRelation
    reference: str | None
    kind: str

    @property
    def name(self) -> str:
        """By what it is chosen."""
        return self.reference or f"{self.relation.schema}.{self.relation.name}"


def candidates(project: Project, relations: Iterable[BuiltRelation]) -> list[Candidate]:
    """What an audience may select from.

    Args:
        project: of dbt.
        relations: of the warehouse, the nearest first.

    Returns:
        Models and seeds of the project first, each of them once; then other tables.
    """
    of_project: dict[str, Candidate] = {}
    others = []
    for one in relations:
        name, kind, _ = project.files.get(one.name.lower(), (None, "table", None))
        if name is None:
            others.append(Candidate(relation=one, reference=None, kind=kind))
        elif name not in of_project:
            of_project[name] = Candidate(relation=one, reference=name, kind=kind)
    return [*of_project.values(), *others]


def usual_candidate(known: Sequence[Candidate]) -> str | None:
    """The name of the only model or seed that has an address, if there is one."""
    found = [
        one.name
        for one in known
        if one.reference is not None and likely_addresses(one.relation.columns)
    ]
    return found[0] if len(found) == 1 else None


def chosen_candidate(text: str, known: Sequence[Candidate], project: Project) -> Candidate:
    """The candidate of a name.

    Raises:
        ConfigurationError: there is none.
    """
    found = [one for one in known if text.lower() in (one.name.lower(), one.relation.name.lower())]
    if found:
        return found[0]
    if text.lower() in project.files:
        raise ConfigurationError(
            f"The project has {text}, and the warehouse does not. Build it first: dbt build."
        )
    raise ConfigurationError(
        f"There is no model, seed or table '{text}'. There are: {some(one.name for one in known)}."
    )


def chosen_list(text: str, lists: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The list of an id.

    Raises:
        ConfigurationError: there is none.
    """
    for one in lists:
        if one["id"] == text:
            return one
    named = some(f"{one['id']} ({one['name']})" for one in lists)
    raise ConfigurationError(f"The account has no list '{text}'. It has: {named}.")


def chosen_word(text: str, words: Sequence[str], what: str) -> str:
    """One of some words.

    Raises:
        ConfigurationError: it is none of them.
    """
    if text in words:
        return text
    raise ConfigurationError(f"{what} is one of {', '.join(words)}, and not '{text}'.")


def is_name(text: str) -> bool:
    """Whether a text can be the name of an audience."""
    return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text) is not None


def chosen_name(
    text: str, project: Project, relations: Iterable[BuiltRelation], schema: str
) -> str:
    """A name for an audience, which nothing else has.

    Raises:
        ConfigurationError: it is no name, or something has it.
    """
    if not is_name(text):
        raise ConfigurationError(
            f"'{text}' is no name of a model. Take letters, digits and underscores, and no digit"
            " first."
        )
    if text.lower() in project.files:
        _, kind, path = project.files[text.lower()]
        raise ConfigurationError(f"The {kind} {path} has the name '{text}'. Choose another.")
    taken = (one.schema == schema and one.name.lower() == text.lower() for one in relations)
    if is_of_the_loader(text.lower()) or any(taken):
        raise ConfigurationError(
            f"The schema {schema} has a table '{text}' already, or the loader has one there."
            " Choose another name."
        )
    return text


def chosen_column(text: str, candidate: Candidate) -> str:
    """The column of a name.

    Raises:
        ConfigurationError: there is none.
    """
    names = [one.name for one in candidate.relation.columns]
    alike = [text] if text in names else [one for one in names if one.lower() == text.lower()]
    if len(alike) == 1:
        return alike[0]
    raise ConfigurationError(
        f"{candidate.name} has no column '{text}'. It has: {some(names, len(names))}."
    )


def usual_consent(candidate: Candidate, contacts: str) -> str | None:
    """The only column that looks like a consent; none where none is needed and several do."""
    found = likely_consents(candidate.relation.columns)
    if len(found) == 1:
        return found[0]
    return None if contacts in ("upsert", "create") else NO_COLUMN


def chosen_consent(text: str, candidate: Candidate, contacts: str) -> tuple[str | None, bool]:
    """The column of the consent, or that somebody vouches for everybody.

    Returns:
        The column, and whether somebody vouches.

    Raises:
        ConfigurationError: there is no such column, or one is needed.
    """
    names = {one.name for one in candidate.relation.columns}
    if text == ASSUMED and text not in names:
        return None, True
    if text == NO_COLUMN and text not in names:
        if contacts in ("upsert", "create"):
            raise ConfigurationError(
                f"contacts: {contacts} makes contacts, and nobody is made one without consent. Name"
                f" a column, or say '{ASSUMED}' to vouch for everybody in {candidate.name}."
            )
        return None, False
    return chosen_column(text, candidate), False


def chosen_targets(text: str) -> tuple[str, ...]:
    """The targets that may send an audience, from names with commas; none is any.

    Raises:
        ConfigurationError: there is no name.
    """
    names = tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
    if not names:
        raise ConfigurationError("Name the targets that may send it, or say 'any'.")
    return () if names == (ANY_TARGET,) else names


def path_of_audience(project: Project, name: str) -> str:
    """Where the file of an audience is, from the folder of the project."""
    return (project.model_folder / AUDIENCES / f"{name}.sql").as_posix()


def some(names: Iterable[str], most: int = NAMED) -> str:
    """Names as a message has them: the first of them, and how many more there are."""
    every = list(names)
    more = f" and {len(every) - most:,} more" if len(every) > most else ""
    return f"{', '.join(every[:most])}{more}" if every else "none"
