"""A shop with people to send, for processes that are met half-way."""

from pathlib import Path

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

PEOPLE = 1_500  # three calls


@pytest.fixture
def unsent(tmp_path: Path, dbt: DbtProcess, sandbox: SandboxProcess) -> Shop:
    """A shop of whose people nobody was sent yet."""
    shop = Shop(tmp_path, dbt, sandbox)
    shop.sql(
        "create table people as select 'person' || range || '@people.example.com' as email_address,"
        f" 'First' as fname, true as marketing_consent"
        f" from generate_series(0, {PEOPLE - 1}) as numbers(range)"
    )
    shop.audience("readers", "select * from people", segment="Readers", on_leave="unsubscribe")
    shop.dbt("run")
    sandbox.faults()
    shop.forget_requests()
    return shop
