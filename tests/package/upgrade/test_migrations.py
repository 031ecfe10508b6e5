"""Tables of an older version are brought up to the present, and nobody notices in Mailchimp."""

from pathlib import Path

import pytest

from command_line import outside
from dbt_process import DbtProcess
from loader.warehouse.contract import SCHEMA_VERSION, shared_tables
from sandbox_process import SandboxProcess
from shop import Shop
from warehouses.duckdb_file import DuckDBSession

pytestmark = pytest.mark.duckdb_only("tables of version 1")  # which was on nothing else
VERSION_1 = Path(__file__).with_name("version_1.sql").read_text()
AT = "@old.shop.de"
PEOPLE = """
    select lower(name) || '@old.shop.de' as email_address, name as fname, person_id,
        consent as marketing_consent,
        array['Gold'] as tags, PERMISSIONS as marketing_permissions
    from (values
        ('Ann', 'p1', true), ('Cid', 'p3', true), ('Dan', 'p4', false), ('Unsub', 'p6', true),
        ('Gone', 'p7', false)
    ) as people (name, person_id, consent)
"""


def people(shop: Shop) -> str:
    """What the audience selects."""
    return PEOPLE.replace("PERMISSIONS", shop.struct({"Email": "true"}))


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess) -> Shop:
    """A shop whose warehouse and list are as version 1 left them."""
    shop = Shop(tmp_path_factory.mktemp("old"), dbt, sandbox)
    shop.list_id = sandbox.new_list(marketing_permissions=["Email"])
    shop.audience("readers", people(shop), segment="Readers", on_leave="archive")
    path = f"/lists/{shop.list_id}"
    made = [
        {"email_address": f"{name.lower()}{AT}", "status": status, "merge_fields": {"FNAME": name}}
        for name, status in (
            ("Ann", "subscribed"),
            ("Cid", "subscribed"),
            ("Gone", "unsubscribed"),
            ("Unsub", "unsubscribed"),
        )
    ]
    sandbox.put(shop.list_id, *made)
    ours = [f"ann{AT}", f"cid{AT}"]
    ids = {
        name: sandbox.must("POST", f"{path}/segments", {"name": name, "static_segment": ours})["id"]
        for name in ("Readers", "Gold")
    }
    tables = VERSION_1.replace("{list}", shop.list_id)
    for name, number in ids.items():
        tables = tables.replace(f"{{{name.lower()}}}", str(number))
    shop.sql(tables)
    return shop


@pytest.fixture(scope="module")
def before(old: Shop) -> dict[str, str]:
    """What a loader says of the tables before dbt ran."""
    return {
        name: old.loader(name, *more).output
        for name, more in (("sync", ()), ("ls", ()), ("runs", ()), ("check", ()))
    }


@pytest.fixture(scope="module")
def migrated(old: Shop, before: dict[str, str]) -> Shop:  # noqa: ARG001 - it is asked first
    """The same after one `dbt run` and one `loader sync` of the present version."""
    assert f"from version 1 to {SCHEMA_VERSION}" in old.dbt("run")
    old.forget_requests()
    old.sync()
    return old


def rows(shop: Shop, query: str) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in shop.query(query)]


@pytest.mark.parametrize("command", ["sync", "ls", "runs", "check"])
def test_a_loader_says_what_to_do_about_older_tables(before: dict[str, str], command: str) -> None:
    assert (
        f"has tables of version 1, and this loader needs version {SCHEMA_VERSION}"
        in before[command]
    )
    assert "Run dbt (dbt run)" in before[command]


def test_nobody_is_erased_from_older_tables(old: Shop, before: dict[str, str]) -> None:
    assert before  # dbt has not run yet
    refused = outside(old.folder, ("forget",), {}, typed=f"ann{AT}\n")
    assert refused.exit_code == 2
    assert "is of another version than this loader" in refused.output
    assert rows(
        old, "select count(*) from loader_ledger where email_address = 'ann@old.shop.de'"
    ) == [(4,)]


def test_a_loader_of_an_older_version_ends_as_for_configuration(migrated: Shop) -> None:
    later = SCHEMA_VERSION + 1
    migrated.sql(f"insert into loader_schema_version (version) values ({later})")
    refused = migrated.loader("sync")
    assert refused.exit_code == 2
    assert f"has tables of version {later}, and this loader knows those up to" in refused.output
    assert "Upgrade dbt-mailchimp" in refused.output
    ended = migrated.try_dbt("run")
    assert ended.exit_code
    assert f"are of version {later}, and this package knows those up to" in ended.output
    migrated.sql(f"delete from loader_schema_version where version = {later}")


def test_the_tables_have_the_columns_of_the_present_in_their_order(migrated: Shop) -> None:
    there = {name: migrated.database.columns(name) for name in shared_tables()}
    assert there == {name: schema.names for name, schema in shared_tables().items()}
    assert rows(migrated, "select version from loader_schema_version") == [(SCHEMA_VERSION,)]


def test_nobody_is_sent_again_and_nobody_leaves(migrated: Shop) -> None:
    assert migrated.writes() == {}
    statuses = {who: one["status"] for who, one in migrated.members().items()}
    assert statuses == {
        f"ann{AT}": "subscribed",
        f"cid{AT}": "subscribed",
        f"gone{AT}": "unsubscribed",
        f"unsub{AT}": "unsubscribed",
    }
    assert sorted(migrated.rejections("email_address", "outcome", "reason")) == [
        (f"dan{AT}", "held", "no consent"),
        (f"gone{AT}", "held", "no consent"),
        (f"unsub{AT}", "held", "unsubscribed"),
    ]


def test_nothing_is_lost(migrated: Shop) -> None:
    with DuckDBSession() as fresh:
        fresh.execute(VERSION_1.replace("{gold}", "1").replace("{readers}", "2"))
        counts = {
            name: fresh.rows(f"select count(*) from {name}")[0][0]
            for name in ("loader_ledger", "loader_drift", "loader_segments")
        }
        sent = fresh.rows(
            "select kind, email_address, sent, existed from loader_ledger order by 1, 2, 3, 4"
        )
        acks = fresh.rows("select count(*) from loader_acks")[0][0]
    for name, count in counts.items():
        assert rows(migrated, f"select count(*) from {name}") == [(count,)], name
    columns = "kind, email_address, is_managed, pre_existing"
    query = f"select {columns} from loader_ledger order by 1, 2, 3, 4"
    assert rows(migrated, query) == sent
    query = "select count(*) from loader_acks where run_id in ('run 1', 'run 2')"
    assert rows(migrated, query) == [(acks,)]


def test_what_was_confirmed_is_a_hash_and_permissions_stand_beside_it(migrated: Shop) -> None:
    query = """
        select kind, confirmed_hash ~ '^[0-9a-f]{32}$', confirmed_permissions
        from loader_ledger where email_address = 'ann@old.shop.de' order by kind
    """
    assert rows(migrated, query) == [
        ("contact", True, None),
        ("permissions", True, '{"Email":true}'),
        ("segment", True, None),
        ("tag", True, None),
    ]
    query = "select distinct marketing_permissions from loader_acks where action = 'permissions'"
    assert rows(migrated, query) == [('{"Email":true}',)]


COLUMNS = (
    "claim_state, confirmed_hash, resend_reason, reason_code, message, mailchimp_code,"
    " pending_email"
)
DEAD, LONG = "dead_lettered", "FNAME has more than 255 bytes"
LEDGER = (
    ("reclaim", None, "historical_refresh", "already_applied", None, None, None),
    ("first_claim", None, "drift", "in_flight", None, None, None),
    (None, "f3f6", None, "in_flight", None, None, f"new{AT}"),
    (None, None, None, "refused", "looks fake", "ERROR_GENERIC", None),
    (None, None, None, "text_too_long", LONG, None, None),
    (None, "f3f6", None, DEAD, None, None, None),
    (None, "f3f6", None, "values_not_shown", "the answer does not show PLAN", None, None),
    (None, None, "historical_refresh", None, None, None, None),
    (None, None, None, "already_gone", None, None, None),
    (None, None, None, "not_on_list", None, None, None),
)


@pytest.mark.parametrize(("number", "expected"), list(enumerate(LEDGER, 1)))
def test_every_value_of_the_ledger_becomes_what_it_means(
    migrated: Shop, number: int, expected: tuple[str | None, ...]
) -> None:
    query = f"select {COLUMNS} from loader_ledger where email_address = '{number}{AT}'"
    assert rows(migrated, query) == [expected]


def test_every_difference_has_its_type(migrated: Shop) -> None:
    query = "select distinct drift_type, expected, actual, is_manual_change from loader_drift"
    assert {row[0] for row in rows(migrated, query)} == {
        "missing_contact",
        "status_changed",
        "value_changed",
        "email_changed",
        "permission_changed",
        "missing_member",
        "unexpected_member",
        "resubscribed",
    }
    assert {row[1:] for row in rows(migrated, query)} == {("then", "now", True)}


def test_a_run_has_its_command(migrated: Shop) -> None:
    query = "select command, options, max_in_flight from loader_runs where run_id = 'run 0'"
    assert rows(migrated, query) == [("retire", '["allow_leaves"]', 7)]
    query = "select distinct command from loader_runs where audience = 'readers'"
    assert rows(migrated, query) == [("sync",)]


def test_a_second_run_of_dbt_migrates_nothing(migrated: Shop) -> None:
    assert "Bringing the loader's tables" not in migrated.dbt("run")
    assert rows(migrated, "select version from loader_schema_version") == [(SCHEMA_VERSION,)]


def test_until_every_audience_is_built_again_nothing_is_sent(
    tmp_path: Path, dbt: DbtProcess, sandbox: SandboxProcess
) -> None:
    shop = Shop(tmp_path, dbt, sandbox)
    shop.audience("readers", people(shop), segment="Readers")
    shop.audience("others", "select 'x@old.shop.de' as email_address, true as marketing_consent")
    numbers = VERSION_1.replace("{gold}", "1").replace("{readers}", "2")
    shop.sql(numbers.replace("{list}", shop.list_id))
    shop.dbt("run", "--select", "others")
    refused = shop.loader("sync")
    assert refused.exit_code == 2
    assert "dbt has not built all audiences since: readers" in refused.output
    assert shop.writes() == {}
