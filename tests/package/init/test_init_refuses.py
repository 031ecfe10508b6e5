"""What is wrong is said by `loader init` in one message, and nothing is written."""

from pathlib import Path

import pytest

from command_line import inside
from sandbox_process import LIST, SandboxProcess
from tests.package.init.begun_project import AUDIENCE, Begun

REFUSED = {
    "a list that is not there": (("--list-id", "nowhere"), "has no list 'nowhere'"),
    "a model that is not there": (("--model", "nobody"), "no model, seed or table 'nobody'"),
    "a model that was not built": (("--model", "unbuilt"), "dbt build"),
    "no address": (("--model", "places"), "No column of main.places looks like an address"),
    "two addresses": (("--model", "twice"), "home_mail, work_mail. Choose with --email-column"),
    "no such column": (("--email-column", "x"), "customers has no column 'x'. It has: id, email"),
    "no consent": (
        ("--model", "bare", "--contacts", "upsert"),
        "No column of main.bare looks like a consent. Choose with --consent-column",
    ),
    "two consents": (
        ("--model", "asked", "--contacts", "create"),
        "look like a consent: opt_in, gdpr_optin. Choose with --consent-column",
    ),
    "a consent and none": (("--consent-assumed", "--consent-column", "plan"), "not both"),
    "no segment to fill": (("--contacts", "none"), "--segment"),
    "no target": (("--send-from", " , "), "Name the targets"),
    "a path": (("--name", "../unbuilt"), "'../unbuilt' is no name of a model"),
    "no name": (("--name", "my list"), "'my list' is no name of a model"),
    "the name of a model": (("--name", "Unbuilt"), "The model models/unbuilt.sql has the name"),
    "the name of a table": (("--name", "places"), "has a table 'places' already"),
    "the name of a table of ours": (("--name", "loader_runs"), "or the loader has one"),
    "nothing built": (("--target", "new"), "Run dbt first"),
    "no target of that name": (("--target", "nowhere"), "has no target 'nowhere'"),
}


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory, fresh: SandboxProcess) -> Begun:
    """A project in which much may be wrong."""
    begun = Begun(tmp_path_factory.mktemp("settled"), fresh)
    begun.write("models/unbuilt.sql", "select 1")
    begun.write("models/audiences/other.sql", "select 1")
    begun.sql(
        "create table places (city text)",
        "create table twice (home_mail text, work_mail text)",
        "create table bare (email text)",
        "create table asked (email text, opt_in boolean, gdpr_optin boolean)",
    )
    return begun


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_said_and_nothing_is_written(settled: Begun, name: str) -> None:
    options, says = REFUSED[name]
    before = settled.files()
    ended = settled.init(*options)
    assert (ended.exit_code, settled.files()) == (2, before)
    assert says in ended.err
    assert len(ended.err.splitlines()) == 1


BROKEN = {
    "dbt_project.yml": ("name: [\n", "cannot be read as YAML"),
    "packages.yml": ("packages: [\n", "cannot be read as YAML: line 2"),
    "dependencies.yml": ("packages: }\n", "cannot be read as YAML"),
    "models": ("a file in the place of a folder", "cannot be written: "),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_read_or_written_is_named(begun: Begun, name: str) -> None:
    text, says = BROKEN[name]
    begun.write(name, text)
    ended = begun.init()
    assert ended.exit_code == 2
    assert says in ended.err
    assert name in ended.err
    assert begun.read(name) == text


def test_without_a_project_it_says_where_one_is_looked_for(begun: Begun, tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").unlink()
    ended = begun.init()
    assert ended.exit_code == 2
    assert "dbt init" in ended.err


def test_an_account_without_a_list_says_where_one_is_made(begun: Begun) -> None:
    with SandboxProcess() as other:
        other.control("DELETE", f"/lists/{LIST}")
        given = {"MAILCHIMP_API_KEY": other.key, "MAILCHIMP_BASE_URL": other.url}
        ended = begun.init(**given)
    assert ended.exit_code == 2
    assert "has no list" in ended.err


def test_several_lists_have_no_default(begun: Begun) -> None:
    with SandboxProcess() as other:
        second = other.new_list(name="Zweite")
        given = {"MAILCHIMP_API_KEY": other.key, "MAILCHIMP_BASE_URL": other.url}
        ended = begun.init(**given)
        assert ended.exit_code == 2
        assert "several lists. Choose with --list-id" in ended.err
        assert begun.init("--list-id", second, **given).exit_code == 0
    assert second in begun.read(AUDIENCE)


def test_without_a_terminal_nothing_is_asked(begun: Begun) -> None:
    before = begun.files()
    ended = inside(begun.folder, ("init",), begun.environment, typed="y\n" * 20)
    assert (ended.exit_code, begun.files()) == (2, before)
    assert "--yes" in ended.err
