"""How often a sync waits for Mailchimp before its first write: what can be asked at once, is."""

from collections import Counter

import pytest

from loader_process import Held, Running, begun
from shop import Shop

READS = Counter(
    {
        "GET /lists/{list_id}": 1,
        "GET /lists/{list_id}/merge-fields": 1,
        "GET /lists/{list_id}/segments": 1,
        "GET /lists/{list_id}/members": 2,  # whoever is there, and who is archived
    }
)
PAGES = Counter({"GET /lists/{list_id}/members": 1})  # 1,500 contacts changed: two pages
CONTACTS = Counter({"POST /lists/{list_id}": 1})
MADE = Counter({"POST /lists/{list_id}/merge-fields": 2, "POST /lists/{list_id}/segments": 1})


@pytest.fixture
def sent(unsent: Shop) -> Shop:
    """A shop whose people were all sent, and one of whom has another name now."""
    unsent.sync()
    unsent.sql("update people set fname = 'Other' where email_address like 'person7@%'")
    unsent.dbt("run")
    return unsent


def asked(shop: Shop, running: Running, held: Held, expected: Counter[str]) -> Counter[str]:
    """What is asked at once, when so many requests are held up; they are answered then."""
    assert running.meet(lambda: held.writes() == expected.total())
    found: Counter[str] = Counter(shop.sandbox.requests()["by_route"])
    shop.forget_requests()
    held.hold()
    return found


def test_a_sync_that_makes_nothing_waits_twice_before_its_first_write(sent: Shop) -> None:
    sent.forget_requests()
    held = Held(sent, rate=1, method=None, path=None, writes=False)
    with begun(sent) as running:
        for wave in (READS, PAGES, CONTACTS):
            assert asked(sent, running, held, wave) == wave
        held.release()
        assert running.end() == 0


def test_what_is_missing_is_made_at_once_and_costs_one_wait_more(sent: Shop) -> None:
    sent.audience(
        "others",
        "select email_address, fname as nick, fname as alias, marketing_consent from people",
        segment="Others",
    )
    sent.dbt("run")
    sent.forget_requests()
    held = Held(sent, rate=1, method=None, path=None, writes=False)
    with begun(sent, "--allow-first-sync") as running:
        for wave in (READS, PAGES, MADE):
            assert asked(sent, running, held, wave) == wave
        held.release()
        assert running.end() == 0
