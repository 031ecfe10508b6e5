"""A disk full in mid-run: one message, what was committed is kept, the next run mends it."""

import random
import resource

import pytest

from dbt_process import DbtProcess
from draws import draws, seeds
from loader_process import PLANNED, begun
from sandbox_process import SandboxProcess
from shop import Shop

pytestmark = pytest.mark.duckdb_only("log of the file")
PEOPLE = 20_000
# the log of a sync of so many grows past each of these: at the claim, at the acknowledgements, and
# when the ledger is brought up to date with them
CLAIM, ACKNOWLEDGEMENTS, LEDGER = LIMITS = 5_000_000, 9_000_000, 11_000_000
FEW = 1  # limits, with each seed


def drawn() -> list[int]:
    """Limits: some with each seed, and in a soak every one."""
    some = min(draws(FEW), len(LIMITS))
    chances = [random.Random(seed) for seed in seeds()]  # noqa: S311 - a test
    return sorted({limit for chance in chances for limit in chance.sample(LIMITS, k=some)})


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop that has many people, nobody of whom was ever sent."""
    shop = Shop(tmp_path_factory.mktemp("full_disk"), dbt, sandbox)
    shop.sql(
        "create table people as select 'person' || range || '@people.example.com' as email_address,"
        f" md5(range::varchar) as fname, true as marketing_consent"
        f" from generate_series(0, {PEOPLE - 1}) as numbers(range)"
    )
    shop.audience("readers", "select * from people", segment="Readers")
    shop.dbt("run")
    shop.keep()
    return shop


@pytest.fixture
def shop(built: Shop) -> Shop:
    """The same, again."""
    built.put_back()
    return built


@pytest.mark.parametrize("limit", drawn())
def test_a_full_disk_ends_the_run_with_one_message_and_the_next_run_sends_what_is_owed(
    shop: Shop, limit: int
) -> None:
    with begun(
        shop, first=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    ) as ill:
        assert ill.end() == 3
    (message,) = ill.messages("error")
    assert message.startswith("The warehouse refused: ")
    assert "File too large" in message
    assert "Fix this, then run again" in message
    assert ill.rows(PLANNED) == [2 * PEOPLE]

    told = "select email_address, segment from loader_acks where outcome = 'accepted'"
    acknowledged = [(row["email_address"], row["segment"]) for row in shop.query(told)]
    assert {address for address, _ in acknowledged} <= set(shop.members())
    if limit == CLAIM:
        assert shop.members() == {}  # whom the ledger cannot claim is not told of
    else:
        assert acknowledged

    shop.forget_requests()
    shop.sync()
    assert is_exact(shop)
    assert shop.sandbox.requests()["contacts"] == 2 * PEOPLE - len(acknowledged)


def is_exact(shop: Shop) -> bool:
    """Whether the list shows everybody as they are wanted, and nobody else."""
    people = shop.query("select email_address, fname from people")
    wanted = {row["email_address"]: ("subscribed", row["fname"], ["Readers"]) for row in people}
    return wanted == {
        address: (one["status"], one["merge_fields"]["FNAME"], one["tags"])
        for address, one in shop.members().items()
    }
