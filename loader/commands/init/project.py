"""What a dbt project says of itself: its name, its folders, and the files of models and seeds."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from loader.commands.init.yaml_edit import setting
from loader.model.errors import ConfigurationError
from loader.session.dbt_profile import load_yaml, rendered

FILE = "dbt_project.yml"
AUDIENCES = "audiences"  # the folder of models that becomes one of audiences
KINDS = {".sql": "model", ".py": "model", ".csv": "seed"}
NOT_SEARCHED = {"dbt_packages", "dbt_modules", "dbt_packages_local", "target", "logs"}


@dataclass(frozen=True, kw_only=True)
class Project:
    """A dbt project.

    Attributes:
        folder: has dbt_project.yml.
        name: of the project.
        content: of dbt_project.yml.
        model_folder: the first folder of models, from the folder of the project.
        files: the models and seeds by name in small letters: its spelling, its kind, its file.
    """

    folder: Path
    name: str
    content: dict[str, Any]
    model_folder: PurePosixPath
    files: Mapping[str, tuple[str, str, PurePosixPath]]

    def text_of(self, path: str) -> str | None:
        """The text of a file of the project, with its line ends; None where there is none.

        Raises:
            ConfigurationError: it cannot be read.
        """
        file = self.folder / path
        try:
            return file.read_bytes().decode() if file.exists() else None
        except OSError as error:
            raise ConfigurationError(f"{file} cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise ConfigurationError(f"{file} cannot be read: it is not UTF-8.") from None

    @property
    def has_audiences(self) -> bool:
        """Whether what is in the folder of audiences becomes one, as dbt_project.yml says."""
        path = self.path_of_audiences
        said = (self._materialization(path[:length]) for length in range(len(path), 0, -1))
        return next((one for one in said if one is not None), None) == "audience"

    @property
    def has_other_audiences(self) -> bool:
        """Whether dbt_project.yml says of that very folder that it becomes something else."""
        return self._materialization(self.path_of_audiences) not in (None, "audience")

    @property
    def path_of_audiences(self) -> tuple[str, ...]:
        """Where dbt_project.yml has the settings of the folder."""
        return ("models", self.name, AUDIENCES)

    def _materialization(self, path: tuple[str, ...]) -> object:
        given = (setting(self.content, (*path, key)) for key in ("+materialized", "materialized"))
        return next((one for one in given if one is not None), None)


def read_project(folder: Path, environment: Mapping[str, str]) -> Project:
    """Read a dbt project.

    Args:
        folder: has dbt_project.yml.
        environment: the variables that it may name.

    Returns:
        The project.

    Raises:
        ConfigurationError: dbt_project.yml cannot be read, or has no name.
    """
    content = load_yaml(folder / FILE)
    name = rendered(content.get("name"), environment, of=f"{FILE}: name")
    if not isinstance(name, str) or not name:
        raise ConfigurationError(f"{folder / FILE} has no `name` of the project. Give it one.")
    models = _folders(content, ("model-paths", "source-paths"), "models", environment)
    seeds = _folders(content, ("seed-paths", "data-paths"), "seeds", environment)
    files = {}
    for part in dict.fromkeys((*models, *seeds)):
        for path in _files(folder, part):
            files[path.stem.lower()] = (path.stem, KINDS[path.suffix], path)
    return Project(folder=folder, name=name, content=content, model_folder=models[0], files=files)


def _folders(
    content: dict[str, Any], keys: tuple[str, ...], default: str, environment: Mapping[str, str]
) -> list[PurePosixPath]:
    given = next((content[key] for key in keys if content.get(key)), [default])
    named = rendered(given, environment, of=f"{FILE}: {keys[0]}")
    return [PurePosixPath(str(one)) for one in (named if isinstance(named, list) else [named])]


def _files(folder: Path, part: PurePosixPath) -> Iterator[PurePosixPath]:
    for place, folders, names in os.walk(folder / part):
        folders[:] = [one for one in folders if one not in NOT_SEARCHED and one[0] != "."]
        for name in names:
            path = Path(place, name)
            if path.suffix in KINDS:
                yield PurePosixPath(path.relative_to(folder).as_posix())
