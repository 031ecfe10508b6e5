"""The file of an audience as text, from what was chosen for it. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from loader.commands.init.guesses import FIRST_NAMES, IDS, LAST_NAMES, named
from loader.model.mailchimp_facts import TAG_CHARACTERS
from loader.warehouse.reports.relations import BuiltColumn, BuiltRelation

ASSUMED = "assumed"
CONTACTS = ("upsert", "create", "update", "none")
ON_LEAVE = ("keep", "unsubscribe", "archive")
MOST = 20  # columns that are offered
RESERVED = frozenset(  # words that DuckDB or PostgreSQL takes for no name; a test asks DuckDB
    str.split("""
        all analyse analyze and anti any array as asc asof asymmetric at authorization
        between binary both by case cast check collate collation column columns concurrently
        constraint create cross current_catalog current_date current_role current_time
        current_timestamp current_user default deferrable desc describe distinct do else end
        except false fetch for foreign freeze from full generated glob grant group having
        ilike in initially inner intersect into is isnull join lambda lateral leading left
        like limit localtime localtimestamp map natural not notnull null offset on only or
        order outer overlaps pivot pivot_longer pivot_wider placing positional primary
        qualify references returning right select semi session_user show similar some struct
        summarize symmetric table tablesample then to trailing true try_cast tuple union
        unique unpack unpivot user using variadic verbose when where window with
    """)
)
SPECIAL = frozenset(  # names that are no merge field: dbt gives them a meaning, or refuses them
    str.split("""
        email email_address marketing_consent person_id tags marketing_permissions language
        email_type vip ip_signup ip_opt timestamp_signup timestamp_opt location interests
        status status_if_new
    """)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody chose for an audience.

    Attributes:
        relation: that it selects from.
        reference: the name of its model or seed; None where the project has none.
        address: the column of it that has the address.
        consent: the column that has the consent, if there is one.
        is_assumed: whether everybody in it has consented, as somebody vouches.
        list_id: Mailchimp's id of the list.
        contacts: what may happen to contacts.
        on_leave: what happens to those that leave.
        segment: its name, if there is one.
        targets: that may send it; none is any.
        says_materialization: whether the file itself has to say that it is an audience.
    """

    relation: BuiltRelation
    reference: str | None
    address: str
    consent: str | None
    is_assumed: bool
    list_id: str
    contacts: str
    on_leave: str
    segment: str | None
    targets: tuple[str, ...]
    says_materialization: bool


def audience_file(choice: Choice) -> str:
    """The file of an audience.

    Args:
        choice: what was chosen.

    Returns:
        SQL with Jinja: its configuration, its columns, and below them others as comments.
    """
    columns = list(_columns(choice))
    lines = [f"    {sql} as {name}" if sql != name else f"    {name}" for sql, name in columns]
    return (
        f"{_config(choice)}\n\nselect\n"
        + ",\n".join(lines)
        + "\n"
        + "".join(f"    {line}\n" for line in _offers(choice))
        + f"from {_source(choice)}\n"
    )


def _config(choice: Choice) -> str:
    keys = {
        "list_id": literal(choice.list_id),
        "contacts": literal(choice.contacts),
        "on_leave": literal(choice.on_leave),
        "segment": None if choice.segment is None else literal(choice.segment),
        "targets": f"[{', '.join(map(literal, choice.targets))}]" if choice.targets else None,
        "consent": literal(ASSUMED) if choice.is_assumed else None,
    }
    inner = "".join(f"    '{key}': {text},\n" for key, text in keys.items() if text is not None)
    first = "materialized='audience', " if choice.says_materialization else ""
    return f"{{{{ config({first}meta={{'mailchimp': {{\n{inner}}}}}) }}}}"


def _columns(choice: Choice) -> Iterator[tuple[str, str]]:
    yield identifier(choice.address), "email_address"
    columns = [one for one in choice.relation.columns if one.name not in _used(choice)]
    for name, spellings in (("fname", FIRST_NAMES), ("lname", LAST_NAMES)):
        if found := named(columns, spellings, "text"):
            yield identifier(found), name
    if choice.consent is not None:
        (kind,) = {one.kind for one in choice.relation.columns if one.name == choice.consent}
        yield _consent(identifier(choice.consent), kind), "marketing_consent"


def _consent(column: str, kind: str) -> str:
    """A column as a boolean; what is not known to mean yes is no."""
    if kind in ("date", "timestamp"):
        return f"{column} is not null"
    if kind == "number":
        return f"coalesce({column} = 1, false)"
    if kind == "boolean":
        return column
    words = "'true', 't', 'yes', 'y', '1'"
    return f"coalesce(lower(trim(cast({column} as varchar))) in ({words}), false)"


def _used(choice: Choice) -> set[str | None]:
    return {choice.address, choice.consent}


def _offers(choice: Choice) -> Iterator[str]:
    """The other columns, as lines that need no more than their dashes taken away."""
    columns = choice.relation.columns
    known = {
        named(columns, FIRST_NAMES, "text"),
        named(columns, LAST_NAMES, "text"),
        *_used(choice),
    }
    others = [one for one in columns if one.name not in known and _can_be_offered(one)]
    person = named(others, IDS)
    if others:
        yield "-- Take the dashes away to send more. A merge field has at most 10 characters:"
    taken = {"fname", "lname"}
    for one in others[:MOST]:
        tag = "person_id" if one.name == person else tag_of(one.name, taken)
        taken.add(tag)
        sql = identifier(one.name)
        yield f"-- , {sql}" if sql == tag else f"-- , {sql} as {tag}"


def _can_be_offered(column: BuiltColumn) -> bool:
    return column.kind != "other" and column.name.isprintable() and "{" not in column.name


def _source(choice: Choice) -> str:
    if choice.reference is not None:
        return f"{{{{ ref({literal(choice.reference)}) }}}}"
    return f"{quoted(choice.relation.schema)}.{quoted(choice.relation.name)}"


def tag_of(name: str, taken: Iterable[str]) -> str:
    """A name for a column that is a legal merge tag, and that no other has.

    Args:
        name: of the column.
        taken: names that others have.

    Returns:
        At most ten small letters, digits and underscores.
    """
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "field"
    plain = f"f_{plain}" if plain[0].isdigit() else plain
    base, refused = plain[:TAG_CHARACTERS].rstrip("_"), {*taken, *SPECIAL, *RESERVED}
    tag, number = base, 1
    while tag in refused:
        number += 1
        tag = f"{base[: TAG_CHARACTERS - len(f'_{number}')]}_{number}"
    return tag


def identifier(name: str) -> str:
    """A column in SQL: as it is where any warehouse takes it so, else in quotation marks."""
    is_plain = re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name not in RESERVED
    return name if is_plain else quoted(name)


def quoted(name: str) -> str:
    """A name in the quotation marks of SQL; Jinja finds nothing in it."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'.replace("{", "{{ '{' }}")


def literal(text: str) -> str:
    """A text in Jinja: no quotation mark ends it, and no brace ends the expression around it.

    dbt reads most files with a parser of its own that takes an escape for two letters. It leaves an
    expression with `~` to Jinja, so that is what a text with escapes becomes.
    """
    if text.isprintable() and not set(text) & set("\\{}") and not set("'\"") <= set(text):
        mark = '"' if "'" in text else "'"
        return f"{mark}{text}{mark}"
    escaped = re.sub(r"(['\\])", r"\\\1", text)
    return f"'{escaped}' ~ ''"
