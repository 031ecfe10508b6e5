import json

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

WHOLE = "mailchimp_history_is_whole"
EXPLAINED = "mailchimp_delta_is_explained"
FORGOTTEN = "mailchimp_nobody_is_forgotten"
CONSENT = "mailchimp_consent_is_a_gate"
PEOPLE = "select email as email_address, name, consent as marketing_consent from raw_people"
FILL = """
    create table raw_people as select * from (values
        ('ada@example.com', 'Ada', true),
        ('bob@example.com', 'Bob', true),
        ('eve@example.com', 'Eve', false),
        ('malformed@', 'Mal', true)
    ) as people (email, name, consent)
"""
CHANGE = (  # Ada is to be sent, Bob to be withdrawn, Eve is held, Mal is invalid
    "update raw_people set name = 'Ada L.' where name = 'Ada'",
    "update raw_people set consent = false where name = 'Bob'",
)
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
        "not_current": """
            create or replace view {0} as from {0}__history
            where dbt_valid_to is null or email_address = 'ada@example.com'
        """,
    },
    EXPLAINED: {
        "no_reason": "update {1} set reason = null where outcome = 'held'",
        "no_payload": "update {1} set payload = null where action = 'upsert'",
        "sent_again": "update {1} set confirmed = payload_hash",
        "never_there": "update {1} set sent = false where action = 'withdraw'",
        "told_twice": "insert into {1} from {1} where action = 'withdraw'",
        "not_ours": """
            insert into {1}
            select * replace (
                'gone@example.com' as email_address, 'archive' as action, true as existed
            )
            from {1} where action = 'withdraw'
        """,
    },
    FORGOTTEN: {
        "forgotten": "delete from {1} where email_address = 'ada@example.com'",
        "forgotten_held": "delete from {1} where outcome = 'held'",
        "forgotten_member": """
            delete from loader_ledger
            where audience = '{0}' and segment = '{0}' and email_address = 'ada@example.com'
        """,
    },
    CONSENT: {
        "offered": "update {1} set outcome = null where reason = 'no consent'",
        "offered_member": """
            insert into {1}
            select * replace (
                '{0}' as segment, 'segment_add' as action, 'member' as payload_hash, null as outcome
            )
            from {1} where outcome = 'held'
        """,
        "kept": "delete from {1} where action = 'withdraw'",
        "kept_member": "delete from {1} where action = 'segment_remove'",
    },
}
LAWS = tuple(HAND)
BROKEN = {name: law for law, statements in HAND.items() for name in statements}
AUDIENCES = ("untouched", *BROKEN)


@pytest.fixture(scope="module")
def broken(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> dict[str, set[str]]:
    """The laws that fail for each audience, once each was broken by hand in its own way."""
    shop = Shop(tmp_path_factory.mktemp("laws"), dbt, sandbox)
    settle(shop)
    for name, law in BROKEN.items():
        shop.sql(
            f"create table {name}__stale as from {name}__delta",
            f"create or replace view {name}__delta as from {name}__stale",
            HAND[law][name].format(name, f"{name}__stale"),
        )
    shop.try_dbt("test")
    return failures(shop)


def settle(shop: Shop) -> None:
    """Build, sync, and build again: the laws hold at each of these moments."""
    laws = [f"mailchimp_activation.{law}" for law in LAWS]
    models = [{"name": name, "data_tests": laws} for name in AUDIENCES]
    for name in AUDIENCES:
        # a list of its own: what is broken in one history is no conflict in another
        shop.audience(name, PEOPLE, segment=True, list_id=shop.sandbox.new_list())
    (shop.folder / "models" / "laws.yml").write_text(json.dumps({"models": models}))
    shop.sql(FILL)
    shop.dbt("build")
    shop.sync()
    shop.dbt("test")
    shop.sql(*CHANGE)
    shop.dbt("build")


def failures(shop: Shop) -> dict[str, set[str]]:
    results = json.loads((shop.folder / "target" / "run_results.json").read_text())["results"]
    failed = {result["unique_id"] for result in results if result["status"] != "pass"}
    return {
        name: {law for law in LAWS for test in failed if f"_{law}_{name}_." in test}
        for name in AUDIENCES
    }


def test_the_laws_hold_where_nobody_meddles(broken: dict[str, set[str]]) -> None:
    assert broken["untouched"] == set()


@pytest.mark.parametrize("name", BROKEN)
def test_a_law_fails_when_it_is_broken_by_hand_and_no_other_does(
    broken: dict[str, set[str]], name: str
) -> None:
    assert broken[name] == {BROKEN[name]}
