"""Profiles that are enriched from somebody's own tables, and what the macros refuse."""

from typing import Any

import pytest

from tests.package.dbt.back.back import Back

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


@pytest.fixture(scope="module")
def shelves(back: Back) -> Back:
    """Profiles that are enriched with and without unknown ones."""
    back.model("profiles", PROFILES)
    back.model("source", SOURCE)
    back.model("known", "{{ " + CALL + RULES + ", origin='list_id') }}")
    back.model("every", "{{ " + CALL + RULES + ", create_unknown=true, origin='list_id') }}")
    return back


def enriched(back: Back) -> list[list[tuple[Any, ...]]]:
    back.dbt("run", "--select", "+known", "+every")
    return [
        [tuple(row.values()) for row in back.query(f"from {name} order by email nulls last, name")]
        for name in ("known", "every")
    ]


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


@pytest.mark.parametrize("moments", ["", ", days=7, since='began'"])
def test_a_cap_without_one_beginning_is_refused(shelves: Back, moments: str) -> None:
    cap = "mailchimp_activation.under_cap('email', ref('profiles'), 'sent', 3" + moments + ")"
    shelves.model("refused", "select {{ " + cap + " }} as is_under from {{ ref('profiles') }}")
    ended = shelves.try_dbt("run", "--select", "refused")
    (shelves.folder / "models" / "refused.sql").unlink()
    assert ended.exit_code != 0
    assert "say either days" in ended.output
