"""dbt and the loader have the same idea of what stands between them."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from functools import cache

import duckdb
import pytest

from cases.approved import PLANS
from cases.ruled import MAKERS_OF_FACTS, RULED
from dbt_process import DbtProcess
from loader.mailchimp.values.value_rules import ADDRESSES
from loader.model.audience import Pause
from loader.model.list_schema import ComparedField, FieldRule, Filled
from loader.warehouse.contract import shared_tables
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.sql_templates import Statement, relation, signatures, statement
from sandbox_process import SandboxProcess
from shop import Shop
from tests.package.dbt.erasure_statements import of_people

TABLES = shared_tables()
VIEWS = ("loader_wanted__now", "loader_conflicts__now", "loader_left_behind")
TOLD = {"status": "told", "affected": 0, "times": 1, "told_at": None}  # of a notice
VALUES: dict[str, object] = {
    "accepted": 1,
    **dict.fromkeys(["exit_code", "held", "invalid", "rejected", "unknown"], 0),
    "account": "default",
    "audience": "readers",
    "audiences": relation("main", "loader_audiences"),
    "acks": relation("main", "loader_acks"),
    "campaign_id": "c0ffee",
    "campaigns": relation("main", "mailchimp_campaigns"),
    "events": relation("main", "mailchimp_events"),
    "a_day_ago": datetime(2026, 6, 29),  # noqa: DTZ001 - as the warehouse keeps times
    "a_week_ago": datetime(2026, 6, 23),  # noqa: DTZ001
    "columns": [Relation("audience"), Relation("email_address")],
    "conflicts": relation("main", "loader_conflicts"),
    "contacts": "upsert",
    "counts": "{}",
    "delta": relation("main", "readers__delta"),
    "drift": relation("main", "loader_drift"),
    "filled": relation("main", "loader_filled"),
    "forgotten": [Filled(kind="tag", name="vip", id="7")],
    "noted": [Filled(kind="merge field", name="PLAN", id="4", type="text")],
    "kinds": ["contact", "permissions"],
    "fields": [FieldRule(tag="ZIP", path="$.ZIP", is_required=True, pattern="x", choices=("y",))],
    "is_first": True,
    "is_left": False,
    "is_membership": False,
    "history": relation("main", "readers__history"),
    "is_managed": True,
    "keeps_contacts": False,
    "keeps_tags": True,
    "named_segments": ["readers"],
    "old_audience": "subscribers",
    "old_segment": "Readers",
    "tagging": [relation("main", "readers__history")],
    "maintained_status": "subscribed",
    "keeping": [{"audience": "readers", "contacts": "upsert", "maintained_status": "subscribed"}],
    "kind": "contact",
    "knowing": [{"audience": "readers", "history": relation("main", "readers__history")}],
    "ledger": relation("main", "loader_ledger"),
    "left_behind": relation("main", "loader_left_behind"),
    "limit": 10,
    "list_id": "f00dcafe01",
    "members": relation("main", "mailchimp_members"),
    "message": None,
    "selecting": [
        {
            "delta": relation("main", "readers__delta"),
            "history": relation("main", "readers__history"),
        }
    ],
    "max_in_flight": 10,
    "most": 3,
    "name": "loader_runs",
    "names": [("interest News", "7")],
    "not_on_list": "not_on_list",
    "notices": relation("main", "loader_notices"),
    "now_wished": relation("main", "loader_wanted__now"),
    "wished": relation("main", "loader_wanted"),
    "now": datetime(2026, 6, 30),  # noqa: DTZ001
    "in_flight": "in_flight",
    "isolated_failure": "isolated_failure",
    "on_leave": "archive",
    "command": "sync",
    "options": "[]",
    "pages": relation("main", "loader_members_read"),
    "pauses": relation("main", "loader_pauses"),
    "adding": [Pause(audience="readers", list_id="f00dcafe01", reason="why", stops=1)],
    "settled": ["readers"],
    "resumed_by": "person",
    "recreate": False,
    "requests": 1,
    "retries": 0,
    "retry_rejected": False,
    "addresses": ADDRESSES,
    "rules": [
        {
            "audience": "readers",
            "columns": [Relation("audience"), Relation("email_address")],
            "conflicts": relation("main", "loader_conflicts"),
            "contacts": "upsert",
            "maintained_status": "subscribed",
            "revives": True,
            "status_if_new": "subscribed",
        }
    ],
    "route": "upsert",
    "routes": ["upsert"],
    "changes": [("old@shop.de", "new@shop.de")],
    "run_id": "b4d40bfc",
    "runs": relation("main", "loader_runs"),
    "versions": relation("main", "loader_schema_version"),
    "schema": "main",
    "lists": relation("main", "mailchimp_lists"),
    "list_segments": relation("main", "mailchimp_segments"),
    "segment_members": relation("main", "mailchimp_segment_members"),
    "merge_fields": relation("main", "mailchimp_merge_fields"),
    "is_sent": True,
    **RULED,
    **PLANS,
    "starting": ["readers"],
    "values": [ComparedField(name="LTV", kind="number", path="/merge_fields/LTV", shown="/x")],
    "segment": "Readers",
    "segment_id": 1,
    "segments": relation("main", "loader_segments"),
    "already_removed": "already_removed",
    "refused": "refused",
    "turn": 1,
    "three_days_ago": datetime(2026, 6, 27),  # noqa: DTZ001
    "read_at": datetime(2026, 6, 30),  # noqa: DTZ001
    "report": "{}",
    "since": datetime(2026, 6, 29),  # noqa: DTZ001
    **TOLD,
    "version": "1",
    "wanted": relation("main", "loader_wanted"),
    "writes": 1,
}
NAMES = sorted(signatures())
# what the pages of a pull are kept in, where it is not lists
KEPT = {
    "members/delete_missing": "mailchimp_members",
    "members/delete_renamed": "mailchimp_members",
    "members/detect_address_change": "mailchimp_members",
    "members/extend_address_change": "mailchimp_members",
    "members/merge_details": "mailchimp_members",
    "pull/merge_campaigns": "mailchimp_campaigns",
    "pull/insert_events": "mailchimp_events",
    "pull/merge_complaints": "mailchimp_events",
    "pull/add_segment_members": "mailchimp_segment_members",
}
# statements that make what others read
MAKERS = (
    "erase/asked",
    "erase/holders",
    "erase/people",
    "registry/wanted_now",
    "delta/audience_rules",
    "delta/begin_compared",
    "delta/begin_losses",
    "delta/read",
    "delta/comparable_payloads",
    "members/diff_values",
    "delta/mirror_archives",
    *MAKERS_OF_FACTS,
    "dry_run/classify",
    "acks/address_changes_of_run",
    "members/stage",
)
UNREAD = {"pre_existing"}  # of the delta: for people who look into it


def values_of(name: str) -> dict[str, object]:
    """The values of a statement; a pull has pages of its own for each table."""
    if name.startswith("erase/"):
        return VALUES | of_people(name)
    table = KEPT.get(name, "mailchimp_lists")
    if name not in KEPT and not name.startswith("pull/"):
        return dict(VALUES)
    pages = relation("main", f"loader_read_{table}")
    return VALUES | {"kept": relation("main", table), "pages": pages}


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("contract"), dbt, sandbox)
    shop.audience(
        "readers",
        "select 'ada@example.com' as email_address, true as marketing_consent",
        segment="Readers",
    )
    shop.dbt("run")
    return shop


@pytest.fixture(scope="module")
def warehouse(built: Shop) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of what dbt made, with what some statements of the loader make for others."""
    copy = built.folder / "copy" / "shop.duckdb"
    copy.parent.mkdir()
    built.sql("checkpoint")  # what dbt wrote last is in a file beside it
    shutil.copy(built.folder / "shop.duckdb", copy)
    with duckdb.connect(str(copy)) as connection:
        for name in MAKERS:
            do(connection, statement(name, **values_of(name)))
        for name in {*KEPT, "pull/stage"}:
            do(connection, statement("pull/stage", **values_of(name)))
        yield connection


def documented(shop: Shop) -> dict[str, list[str]]:
    """The columns that the sources of the package describe, by relation."""
    shop.dbt("--write-json", "parse")
    manifest = json.loads((shop.folder / "target" / "manifest.json").read_text())
    return {
        source["name"]: [
            column["name"] for column in source["columns"].values() if column["description"]
        ]
        for source in manifest["sources"].values()
        if source["source_name"] == "dbt_mailchimp" and source["description"]
    }


def columns_of(warehouse: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    return warehouse.table(name).columns


def test_dbt_makes_the_tables_that_the_loader_expects(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert {name: warehouse.table(name).to_arrow_table().schema for name in TABLES} == TABLES


def test_dbt_makes_no_table_that_the_loader_does_not_know(built: Shop) -> None:
    found = built.query(
        "select table_name from information_schema.tables"
        " where table_name like 'loader%' or table_name like 'mailchimp%'"
    )
    assert {row["table_name"] for row in found} == {*TABLES, *VIEWS}


def test_every_column_is_described_in_the_sources_of_whoever_installs_the_package(
    built: Shop,
) -> None:
    described = documented(built)
    with duckdb.connect(str(built.folder / "shop.duckdb")) as warehouse:
        assert described == {name: columns_of(warehouse, name) for name in (*TABLES, *VIEWS)}


def test_every_statement_of_the_loader_runs_on_what_dbt_made(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    refused = {}
    for name in NAMES:
        try:
            text = statement(name, **values_of(name))
            warehouse.execute(f"explain {text}", text.values)
        except duckdb.Error as error:
            refused[name] = str(error)
    assert refused == {}


def test_the_loader_reads_every_column_of_a_delta(warehouse: duckdb.DuckDBPyConnection) -> None:
    columns = columns_of(warehouse, "readers__delta")
    unread = {column for column in columns if not is_missed(warehouse, column)}
    do(warehouse, statement("delta/read", **VALUES))
    assert unread == UNREAD


def do(warehouse: duckdb.DuckDBPyConnection, text: Statement) -> None:
    """Run a statement of the loader with its values."""
    warehouse.execute(text, text.values)


def is_missed(warehouse: duckdb.DuckDBPyConnection, column: str) -> bool:
    """Whether some statement fails on a delta, and what was read of one, without this column."""
    warehouse.execute(
        "create or replace temporary view without as"
        f" select * exclude ({column}) from main.readers__delta"
    )
    warehouse.execute("create or replace temporary table loader_delta as select * from without")
    # those that name the column are likely to fail, and one is enough
    for text in sorted(on_a_delta_without(), key=lambda text: column not in text):
        try:
            warehouse.execute(f"explain {text}", text.values)
        except duckdb.BinderException:
            return True
    return False


@cache
def on_a_delta_without() -> list[Statement]:
    """Every statement that reads, on a delta that lacks a column."""
    without = {"delta": Relation("without")}
    names = [name for name in NAMES if name != "delta/mirror_archives"]  # which adds rows to it
    return [statement(name, **values_of(name) | without) for name in names]
