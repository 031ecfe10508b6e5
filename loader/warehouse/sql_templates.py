"""Turn a statement of `sql/` and its values into text that a warehouse runs. Pure."""

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


def statement(name: str, /, **values: object) -> str:
    """The statement `sql/<name>.sql` with its values as literals.

    Raises:
        jinja2.UndefinedError: a value that the statement names was not given.
    """
    return _template(name).render(values)


def tables(schema: str) -> dict[str, Relation]:
    """The loader's tables in the target schema, by the names that statements use."""
    names = {
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


def literal(value: object) -> str:
    """A value as SQL: a relation as it is, NULL, a boolean, a number, a time, or quoted text."""
    if isinstance(value, Relation):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return (
            f"timestamp '{value.replace(tzinfo=None).isoformat(sep=' ', timespec='microseconds')}'"
        )
    if isinstance(value, str | jinja2.Undefined):  # which says its name when it becomes a text
        return "'" + str(value).replace("'", "''") + "'"
    raise TypeError(f"{type(value).__name__} has no place in a statement.")


def name_key_of(expression: str) -> Relation:
    """What `name_key` says of a name that Mailchimp shows, as SQL."""
    return Relation(f"lower({_without(WHITE_SPACE, expression)})")


def identity_of(expression: str) -> Relation:
    """What `identity` says of an address or a `person_id` that a column has, as SQL."""
    return _without(AROUND_IDENTITIES, f"cast({expression} as varchar)")


def _without(letters: str, expression: str) -> Relation:
    around = "".join(f"\\x{{{ord(one):x}}}" for one in letters)
    return Relation(f"regexp_replace({expression}, '^[{around}]+|[{around}]+$', '', 'g')")


def _doubled(name: str) -> str:
    return name.replace('"', '""')


@cache
def _template(name: str) -> jinja2.Template:
    text = (files("loader.warehouse") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - SQL, not HTML; `finalize` quotes each value
        finalize=literal,
    )
    environment.globals["name_key"] = name_key_of
    return environment.from_string(text)
