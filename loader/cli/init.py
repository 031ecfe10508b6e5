"""`loader init`: a first audience in a dbt project."""

import asyncio
import os
import sys
from collections.abc import Iterator
from typing import Any

import click

from loader import __version__
from loader.commands.check.preflight import account_lists
from loader.commands.init import choices
from loader.commands.init.audience_file import CONTACTS, ON_LEAVE, audience_file
from loader.commands.init.changes import Change
from loader.commands.init.choices import path_of_audience
from loader.commands.init.package_copy import FOLDER, changes_of_package, source_of_package
from loader.commands.init.project import FILE, Project, read_project
from loader.commands.init.yaml_edit import with_setting
from loader.files import write_project_file
from loader.model.errors import ConfigurationError, Interrupted
from loader.model.wording import counted
from loader.session.dbt_target import find_project
from loader.terminal.audience_questions import AudienceQuestions
from loader.terminal.options import WarehouseOptions, pop_warehouse_options, warehouse_options
from loader.terminal.output import answer_to, is_agreed, say
from loader.terminal.questions import Questions
from loader.warehouse.reports.relations import BuiltRelation, built_relations

MAILCHIMP = ("MAILCHIMP_API_KEY", "MAILCHIMP_ACCESS_TOKEN")
WHERE_TO_KEEP_THE_KEY = (
    "The key is written nowhere. Keep it in the environment (MAILCHIMP_API_KEY) or in the secret"
    " store of your orchestrator, never in git."
)


@click.command()
@click.option("--list-id", help="List that the audience feeds.")
@click.option("--model", help="Model or seed that the audience selects from.")
@click.option("--name", help="Name of the audience.  [default: newsletter]")
@click.option("--email-column", metavar="NAME", help="Column with the address.")
@click.option("--consent-column", metavar="NAME", help="Column with the consent.")
@click.option("--consent-assumed", is_flag=True, help="Vouch that everybody in the model consents.")
@click.option(
    "--contacts",
    type=click.Choice(CONTACTS),
    help="What may happen to contacts.  [default: update, which makes no new ones]",
)
@click.option(
    "--on-leave",
    type=click.Choice(ON_LEAVE),
    help="What happens to contacts that leave the audience.  [default: keep]",
)
@click.option("--segment", help="Segment that mirrors the audience.  [default: none]")
@click.option(
    "--send-from",
    metavar="TARGETS",
    help="Targets that may send the audience, with commas.  [default: the one that was found]",
)
@click.option(
    "--package-only",
    is_flag=True,
    help="Bring only the dbt package into the project, or update it.",
)
@click.option("--yes", "is_agreed_before", is_flag=True, help="Ask nothing, and write the files.")
@warehouse_options
def init(*, package_only: bool, is_agreed_before: bool, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Begin: put the dbt package and a first audience into a dbt project.

    It finds the target as dbt does, lists the lists of the account and the models that were built,
    and guesses which columns are the address, the names and the consent. It shows every change of a
    file before it asks whether to write it. No audience that is there is changed. Run it again to
    update the package.

    The API key is read from MAILCHIMP_API_KEY. Without it you are asked for it: it is not shown,
    and written nowhere. To try it without an account, run `loader sandbox` in another terminal.

    Exit codes: 0 written, or nothing to write; 2 something is missing or wrong, and nothing was
    written; 3 Mailchimp or the warehouse does not answer; 4 you did not agree.
    """
    where = pop_warehouse_options(options)
    if not is_agreed_before and not sys.stdin.isatty():
        raise ConfigurationError(
            "Standard input is no terminal, so nothing can be asked. Run `loader init` in a"
            " terminal, or with --yes and the options that answer its questions."
        )
    try:
        _init(where, Questions(is_asking=not is_agreed_before), options, package_only=package_only)
    except click.Abort:
        raise Interrupted("Nothing was written.") from None


def _init(
    where: WarehouseOptions, questions: Questions, options: dict[str, Any], *, package_only: bool
) -> None:
    folder = find_project(where.project_dir)
    if folder is None:
        raise ConfigurationError(
            "There is no dbt_project.yml here or in a folder above. Go to your dbt project, name it"
            " with --project-dir, or make one with `dbt init`."
        )
    project = read_project(folder, os.environ)
    say(f"Project {project.name}: {folder}")
    package = changes_of_package(project)
    if (source := source_of_package(project)) is not None:
        say(f"The project has the dbt package from elsewhere ({source}). It stays as it is.")
    there = _audience_that_is_there(project, options["name"], questions)
    if there is not None:
        say(f"The audience {there} is there, and stays as it is.")
    changes = package
    if not package_only and there is None:
        changes = [*package, *_changes_of_audience(project, where, questions, options)]
    _write(project, changes, questions)
    if changes:
        target = f" --target {where.target}" if where.target else ""
        say(f"Next: dbt deps && dbt run{target}, then loader check, loader plan and loader sync.")


def _audience_that_is_there(project: Project, name: str | None, questions: Questions) -> str | None:
    """Its file, when the audience that is asked for has one."""
    asked = name or ("" if questions.is_asking else choices.DEFAULT_NAME)
    path = path_of_audience(project, asked)
    is_there = choices.is_name(asked) and (project.folder / path).is_file()
    return path if is_there else None


def _changes_of_audience(
    project: Project, where: WarehouseOptions, questions: Questions, options: dict[str, Any]
) -> list[Change]:
    """The setting of the folder of audiences, and the file of the audience."""
    target = where.find()
    say(f"Target {target.name}: {target.type}, schema {target.schema}")
    asked = AudienceQuestions(
        questions=questions,
        given=options,
        project=project,
        target=target,
        relations=asyncio.run(_relations(where)),
    )
    name, choice = asked.ask(asyncio.run(account_lists(_credentials(questions), "default")))
    text, path = project.text_of(FILE) or "", path_of_audience(project, name)
    made = Change(path=path, before=None, after=audience_file(choice))
    if project.has_audiences or project.has_other_audiences:
        return [made]
    setting = (*project.path_of_audiences, "+materialized")
    with_folder = with_setting(text, setting, "audience", file=FILE)
    return [Change(path=FILE, before=text, after=with_folder), made]


async def _relations(where: WarehouseOptions) -> list[BuiltRelation]:
    with where.open(is_reading=True) as warehouse:
        return await built_relations(warehouse)


def _credentials(questions: Questions) -> dict[str, str]:
    """The environment, with a key that somebody typed where it has none."""
    environment = dict(os.environ)
    if questions.is_asking and not any(environment.get(name, "").strip() for name in MAILCHIMP):
        say("Without an account, run `loader sandbox` in another terminal: it prints a key.")
        say(WHERE_TO_KEEP_THE_KEY)
        environment[MAILCHIMP[0]] = answer_to("API key of Mailchimp, not shown", is_secret=True)
    return environment


def _write(project: Project, changes: list[Change], questions: Questions) -> None:
    """Show the changes, and make them when somebody agrees."""
    if not changes:
        say("There is nothing to write.")
        return
    for line in _shown(changes):
        say(line)
    if questions.is_asking and not is_agreed(f"Change {counted(len(changes), 'file')}?"):
        raise Interrupted("Nothing was written.")
    for number, change in enumerate(changes):
        file = project.folder / change.path
        try:
            if change.after is None:
                file.unlink()
            else:
                write_project_file(file, change.after)
        except OSError as error:
            raise ConfigurationError(
                f"{file} cannot be written: {error.strerror}. Before it,"
                f" {counted(number, 'file was', 'files were')} changed. Fix this, then run again."
            ) from None
    say(f"Changed {counted(len(changes), 'file')}.")


def _shown(changes: list[Change]) -> Iterator[str]:
    """The changes as diffs; the files of a new copy of the package are only counted."""
    copied = [one for one in changes if one.path.startswith(FOLDER) and one.before is None]
    if copied:
        yield f"New in {FOLDER}: {counted(len(copied), 'file')} of dbt_mailchimp {__version__}"
    for change in changes:
        if change not in copied:
            yield from change.diff()
