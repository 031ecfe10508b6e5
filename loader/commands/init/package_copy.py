"""Bring the dbt package of this loader into a project, as a folder that is reviewed in git."""

from pathlib import Path
from typing import Any

from loader.commands.init.changes import Change
from loader.commands.init.project import Project
from loader.commands.init.yaml_edit import setting, with_setting
from loader.model.errors import ConfigurationError
from loader.session.dbt_profile import load_yaml
from loader.warehouse.contract import package_folder

NAME = "dbt_mailchimp"
FOLDER = f"dbt_packages_local/{NAME}"  # not dbt_packages, which dbt makes and git ignores
PARTS = ("dbt_project.yml", "macros", "models", "tests")  # a checkout has the sample shop beside
PACKAGES = "packages.yml"
DEPENDENCIES = "dependencies.yml"


def changes_of_package(project: Project) -> list[Change]:
    """What brings the package into a project, or its copy up to the version of this loader.

    A package that comes from elsewhere (git, another folder) is left as it is.

    Args:
        project: of a user.

    Returns:
        The files of the copy first, then the file that names it.

    Raises:
        ConfigurationError: a file cannot be read, or not be changed.
    """
    file = _file_of_packages(project)
    text = project.text_of(file)
    entries = _entries(project, file)
    if any(_is_copy(entry) for entry in entries):
        return _changes_of_copy(project)
    if source_of_package(project) is not None:
        return []
    named = with_setting(text or "", ("packages",), [{"local": FOLDER}], file=file)
    return [*_changes_of_copy(project), Change(path=file, before=text, after=named)]


def source_of_package(project: Project) -> str | None:
    """Where the package of a project comes from, when it is not the copy.

    Args:
        project: of a user.

    Returns:
        The kind of its entry: git, package, local or tarball; None where there is no such entry.
    """
    entries = _entries(project, _file_of_packages(project))
    ours = (entry for entry in entries if not _is_copy(entry) and _is_ours(project, entry))
    return next((str(next(iter(entry))) for entry in ours), None)


def _file_of_packages(project: Project) -> str:
    """The file that names packages: to dbt, an entry in both is an error."""
    other = project.folder / DEPENDENCIES
    has_packages = "packages" in (_content(other) or {})
    return DEPENDENCIES if has_packages else PACKAGES


def _entries(project: Project, file: str) -> list[dict[str, Any]]:
    found = setting(_content(project.folder / file), ("packages",))
    return [one for one in found or () if isinstance(one, dict) and one]


def _content(path: Path) -> Any:  # noqa: ANN401 - YAML is anything
    """A file of nothing but comments has no packages; one that is no YAML is refused."""
    lines = path.read_bytes().splitlines() if path.is_file() else []
    if all(not line.strip() or line.lstrip().startswith(b"#") for line in lines):
        return None
    return load_yaml(path)


def _is_copy(entry: dict[str, Any]) -> bool:
    return Path(str(entry.get("local", ""))).as_posix() == FOLDER


def _is_ours(project: Project, entry: dict[str, Any]) -> bool:
    """By its name in an address, or by the name that its folder has for itself."""
    told = str(entry.get("git") or entry.get("package") or entry.get("tarball") or "")
    if NAME in told.replace("-", "_"):
        return True
    installed = project.folder / "dbt_packages" / NAME
    if entry.get("subdirectory") == "dbt_project" and installed.exists():
        return True
    folder = project.folder / str(entry.get("local", "")) / "dbt_project.yml"
    return "local" in entry and folder.is_file() and load_yaml(folder).get("name") == NAME


def _changes_of_copy(project: Project) -> list[Change]:
    old, new = _texts(project.folder / FOLDER), _texts(package_folder())
    return [
        Change(path=f"{FOLDER}/{name}", before=old.get(name), after=new.get(name))
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]


def _texts(folder: Path) -> dict[str, str]:
    """The files of the package in a folder, by their paths there."""
    paths = [folder / PARTS[0], *(path for one in PARTS[1:] for path in (folder / one).rglob("*"))]
    try:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes().decode()
            for path in paths
            if path.suffix in (".sql", ".yml") and path.is_file()
        }
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(f"{folder} cannot be read. Remove it, then run again.") from None
