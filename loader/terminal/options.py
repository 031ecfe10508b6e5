"""Options that several commands share, and the warehouse that they lead to."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import click

from loader.model.errors import ConfigurationError
from loader.model.mailchimp_facts import MAX_CONNECTIONS
from loader.model.settings import RETRY_SECONDS, utc_now
from loader.session.dbt_target import Target, find_target
from loader.terminal.log import choose_format, choose_quiet, current_log
from loader.warehouse.base import Warehouse, check_type, open_warehouse

Command = TypeVar("Command", bound=Callable[..., Any])

SELECTOR = "Names, globs, tag:NAME or path:FOLDER; may be repeated."
FOLDER = click.Path(path_type=Path, file_okay=False)


@dataclass(frozen=True, kw_only=True)
class WarehouseOptions:
    """Where a command was told that the warehouse is.

    Attributes:
        project_dir: has dbt_project.yml.
        profiles_dir: has profiles.yml.
        profile: its name.
        target: its name.
        lock_timeout: seconds to wait for a file that somebody else holds.
    """

    project_dir: Path | None
    profiles_dir: Path | None
    profile: str | None
    target: str | None
    lock_timeout: float

    def find(self) -> Target:
        """The target, found as dbt finds it.

        Returns:
            The target.

        Raises:
            ConfigurationError: there is no such project, profile or target.
        """
        return self._target

    @cached_property
    def _target(self) -> Target:
        """Found once a command: reading YAML and rendering Jinja take longer than a small query."""
        return find_target(
            project_dir=self.project_dir,
            profiles_dir=self.profiles_dir,
            profile=self.profile,
            target=self.target,
            environment=os.environ,
        )

    def beside(self, target: str) -> "WarehouseOptions":
        """The same options with another target.

        Args:
            target: its name.

        Returns:
            The options.
        """
        return replace(self, target=target)

    def other(self, target: str, *, same: str) -> Target:
        """Another target of the same profile.

        Args:
            target: its name.
            same: what to say when it is this one.

        Returns:
            The target.

        Raises:
            ConfigurationError: there is none of that name, or it is this one, or it is in a
                warehouse that the loader cannot read.
        """
        here, other = self.find(), self.beside(target).find()
        if other.name == here.name:
            raise ConfigurationError(same)
        check_type(other.type)
        return other

    @contextmanager
    def open(self, *, is_reading: bool = False) -> Iterator[Warehouse]:
        """The warehouse of the target, let go of at the end.

        Args:
            is_reading: whether nothing is written to it.

        Yields:
            The warehouse.

        Raises:
            WarehouseError: it cannot be opened, or somebody else holds it.
        """
        target = self.find()
        warehouse = open_warehouse(
            target.type,
            target.settings,
            target.folder,
            wait=self.lock_timeout,
            tell=current_log().say,
            is_reading=is_reading,
        )
        try:
            yield warehouse
        finally:
            warehouse.close()


def warehouse_options(command: Command) -> Command:
    """The options of dbt that say which warehouse."""
    for decorate in (
        click.option(
            "--lock-timeout",
            type=click.FloatRange(min=0),
            default=30.0,
            show_default=True,
            help="Seconds to wait for a DuckDB file, or a schema or table of a server, that"
            " somebody else holds.",
        ),
        click.option("--target", "-t", envvar="DBT_TARGET", help="Target of the profile."),
        click.option(
            "--profile", envvar="DBT_PROFILE", help="Profile of dbt. Default: that of the project."
        ),
        click.option(
            "--profiles-dir", type=FOLDER, envvar="DBT_PROFILES_DIR", help="Folder of profiles.yml."
        ),
        click.option(
            "--project-dir",
            type=FOLDER,
            envvar="DBT_PROJECT_DIR",
            help="Folder of dbt_project.yml.",
        ),
    ):
        command = decorate(command)
    return command


def selection_options(command: Command) -> Command:
    """The options that say which audiences."""
    for decorate in (
        click.option("--exclude", multiple=True, help="Exclude these audiences."),
        click.option("--select", "-s", multiple=True, help=f"Only these audiences. {SELECTOR}"),
    ):
        command = decorate(command)
    return command


def connections_option(command: Command) -> Command:
    """The option that says how many requests are on the way at a time."""
    return click.option(
        "--connections",
        type=click.IntRange(1, MAX_CONNECTIONS),
        default=MAX_CONNECTIONS,
        show_default=True,
        help="Maximum number of simultaneous requests. Mailchimp allows 10 for all integrations of"
        " a user.",
    )(command)


def log_format_option(command: Command) -> Command:
    """The option that says how progress and errors are told."""
    return click.option(
        "--log-format",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        is_eager=True,
        expose_value=False,
        callback=choose_format,
        help="Standard error: lines for people, or JSON events.",
    )(command)


def quiet_option(command: Command) -> Command:
    """The option that leaves out everything that says that all is well."""
    return click.option(
        "--quiet",
        "-q",
        "is_quiet",
        is_flag=True,
        is_eager=True,
        callback=choose_quiet,
        help="Print nothing unless something went wrong. Requested JSON is still printed.",
    )(command)


def retry_option(command: Command) -> Command:
    """The option that says how patient a command is."""
    return click.option(
        "--retry-seconds",
        type=click.FloatRange(min=0),
        default=RETRY_SECONDS,
        show_default=True,
        help="Seconds for which one request is retried.",
    )(command)


def clock() -> Callable[[], datetime]:
    """The time of day in UTC: this machine's, or what a caller of `main` gives it as `obj`."""
    given: Callable[[], datetime] | None = click.get_current_context().obj
    return given or utc_now


def pop_warehouse_options(options: dict[str, Any]) -> WarehouseOptions:
    """Take the warehouse options out of a command's options."""
    names = [field.name for field in fields(WarehouseOptions)]
    return WarehouseOptions(**{name: options.pop(name) for name in names})
