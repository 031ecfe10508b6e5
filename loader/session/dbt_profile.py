"""Read YAML and render its Jinja as dbt does a profile, and show no value of it to anybody."""

import ast
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import jinja2
import jinja2.meta
import yaml
from jinja2.nativetypes import NativeCodeGenerator
from jinja2.sandbox import ImmutableSandboxedEnvironment

from loader.model.errors import ConfigurationError

# the one in C where there is one, as dbt has it
_YAML: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# what dbt and Jinja offer to a profile, and has no use or no meaning without dbt
REFUSED = frozenset(
    (
        *("builtins", "context", "dbt_version", "diff_of_two_dicts", "flags", "invocation_id"),
        *("log", "modules", "print", "return", "run_started_at", "thread_id"),
        *("cycler", "dict", "joiner", "lipsum", "namespace", "range"),
    )
)


def load_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML file of names and settings.

    Args:
        path: of the file.

    Returns:
        What stands in it, with its Jinja as it is.

    Raises:
        ConfigurationError: there is none, or it is no YAML; where, but not what stands there.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _YAML)  # noqa: S506 - it is a safe one
    except FileNotFoundError:
        raise ConfigurationError(
            f"There is no {path.name} at {path}. Set its folder with --profiles-dir or"
            " --project-dir."
        ) from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path} cannot be read: it is not UTF-8.") from None
    except yaml.MarkedYAMLError as error:
        raise ConfigurationError(f"{path} cannot be read as YAML{_place(error)}.") from None
    except (yaml.YAMLError, ValueError, RecursionError, LookupError, TypeError):
        raise ConfigurationError(f"{path} cannot be read as YAML.") from None
    if not isinstance(content, dict):
        raise ConfigurationError(f"{path} is not a mapping of names to settings.")
    return content


def rendered(value: Any, environment: Mapping[str, str], *, of: str) -> Any:  # noqa: ANN401 - YAML is anything
    """A YAML value with its Jinja rendered: with dbt's functions, and its filters for types.

    The environment of Jinja is a sandbox, as dbt's is: a profile is data. A password that is no
    Jinja stays as it is, as in dbt.

    Args:
        value: of a YAML file.
        environment: the variables that `env_var` reads.
        of: where the value stands, for messages.

    Returns:
        The same, with texts rendered; `as_number`, `as_bool` and `as_native` give other types.

    Raises:
        ConfigurationError: it cannot be rendered; where, but not what stands there.
    """
    try:
        return _each(value, _environment(environment), of)
    except RecursionError:
        raise ConfigurationError(f"{of} refers to itself, so it cannot be rendered.") from None


def _each(value: Any, jinja: jinja2.Environment, of: str) -> Any:  # noqa: ANN401 - YAML is anything
    if isinstance(value, dict):
        return {key: _each(each, jinja, f"{of}: {key}") for key, each in value.items()}
    if isinstance(value, list):
        return [_each(each, jinja, of) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return _one(value, jinja, of) if isinstance(value, str) else value


def _one(text: str, jinja: jinja2.Environment, of: str) -> Any:  # noqa: ANN401 - a filter says its type
    try:
        refused = jinja2.meta.find_undeclared_variables(jinja.parse(text)) & REFUSED
        if not refused:
            return jinja.from_string(text).render()
    except _NotSet as error:
        # a name that is rendered itself may be a value
        name = error.name if error.name in text else "that it names"
        raise ConfigurationError(f"{of} needs the environment variable {name}. Set it.") from None
    except Exception:  # noqa: BLE001 - Jinja runs whatever the text says, and its errors repeat it
        if of.endswith(": password"):
            return text
        refused = set()
    named = f": the loader has no {' and no '.join(sorted(refused))}" if refused else ""
    raise ConfigurationError(
        f"{of} cannot be rendered{named}. Its Jinja may use {', '.join(_FUNCTIONS)}, env_var, var"
        f" with a default, and the filters {', '.join(_FILTERS)}."
    )


class _NotSet(Exception):
    """There is no environment variable of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = str(name)


class _Text(str):
    """A value that is text, whatever it looks like."""

    __slots__ = ()


class _Native(str):
    """A value that is what it looks like, of these types or of any."""

    __slots__ = ()
    types: tuple[type, ...] = ()


class _Bool(_Native):
    __slots__ = ()
    types = (bool,)


class _Number(_Native):
    __slots__ = ()
    types = (int, float)


def _joined(parts: Iterable[Any]) -> Any:  # noqa: ANN401 - a filter says its type
    """What a template gives: one value as it is, several as one text."""
    found = list(parts)
    # text beside an expression makes a text of the whole
    if len(found) != 1 or isinstance(found[0], jinja2.Undefined):
        return "".join(map(str, found))
    (value,) = found
    if isinstance(value, _Native):
        return _typed(value)
    return str(value) if isinstance(value, _Text) else value


def _typed(marked: _Native) -> Any:  # noqa: ANN401 - a filter says its type
    try:
        value = ast.literal_eval(marked)
    except (ValueError, SyntaxError, MemoryError):
        value = str(marked)
    if marked.types and type(value) not in marked.types:
        raise TypeError
    return value


class _Profile(ImmutableSandboxedEnvironment):
    """dbt's environment for profiles: sandboxed, and filters may give numbers and booleans."""

    code_generator_class = NativeCodeGenerator
    concat = staticmethod(_joined)


def _environment(variables: Mapping[str, str]) -> jinja2.Environment:
    def env_var(name: str, default: str | None = None) -> str:
        value = variables.get(name, default)
        if value is None:
            raise _NotSet(name)
        return value

    jinja = _Profile(undefined=jinja2.StrictUndefined, autoescape=False)
    jinja.globals = {"env_var": env_var, "var": _var, **_FUNCTIONS}
    jinja.filters |= _FILTERS
    return jinja


def _var(_: str, default: object) -> object:
    """The default: dbt knows only the variables of --vars here, and the loader has none."""
    return default


def _or_default(function: Callable[..., Any], *errors: type[Exception]) -> Callable[..., Any]:
    """A function of dbt's: it gives a default for what it cannot take."""

    def call(*values: Any, default: Any = None, **options: Any) -> Any:  # noqa: ANN401 - of Jinja
        try:
            return function(*values, **options)
        except errors:
            return default

    return call


def _with_default(function: Callable[..., Any], *errors: type[Exception]) -> Callable[..., Any]:
    """The same for a function of one value, which takes the default behind it."""
    called = _or_default(function, *errors)

    def call(value: Any, default: Any = None, **options: Any) -> Any:  # noqa: ANN401 - of Jinja
        return called(value, default=default, **options)

    return call


def _json(value: object, *, sort_keys: bool = False) -> str:
    return json.dumps(value, sort_keys=sort_keys)


def _yaml(value: object, *, sort_keys: bool = False) -> str:
    return str(yaml.safe_dump(value, sort_keys=sort_keys))


def _zip(*values: Iterable[Any]) -> Any:  # noqa: ANN401 - of Jinja
    return zip(*values, strict=False)


def _md5(value: str) -> str:
    return hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "fromjson": _with_default(json.loads, ValueError),
    "tojson": _with_default(_json, ValueError),
    "fromyaml": _with_default(yaml.safe_load, AttributeError, ValueError, yaml.YAMLError),
    "toyaml": _with_default(_yaml, ValueError, yaml.YAMLError),
    "set": _with_default(set, TypeError),
    "set_strict": set,
    "zip": _or_default(_zip, TypeError),
    "zip_strict": _zip,
    "local_md5": _md5,
}
_FILTERS: dict[str, Callable[..., Any]] = {
    "as_text": _Text,
    "as_bool": _Bool,
    "as_number": _Number,
    "as_native": _Native,
    "is_list": lambda value: isinstance(value, list),
}


def _place(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return "" if mark is None else f": line {mark.line + 1}, column {mark.column + 1}"
