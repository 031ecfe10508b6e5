"""The file of a plan: what stands in it, and which files are none."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop
from tests.package.plan.approved import assert_refused, carried_out, content, planned

ADA = "select 'ada@shop.de' as email_address, true as marketing_consent"


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop with one person, and a plan of it."""
    shop = Shop(tmp_path_factory.mktemp("plan_file"), dbt, sandbox)
    shop.audience("readers", ADA, segment="Readers")
    shop.dbt("run")
    planned(shop)
    shop.keep()
    return shop


@pytest.fixture
def shop(kept: Shop) -> Shop:
    kept.put_back()
    return kept


def test_a_file_has_no_address_and_only_its_owner_reads_it(shop: Shop) -> None:
    planned(shop, "--sample", "9")
    text = (shop.folder / "plan.json").read_text()
    assert "@" not in text
    assert (shop.folder / "plan.json").stat().st_mode & 0o077 == 0


def edited(shop: Shop, change: Callable[[Any], object]) -> None:
    found = content(shop)
    change(found)
    (shop.folder / "plan.json").write_text(json.dumps(found, indent=8))


EDITED: dict[str, tuple[Callable[[Any], object], str]] = {
    "a number": (lambda it: it["audiences"][0]["operations"]["upsert"].update(rows=9), "edited"),
    "an option": (lambda it: it["options"].update(allow_leaves=True), "was edited"),
    "the time": (lambda it: it.update(created_at="2031-01-01T00:00:00+00:00"), "was edited"),
    "the digest": (lambda it: it.pop("digest"), "was edited"),
    "the format": (lambda it: it.update(format=2), "another version of the loader"),
    "everything": (dict.clear, "is no plan"),
}


@pytest.mark.parametrize("what", EDITED)
def test_an_edited_file_is_refused(shop: Shop, what: str) -> None:
    change, said = EDITED[what]
    edited(shop, change)
    assert_refused(shop, 2, said)


def test_a_file_that_was_only_indented_otherwise_is_the_same_plan(shop: Shop) -> None:
    edited(shop, lambda _: None)
    assert carried_out(shop).exit_code == 0


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


NO_PLAN: dict[str, tuple[Callable[[Path], object], str]] = {
    "not there": (Path.unlink, "cannot be read: No such file"),
    "a folder": (a_folder, "cannot be read: Is a directory"),
    "not JSON": (lambda path: path.write_text("plan"), "is no JSON"),
    "not UTF-8": (lambda path: path.write_bytes(b"\xff\xfe{}"), "is no JSON"),
    "empty": (lambda path: path.write_text(""), "is no JSON"),
    "a list": (lambda path: path.write_text("[]"), "is no plan"),
    "nested": (lambda path: path.write_text("[" * 100_000), "is no JSON"),
    "huge": (lambda path: os.truncate(path, 2**30), "is too large"),
}


@pytest.mark.parametrize("kind", NO_PLAN)
def test_what_is_no_plan_file_is_refused_with_the_reason(shop: Shop, kind: str) -> None:
    spoil, said = NO_PLAN[kind]
    spoil(shop.folder / "plan.json")
    assert_refused(shop, 2, said, "Nothing was sent")


@pytest.mark.parametrize("option", ["-sguests", "--allow-leaves", "--due", "--retry-rejected"])
def test_an_option_that_changes_what_is_sent_is_not_taken_beside_a_plan(
    shop: Shop, option: str
) -> None:
    assert_refused(shop, 2, "The plan file has the options", options=(option,))


@pytest.mark.parametrize("age", ["24", "h", "-1h", "1 h", "1w", "٣h", "99999999d"])
def test_an_age_that_is_no_time_is_a_wrong_usage(shop: Shop, age: str) -> None:
    assert_refused(shop, 2, "90m, 24h or 7d", options=("--max-age", age))


def test_an_age_without_a_plan_is_a_wrong_usage(shop: Shop) -> None:
    assert shop.loader("sync", "--max-age", "1h").exit_code == 2


def test_a_plan_is_for_one_target(shop: Shop) -> None:
    shop.targets(other={})
    assert_refused(
        shop, 2, "made for the target 'local'", "this is 'other'", options=("--target", "other")
    )
