"""Find the warehouse as dbt finds it, and choose audiences as dbt chooses models."""

import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
import yaml

from loader.audience import Audience
from loader.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One output of a dbt profile: which warehouse, and which schema of it."""

    type: str
    schema: str
    folder: Path  # relative paths of the profile start here, as in dbt
    settings: dict[str, Any] = field(repr=False)


def find_target(
    *,
    project_dir: Path | None,
    profiles_dir: Path | None,
    profile: str | None,
    target: str | None,
    environment: Mapping[str, str],
) -> Target:
    """The target that dbt would use with the same options.

    The project is `project_dir`, or the current folder or one above it; without a project a profile
    must be named, unless profiles.yml has only one.

    Raises:
        ConfigurationError: no profiles.yml, profile or target of that name.
    """
    folder = _find_project(project_dir)
    profiles = _load(_find_profiles(profiles_dir, folder, environment), "profiles.yml")
    name = profile or _profile_of(folder, environment) or _only(profiles)
    chosen = profiles.get(name)
    if not isinstance(chosen, dict) or not isinstance(chosen.get("outputs"), dict):
        raise ConfigurationError(
            f"profiles.yml has no profile '{name}'. It has: {', '.join(_names(profiles))}."
        )
    output = target or _render(chosen.get("target", "default"), environment)
    outputs = {name: one for name, one in chosen["outputs"].items() if isinstance(one, dict)}
    if output not in outputs:
        raise ConfigurationError(
            f"The profile '{name}' has no target '{output}'."
            f" It has: {', '.join(outputs) or 'none'}."
        )
    values = _render(outputs[output], environment)
    return Target(
        type=str(values.get("type")),
        schema=str(values.get("schema", "main")),
        folder=folder or Path.cwd(),
        settings=values,
    )


def choose(
    audiences: Iterable[Audience], select: tuple[str, ...], exclude: tuple[str, ...]
) -> list[Audience]:
    """The audiences that `select` names and `exclude` does not, in the order given.

    Raises:
        ConfigurationError: a selector that matches nothing.
    """
    known = list(audiences)
    for selector in (*_words(select), *_words(exclude)):
        if not any(_matches(audience, selector) for audience in known):
            names = ", ".join(sorted({audience.name for audience in known}))
            raise ConfigurationError(f"'{selector}' selects no audience. There are: {names}.")
    return [
        audience
        for audience in known
        if (not select or any(_matches(audience, one) for one in _words(select)))
        and not any(_matches(audience, one) for one in _words(exclude))
    ]


def _matches(audience: Audience, selector: str) -> bool:
    method, _, value = selector.rpartition(":")
    if method == "tag":
        return any(fnmatch.fnmatchcase(tag, value) for tag in audience.tags)
    if method == "path":
        path = value.rstrip("/")
        return fnmatch.fnmatchcase(audience.path, path) or audience.path.startswith(path + "/")
    return not method and fnmatch.fnmatchcase(audience.name, value)


def _words(selectors: tuple[str, ...]) -> list[str]:
    return [word for selector in selectors for word in selector.split()]


def _find_project(project_dir: Path | None) -> Path | None:
    if project_dir is not None:
        if not (project_dir / "dbt_project.yml").is_file():
            raise ConfigurationError(f"There is no dbt_project.yml in {project_dir}.")
        return project_dir.resolve()
    here = Path.cwd()
    found = (folder for folder in (here, *here.parents) if (folder / "dbt_project.yml").is_file())
    return next(found, None)


def _find_profiles(
    profiles_dir: Path | None, project: Path | None, environment: Mapping[str, str]
) -> Path:
    if profiles_dir is not None:
        return profiles_dir / "profiles.yml"
    home = Path(environment.get("HOME", "~")).expanduser() / ".dbt"
    for folder in (Path.cwd(), project or home):
        if (folder / "profiles.yml").is_file():
            return folder / "profiles.yml"
    return home / "profiles.yml"


def _profile_of(project: Path | None, environment: Mapping[str, str]) -> str | None:
    if project is None:
        return None
    name = _load(project / "dbt_project.yml", "dbt_project.yml").get("profile")
    return None if name is None else str(_render(name, environment))


def _only(profiles: dict[str, Any]) -> str:
    names = _names(profiles)
    if len(names) == 1:
        return names[0]
    raise ConfigurationError(
        f"There is no dbt project here to say which profile to use, and profiles.yml has"
        f" {', '.join(names) or 'none'}. Name one with --profile, or go to the project."
    )


def _names(profiles: dict[str, Any]) -> list[str]:
    return [name for name in profiles if name != "config"]


def _load(path: Path, what: str) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(
            f"There is no {what} at {path}. Say where it is with --profiles-dir or --project-dir."
        ) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise ConfigurationError(f"{path} is not a mapping of names to settings.")
    return content


def _render(value: Any, environment: Mapping[str, str]) -> Any:  # noqa: ANN401 - YAML is anything
    """Render the Jinja in a YAML value: `env_var` is all that a profile may use."""
    if isinstance(value, dict):
        return {key: _render(each, environment) for key, each in value.items()}
    if isinstance(value, list):
        return [_render(each, environment) for each in value]
    if not isinstance(value, str):
        return value
    try:
        return _jinja(environment).from_string(value).render()
    except jinja2.TemplateError as error:
        # the value may hold a password
        raise ConfigurationError(f"A value of profiles.yml cannot be rendered: {error}") from error


def _jinja(environment: Mapping[str, str]) -> jinja2.Environment:
    def env_var(name: str, default: str | None = None) -> str:
        value = environment.get(name, default)
        if value is None:
            raise ConfigurationError(f"profiles.yml wants the environment variable {name}. Set it.")
        return value

    jinja = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701 - YAML, not HTML
    jinja.globals["env_var"] = env_var
    for name in ("as_text", "as_number", "as_bool", "as_native"):
        jinja.filters[name] = str
    return jinja
