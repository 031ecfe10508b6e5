"""Find the warehouse as dbt finds it, and choose audiences as dbt chooses models."""

import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loader.model.audience import Audience
from loader.model.errors import ConfigurationError
from loader.session.dbt_profile import load_yaml, rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One output of a dbt profile: its name there, which warehouse, and which schema of it."""

    name: str
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
    """Find the target that dbt would use with the same options.

    Without a project a profile must be named, unless profiles.yml has only one.

    Args:
        project_dir: the folder of dbt_project.yml; None is the current one, or one above it.
        profiles_dir: the folder of profiles.yml; None is where dbt looks for it.
        profile: its name; None is the project's.
        target: its name; None is the default of the profile.
        environment: the variables that a profile may name.

    Returns:
        The target, with the settings of its warehouse.

    Raises:
        ConfigurationError: no profiles.yml, profile or target of that name.
    """
    folder = find_project(project_dir)
    profiles = load_yaml(_find_profiles(profiles_dir, folder, environment))
    name = profile or _profile_of(folder, environment) or _single_profile(profiles)
    chosen = profiles.get(name)
    if not isinstance(chosen, dict) or not isinstance(chosen.get("outputs"), dict):
        raise ConfigurationError(
            f"profiles.yml has no profile '{name}'. It has: {', '.join(_names(profiles))}."
        )
    outputs = {str(key): one for key, one in chosen["outputs"].items() if isinstance(one, dict)}
    output = target or _default_target(chosen, environment)
    if output not in outputs:
        wanted = f"'{output}'" if output in (target, "default") else "that its `target` names"
        raise ConfigurationError(
            f"The profile '{name}' has no target {wanted}. It has: {', '.join(outputs) or 'none'}."
        )
    values = rendered(outputs[output], environment, of=f"profiles.yml: {name}: {output}")
    schema = str(values.get("schema", "main"))
    _check_schema(schema, name, output)
    return Target(
        name=output,
        type=str(values.get("type")),
        schema=schema,
        folder=folder or Path.cwd(),
        settings=values,
    )


def filter_audiences(
    audiences: Iterable[Audience], select: tuple[str, ...], exclude: tuple[str, ...]
) -> list[Audience]:
    """Choose audiences as dbt chooses models.

    Args:
        audiences: to choose from.
        select: names, globs, `tag:` and `path:`; none is all.
        exclude: the same, of those that are left out.

    Returns:
        The chosen ones, in the order given.

    Raises:
        ConfigurationError: a selector that matches nothing.
    """
    known = list(audiences)
    for selector in (*_tokens(select), *_tokens(exclude)):
        if not any(_matches(audience, selector) for audience in known):
            names = ", ".join(sorted({audience.name for audience in known}))
            raise ConfigurationError(
                f"'{selector}' selects no audience. The audiences are: {names}."
            )
    return [
        audience
        for audience in known
        if (not select or any(_matches(audience, one) for one in _tokens(select)))
        and not any(_matches(audience, one) for one in _tokens(exclude))
    ]


def _matches(audience: Audience, selector: str) -> bool:
    method, _, value = selector.rpartition(":")
    if method == "tag":
        return any(fnmatch.fnmatchcase(tag, value) for tag in audience.tags)
    if method == "path":
        path = value.rstrip("/")
        return fnmatch.fnmatchcase(audience.path, path) or audience.path.startswith(path + "/")
    return not method and fnmatch.fnmatchcase(audience.name, value)


def _tokens(selectors: tuple[str, ...]) -> list[str]:
    return [word for selector in selectors for word in selector.split()]


def find_project(project_dir: Path | None) -> Path | None:
    """Find the folder of the dbt project, as dbt finds it.

    Args:
        project_dir: the folder of dbt_project.yml; None is the current one, or one above it.

    Returns:
        The folder, if there is one.

    Raises:
        ConfigurationError: the folder that was named has no dbt_project.yml.
    """
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
    # the order in which dbt looks
    for folder in (Path.cwd(), project or home):
        if (folder / "profiles.yml").is_file():
            return folder / "profiles.yml"
    return home / "profiles.yml"


def _profile_of(project: Path | None, environment: Mapping[str, str]) -> str | None:
    if project is None:
        return None
    name = load_yaml(project / "dbt_project.yml").get("profile")
    return None if name is None else str(rendered(name, environment, of="dbt_project.yml: profile"))


def _default_target(profile: dict[str, Any], environment: Mapping[str, str]) -> str:
    return str(rendered(profile.get("target", "default"), environment, of="profiles.yml: target"))


def _check_schema(schema: str, profile: str, output: str) -> None:
    """Refuse a name that dbt cannot write: it does not double the quotes within one."""
    if not schema or not set(schema).isdisjoint("'\"") or not schema.isprintable():
        raise ConfigurationError(
            f"profiles.yml: {profile}: {output}: the schema has a quote or a control character in"
            " its name, or none at all. dbt cannot write such a name into SQL: choose another."
        )


def _single_profile(profiles: dict[str, Any]) -> str:
    names = _names(profiles)
    if len(names) == 1:
        return names[0]
    raise ConfigurationError(
        f"There is no dbt project here to say which profile to use, and profiles.yml has"
        f" {', '.join(names) or 'none'}. Name one with --profile, or go to the project."
    )


def _names(profiles: dict[str, Any]) -> list[str]:
    return [str(name) for name in profiles if name != "config"]
