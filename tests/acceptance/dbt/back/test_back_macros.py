"""Profiles that are enriched and touchpoints that are capped, rule by rule."""

from typing import Any

import pytest

from tests.acceptance.dbt.back.back import Back

PROFILES = """select * from (values
    ('ada', 'Ada', 'free', ['x', 'b'], 10, ['shop'], 'kept'),
    ('bob', ' ', 'free', null, null, null, 'kept'),
    ('cyd', null, 'free', ['z', 'a'], 5, ['shop'], 'kept'),
    (null, 'Nobody', 'free', null, 1, null, 'kept')
) as rows (email, name, plan, topics, opens, list_id, other)"""
SOURCE = """select * from (values
    ('ada', 'Adele', 'plus', 'b', 3, 'l1'), ('ada', 'Adele', null, 'a', 4, 'l2'),
    ('bob', 'Bob', 'pro', null, 2, 'l1'), ('bob', 'Bob', 'free', null, null, 'l1'),
    ('dee', 'Dee', 'plus', 'c', 1, 'l1'), (null, 'None', 'plus', 'd', 9, 'l1')
) as rows (email, name, plan, topics, opens, list_id)"""
RULES = "{'name': 'set_if_empty', 'plan': 'set', 'topics': 'add', 'opens': 'sum'}"
CALL = "mailchimp_activation.enrich_profiles(ref('profiles'), ref('source'), 'email', "
KNOWN: list[tuple[Any, ...]] = [
    ("ada", "Ada", "plus", ["a", "b", "x"], 17, ["l1", "l2", "shop"], "kept"),
    ("bob", "Bob", "pro", None, 2, ["l1"], "kept"),
    ("cyd", None, "free", ["z", "a"], 5, ["shop"], "kept"),
]
NOBODY = (None, "Nobody", "free", None, 1, None, "kept")
CREATED = ("dee", "Dee", "plus", ["c"], 1, ["l1"], None)
ENRICH = "macros/profiles/enrich_profiles.sql"
LISTS = "macros/profiles/lists_of_values.sql"
CAP = "macros/profiles/reached_cap.sql"
EVENTS = """select *, timestamp '2026-06-30 12:00:00' - to_seconds(seconds) as occurred_at
from (values
    ('two', 'sent', 0), ('two', 'sent', 7 * 86400 - 1),
    ('old', 'sent', 1), ('old', 'sent', 7 * 86400),
    ('later', 'sent', 1), ('later', 'sent', -1),
    ('mixed', 'sent', 1), ('mixed', 'opened', 1), ('opener', 'opened', 1), ('opener', 'opened', 1),
    ('three', 'sent', 1), ('three', 'sent', 2), ('three', 'sent', 3),
    (null, 'sent', 1), (null, 'sent', 2)
) as rows (email_address, event, seconds)"""
CAPS = {
    "sent_cap": "'sent', 2, 7, '2026-06-30 12:00:00'",
    "any_cap": "['sent', 'opened'], 2, 7, '2026-06-30 12:00:00'",
}
ALLOWED = {
    "sent_cap": {"old", "later", "mixed", "opener", "nothing"},
    "any_cap": {"old", "later", "nothing"},
}


@pytest.fixture(scope="module")
def shelves(back: Back) -> Back:
    """Profiles that are enriched with and without unknown ones, and audiences under a cap."""
    back.model("profiles", PROFILES)
    back.model("source", SOURCE)
    back.model("known", "{{ " + CALL + RULES + ", origin='list_id') }}")
    back.model("every", "{{ " + CALL + RULES + ", create_unknown=true, origin='list_id') }}")
    back.model("events", EVENTS)
    for name, cap in CAPS.items():
        over = "mailchimp_activation.reached_cap(ref('events'), 'email_address', " + cap + ")"
        back.model(
            name,
            "select distinct who from (select email_address as who from {{ ref('events') }}"
            " union all select 'nothing') where who is not null and who not in ({{ "
            + over
            + " }})",
        )
    return back


def enriched(back: Back) -> list[list[tuple[Any, ...]]]:
    back.dbt("run", "--select", "+known", "+every")
    return [
        [tuple(row.values()) for row in back.query(f"from {name} order by email nulls last, name")]
        for name in ("known", "every")
    ]


def allowed(back: Back) -> dict[str, set[str]]:
    back.dbt("run", "--select", "+sent_cap", "+any_cap")
    return {name: {row["who"] for row in back.query(f"from {name}")} for name in CAPS}


def test_each_column_follows_its_rule_and_the_origins_are_kept(shelves: Back) -> None:
    assert enriched(shelves) == [[*KNOWN, NOBODY], [*KNOWN, CREATED, NOBODY]]


def test_the_profiles_may_be_a_select_and_need_no_origin(shelves: Back) -> None:
    select = f'"""{PROFILES}"""', f'"""{SOURCE}"""'
    call = f"mailchimp_activation.enrich_profiles({', '.join(select)}, 'email', {{'opens': 'sum'}})"
    shelves.model("selected", "select email, opens, list_id from ({{ " + call + " }})")
    shelves.dbt("run", "--select", "selected")
    rows = shelves.query("from selected where email = 'ada'")
    assert rows == [{"email": "ada", "opens": 17, "list_id": ["shop"]}]
    (shelves.folder / "models" / "selected.sql").unlink()


@pytest.mark.parametrize(
    ("rules", "said"),
    [("{'name': 'replace'}", "replace is no rule"), ("{'email': 'set'}", "is the key")],
)
def test_a_rule_that_is_none_is_refused(shelves: Back, rules: str, said: str) -> None:
    shelves.model("refused", "{{ " + CALL + rules + ") }}")
    ended = shelves.try_dbt("run", "--select", "refused")
    (shelves.folder / "models" / "refused.sql").unlink()
    assert ended.exit_code != 0
    assert said in ended.output


def test_who_reached_the_cap_is_left_out_and_who_had_nothing_is_not(shelves: Back) -> None:
    assert allowed(shelves) == ALLOWED
