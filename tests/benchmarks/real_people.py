"""A customer table of your own against the sandbox: `make people CSV=customers.csv`.

The file needs the columns person_id, email, phone, address_line, city, state, postal_code and
country. Onto an empty list and onto one that holds some of these people in every status, and
strangers; before and after a day of changes. Prints how far Mailchimp differs from what was wanted
(two-way `except` over all fields), and the write requests beside the fewest that could carry the
delta. And with two hundred planted defects of twelve kinds: how many of them `loader plan` names.
"""

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from cases.real_people_project import (
    STATUSES,
    change_people,
    differences,
    least_writes,
    populate,
    settle_people,
    untouchable,
)
from dbt_process import DbtProcess
from defects import named, planted, settle_defects
from sandbox_process import SandboxProcess
from shop import Shop

KNOWN, STRANGERS = 5_000, 3_000


def main(source: Path) -> None:
    """Run both scenarios and print a row for each sync."""
    print(f"{'list':<10}{'sync':<12}{'differences':>12}{'writes':>8}{'least':>8}{'held':>8}")
    with DbtProcess() as dbt, SandboxProcess("--allow-example-com") as sandbox:
        for is_populated in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                scenario(Shop(Path(folder), dbt, sandbox), source, is_populated=is_populated)
        with tempfile.TemporaryDirectory() as folder, SandboxProcess() as strict:
            defects(Shop(Path(folder), dbt, strict), source)


def scenario(shop: Shop, source: Path, *, is_populated: bool) -> None:
    """One list, synced thrice: at first, after a day, and again without a change."""
    settle_people(shop, source)
    before = populate(shop, KNOWN, STRANGERS) if is_populated else {}
    apart = untouchable(shop, before)
    name = "populated" if is_populated else "empty"
    for sync in ("first", "a day on", "unchanged"):
        if sync == "a day on":
            change_people(shop)
            apart |= set(before)  # not ours: leaving the audience does not take them off the list
        least = least_writes(shop, apart)
        shop.forget_requests()
        report = shop.sync(*(["--allow-first-sync"] if sync == "first" and is_populated else []))
        writes = {one: n for one, n in shop.writes().items() if not one.endswith("merge-fields")}
        held = report["audiences"][0]["held"]
        count = sum(writes.values()) - writes.get("POST /lists/{list_id}/segments", 0)
        print(
            f"{name:<10}{sync:<12}{len(differences(shop, apart_from=apart)):>12}"
            f"{count:>8}{least:>8}{held:>8}"
        )
    if is_populated:
        judge(shop, before)


def defects(shop: Shop, source: Path) -> None:
    """How many of the planted defects the plan names with their kind, and what else it names."""
    settle_defects(shop, source)
    ended = shop.loader("plan", "--json", "--sample", "1000000")
    (forecast,) = json.loads(ended.output)["audiences"]
    wanted, found = planted(shop), named(forecast)
    right = Counter(kind for person, kind in wanted.items() if found.get(person) == kind)
    print(f"\n{'planted':>8}{'named':>8}  defect")
    for kind, count in sorted(Counter(wanted.values()).items()):
        print(f"{count:>8}{right[kind]:>8}  {': '.join(kind)}")
    print(f"named without being planted: {len(found.keys() - wanted.keys())}")


def judge(shop: Shop, before: dict[str, dict[str, object]]) -> None:
    """Nobody was moved up, strangers are untouched, and everybody held has a reason."""
    after = shop.members()
    strangers = [one for one in before if one.startswith("stranger")]
    touched = sum(after[one] != before[one] for one in strangers)
    up = sum(
        after[one]["status"] == "subscribed" and before[one]["status"] != "subscribed"
        for one in before
    )
    reasons: dict[str, int] = {}
    for outcome, reason in shop.rejections("outcome", "reason"):
        reasons[f"{outcome}: {reason}"] = reasons.get(f"{outcome}: {reason}", 0) + 1
    print(f"\nstrangers touched: {touched} of {len(strangers)}; moved up to subscribed: {up}")
    print(f"statuses before: {', '.join(sorted({status for status, _ in STATUSES}))}")
    for reason, count in sorted(reasons.items()):
        print(f"  {count:>6} {reason}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
