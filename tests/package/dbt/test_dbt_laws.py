import json

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

WHOLE = "mailchimp_history_is_whole"
EXPLAINED = "mailchimp_delta_is_explained"
FORGOTTEN = "mailchimp_nobody_is_forgotten"
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
        'member' as payload_hash, null as outcome
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
        "tag_without_name": "update {1} set payload = null where action = 'tag_add'",
        "tag_given_again": "update {1} set confirmed = payload_hash where action = 'tag_add'",
        "tag_never_given": "update {1} set sent = false where action = 'tag_remove'",
        "tag_given_twice": "insert into {1} from {1} where action = 'tag_add'",
        "permissions_of_nothing": "update {1} set payload = null where kind = 'permissions'",
        "permissions_told_again": """
            update {1} set confirmed = payload_hash where kind = 'permissions'
        """,
        "moved_without_payload": """
            update {1} set payload = null where action = 'change_address'
        """,
        "moved_again": """
            update {1} set confirmed = payload_hash where action = 'change_address'
        """,
        "moved_from_nowhere": """
            insert into {1}
            select * replace ('gone@example.com' as email_address, null as old_address)
            from {1} where action = 'change_address'
        """,
        "moved_from_somebody": """
            update {1} set old_address = 'ada@example.com' where action = 'change_address'
        """,
        "not_ours": """
            insert into {1}
            select * replace (
                'gone@example.com' as email_address, 'archive' as action, true as existed
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
        "offered": "update {1} set outcome = null where reason = 'no consent'",
        "offered_member": """
            insert into {1}
            select * replace (
                'segment' as kind, '{0}' as segment, 'segment_add' as action,
                'member' as payload_hash, null as outcome
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
                action = 'change_address', old_address = 'gone@example.com', outcome = null
            where outcome = 'held'
        """,
        "kept": "delete from {1} where action = 'withdraw'",
        "kept_member": "delete from {1} where action = 'segment_remove'",
        "kept_tag": "delete from {1} where action = 'tag_remove'",
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
    shop.try_dbt("--write-json", "test")
    return failures(shop)


def settle(shop: Shop) -> None:
    """Build, sync, and build again: the laws hold at each of these moments."""
    laws = [f"mailchimp_activation.{law}" for law in LAWS]
    models = [{"name": name, "data_tests": laws} for name in AUDIENCES]
    for name in AUDIENCES:
        # a list of its own: what is broken in one history is no conflict in another
        list_id = shop.sandbox.new_list()
        shop.sandbox.control("PUT", f"/lists/{list_id}", {"marketing_permissions": ["Email"]})
        shop.audience(name, PEOPLE, segment=True, list_id=list_id)
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
