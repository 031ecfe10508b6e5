"""`loader plan --detailed-exitcode`: a script knows whether there is something to send."""

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

DETAILED = "--detailed-exitcode"
ADA = "select 'ada@shop.de' as email_address, true as marketing_consent"


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop with an audience that has arrived, one that has not, and one without a list."""
    shop = Shop(tmp_path_factory.mktemp("exit_codes"), dbt, sandbox)
    shop.audience("arrived", ADA)
    shop.audience("owed", ADA, contacts="none", segment="Owed")
    shop.audience("lost", ADA, list_id="nowhere01")
    shop.dbt("run")
    shop.sync("-s", "arrived")
    return shop


CODES: dict[str, tuple[tuple[str, ...], int, int]] = {
    "nothing to send": (("-s", "arrived"), 0, 0),
    "something to send": (("-s", "owed"), 0, 2),
    "something for one of two": (("-s", "owed", "-s", "arrived"), 0, 2),
    "a list that is not there": (("-s", "lost"), 3, 3),
    "a list that is not there beside changes": (("-s", "lost", "-s", "owed"), 3, 3),
    "nothing is due": (("--due",), 0, 0),
    "an audience that is not there": (("-s", "nobody"), 2, 1),
    "a target that is not there": (("--target", "nowhere"), 2, 1),
    "an option that is not there": (("--nothing",), 2, 1),
    "a value that is none": (("--sample", "many"), 2, 1),
    "two formats": (("--json", "--markdown"), 2, 1),
}


@pytest.mark.parametrize("case", CODES)
def test_two_means_changes_and_nothing_else(shop: Shop, case: str) -> None:
    options, plain, detailed = CODES[case]
    assert shop.loader("plan", *options).exit_code == plain
    told = shop.loader("plan", *options, DETAILED)
    assert told.exit_code == detailed, told.output
    assert shop.loader("plan", DETAILED, *options).exit_code == detailed


def test_without_credentials_it_is_one(shop: Shop) -> None:
    assert shop.loader("plan", MAILCHIMP_API_KEY=None).exit_code == 2
    assert shop.loader("plan", DETAILED, MAILCHIMP_API_KEY=None).exit_code == 1


def test_changes_that_a_guard_would_stop_are_changes(shop: Shop, sandbox: SandboxProcess) -> None:
    filled = sandbox.new_list()
    sandbox.put(filled, {"email_address": "stranger@shop.de", "status": "subscribed"})
    shop.audience("late", ADA, list_id=filled)
    shop.dbt("run", "--select", "late")
    told = shop.loader("plan", "-s", "late", DETAILED)
    assert (told.exit_code, "would stop" in told.out) == (2, True), told.output
