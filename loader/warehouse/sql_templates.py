"""Turn a statement of `sql/` into text in the dialect of a warehouse, and values to be bound.

One text serves every warehouse wherever SQL has a common spelling. What one warehouse needs
differently stands in the folder `sql` of its engine, a file of the same name with the macros that
differ, and is looked up first. Pure.
"""

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import jinja2
from jinja2.environment import TemplateModule
from jinja2.runtime import Macro

from loader.warehouse.engine.dialect import (
    PORTABLE,
    Dialect,
    Relation,
    contact_key,
    identity,
    name_key,
    number,
    trimmed,
)

MACRO = re.compile(r"\{% macro (\w+)\(")


def relation(schema: str, name: str) -> Relation:
    """A relation of ours in the target schema."""
    return Relation(f'"{_doubled(schema)}"."{_doubled(name)}"')


def column(name: str) -> Relation:
    """A column, whose quoted name goes into a statement as it is."""
    return Relation(f'"{_doubled(name)}"')


class Rendered(str):
    """The text of a statement in the dialect of a warehouse, with what goes with it.

    Attributes:
        values: those of the parameters $1, $2 and so on, in this order, for the driver to bind.
        temporary: the temporary tables that it makes anew; one of that name goes first.
        filled: the temporary tables that it puts rows into, those that it makes among them: an
            engine that keeps statistics has none of them yet.
    """

    __slots__ = ("filled", "temporary", "values")
    values: tuple[object, ...]
    temporary: tuple[str, ...]
    filled: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """A statement of `sql/` and what it is given; the warehouse that runs it renders it.

    Attributes:
        name: subject and statement, as in `ledger/release`.
        values: of its signature, by name.
    """

    name: str
    values: Mapping[str, object]


Query = Statement | str  # a text of its own has no values


def statement(name: str, /, **values: object) -> Statement:
    """A statement of `sql/` with its relations, and its values to be bound.

    Args:
        name: subject and statement: `ledger/release` is the macro `release` in `sql/ledger.sql`, or
            in a file of the folder `sql/ledger`.
        values: at least those of its signature; the others are not for it.

    Raises:
        KeyError: there is no such statement.
        TypeError: a value of its signature was not given.
    """
    signature = signatures()[name]
    if lacking := [one for one in signature if one not in values]:
        raise TypeError(f"The statement {name} lacks {', '.join(lacking)}.")
    return Statement(name, {one: values[one] for one in signature})


@cache
def signatures() -> dict[str, tuple[str, ...]]:
    """The names of the values that each statement takes, by the name of the statement."""
    return {name: tuple(_macro(name, PORTABLE).arguments) for name in _files()}


def rendered(query: Query, dialect: Dialect) -> Rendered:
    """The text of a statement for one kind of warehouse. Pure.

    Args:
        query: a statement, or a text, which stays as it is.
        dialect: of the warehouse that runs it.

    Raises:
        TypeError: a value is of a type that no column has.
    """
    if isinstance(query, str):
        return _collected(lambda: query)
    macro = _macro(query.name, dialect)
    return _collected(lambda: macro(**query.values))


def rendered_template(template: jinja2.Template, values: Mapping[str, object]) -> Rendered:
    """A template with its relations, and its values to be bound."""
    return _collected(lambda: template.render(values))


def _collected(render: Callable[[], str]) -> Rendered:
    """What is rendered, with what came up meanwhile."""
    collected = _Collected()
    token = _COLLECTING.set(collected)
    try:
        found = Rendered(render().strip())
    finally:
        _COLLECTING.reset(token)
    found.values = tuple(collected.values)
    found.temporary = tuple(collected.temporary)
    found.filled = tuple(collected.filled)
    return found


def tables(schema: str) -> dict[str, Relation]:
    """The loader's tables in the target schema, by the names that statements use."""
    names = {
        "versions": "loader_schema_version",
        "ledger": "loader_ledger",
        "acks": "loader_acks",
        "runs": "loader_runs",
        "used_plans": "loader_plans",
        "segments": "loader_segments",
        "wanted": "loader_wanted",
        "left_behind": "loader_left_behind",
        "conflicts": "loader_conflicts",
        "filled": "loader_filled",
        "drift": "loader_drift",
        "notices": "loader_notices",
        "pauses": "loader_pauses",
        "members": "mailchimp_members",
        "lists": "mailchimp_lists",
        "merge_fields": "mailchimp_merge_fields",
        "list_segments": "mailchimp_segments",
        "segment_members": "mailchimp_segment_members",
        "campaigns": "mailchimp_campaigns",
        "events": "mailchimp_events",
    }
    return {name: relation(schema, table) for name, table in names.items()}


def quoted_text(text: str) -> Relation:
    """A text of ours as part of an expression that goes into a statement as it is."""
    return Relation("'" + text.replace("'", "''") + "'")


class _Collected:
    """What a statement is given while it is rendered; the same value is one parameter."""

    def __init__(self) -> None:
        self.values: list[object] = []
        self.temporary: list[str] = []
        self.filled: list[str] = []
        self._places: dict[tuple[type, object], int] = {}

    def place(self, value: object) -> int:
        """The number of the parameter that has a value."""
        key = (type(value), value)
        if key not in self._places:
            self.values.append(value)
            self._places[key] = len(self.values)
        return self._places[key]


_COLLECTING: ContextVar[_Collected] = ContextVar("_COLLECTING")


def _bound(value: object) -> str:
    """A relation as it is; NULL, a boolean or a number in words; a parameter for what is text."""
    if isinstance(value, Relation):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    elif isinstance(value, str | jinja2.Undefined):  # which says its name when it becomes a text
        value = str(value)
    else:
        raise TypeError(f"{type(value).__name__} has no place in a statement.")
    return f"${_COLLECTING.get().place(value)}"


def _whole(pattern: str) -> str:
    """A regular expression for a whole text: `~` is a full match here, and a search there."""
    return f"^(?:{pattern})$"


def _doubled(name: str) -> str:
    return name.replace('"', '""')


def _anew(table: str) -> Relation:
    """A temporary table that a statement makes, whether there is one of that name or not."""
    _COLLECTING.get().temporary.append(table)
    return _filled(table)


def _filled(table: str) -> Relation:
    """A temporary table that a statement puts rows into."""
    _COLLECTING.get().filled.append(table)
    return Relation(table)


@cache
def _files() -> dict[str, str]:
    """The file of each statement, by subject and name; what others include has no statement."""
    found: dict[str, str] = {}
    for subject in (files("loader.warehouse") / "sql").iterdir():
        parts = list(subject.iterdir()) if subject.is_dir() else [subject]
        for part in parts:
            for name in MACRO.findall(part.read_text("utf-8")):
                key = f"{subject.name.removesuffix('.sql')}/{name}"
                if key in found:
                    raise AssertionError(f"two statements are called {key}")
                is_whole = part is subject
                found[key] = part.name if is_whole else f"{subject.name}/{part.name}"
    return found


def _macro(name: str, dialect: Dialect) -> Macro:
    """The macro of a statement: that of the dialect, where its folder has one of that name."""
    file, macro = _files()[name], name.rpartition("/")[2]
    own = _module(file, dialect, dialect.folder) if _has(dialect.folder, file) else None
    found: Macro = getattr(own, macro, None) or getattr(_module(file, dialect, ""), macro)
    return found


@cache
def _has(folder: str, file: str) -> bool:
    return bool(folder) and _file(folder, file).is_file()


@cache
def _module(file: str, dialect: Dialect, folder: str) -> TemplateModule:
    return template_of(_file(folder, file).read_text("utf-8"), dialect).module


def _included(file: str, dialect: Dialect) -> str:
    """The text that a statement includes: that of the dialect, where its folder has one."""
    folder = dialect.folder if _has(dialect.folder, file) else ""
    return _file(folder, file).read_text("utf-8")


def _file(folder: str, file: str) -> Traversable:
    """A file of statements: the portable one, or what a dialect has in its place."""
    room = files("loader.warehouse") / "sql"
    return (files("loader.warehouse.engine") / folder / "sql" if folder else room) / file


def template_of(text: str, dialect: Dialect = PORTABLE) -> jinja2.Template:
    """A statement as `sql/` has them, to be given relations and values."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda file: _included(file, dialect)),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - SQL, not HTML; `finalize` makes each value a parameter
        finalize=_bound,
    )
    environment.globals.update(
        name_key=name_key,
        identity=identity,
        contact_key=contact_key,
        number=number,
        trimmed=trimmed,
        json_text=lambda document, keys: dialect.json_text(document, keys, _bound),
        each_key=lambda document, keys: dialect.each_key(document, keys, _bound),
        each_text=dialect.each_text,
        each_match=lambda text, pattern: dialect.each_match(text, _bound(pattern)),
        sum_of_hashes=dialect.sum_of_hashes,
        anew=_anew,
        filled=_filled,
        column=column,
        whole=_whole,
    )
    return environment.from_string(text)
