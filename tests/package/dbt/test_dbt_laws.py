"""The laws as dbt tests: they hold, and each fails when it is broken by hand."""

import json
import shutil
from collections.abc import Iterator

import duckdb
import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

WHOLE = "mailchimp_history_has_no_gaps"
EXPLAINED = "mailchimp_delta_has_reason"
FORGOTTEN = "mailchimp_no_missing_contacts"
CONSENT = "mailchimp_consent_is_a_gate"
PEOPLE = """
    select person as person_id, email as email_address, name, consent as marketing_consent, tags,
        {'Email': mail} as marketing_permissions
    from raw_people
"""
FILL = """
    create table raw_people as select * from (values
        ('1', 'ada@example.com', 'Ada', true, ['VIP'], true),
        ('2', 'bob@example.com', 'Bob', true, ['VIP'], true),
        ('3', 'eve@example.com', 'Eve', false, ['VIP'], true),
        ('4', 'malformed@', 'Mal', true, ['VIP'], true),
        ('5', 'old@example.com', 'Cy', true, ['VIP'], true)
    ) as people (person, email, name, consent, tags, mail)
"""
CHANGE = (  # Ada is to be sent, Bob to be withdrawn, Eve is held, Mal is invalid, Cy has moved
    """
        update raw_people set name = 'Ada L.', tags = ['VIP', 'Berlin'], mail = false
        where name = 'Ada'
    """,
    "update raw_people set consent = false where name = 'Bob'",
    "update raw_people set email = 'new@example.com' where name = 'Cy'",
)
OFFERED_TAG = """
    insert into {1}
    select * replace (
        'tag' as kind, 'vip' as segment, 'tag_add' as action, 'VIP' as payload,
        md5('member') as payload_hash, null as outcome
    )
    from {1} where outcome = 'WHO'
"""
# {0} is an audience, {1} its delta as a table, so that it can be wrong
HAND = {
    WHOLE: {
        "valid_twice": """
            insert into {0}__history
            select * replace (
                dbt_valid_from - interval 1 day as dbt_valid_from,
                dbt_valid_from + interval 1 day as dbt_valid_to
            )
            from {0}__history where email_address = 'eve@example.com'
        """,
        "open_twice": """
            update {0}__history set dbt_valid_to = null where email_address = 'ada@example.com'
        """,
        "backwards": """
            update {0}__history set dbt_valid_to = dbt_valid_from - interval 1 day
            where email_address = 'ada@example.com' and dbt_valid_to is not null
        """,
        "not_selected": "delete from {0} where email_address = 'ada@example.com'",
        "selected_twice": "insert into {0} from {0} where email_address = 'ada@example.com'",
        "nobody_selected_twice": "insert into {0} (email_address) values (null)",
    },
    EXPLAINED: {
        "no_reason": "update {1} set reason_code = null where outcome = 'held'",
        "no_payload": "update {1} set payload = null where action = 'upsert'",
        "sent_again": "update {1} set confirmed_hash = payload_hash",
        "never_there": "update {1} set is_managed = false where action = 'withdraw'",
        "told_twice": "insert into {1} from {1} where action = 'withdraw'",
        "tag_without_name": "update {1} set payload = null where action = 'tag_add'",
        "tag_given_again": "update {1} set confirmed_hash = payload_hash where action = 'tag_add'",
        "tag_never_given": "update {1} set is_managed = false where action = 'tag_remove'",
        "tag_given_twice": "insert into {1} from {1} where action = 'tag_add'",
        "permissions_of_nothing": "update {1} set payload = null where kind = 'permissions'",
        "permissions_told_again": """
            update {1} set confirmed_hash = payload_hash where kind = 'permissions'
        """,
        "moved_without_payload": """
            update {1} set payload = null where action = 'change_address'
        """,
        "moved_again": """
            update {1} set confirmed_hash = payload_hash where action = 'change_address'
        """,
        "moved_from_nowhere": """
            insert into {1}
            select * replace ('gone@example.com' as email_address, null as previous_email)
            from {1} where action = 'change_address'
        """,
        "moved_from_somebody": """
            update {1} set previous_email = 'ada@example.com' where action = 'change_address'
        """,
        "not_ours": """
            insert into {1}
            select * replace (
                'gone@example.com' as email_address, 'archive' as action, true as pre_existing
            )
            from {1} where action = 'withdraw'
        """,
    },
    FORGOTTEN: {
        "forgotten": """
            delete from {1} where kind = 'contact' and email_address = 'ada@example.com'
        """,
        "forgotten_moved": "delete from {1} where action = 'change_address'",
        "forgotten_tag": "delete from {1} where action = 'tag_add'",
        "forgotten_permissions": "delete from {1} where kind = 'permissions'",
        "forgotten_given_tag": """
            delete from loader_ledger
            where audience = '{0}' and kind = 'tag' and email_address = 'ada@example.com'
        """,
        "forgotten_told_permissions": """
            delete from loader_ledger
            where audience = '{0}' and kind = 'permissions' and email_address = 'old@example.com'
        """,
        "forgotten_held": "delete from {1} where outcome = 'held'",
        "forgotten_member": """
            delete from loader_ledger
            where audience = '{0}' and segment = '{0}' and email_address = 'ada@example.com'
        """,
    },
    CONSENT: {
        "offered": "update {1} set outcome = null where reason_code = 'no_consent'",
        "offered_member": """
            insert into {1}
            select * replace (
                'segment' as kind, '{0}' as segment, 'segment_add' as action,
                md5('member') as payload_hash, null as outcome
            )
            from {1} where outcome = 'held'
        """,
        "offered_tag": OFFERED_TAG.replace("WHO", "held"),
        "offered_tag_invalid": OFFERED_TAG.replace("WHO", "invalid"),
        "offered_permissions": """
            insert into {1}
            select * replace ('permissions' as kind, 'permissions' as action, null as outcome)
            from {1} where outcome = 'held'
        """,
        "offered_move": """
            update {1} set
                action = 'change_address', previous_email = 'gone@example.com', outcome = null
            where outcome = 'held'
        """,
        "kept": "delete from {1} where action = 'withdraw'",
        "kept_member": "delete from {1} where action = 'segment_remove'",
        "kept_tag": "delete from {1} where action = 'tag_remove'",
    },
}
LAWS = tuple(HAND)
BROKEN = [(law, name) for law, statements in HAND.items() for name in statements]
STALE = (
    "create table readers__stale as from readers__delta",
    "create or replace view readers__delta as from readers__stale",
)


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """Built, synced, and built again: the laws hold at each of these moments."""
    shop = Shop(tmp_path_factory.mktemp("laws"), dbt, sandbox)
    list_id = {"marketing_permissions": ["Email"]}
    sandbox.control("PUT", f"/lists/{shop.list_id}", list_id)
    laws = [f"dbt_mailchimp.{law}" for law in LAWS]
    shop.audience("readers", PEOPLE, segment=True)
    models = {"models": [{"name": "readers", "data_tests": laws}]}
    (shop.folder / "models" / "laws.yml").write_text(json.dumps(models))
    shop.sql(FILL)
    shop.dbt("build")
    shop.sync()
    shop.dbt("test")
    shop.sql(*CHANGE)
    shop.dbt("build")
    shop.keep()
    return shop


@pytest.fixture(scope="module")
def compiled(shop: Shop) -> dict[str, str]:
    """The SQL of each law as dbt compiled it for the audience: a row is a failure."""
    files = list((shop.folder / "target" / "compiled").rglob("*.sql"))
    return {law: path.read_text() for law in LAWS for path in files if law in path.stem}


@pytest.fixture(scope="module")
def warehouse(
    tmp_path_factory: pytest.TempPathFactory, shop: Shop
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the warehouse."""
    copy = tmp_path_factory.mktemp("copy") / "shop.duckdb"
    shop.sql("checkpoint")  # what dbt wrote last is in a file beside it
    shutil.copy(shop.folder / "shop.duckdb", copy)
    with duckdb.connect(str(copy)) as connection:
        yield connection


def by_hand(law: str, name: str) -> str:
    return HAND[law][name].format("readers", "readers__stale")


@pytest.mark.parametrize(("law", "name"), BROKEN)
def test_a_law_fails_when_it_is_broken_by_hand_and_no_other_does(
    warehouse: duckdb.DuckDBPyConnection, compiled: dict[str, str], law: str, name: str
) -> None:
    assert set(compiled) == set(LAWS)
    warehouse.begin()
    try:
        for statement in (*STALE, by_hand(law, name)):
            warehouse.execute(statement)
        failed = {one for one, sql in compiled.items() if warehouse.execute(sql).fetchall()}
    finally:
        warehouse.rollback()
    assert failed == {law}


def test_dbt_itself_says_which_law_was_broken(shop: Shop) -> None:
    assert shop.try_dbt("test").exit_code == 0
    shop.sql(*STALE, by_hand(CONSENT, "kept"))
    ended = shop.try_dbt("--write-json", "test")
    results = json.loads((shop.folder / "target" / "run_results.json").read_text())["results"]
    shop.put_back()
    assert ended.exit_code == 1
    failed = [one["unique_id"] for one in results if one["status"] == "fail"]
    assert [CONSENT in one for one in failed] == [True]
