"""The warehouse is found as dbt finds it, and audiences are chosen as dbt chooses models."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import audience
from loader.model.errors import ConfigurationError
from loader.session.dbt_target import Target, filter_audiences, find_target

PROFILES = """
config: {send_anonymous_usage_stats: false}
shop:
  target: "{{ env_var('SHOP_TARGET', 'dev') }}"
  outputs:
    dev:
      type: duckdb
      path: "{{ env_var('SHOP_FOLDER') }}/shop.duckdb"
      schema: dev
      settings: {threads: 2, names: ["{{ env_var('SHOP_FOLDER') }}"]}
    prod: {type: postgres, port: "{{ env_var('SHOP_PORT', '5432') | as_number }}"}
"""
SHOP = {"SHOP_FOLDER": "data"}

AUDIENCES = [
    audience(name="newsletter", path="models/audiences/newsletter.sql", tags=("daily",)),
    audience(name="vip_customers", path="models/audiences/vip/vip_customers.sql", tags=("weekly",)),
    audience(name="win_back", path="models/audiences/win_back.sql", tags=("daily", "risky")),
]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with profiles beside it, seen from a folder of its own."""
    folder = tmp_path / "project"
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text("name: shop\nprofile: shop\n")
    (folder / "profiles.yml").write_text(PROFILES)
    (tmp_path / "home" / ".dbt").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def find(
    project_dir: Path | None = None,
    profiles_dir: Path | None = None,
    profile: str | None = None,
    target: str | None = None,
    **environment: str,
) -> Target:
    return find_target(
        project_dir=project_dir,
        profiles_dir=profiles_dir,
        profile=profile,
        target=target,
        environment={"HOME": str(Path.cwd().parent / "home"), **SHOP, **environment},
    )


def refusal(project_dir: Path | None = None, **options: str) -> str:
    with pytest.raises(ConfigurationError) as raised:
        find(project_dir, **options)  # type: ignore[arg-type]  # names of options and variables
    return str(raised.value)


def profiles_of(schema: str) -> str:
    return f"shop: {{target: dev, outputs: {{dev: {{type: duckdb, schema: {schema}}}}}}}\n"


def test_the_target_of_the_profile_of_the_project_is_used(project: Path) -> None:
    found = find()
    assert (found.type, found.schema, found.folder) == ("duckdb", "dev", project)
    assert found.settings["path"] == "data/shop.duckdb"


def test_variables_are_rendered_wherever_they_stand(project: Path) -> None:
    assert project.is_dir()
    assert find().settings["settings"] == {"threads": 2, "names": ["data"]}
    assert find(SHOP_FOLDER="/srv").settings["path"] == "/srv/shop.duckdb"


def test_the_target_may_come_from_a_variable_or_from_an_option(project: Path) -> None:
    assert project.is_dir()
    assert find(SHOP_TARGET="prod").type == "postgres"
    assert find(target="prod", SHOP_TARGET="dev").settings["port"] == 5432


def test_only_the_variables_of_the_chosen_target_are_wanted(project: Path) -> None:
    project.joinpath("profiles.yml").write_text(
        "shop: {outputs: {default: {type: duckdb}, prod: {type: \"{{ env_var('NOT_SET') }}\"}}}"
    )
    assert find().type == "duckdb"
    assert "NOT_SET" in refusal(target="prod")


def test_a_project_is_found_from_a_folder_inside_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "models")
    assert find(HOME=str(project)).folder == project


def test_a_project_may_be_somewhere_else(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.parent)
    assert find(project).folder == project


def test_profiles_are_looked_for_where_they_are_said_to_be_then_here_then_at_home(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = project.parent / "home" / ".dbt"
    (home / "profiles.yml").write_text(profiles_of("at_home"))
    said = project.parent / "said"
    said.mkdir()
    (said / "profiles.yml").write_text(profiles_of("as_said"))
    assert find(profiles_dir=said).schema == "as_said"
    assert find().schema == "dev"
    (project / "profiles.yml").unlink()
    monkeypatch.chdir(project)
    assert find().schema == "at_home"


def test_profiles_of_the_current_folder_come_before_those_of_the_project(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = project / "models"
    (here / "profiles.yml").write_text(profiles_of("here"))
    monkeypatch.chdir(here)
    assert find().schema == "here"


def test_without_a_project_the_only_profile_is_used(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "dbt_project.yml").unlink()
    assert find().folder == project
    (project / "profiles.yml").write_text("a: {outputs: {}}\nb: {outputs: {}}\nconfig: {}\n")
    assert "a, b" in refusal()
    monkeypatch.chdir(project)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("other: {outputs: {}}\n", "profiles.yml has no profile 'shop'. It has: other."),
        ("shop: {outputs: {prod: {}}}\n", "has no target 'default'. It has: prod."),
        ("shop: {outputs: {default: }}\n", "has no target 'default'. It has: none."),
        ("shop: [1, 2]\n", "profiles.yml has no profile 'shop'"),
        ("- a\n- list\n", "is not a mapping"),
        ("", "is not a mapping"),
        ("shop: {outputs: {\n", "cannot be read"),
        ("shop: {outputs: {default: {path: '{{ nonsense }}'}}}\n", "cannot be rendered"),
        ("shop: {outputs: {default: {path: '{{ env_var('}}}\n", "cannot be rendered"),
        (
            "shop: {outputs: {default: {path: \"{{ env_var('NOT_SET') }}\"}}}\n",
            "the environment variable NOT_SET. Set it.",
        ),
    ],
)
def test_a_profile_that_cannot_be_used_says_what_is_wrong(
    project: Path, text: str, said: str
) -> None:
    (project / "profiles.yml").write_text(text)
    assert said in refusal()


def test_without_profiles_one_is_told_where_they_were_looked_for(project: Path) -> None:
    (project / "profiles.yml").unlink()
    text = refusal()
    assert str(project.parent / "home" / ".dbt" / "profiles.yml") in text
    assert "--profiles-dir" in text


def test_a_folder_that_is_no_project_is_named(project: Path) -> None:
    assert str(project / "models") in refusal(project / "models")


def test_nobody_can_read_a_password_in_the_print_of_a_target(project: Path) -> None:
    project.joinpath("profiles.yml").write_text(
        "shop: {outputs: {default: {type: postgres, password: secret}}}"
    )
    assert "secret" not in repr(find())


def chosen(*select: str, exclude: tuple[str, ...] = ()) -> list[str]:
    return [one.name for one in filter_audiences(AUDIENCES, select, exclude)]


@pytest.mark.parametrize(
    ("select", "names"),
    [
        ((), ["newsletter", "vip_customers", "win_back"]),
        (("win_back",), ["win_back"]),
        (("win_back", "newsletter"), ["newsletter", "win_back"]),
        (("win_back newsletter",), ["newsletter", "win_back"]),
        (("*w*",), ["newsletter", "win_back"]),
        (("tag:daily",), ["newsletter", "win_back"]),
        (("tag:r*",), ["win_back"]),
        (("path:models/audiences",), ["newsletter", "vip_customers", "win_back"]),
        (("path:models/audiences/",), ["newsletter", "vip_customers", "win_back"]),
        (("path:models/audiences/vip",), ["vip_customers"]),
        (("path:models/audiences/win_back.sql",), ["win_back"]),
        (("path:models/audiences/*/*.sql",), ["vip_customers"]),
    ],
)
def test_audiences_are_chosen_by_name_glob_tag_and_path(
    select: tuple[str, ...], names: list[str]
) -> None:
    assert chosen(*select) == names


def test_what_is_excluded_is_left_out_of_what_is_selected() -> None:
    assert chosen(exclude=("tag:daily",)) == ["vip_customers"]
    assert chosen("tag:daily", exclude=("win_back",)) == ["newsletter"]
    assert chosen("newsletter", exclude=("newsletter",)) == []


@pytest.mark.parametrize(
    "selector", ["nobody", "News*", "tag:none", "path:models/audience", "name:newsletter", "tag:"]
)
def test_a_selector_that_selects_nothing_is_an_error_with_the_names_there_are(
    selector: str,
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        chosen(selector)
    assert f"'{selector}' selects no audience" in str(raised.value)
    assert "newsletter, vip_customers, win_back" in str(raised.value)
    with pytest.raises(ConfigurationError):
        chosen(exclude=(selector,))


@given(
    st.sets(st.sampled_from([one.name for one in AUDIENCES])),
    st.sets(st.sampled_from([one.name for one in AUDIENCES])),
)
def test_the_order_stays_and_each_comes_once(select: set[str], exclude: set[str]) -> None:
    wanted = select or {one.name for one in AUDIENCES}
    assert chosen(*select, exclude=tuple(exclude)) == [
        one.name for one in AUDIENCES if one.name in wanted - exclude
    ]
