"""Dagster: `dagster job execute` of the file that a reader copies, and what it records."""

import json
from pathlib import Path

import pytest
from generate_orchestrators import EXAMPLES, head_of

from command_line import Environment, Printed
from shop import Shop
from tests.orchestrators.example import ALL_ARRIVED, Example, environment_of

FILE = "dagster_definitions.py"
# what the instance of Dagster recorded of each asset of Mailchimp
RECORDED = """
import json
from dagster import AssetKey, DagsterInstance
for name in ("mailchimp_newsletter", "mailchimp_vips"):
    event = DagsterInstance.get().get_latest_materialization_event(AssetKey(name))
    found = event.asset_materialization.metadata if event else {}
    print("recorded", name, json.dumps({key: one.value for key, one in found.items()}))
"""
GRAPH = """
import dagster_definitions
for key, node in sorted(dagster_definitions.defs.resolve_asset_graph()._asset_nodes_by_key.items()):
    print("asset", key.to_user_string(), sorted(one.to_user_string() for one in node.parent_keys))
"""


@pytest.fixture(scope="session")
def programs() -> Path:
    return environment_of("dagster", head_of(EXAMPLES / FILE).install)


@pytest.fixture
def example(shop: Shop, programs: Path) -> Example:
    example = Example(shop, programs)
    example.copy(FILE, shop.folder)
    home = shop.folder / "dagster"
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    return example


def variables(example: Example) -> Environment:
    """What the code location has in its environment."""
    home = example.shop.folder / "dagster"
    return {"DAGSTER_HOME": str(home), "MAILCHIMP_API_KEY": example.key}


def execute(example: Example, environment: Environment) -> Printed:
    """Materialize all assets once, as a schedule does."""
    assert example.run("dbt", "parse", environment=environment).exit_code == 0
    words = ("dagster", "job", "execute", "-f", FILE, "-j", "mailchimp")
    return example.run(*words, environment=environment)


def test_an_audience_is_synced_downstream_of_its_model_and_the_counts_are_recorded(
    example: Example,
) -> None:
    environment = variables(example)
    ended = execute(example, environment)
    assert ended.exit_code == 0, ended.output[-5000:]
    assert example.arrived() == ALL_ARRIVED
    assert example.key not in ended.output
    printed = example.run("python", "-c", RECORDED, environment=environment)
    lines = [line.split(" ", 2)[1:] for line in printed.out.splitlines() if line[:9] == "recorded "]
    recorded = {name: json.loads(metadata) for name, metadata in lines}
    newsletter = recorded["mailchimp_newsletter"]
    counted = ("accepted", "held", "rejected", "invalid", "exit_code")
    assert {name: newsletter[name] for name in counted} == {
        "accepted": 6,  # three people, each with a membership of the segment
        "held": 1,
        "rejected": 0,
        "invalid": 0,
        "exit_code": 0,
    }
    assert newsletter["requests"] > 0
    assert recorded["mailchimp_vips"]["accepted"] == 1
    (row,) = example.shop.query(
        f"select audience from loader_runs where run_id = '{newsletter['run_id']}'"
    )
    assert row["audience"] == "newsletter"
    graph = example.run("python", "-c", GRAPH, environment=environment)
    assert "asset mailchimp_newsletter ['newsletter']" in graph.out, graph.output[-3000:]


def test_a_sync_that_a_guard_stops_fails_its_asset_with_the_message(example: Example) -> None:
    shop = example.shop
    shop.sandbox.put(
        shop.list_id,
        *(
            {"email_address": f"other{number}@people.example.com", "status": "subscribed"}
            for number in range(20)
        ),
    )
    ended = execute(example, variables(example))
    assert ended.exit_code != 0
    assert "--allow-first-sync" in ended.output, ended.output[-3000:]
    assert example.arrived() == {f"other{number}" for number in range(20)}
