"""A synced shop, and a webhook that hears of it."""

from collections.abc import Iterator

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop
from tests.package.notices.receivers import Webhook

AT = "@notices.shop.de"
SELECT = """
    select 'person' || number || '@notices.shop.de' as email_address, first_name as fname, postcode,
        consents as marketing_consent
    from people
"""


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """Thirty people who are on the list."""
    shop = Shop(tmp_path_factory.mktemp("told"), dbt, sandbox)
    zip_field = {"tag": "POSTCODE", "name": "Postcode", "type": "zip"}
    sandbox.control("PUT", f"/lists/{shop.list_id}", {"merge_fields": [zip_field]})
    shop.sql(
        "create table people as select range as number, 'Ada' as first_name, '98101' as postcode,"
        " true as consents from generate_series(0, 29) as numbers(range)"
    )
    shop.audience("newsletter", SELECT, on_leave="unsubscribe")
    shop.dbt("run")
    shop.sync()
    shop.keep()
    return shop


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as started:
        yield started


@pytest.fixture
def synced(kept: Shop, webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Those people, and somebody who is told."""
    kept.put_back()
    monkeypatch.setenv("MAILCHIMP_NOTICES", webhook.url)
    return kept
