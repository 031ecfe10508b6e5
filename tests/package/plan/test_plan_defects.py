"""What cannot arrive is named before anything is sent, each with its kind."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from dbt_process import DbtProcess
from defects import DEFECTS, PLANTED, named, planted, settle_defects
from sandbox_process import SandboxProcess
from shop import Shop


@pytest.fixture(scope="module")
def strict() -> Iterator[SandboxProcess]:
    """A sandbox that refuses example.com, as Mailchimp does."""
    with SandboxProcess() as process:
        yield process


@pytest.fixture(scope="module")
def people(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, strict: SandboxProcess
) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("people"), dbt, strict)
    settle_defects(shop)
    return shop


@pytest.fixture(scope="module")
def forecast(people: Shop) -> dict[str, Any]:
    ended = people.loader("plan", "--json", "--sample", "1000000")
    (one,) = json.loads(ended.output)["audiences"]
    return dict(one)


def test_two_hundred_defects_of_fourteen_kinds_are_named_each_with_its_kind(
    people: Shop, forecast: dict[str, Any]
) -> None:
    wanted = planted(people)
    assert (len(wanted), len(DEFECTS)) == (PLANTED, 14)
    assert named(forecast) == wanted


def test_what_is_certain_is_told_apart_from_what_is_known_to_be_refused(
    people: Shop, forecast: dict[str, Any]
) -> None:
    counted: dict[str, Counter[str]] = {}
    for category, reason in planted(people).values():
        counted.setdefault(category, Counter())[reason] += 1
    assert forecast["reasons"] == counted


def test_mailchimp_then_refuses_whom_the_plan_named_and_takes_whom_it_did_not(
    people: Shop, forecast: dict[str, Any]
) -> None:
    report = people.sync(exit_code=1)
    rejected = dict(people.rejections("person_id", "outcome"))
    named = planted(people)
    certain = {
        person: {"refused": "rejected"}.get(category, category)
        for person, (category, _) in named.items()
        if category != "doubtful"
    }
    assert {person: rejected.get(person) for person in certain} == certain
    may_be = {person for person, (category, _) in named.items() if category == "doubtful"}
    assert rejected.keys() - certain.keys() <= may_be
    joined = forecast["deeds"]["joins"] - len(rejected.keys() & may_be)
    assert len(people.members()) == joined
    assert report["audiences"][0]["counts"]["upsert"]["accepted"] == joined
