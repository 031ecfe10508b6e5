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
    ended = people.loader("plan", "--json", "--show", "1000000")
    (one,) = json.loads(ended.output)["audiences"]
    return dict(one)


def test_two_hundred_defects_of_twelve_kinds_are_named_each_with_its_kind(
    people: Shop, forecast: dict[str, Any]
) -> None:
    wanted = planted(people)
    assert (len(wanted), len(DEFECTS)) == (PLANTED, 12)
    assert named(forecast) == wanted


def test_what_is_certain_is_told_apart_from_what_is_known_to_be_refused(
    people: Shop, forecast: dict[str, Any]
) -> None:
    counted: dict[str, Counter[str]] = {}
    for category, reason in planted(people).values():
        counted.setdefault(category, Counter())[reason] += 1
    assert forecast["reasons"] == counted


def test_mailchimp_then_refuses_whom_the_plan_named_and_takes_the_others(
    people: Shop, forecast: dict[str, Any]
) -> None:
    report = people.sync(exit_code=1)
    rejected = people.rejections("person_id", "outcome")
    wanted = {
        (person, {"refused": "rejected"}.get(category, category))
        for person, (category, _) in planted(people).items()
        if category != "doubtful"
    }
    assert set(rejected) == wanted
    assert len(people.members()) == forecast["deeds"]["joins"]
    assert report["audiences"][0]["counts"]["upsert"]["accepted"] == forecast["deeds"]["joins"]
