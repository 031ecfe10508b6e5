"""Profiles that are enriched from somebody's own tables, and what the macros refuse."""

import json
from typing import Any, NamedTuple

import pytest

from tests.package.dbt.pulled_models.pulled_project import Back

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
CALL = "dbt_mailchimp.enrich_profiles(ref('profiles'), ref('source'), 'email', "
KNOWN: list[tuple[Any, ...]] = [
    ("ada", "Ada", "plus", ["a", "b", "x"], 17, ["l1", "l2", "shop"], "kept"),
    ("bob", "Bob", "pro", None, 2, ["l1"], "kept"),
    ("cyd", None, "free", ["z", "a"], 5, ["shop"], "kept"),
]
NOBODY = (None, "Nobody", "free", None, 1, None, "kept")
CREATED = ("dee", "Dee", "plus", ["c"], 1, ["l1"], None)
SELECT = f'"""{PROFILES}"""', f'"""{SOURCE}"""'
SELECTED = f"dbt_mailchimp.enrich_profiles({', '.join(SELECT)}, 'email', {{'opens': 'sum'}})"
CAP = "dbt_mailchimp.below_frequency_cap('email', ref('profiles'), 'sent', 3"
# what is refused only as it runs, or the first of them would stop all models; and what is said
REFUSED = {
    "no_rule": (CALL + "{'name': 'replace'})", "replace is not a rule"),
    "rule_of_the_key": (CALL + "{'email': 'set'})", "is the key"),
    "cap_without_a_beginning": (CAP + ")", "needs either days"),
    "cap_with_two_beginnings": (CAP + ", days=7, since='began')", "needs either days"),
}


class Ran(NamedTuple):
    """A project that ran once, and by model how that ended and what dbt said."""

    back: Back
    ended: dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def shelves(back: Back) -> Ran:
    """Profiles that are enriched with and without unknown ones, and what is refused."""
    back.model("profiles", PROFILES)
    back.model("source", SOURCE)
    back.model("known", "{{ " + CALL + RULES + ", origin='list_id') }}")
    back.model("every", "{{ " + CALL + RULES + ", create_unknown=true, origin='list_id') }}")
    back.model("selected", "select email, opens, list_id from ({{ " + SELECTED + " }})")
    for name, (call, _) in REFUSED.items():
        needs = "-- depends_on: {{ ref('profiles') }} {{ ref('source') }}\n"
        back.model(name, needs + "{% if execute %} select {{ " + call + " }} {% endif %}")
    back.try_dbt("--write-json", "run", "--select", "shop")
    told = json.loads((back.folder / "target" / "run_results.json").read_text())["results"]
    return Ran(
        back,
        {one["unique_id"].split(".")[-1]: (one["status"], str(one["message"])) for one in told},
    )


def made(shelves: Ran, name: str, rest: str) -> list[dict[str, Any]]:
    """Rows of a model that was made."""
    assert shelves.ended[name][0] == "success", shelves.ended[name]
    return shelves.back.query(f"from {name} {rest}")


def test_each_column_follows_its_rule_and_the_origins_are_kept(shelves: Ran) -> None:
    enriched = [
        [tuple(row.values()) for row in made(shelves, name, "order by email nulls last, name")]
        for name in ("known", "every")
    ]
    assert enriched == [[*KNOWN, NOBODY], [*KNOWN, CREATED, NOBODY]]


def test_the_profiles_may_be_a_select_and_need_no_origin(shelves: Ran) -> None:
    rows = made(shelves, "selected", "where email = 'ada'")
    assert rows == [{"email": "ada", "opens": 17, "list_id": ["shop"]}]


@pytest.mark.parametrize("name", ["no_rule", "rule_of_the_key"])
def test_a_rule_that_is_none_is_refused(shelves: Ran, name: str) -> None:
    status, said = shelves.ended[name]
    assert status == "error"
    assert REFUSED[name][1] in said


@pytest.mark.parametrize("name", ["cap_without_a_beginning", "cap_with_two_beginnings"])
def test_a_cap_without_one_beginning_is_refused(shelves: Ran, name: str) -> None:
    status, said = shelves.ended[name]
    assert status == "error"
    assert REFUSED[name][1] in said
