"""Read YAML and render its Jinja as dbt does a profile, and show no value of it to anybody."""

import ast
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import jinja2
import yaml
from jinja2.nativetypes import NativeCodeGenerator
from jinja2.sandbox import ImmutableSandboxedEnvironment

from loader.errors import ConfigurationError


def load_yaml(path: Path) -> dict[str, Any]:
    """The names and settings of a YAML file.

    Raises:
        ConfigurationError: there is none, or it is no YAML; where, but not what stands there.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(
            f"There is no {path.name} at {path}. Say where it is with --profiles-dir or"
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
    """A YAML value with its Jinja rendered: `env_var` and `var`, with dbt's filters for types.

    `of` says where the value stands. The environment of Jinja is a sandbox, as dbt's is: a profile
    is data. A password that is no Jinja stays as it is, as in dbt.

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
    return _one(value, jinja, of) if isinstance(value, str) else value


def _one(text: str, jinja: jinja2.Environment, of: str) -> Any:  # noqa: ANN401 - a filter says its type
    try:
        return jinja.from_string(text).render()
    except _NotSet as error:
        # a name that is rendered itself may be a value
        name = error.name if error.name in text else "that it names"
        raise ConfigurationError(f"{of} wants the environment variable {name}. Set it.") from None
    except Exception:  # noqa: BLE001 - Jinja runs whatever the text says, and its errors repeat it
        if of.endswith(": password"):
            return text
        raise ConfigurationError(
            f"{of} cannot be rendered. Its Jinja may use env_var, var with a default, and the"
            " filters as_text, as_number, as_bool and as_native."
        ) from None


class _NotSet(Exception):
    """There is no environment variable of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = str(name)


def _joined(parts: Iterable[Any]) -> Any:  # noqa: ANN401 - a filter says its type
    """What a template gives: one value as it is, several as one text."""
    found = list(parts)
    if len(found) == 1 and not isinstance(found[0], jinja2.Undefined):
        return found[0]
    return "".join(map(str, found))


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
    jinja.globals = {"env_var": env_var, "var": _var}
    jinja.filters |= {
        "as_text": str,
        "as_native": _as_native,
        "as_number": _typed(int, float),
        "as_bool": _typed(bool),
    }
    return jinja


def _var(_: str, default: object) -> object:
    """The default: dbt knows only the variables of --vars here, and the loader has none."""
    return default


def _as_native(value: Any) -> Any:  # noqa: ANN401 - that is what the filter is for
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return value


def _typed(*types: type) -> Callable[[Any], Any]:
    """A filter that gives a value of these types alone."""

    def convert(value: Any) -> Any:  # noqa: ANN401 - a value of YAML
        found = _as_native(value)
        if type(found) not in types:
            raise TypeError
        return found

    return convert


def _place(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return "" if mark is None else f": line {mark.line + 1}, column {mark.column + 1}"
