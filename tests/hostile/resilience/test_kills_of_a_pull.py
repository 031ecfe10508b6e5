"""A pull that is killed at any moment loses nothing and doubles nothing."""

import random

from draws import draws, seeds
from loader_process import Told, begun, until
from responses.pulled import (
    AT,
    campaign,
    contacts_here,
    contacts_there,
    events_here,
    events_there,
    person,
    pull,
    with_everybody,
)
from shop import Shop

KILLS = 1  # with each seed, each day
DAYS = 3
POLL = 0.002


def a_day(shop: Shop, day: int) -> str:
    """Some contacts change, come and go, an old campaign is opened, and there is a new one."""
    shop.sandbox.put(
        shop.list_id,
        *(person(place, merge_fields={"FNAME": f"Day {day}"}) for place in range(day, 900, 7)),
        *(person(10_000 * day + place) for place in range(40)),
    )
    shop.sandbox.must("DELETE", f"/lists/{shop.list_id}/members/person{6 * day + 1}{AT}")
    return campaign(
        shop,
        f"day{day}",
        f"2026-05-0{day + 1}T09:00:00+00:00",
        recipients=1_010,  # more than a page
        opens_per=1.2,
        clicks_per=0.5,
        bounces=0.02,
    )


def kill_at(shop: Shop, told: Told, request: int) -> None:
    """Kill a pull when it has made so many requests, if it is not done by then."""
    told.forget()
    with begun(shop, command=("pull", "--select", shop.list_id)) as running:
        until(lambda: told.requests() >= request or running.process.poll() is not None, POLL)
        running.process.kill()


def test_kills_leave_the_tables_exact(shop: Shop) -> None:
    full = with_everybody(shop)
    chances = [random.Random(seed) for seed in seeds()]  # noqa: S311 - a test
    told = Told(full.sandbox)
    campaigns: list[str] = []
    for day in range(1, DAYS + 1):
        campaigns.append(a_day(full, day))
        for chance in chances * draws(KILLS):
            kill_at(full, told, chance.randint(1, 40))
        pull(full)
        assert contacts_here(full) == contacts_there(full)
        assert events_here(full) == events_there(full, *campaigns)
