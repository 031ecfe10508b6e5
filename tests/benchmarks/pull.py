"""What a pull takes: 200,000 contacts and 1,000,000 events at once, and then what changed.

The loader runs as a process of its own against the sandbox on the same machine; DuckDB is allowed a
fixed amount, and what the loader takes beyond it must not depend on the size. Prints a row a pull:
"least" is how many pages of 1,000 there are to read, "missing" and "surplus" the rows of a two-way
difference between the tables and what the sandbox exports.
"""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from dbt_process import DbtProcess
from responses.pulled import (
    AT,
    campaign,
    contacts_here,
    contacts_there,
    events_here,
    events_there,
    person,
)
from sandbox_process import SandboxProcess
from shop import Shop
from tests.benchmarks.memory import allow, run_loader

SIZES = (50_000, 200_000)
ALLOWED_MB = 96
PAGE = 1_000
CHUNK = 10_000


def main() -> None:
    """Pull each size, change something, and pull again."""
    print(
        f"{'pull':<13}{'contacts':>9}{'events':>11}{'seconds':>9}{'requests':>10}{'least':>7}"
        f"{'ratio':>7}{'peak MB':>9}{'beyond':>8}{'missing':>9}{'surplus':>9}"
    )
    is_exact = True
    for size in SIZES:
        with (
            DbtProcess() as dbt,
            SandboxProcess("--allow-example-com") as sandbox,
            tempfile.TemporaryDirectory() as folder,
        ):
            is_exact &= measure(Shop(Path(folder), dbt, sandbox), size)
    sys.exit(0 if is_exact else 1)


def measure(shop: Shop, size: int) -> bool:
    """One first pull, and one after a day; whether both were exact."""
    shop.audience("nobody", "select 'x@shop.de' as email_address, false as marketing_consent")
    shop.dbt("run")
    allow(shop, ALLOWED_MB)
    shop.sandbox.control("PUT", f"/lists/{shop.list_id}", {"marketing_permissions": ["Email"]})
    for start in range(0, size, CHUNK):
        people = (person(place) for place in range(start, min(size, start + CHUNK)))
        shop.sandbox.put(shop.list_id, *people)
    mailing = {"opens_per": 1.6, "clicks_per": 0.5, "bounces": 0.01, "unsubscribes": 0.002}
    campaigns = [
        campaign(
            shop, f"of{day}", f"2026-05-0{day}T09:00:00+00:00", seed=day, quiet=True, **mailing
        )
        for day in (1, 2)
    ]
    is_exact = pulled(shop, "first", campaigns, since=None)
    changed = a_day(shop, size, campaigns)
    return pulled(shop, "after a day", campaigns, since=changed) and is_exact


def a_day(shop: Shop, size: int, campaigns: list[str]) -> dict[str, int]:
    """Some contacts change, come and go, there is a new mail, and an old one is opened."""
    shop.sandbox.control("POST", "/clock", {"advance": 60})
    changed = [person(place, merge_fields={"FNAME": "Other"}) for place in range(0, size, 97)]
    new = [person(size + place) for place in range(500)]
    shop.sandbox.put(shop.list_id, *changed, *new)
    for place in range(1, 121, 6):
        shop.sandbox.must("DELETE", f"/lists/{shop.list_id}/members/person{place}{AT}")
    now = shop.sandbox.control("POST", "/clock", {"advance": 0})["now"]
    opened = [
        {"email_address": f"person{place}{AT}", "action": "open", "timestamp": now}
        for place in range(2, 3_000, 12)
    ]
    shop.sandbox.control("POST", f"/campaigns/{campaigns[0]}/events", {"events": opened})
    campaigns.append(campaign(shop, "of3", now, recipients=5_000, opens_per=1, seed=3, quiet=True))
    return {"contacts": len(changed) + len(new), "archived": 20}


def pulled(shop: Shop, name: str, campaigns: list[str], *, since: dict[str, int] | None) -> bool:
    """One pull, and the row that it comes to."""
    shop.forget_requests()
    began = time.monotonic()
    peak = run_loader(shop, "pull", "--select", shop.list_id, "--json")
    seconds = time.monotonic() - began
    requests = shop.sandbox.requests()["total"]
    missing, surplus, events = compared(shop, campaigns)
    (contacts,) = shop.query("select count(*) as rows from mailchimp_members")
    least = least_requests(shop, since)
    print(
        f"{name:<13}{contacts['rows']:>9,}{events:>11,}{seconds:>9.1f}{requests:>10,}{least:>7,}"
        f"{requests / least:>7.2f}{peak:>9,.0f}{peak - ALLOWED_MB:>8,.0f}{missing:>9,}"
        f"{surplus:>9,}",
        flush=True,
    )
    return missing == surplus == 0


def compared(shop: Shop, campaigns: list[str]) -> tuple[int, int, int]:
    """How many rows the tables lack, how many they have too many, and how many events there are."""
    there: Counter[Any] = Counter(contacts_there(shop))
    here: Counter[Any] = Counter(contacts_here(shop))
    happened, known = events_there(shop, *campaigns), events_here(shop)
    missing = (there - here).total() + (happened - known).total()
    surplus = (here - there).total() + (known - happened).total()
    return missing, surplus, happened.total()


def least_requests(shop: Shop, since: dict[str, int] | None) -> int:
    """How many pages there are: of lists, reports, fields, contacts, segments, and campaigns.

    Of campaigns whose report has not moved none; of the others who was sent one, twice, for the
    report of what they did names all of them, and who unsubscribed.
    """
    contacts = shop.query(
        "select count(*) as people from mailchimp_members group by status = 'archived'"
    )
    groups: list[int] = [row["people"] for row in contacts]
    if since is not None:
        groups = [since["contacts"], since["archived"]]
    members = "select count(*) as people from mailchimp_segment_members group by segment_id"
    groups += [row["people"] for row in shop.query(members)]
    moved = "('of1', 'of2')" if since is None else "('of1', 'of3')"
    for row in shop.query(
        "select count(*) filter (where event = 'sent') as sent,"
        " count(*) filter (where event = 'unsubscribed') as gone"
        f" from mailchimp_events where right(campaign_id, 3) in {moved} group by campaign_id"
    ):
        groups += [row["sent"], row["sent"], row["gone"]]
    # the lists, the reports, the fields, the segments, the campaigns and the complaints
    return 6 + sum(max(1, -(-people // PAGE)) for people in groups)


if __name__ == "__main__":
    main()
