"""A list with people in every status, and campaigns that were sent to it."""

from collections.abc import Iterator

import pytest

from pulled import PEOPLE, person
from sandbox_process import SandboxProcess
from shop import Shop


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """One whose clock is put forward, which others need not know."""
    with SandboxProcess("--allow-example-com") as process:
        yield process


@pytest.fixture
def full(shop: Shop) -> Shop:
    """A shop whose list has people in every status, tags and permissions; dbt has run."""
    shop.sandbox.control("PUT", f"/lists/{shop.list_id}", {"marketing_permissions": ["Email"]})
    shop.sandbox.put(shop.list_id, *(person(place) for place in range(PEOPLE)))
    shop.audience("nobody", "select 'x@shop.de' as email_address, false as marketing_consent")
    shop.dbt("run")
    return shop
