"""Turn a statement of `sql/` into text, and values that are bound to it. Pure."""

from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from importlib.resources import files

import jinja2

from loader.addresses import AROUND_IDENTITIES, WHITE_SPACE


class Relation(str):
    """The quoted name of a table or view, which goes into a statement as it is."""

    __slots__ = ()


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
    """The statement `sql/<name>.sql` with its relations, and its values to be bound.

    Raises:
        jinja2.UndefinedError: a value that the statement names was not given.
        TypeError: a value is of a type that no column of ours has.
    """
    return rendered(_template(name), values)


def rendered(template: jinja2.Template, values: Mapping[str, object]) -> Statement:
    """A template with its relations, and its values to be bound."""
    collected = _Values()
    token = _COLLECTING.set(collected)
    try:
        found = Statement(template.render(values))
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
        "segments": "loader_segments",
        "wanted": "loader_wanted",
        "left_behind": "loader_left_behind",
        "conflicts": "loader_conflicts",
        "filled": "loader_filled",
        "drift": "loader_drift",
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


def name_key_of(expression: str) -> Relation:
    """What `name_key` says of a name that Mailchimp shows, as SQL."""
    return Relation(f"lower({_without(WHITE_SPACE, expression)})")


def identity_of(expression: str) -> Relation:
    """What `identity` says of an address or a `person_id` that a column has, as SQL."""
    return _without(AROUND_IDENTITIES, f"cast({expression} as varchar)")


def contact_key_of(expression: str) -> Relation:
    """The key of a contact by its address, as SQL: what dbt's macro `normalise_address` gives.

    Args:
        expression: SQL of an address without white space and format characters around it, or of the
            key of a row that has no address, which stays as it is.
    """
    return Relation(
        f"case when {expression} like '(none) %' then {expression} else lower({expression}) end"
    )


def _without(letters: str, expression: str) -> Relation:
    around = "".join(f"\\x{{{ord(one):x}}}" for one in letters)
    return Relation(f"regexp_replace({expression}, '^[{around}]+|[{around}]+$', '', 'g')")


def _doubled(name: str) -> str:
    return name.replace('"', '""')


@cache
def _template(name: str) -> jinja2.Template:
    return template_of(_text(f"{name}.sql"))


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
    environment.globals["name_key"] = name_key_of
    environment.globals["contact_key"] = contact_key_of
    return environment.from_string(text)
