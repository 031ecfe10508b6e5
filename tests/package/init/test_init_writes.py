"""`loader init` on projects as they are: what it writes, and what it leaves."""

import json
import shutil
from pathlib import Path

import pytest

from dbt_process import PACKAGE
from loader import __version__
from sandbox_process import LIST
from tests.package.init.begun_project import AUDIENCE, COPY, PROJECT, Begun


def test_it_writes_the_package_the_folder_setting_and_one_audience(begun: Begun) -> None:
    said = begun.wrote()
    assert begun.read("packages.yml") == f"packages:\n- local: {COPY}\n"
    setting = "    audiences:\n      +materialized: audience\n"
    assert begun.read("dbt_project.yml") == PROJECT.replace("  shop:\n", f"  shop:\n{setting}")
    assert begun.read(AUDIENCE).splitlines() == [
        "{{ config(meta={'mailchimp': {",
        f"    'list_id': '{LIST}',",
        "    'contacts': 'update',",
        "    'on_leave': 'keep',",
        "    'targets': ['dev'],",
        "}}) }}",
        "",
        "select",
        "    email as email_address,",
        "    first_name as fname,",
        "    newsletter_consent as marketing_consent",
        "    -- Take the dashes away to send more. A merge field has at most 10 characters:",
        "    -- , id as person_id",
        "    -- , plan",
        "from {{ ref('customers') }}",
    ]
    assert "Next: dbt deps && dbt run" in said


def test_it_shows_each_change_of_a_file_before_it_is_made(begun: Begun) -> None:
    before = begun.files()
    said = begun.wrote().splitlines()
    after = begun.files()
    changed = {name for name in after if before.get(name) != after[name]}
    shown = {line.removeprefix("+++ b/") for line in said if line.startswith("+++ b/")}
    assert shown == {name for name in changed if not name.startswith(COPY)}
    copied = len(changed) - len(shown)
    assert f"New in {COPY}: {copied} files of dbt_mailchimp {__version__}" in said
    assert {"+    'contacts': 'update',", "+      +materialized: audience"} <= set(said)
    assert set(before) <= set(after)


def test_the_copy_is_the_package_without_the_sample_shop(begun: Begun) -> None:
    begun.wrote("--package-only")
    copied = {name for name in begun.files() if name.startswith(COPY)}
    parts = [PACKAGE / part for part in ("macros", "models", "tests")]
    paths = [path for part in parts for path in part.rglob("*") if path.is_file()]
    expected = {path.relative_to(PACKAGE).as_posix() for path in paths} | {"dbt_project.yml"}
    assert copied == {f"{COPY}/{name}" for name in expected}


def test_a_second_run_changes_nothing_and_needs_no_key(begun: Begun) -> None:
    begun.wrote()
    begun.write(AUDIENCE, "-- mine now\n")
    before = begun.files()
    ended = begun.init(MAILCHIMP_API_KEY=None)
    assert (ended.exit_code, begun.files()) == (0, before)
    assert f"{AUDIENCE} is there, and stays as it is" in ended.out
    assert "There is nothing to write." in ended.out


def test_a_second_run_brings_the_copy_up_to_this_version_and_shows_what_it_changes(
    begun: Begun,
) -> None:
    begun.wrote("--package-only")
    new = begun.files()
    begun.write(f"{COPY}/dbt_project.yml", "name: dbt_mailchimp\nversion: 0.0.1\n")
    begun.write(f"{COPY}/macros/gone.sql", "{# a macro of old #}\n")
    begun.write(f"{COPY}/macros/empty.sql", "")
    (begun.folder / COPY / "tests/generic/_laws.yml").unlink()
    said = begun.wrote("--package-only").splitlines()
    assert begun.files() == new
    assert {"-version: 0.0.1", "-{# a macro of old #}"} <= set(said)
    assert f"{COPY}/macros/empty.sql: an empty file goes" in said
    assert f"New in {COPY}: 1 file of dbt_mailchimp {__version__}" in said


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ("git: https://example.com/dbt-mailchimp.git\n    subdirectory: dbt_project", "git"),
        ("package: somebody/dbt_mailchimp\n    version: 0.1.0", "package"),
        (f"local: {PACKAGE}", "local"),
    ],
)
def test_a_package_that_comes_from_elsewhere_stays(begun: Begun, entry: str, kind: str) -> None:
    text = f"packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0\n  - {entry}\n"
    begun.write("packages.yml", text)
    said = begun.wrote()
    assert f"from elsewhere ({kind})" in said
    assert begun.read("packages.yml") == text
    assert not (begun.folder / COPY).exists()


def test_a_project_that_names_packages_in_dependencies_yml_goes_on_doing_so(begun: Begun) -> None:
    begun.write("dependencies.yml", "packages:\n  - git: x  # pinned\nprojects: []\n")
    begun.wrote()
    text = begun.read("dependencies.yml")
    assert text == f"packages:\n  - local: {COPY}\n  - git: x  # pinned\nprojects: []\n"
    assert not (begun.folder / "packages.yml").exists()


@pytest.mark.parametrize("name", ["packages.yml", "dependencies.yml"])
def test_a_file_of_comments_names_no_package(begun: Begun, name: str) -> None:
    begun.write(name, "# later\n\n")
    begun.wrote()
    entry = f"packages:\n- local: {COPY}\n"
    assert begun.read("packages.yml").endswith(entry)
    assert begun.read(name).startswith("# later\n\n")


def test_folders_of_its_own_are_taken(begun: Begun) -> None:
    paths = "model-paths: [src/models, more]\nseed-paths: ['data']\n"
    begun.write("dbt_project.yml", PROJECT + paths)
    (begun.folder / "seeds").rename(begun.folder / "data")
    begun.wrote()
    assert "ref('customers')" in begun.read("src/models/audiences/newsletter.sql")


def test_a_folder_of_audiences_that_is_tables_stays_and_the_file_says_what_it_is(
    begun: Begun,
) -> None:
    text = PROJECT.replace("marts:", "audiences:")
    begun.write("dbt_project.yml", text)
    begun.wrote()
    assert begun.read("dbt_project.yml") == text
    assert begun.read(AUDIENCE).startswith("{{ config(materialized='audience', meta=")


def test_a_setting_above_the_folder_is_overridden_in_the_folder(begun: Begun) -> None:
    begun.write("dbt_project.yml", "name: shop\nprofile: shop\nmodels:\n  +materialized: view\n")
    begun.wrote()
    assert begun.read("dbt_project.yml").endswith(
        "models:\n  shop:\n    audiences:\n      +materialized: audience\n  +materialized: view\n"
    )
    assert begun.read(AUDIENCE).startswith("{{ config(meta=")


def test_a_project_of_audiences_needs_no_setting(begun: Begun) -> None:
    text = "name: shop\nprofile: shop\nmodels: {+materialized: audience}\n"
    begun.write("dbt_project.yml", text)
    begun.wrote()
    assert begun.read("dbt_project.yml") == text
    assert begun.read(AUDIENCE).startswith("{{ config(meta=")


def test_options_answer_every_question(begun: Begun) -> None:
    begun.sql("create view people as select 'a@b.de' as home_mail, 'b@b.de' as work_mail")
    options = ("--model", "people", "--email-column", "HOME_MAIL", "--consent-assumed")
    words = ("--contacts", "create", "--on-leave", "archive", "--segment", "Our readers")
    begun.wrote(*options, *words, "--send-from", "prod, ci", "--name", "readers")
    text = begun.read("models/audiences/readers.sql")
    for line in (
        *("'contacts': 'create'", "'on_leave': 'archive'", "'segment': 'Our readers'"),
        *("'targets': ['prod', 'ci']", "'consent': 'assumed'", "home_mail as email_address"),
        'from "main"."people"',
    ):
        assert line in text
    assert "marketing_consent" not in text


def test_any_target_may_send_when_that_is_said(begun: Begun) -> None:
    begun.wrote("--send-from", "any")
    assert "targets" not in begun.read(AUDIENCE)


def test_tables_of_the_loader_and_audiences_are_no_choice(begun: Begun) -> None:
    begun.sql(
        "create table loader_audiences (email text)",
        "create table mailchimp_members (email text)",
        "create table vips (email text)",
        "create table vips__history (email text)",
        "create view vips__delta as select * from vips",
        "create schema raw",
        "create table raw.people (email text)",
    )
    said = begun.init("--model", "nobody").err
    assert "There are: customers, raw.people." in said


def test_a_link_stays_a_link_and_a_mode_stays(begun: Begun, tmp_path: Path) -> None:
    kept = tmp_path / "kept.yml"
    shutil.move(tmp_path / "dbt_project.yml", kept)
    kept.chmod(0o640)
    (tmp_path / "dbt_project.yml").symlink_to(kept)
    begun.wrote()
    assert (tmp_path / "dbt_project.yml").is_symlink()
    assert "audiences:" in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o640


def test_no_key_is_printed_or_written(begun: Begun) -> None:
    said = begun.wrote() + json.dumps(sorted(begun.files()))
    key = str(begun.environment["MAILCHIMP_API_KEY"])
    assert key not in said
    assert [name for name, content in begun.files().items() if key.encode() in content] == []
