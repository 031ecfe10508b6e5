"""Prefect 3: the flow that a reader copies, with the temporary server of Prefect."""

from pathlib import Path

import pytest
from generate_orchestrators import EXAMPLES, head_of

from command_line import Environment, Printed
from shop import Shop
from tests.orchestrators.example import ALL_ARRIVED, Example, environment_of

FILE = "prefect_flow.py"
# a person makes the block once, in the pages of Prefect
RUN = """
import os, sys
from prefect.blocks.system import Secret
import prefect_flow
Secret(value=sys.argv[1]).save("mailchimp-api-key", overwrite=True)
prefect_flow.loader_sync = prefect_flow.loader_sync.with_options(retry_delay_seconds=0)
print("accepted", prefect_flow.mailchimp())
"""


@pytest.fixture(scope="session")
def programs() -> Path:
    return environment_of("prefect", head_of(EXAMPLES / FILE).install)


@pytest.fixture
def example(shop: Shop, programs: Path) -> Example:
    example = Example(shop, programs)
    example.copy(FILE, shop.folder)
    return example


def run(example: Example, key: str) -> Printed:
    environment: Environment = {
        "PREFECT_HOME": str(example.shop.folder / "prefect"),
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_API_URL": None,
    }
    return example.run("python", "-c", RUN, key, environment=environment)


def test_a_run_of_the_flow_builds_and_sends_the_audiences_and_prints_no_key(
    example: Example,
) -> None:
    ended = run(example, example.key)
    assert ended.exit_code == 0, ended.output[-5000:]
    assert "accepted 7" in ended.out  # four people, three of them with a membership
    assert example.arrived() == ALL_ARRIVED
    assert "newsletter: 6 accepted, 1 held, 0 rejected" in ended.output
    assert example.key not in ended.output


def test_what_needs_a_person_fails_the_flow_at_once(example: Example) -> None:
    ended = run(example, "wrong-us1")
    assert ended.exit_code == 1
    assert "SyncStopped" in ended.output
    assert "Retry" not in ended.output, ended.output[-3000:]
    assert "wrong-us1" not in ended.output


def test_a_sync_that_got_no_usable_answer_is_tried_again(example: Example) -> None:
    example.shop.sandbox.faults(
        {"kind": "missing_rows", "at": 1, "method": "POST", "path": "/lists/{list_id}"}
    )
    ended = run(example, example.key)
    assert ended.exit_code == 0, ended.output[-3000:]
    assert "Retry 1/2" in ended.output
    assert example.arrived() == ALL_ARRIVED
