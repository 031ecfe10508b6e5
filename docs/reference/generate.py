"""The tables of the reference, read from the program and from dbt's yml. Cog calls this.

A page of the reference asks for a table in place: `make docs` updates it, and a test finds a page
that differs from the program.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import yaml
from jinja2 import Environment

from loader.cli import EXIT_CODES, main
from loader.model.reasons import DRIFT_TYPES, REASONS, Reason

DBT = Path(__file__).parent.parent.parent / "dbt_project"
# the macros that models of a project call; the others are the package's own
FOR_MODELS = {
    "dialect/_dialect.yml": ("normalise_address",),
    "profiles/_profiles.yml": ("enrich_profiles", "below_frequency_cap"),
}
WHICH_WAREHOUSE = ("--project-dir", "--profiles-dir", "--profile", "--target", "--lock-timeout")


def commands() -> str:
    """Every command: what it does, how it is called, its own options."""
    return "\n".join(line for name, one in _commands() for line in _command(name, one))


def warehouse_options() -> str:
    """The options that say which warehouse."""
    context = _context("sync", dict(_commands())["sync"])
    return table(
        ("option", "meaning"),
        (
            (f"`{names}`", meaning + _variable(one))
            for one, names, meaning in _options(context)
            if _is_of_warehouse(one)
        ),
    )


def exit_codes() -> str:
    """What a command ends with."""
    rows = re.findall(r"^ +(\d)  (.+)$", EXIT_CODES, flags=re.MULTILINE)
    return table(("exit code", "meaning"), rows)


def keys() -> str:
    """Every key of meta.mailchimp."""
    return table(
        ("key", "values, the default first", "meaning"),
        (
            (f"`{key}`", _values(rule), rule["description"])
            for key, rule in _macro("mapping/mapping_keys.sql", "mapping_keys").items()
        ),
    )


def columns() -> str:
    """The columns of an audience that have a meaning of their own."""
    special = _macro("columns/audience_columns.sql", "reserved_columns")
    return table(
        ("column", "type", "meaning"),
        (
            (f"`{name}`", _type(rule.get("kind", "text")), rule["description"])
            for name, rule in special.items()
        ),
    )


def attributes() -> str:
    """Mailchimp's own attributes of a contact that a column may fill."""
    found = _macro("columns/audience_columns.sql", "contact_attributes")
    return table(("column", "type"), ((f"`{name}`", _type(kind)) for name, kind in found.items()))


def field_types() -> str:
    """The types of merge fields, and what can fill each."""
    types = _macro("columns/merge_field_types.sql", "merge_field_types")
    return table(
        ("type", "filled from", "`choices`", "`format`"),
        (
            (
                f"`{name}`",
                ", ".join(_type(kind) for kind in rule["kinds"]),
                "required" if rule.get("has_choices") else "",
                ", ".join(f"`{one}`" for one in rule.get("formats", ())),
            )
            for name, rule in types.items()
        ),
    )


def reasons(outcome: str) -> str:
    """Why a row has an outcome: the codes, what people read, and what would change it."""
    found = [one for one in REASONS if one.outcome == outcome]
    columns: dict[str, Callable[[Reason], str]] = {
        "`reason_code`": lambda one: f"`{one.code}`",
        "what people read": lambda one: one.sentence or "Mailchimp's words",
        "when": lambda one: one.when,
        "what would change it": lambda one: one.mends,
    }
    named = {head: cell for head, cell in columns.items() if any(map(cell, found))}
    rows = (tuple(cell(one) for cell in named.values()) for one in found)
    return table(tuple(named), rows)


def drift_types() -> str:
    """In which ways a list may differ from what was confirmed."""
    rows = ((f"`{code}`", words) for code, words in DRIFT_TYPES.items())
    return table(("`drift_type`", "what people read"), rows)


def tables() -> str:
    """The tables between dbt and the loader."""
    (source,) = _yml("models/sources/_sources.yml")["sources"]
    return _relations(source["tables"])


def models() -> str:
    """The models of what was pulled."""
    return _relations(_yml("models/mailchimp/_mailchimp.yml")["models"])


def macros() -> str:
    """The macros that models of a project call."""
    lines = []
    for file, names in FOR_MODELS.items():
        described = {one["name"]: one for one in _yml(f"macros/{file}")["macros"]}
        for name in names:
            arguments = described[name].get("arguments", ())
            rows = ((f"`{one['name']}`", one["type"], one["description"]) for one in arguments)
            lines += [f"## {name}", "", line(described[name]["description"]), ""]
            lines += [table(("argument", "type", "meaning"), rows), ""]
    return "\n".join(lines).rstrip()


def generic_tests() -> str:
    """The data tests that a project can put on an audience."""
    return table(
        ("test", "what holds"),
        (
            (f"`{one['name'].removeprefix('test_')}`", one["description"])
            for one in _yml("tests/generic/_laws.yml")["macros"]
        ),
    )


def _commands() -> Iterator[tuple[str, click.Command]]:
    context = _main()
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        if command is not None:
            yield name, command


def _main() -> click.Context:
    """The command line, whose settings its commands have too: click keeps the help of a command."""
    return main.make_context("loader", [], resilient_parsing=True)


def _command(name: str, command: click.Command) -> Iterator[str]:
    context = _context(name, command)
    options = list(_options(context))
    yield from (f"## loader {name}", "")
    yield from (inspect.cleandoc((command.help or "").replace("\b", "")), "")
    yield from (f"    loader {name} {' '.join(command.collect_usage_pieces(context))}", "")
    own = [one for one in options if not _is_of_warehouse(one[0])]
    rows = [(f"`{names}`", meaning + _variable(option)) for option, names, meaning in own]
    if rows:
        yield from (table(("option", "meaning"), rows), "")
    if len(own) < len(options):
        yield from ("It also takes the [options of the warehouse](#which-warehouse).", "")


def _context(name: str, command: click.Command) -> click.Context:
    return click.Context(command, info_name=name, parent=_main())


def _options(context: click.Context) -> Iterator[tuple[click.Parameter, str, str]]:
    for one in context.command.get_params(context):
        record = one.get_help_record(context) if isinstance(one, click.Option) else None
        if record is not None and "--help" not in one.opts:
            names, meaning = record
            yield one, names.replace("|", ", "), meaning  # not every Markdown has | in a table


def _is_of_warehouse(option: click.Parameter) -> bool:
    return not set(option.opts).isdisjoint(WHICH_WAREHOUSE)


def _variable(option: click.Parameter) -> str:
    return f" Or the variable `{option.envvar}`." if option.envvar else ""


def _values(rule: Mapping[str, Any]) -> str:
    if "values" not in rule:
        return str(rule["takes"])
    others = [one for one in rule["values"] if one != rule["default"]]
    return ", ".join(f"`{str(one).lower()}`" for one in (rule["default"], *others))


def _type(kind: str) -> str:
    """A kind of column, in words."""
    words = {
        "address": "struct of `addr1`, `city`, `state` and `zip`, and `addr2` and `country`",
        "list": "list of texts",
        "location": "struct of `latitude` and `longitude`",
        "switches": "struct of booleans",
    }
    return words.get(kind, kind)


def _relations(relations: Iterable[Mapping[str, Any]]) -> str:
    lines = []
    for one in relations:
        rows = (
            (f"`{each['name']}`", each.get("data_type", ""), each.get("description", ""))
            for each in one["columns"]
        )
        lines += [f"## {one['name']}", "", line(one["description"]), ""]
        lines += [table(("column", "type", "meaning"), rows), ""]
    return "\n".join(lines).rstrip()


def _macro(file: str, name: str) -> dict[str, Any]:
    """What a macro of the package returns that needs nothing of dbt but `return`."""
    found: list[dict[str, Any]] = []
    environment = Environment(autoescape=False)  # noqa: S701 - it makes no HTML
    environment.globals["return"] = found.append
    text = (DBT / "macros" / file).read_text()
    getattr(environment.from_string(_only(name, text)).module, name)()
    return found[0]


def _only(name: str, text: str) -> str:
    """A macro without the others of its file, which may use tags of dbt's own."""
    found = re.search(rf"{{%-? macro {name}\(.+?endmacro -?%}}", text, flags=re.DOTALL)
    if found is None:
        raise KeyError(name)
    return found[0]


def _yml(file: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DBT / file).read_text())
    return found


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table of Markdown; no cell ends it."""
    lines = [head, tuple("---" for _ in head), *rows]
    cells = [[line(cell).replace("|", "\\|") for cell in cells] for cells in lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def line(text: str) -> str:
    """A text in one line."""
    return " ".join(text.split())
