"""A DuckLake in a profile: what is attached, and what is refused."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from loader.model.errors import ConfigurationError
from loader.warehouse.base import open_warehouse
from loader.warehouse.engine.ducklake.attachment import lake_of

CATALOG = "ducklake:postgres:dbname=catalog password=it's"
ATTACHED = {"path": CATALOG, "alias": "lake", "options": {"DATA_PATH": "/data", "encrypted": True}}


def profile(**settings: Any) -> dict[str, Any]:  # noqa: ANN401 - any setting
    return {
        "type": "duckdb",
        "path": ":memory:",
        "database": "lake",
        "attach": [ATTACHED],
    } | settings


def test_the_database_of_a_profile_is_attached_as_dbt_does_it_and_never_made() -> None:
    lake = lake_of(profile(attach=[{"path": "other.duckdb", "alias": "other"}, ATTACHED]))
    assert lake is not None
    made = "data_path '/data', encrypted true, create_if_not_exists false"
    path = "ducklake:postgres:dbname=catalog password=it''s"
    assert lake.attach(is_reading=False) == f"attach '{path}' as \"lake\" ({made})"
    assert lake.attach(is_reading=True) == f"attach '{path}' as \"lake\" ({made}, read_only)"


@pytest.mark.parametrize(
    "settings",
    [
        {"attach": None},
        {"attach": []},
        {"database": "memory"},
        {"attach": [{"path": "lake.duckdb", "alias": "lake"}]},
    ],
)
def test_a_profile_whose_database_is_a_file_has_no_lake(settings: dict[str, Any]) -> None:
    assert lake_of(profile(**settings)) is None


def test_secrets_are_created_for_a_session_by_the_names_that_dbt_gives() -> None:
    secrets = [
        {"type": "postgres", "host": "db", "port": 5432, "password": "it's"},
        {"type": "s3", "name": "store", "persistent": True, "scope": ["s3://a", "s3://b"]},
        {"type": "ducklake", "metadata_parameters": {"TYPE": "postgres", "SECRET": "x"}},
    ]
    lake = lake_of(profile(secrets=secrets))
    assert lake is not None
    of_ducklake = "type ducklake, metadata_parameters map {'TYPE': 'postgres', 'SECRET': 'x'}"
    assert [one.removeprefix("create temporary secret ") for one in lake.secrets] == [
        "_dbt_secret_1 (type postgres, host 'db', port 5432, password 'it''s')",
        "store (type s3, scope ['s3://a', 's3://b'])",
        f"_dbt_secret_3 ({of_ducklake})",
    ]


@pytest.mark.parametrize(
    "settings",
    [
        {"path": "ducklake:catalog.ducklake"},
        {"database": 'a"b', "attach": [ATTACHED | {"alias": 'a"b'}]},
        {"attach": [ATTACHED | {"options": {"data_path '/x') --": 1}}]},
        {"secrets": "no list"},
        {"secrets": ["no mapping"]},
        {"secrets": [{"type": "s3); drop"}]},
        {"secrets": [{"type": "s3", "name": "a b"}]},
        {"secrets": [{"type": "s3", "key id": "x"}]},
    ],
)
def test_what_dbt_could_not_attach_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"attach|secrets"):
        lake_of(profile(**settings))


def test_nothing_of_a_lake_is_shown() -> None:
    assert "password" not in repr(lake_of(profile(secrets=[{"type": "s3", "secret": "password"}])))


def test_a_duckdb_without_the_extension_says_which_and_downloads_none(tmp_path: Path) -> None:
    options = {"config_options": {"extension_directory": str(tmp_path)}}
    with pytest.raises(ConfigurationError, match=f"DuckDB {duckdb.__version__} lacks its extens"):
        open_warehouse("duckdb", profile(**options), tmp_path, wait=0)
    assert not list(tmp_path.rglob("*.duckdb_extension"))
