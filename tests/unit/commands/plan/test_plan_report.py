"""A forecast as text, as JSON and as Markdown."""

import re
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from loader.commands.plan.plan_report import (
    AudiencePlan,
    Memberships,
    as_json,
    as_markdown,
    as_text,
)
from loader.model.list_schema import LeftBehind

FULL = AudiencePlan(
    audience="newsletter",
    list_id="f00d",
    list_name="Shop",
    deeds={"joins": 1_200, "leaves": 3},
    reasons={"held": {"unsubscribed": 7}, "refused": {"fake address": 2}, "doubtful": {"role": 1}},
    segments={"Readers": Memberships(given=5, taken=1)},
    tags={"VIP": Memberships(given=4)},
    dropped_rows=6,
    to_make={"merge fields": ("PLAN", "LTV")},
    writes=12,
    seconds=600.0,
    pace="assumed",
    before={"subscribed": 10},
    after={"subscribed": 1_207, "archived": 3},
    stops=("newsletter: too many would leave.",),
)
FAILED = AudiencePlan(audience="broken", list_id="f00d", error="no such list", exit_code=3)
LEFT = LeftBehind(
    audience="readers",
    list_id="f00d",
    contacts=2,
    segments=("VIP",),
    command="loader retire readers",
    said="2 contacts stay behind",
)
UNSENT = {"old": "it is switched off"}


def changed(**values: Any) -> AudiencePlan:  # noqa: ANN401 - of any field
    return AudiencePlan(audience="a", list_id="f00d", **values)


def test_people_read_what_happens_to_whom_and_why_not() -> None:
    text = as_text([FULL, FAILED], UNSENT, [LEFT])
    for words in (
        "newsletter -> f00d 'Shop'",
        "1,200 join, 3 leave",
        "segment 'Readers': 5 in, 1 out",
        "tag 'VIP': 4 in, 0 out",
        "2 known to be refused by Mailchimp: fake address",
        "1 of these may be refused by Mailchimp: role",
        "7 held: unsubscribed",
        "6 rows dropped",
        "will create the merge fields PLAN, LTV",
        "10 subscribed; after the sync: 1,207 subscribed, 3 archived",
        "12 requests that write, about 10 min (assumed)",
        "would stop: too many would leave.",
        "cannot be sent: no such list",
        "old: not sent: it is switched off",
        "readers: 2 contacts stay behind",
        "Nothing was written.",
    ):
        assert words in text


def test_machines_read_the_same_numbers() -> None:
    told = orjson.loads(as_json([FULL], UNSENT, [LEFT]))
    (one,) = told["audiences"]
    assert (one["deeds"], one["writes"], one["after"]) == (FULL.deeds, 12, FULL.after)
    assert told["unsent"] == UNSENT
    (left,) = told["left_behind"]
    assert (left["contacts"], left["segments"]) == (2, ["VIP"])


def test_addresses_are_told_only_when_they_were_asked_for() -> None:
    person = {
        "category": "joins",
        "kind": "contact",
        "segment": "",
        "reason": None,
        "email_address": "ada@shop.de",
        "person_id": "p1",
    }
    assert "ada@shop.de" not in repr(changed(people=(person,)))
    assert "ada@shop.de: joins, p1" in as_text([changed(people=(person,))], {}, ())


@given(st.text(st.sampled_from("ab|*_`[]<>#\\ "), max_size=12))
def test_a_name_cannot_break_the_markdown_of_a_pull_request(name: str) -> None:
    told = changed(list_name=name, segments={name: Memberships(given=1)}, stops=(name,))
    lines = as_markdown([told], {name: name}, ()).splitlines()
    assert lines[2].count("|") == lines[0].count("|")
    ours = re.sub(r"</?code>|&#\d+;", "", lines[4])
    assert {sign: ours.count(sign) for sign in "|*[<`"} == {"|": 0, "*": 4, "[": 0, "<": 0, "`": 0}


def test_an_audience_without_a_change_says_so() -> None:
    assert "no contact changes" in as_text([changed()], {}, ())
    assert "list now: nobody; after the sync: nobody" in as_text([changed()], {}, ())
