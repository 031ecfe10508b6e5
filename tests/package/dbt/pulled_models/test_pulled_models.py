"""The models over what a pull brought, and their unit tests, each of which sees what it is for."""

import json
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from dbt_process import PACKAGE, DbtProcess, Ended, write_profiles
from tests.package.dbt.pulled_models.pulled_project import Back

MODELS = {
    "mailchimp_contact_engagement",
    "mailchimp_suppression",
    "stg_mailchimp__campaigns",
    "stg_mailchimp__events",
    "stg_mailchimp__lists",
    "stg_mailchimp__members",
    "stg_mailchimp__merge_fields",
    "stg_mailchimp__segment_members",
    "stg_mailchimp__segments",
}
EVENT = "('a', 'c', 'ada@shop.de', 'clicked', timestamp '2026-06-01', 'u', 'r', 1, 'mailchimp')"
OTHERS = {
    "'a'": "'b'",
    "'c'": "'d'",
    "ada": "bob",
    "clicked": "opened",
    "2026-06-01": "2026-06-02",
    "'u', 'r'": "'ur', ''",
    "'r', 1": "null, 1",
    "1, 'mail": "2, 'mail",
}


SWITCHED_ON = "{mailchimp_models: true}"
PEOPLE = "select unnest(['ada@shop.de', 'bob@shop.de', 'cyd@shop.de']) as email_address, "


class Built(NamedTuple):
    """A shop that built everything, with an audience that was not sent yet, and how that ended."""

    shop: Back
    ended: Ended


@pytest.fixture(scope="module")
def kept(back: Back) -> Built:
    back.audience("readers", PEOPLE + "email_address <> 'cyd@shop.de' as marketing_consent")
    ended = back.try_dbt("--write-json", "build")
    back.keep()
    return Built(back, ended)


@pytest.fixture
def built(kept: Built) -> Back:
    kept.shop.put_back()
    return kept.shop


def test_the_models_are_there_for_who_asks_for_them_and_pass_their_tests(
    kept: Built, built: Back
) -> None:
    assert kept.ended.exit_code == 0, kept.ended.output
    manifest = json.loads((built.folder / "target" / "manifest.json").read_text())
    models = {one["name"]: one for one in manifest["nodes"].values() if one["name"] in MODELS}
    assert set(models) == MODELS
    for name, model in models.items():
        (row, *_) = built.query(f"select list(column_name) as names from (describe {name})")
        assert row["names"] == list(model["columns"]) or name == "stg_mailchimp__members"
        assert set(row["names"]) == set(model["columns"])


def test_the_unit_tests_of_the_models_pass(tmp_path: Path, dbt: DbtProcess) -> None:
    folder = tmp_path / "package"
    shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns("sample_shop"))
    shutil.copy(Path(__file__).with_name("unit_tests.yml"), folder / "models")
    write_profiles(folder, local=dbt.databases.new(folder).output)
    ended = dbt.run(folder, "--write-json", "build", "--profile", "shop", "--vars", SWITCHED_ON)
    assert ended.exit_code == 0, ended.output
    manifest = json.loads((folder / "target" / "manifest.json").read_text())
    tested = {one["model"] for one in manifest["unit_tests"].values()}
    assert tested == MODELS - {"stg_mailchimp__events"}  # the test below


def test_an_event_is_the_same_however_often_it_is_pulled_and_another_when_a_column_is(
    built: Back,
) -> None:
    rows = [EVENT, *(EVENT.replace(old, new) for old, new in OTHERS.items())]
    ids = []
    for _ in range(2):
        built.sql(
            "delete from mailchimp_events", f"insert into mailchimp_events values {','.join(rows)}"
        )
        ids.append({row["event_id"] for row in built.query("from stg_mailchimp__events")})
    assert ids[0] == ids[1]
    assert len(ids[0]) == len(rows) == len(set(rows))
    built.dbt("build", "--select", "stg_mailchimp__events")


def test_without_a_moment_the_engagement_is_that_of_now(built: Back) -> None:
    now = "cast(current_timestamp at time zone 'UTC' as timestamp)"
    built.sql(
        "delete from mailchimp_events",
        "insert into mailchimp_events"
        " select 'a', 'c', who, 'sent', moment, null, null, 1, 'mailchimp'"
        f" from (values ('just', {now} - interval '1 minute'),"
        f" ('old', {now} - interval '31 days'), ('soon', {now} + interval '1 hour'))"
        " as rows (who, moment)",
    )
    built.dbt("run", "--select", "mailchimp_contact_engagement")
    rows = built.query(
        "select email_address, sends_30_days from mailchimp_contact_engagement order by all"
    )
    assert [tuple(row.values()) for row in rows] == [("just", 1), ("old", 0)]


def test_who_withdrew_is_suppressed_after_a_sync_and_a_pull(built: Back) -> None:
    built.sync()
    built.audience("readers", PEOPLE + "email_address = 'ada@shop.de' as marketing_consent")
    built.dbt("run", "--select", "readers")
    built.sync()
    ended = built.loader("pull", "--select", built.list_id)
    assert ended.exit_code == 0, ended.output
    built.dbt("build")
    rows = built.query("select email_address, reason from mailchimp_suppression order by all")
    assert [tuple(row.values()) for row in rows] == [
        ("bob@shop.de", "unsubscribed"),
        ("cyd@shop.de", "no consent"),
    ]
