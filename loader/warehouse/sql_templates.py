"""Turn a statement of `sql/` into text, and values that are bound to it. Pure."""

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from importlib.resources import files

import jinja2
from jinja2.environment import TemplateModule
from jinja2.runtime import Macro

from loader.warehouse.engine import dialect
from loader.warehouse.engine.dialect import Relation

MACRO = re.compile(r"\{% macro (\w+)\(")


def relation(schema: str, name: str) -> Relation:
    """A relation of ours in the target schema."""
    return Relation(f'"{_doubled(schema)}"."{_doubled(name)}"')


def column(name: str) -> Relation:
    """A column, whose quoted name goes into a statement as it is."""
    return Relation(f'"{_doubled(name)}"')


class Statement(str):
    """A statement whose values stand beside it, for the driver to bind.

    Attributes:
        values: those of the parameters $1, $2 and so on, in this order.
    """

    __slots__ = ("values",)
    values: tuple[object, ...]


def statement(name: str, /, **values: object) -> Statement:
    """A statement of `sql/` with its relations, and its values to be bound.

    Args:
        name: subject and statement: `ledger/release` is the macro `release` in `sql/ledger.sql`, or
            in a file of the folder `sql/ledger`.
        values: at least those of its signature; the others are not for it.

    Raises:
        KeyError: there is no such statement.
        TypeError: a value of its signature was not given, or is of a type that no column has.
    """
    macro = _macro(name)
    if lacking := [one for one in macro.arguments if one not in values]:
        raise TypeError(f"The statement {name} lacks {', '.join(lacking)}.")
    return _collected(lambda: macro(**{one: values[one] for one in macro.arguments}))


def signatures() -> dict[str, tuple[str, ...]]:
    """The names of the values that each statement takes, by the name of the statement."""
    return {name: tuple(_macro(name).arguments) for name in _files()}


def rendered(template: jinja2.Template, values: Mapping[str, object]) -> Statement:
    """A template with its relations, and its values to be bound."""
    return _collected(lambda: template.render(values))


def _collected(render: Callable[[], str]) -> Statement:
    """What is rendered, with the values that came up meanwhile."""
    collected = _Values()
    token = _COLLECTING.set(collected)
    try:
        found = Statement(render().strip())
    finally:
        _COLLECTING.reset(token)
    found.values = tuple(collected.values)
    return found


def values_of(text: str) -> tuple[object, ...]:
    """The values of a statement; a text that is no statement of `sql/` has none."""
    return text.values if isinstance(text, Statement) else ()


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


class _Values:
    """The values of a statement while it is rendered; the same value is one parameter."""

    def __init__(self) -> None:
        self.values: list[object] = []
        self._places: dict[tuple[type, object], int] = {}

    def place(self, value: object) -> int:
        """The number of the parameter that has a value."""
        key = (type(value), value)
        if key not in self._places:
            self.values.append(value)
            self._places[key] = len(self.values)
        return self._places[key]


_COLLECTING: ContextVar[_Values] = ContextVar("_COLLECTING")


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


def _doubled(name: str) -> str:
    return name.replace('"', '""')


@cache
def _files() -> dict[str, str]:
    """The file of each statement, by subject and name; what others include has no statement."""
    found: dict[str, str] = {}
    folder = files("loader.warehouse") / "sql"
    for subject in folder.iterdir():
        parts = list(subject.iterdir()) if subject.is_dir() else [subject]
        for part in parts:
            for name in MACRO.findall(part.read_text("utf-8")):
                key = f"{subject.name.removesuffix('.sql')}/{name}"
                if key in found:
                    raise AssertionError(f"two statements are called {key}")
                is_whole = part is subject
                found[key] = part.name if is_whole else f"{subject.name}/{part.name}"
    return found


def _macro(name: str) -> Macro:
    macro: Macro = getattr(_module(_files()[name]), name.rpartition("/")[2])
    return macro


@cache
def _module(file: str) -> TemplateModule:
    return template_of(_text(file)).module


def _text(file: str) -> str:
    return (files("loader.warehouse") / "sql" / file).read_text("utf-8")


def template_of(text: str) -> jinja2.Template:
    """A statement as `sql/` has them, to be given relations and values."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_text),  # a statement may include another
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - SQL, not HTML; `finalize` makes each value a parameter
        finalize=_bound,
    )
    environment.globals.update(
        name_key=dialect.name_key,
        contact_key=dialect.contact_key,
        json_text=lambda document, path: dialect.json_text(document, _bound(path)),
        number=dialect.number,
        sum_of_hashes=dialect.sum_of_hashes,
        sql=Relation,
    )
    return environment.from_string(text)
