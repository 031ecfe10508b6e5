"""Airflow 3, with and without Cosmos: `airflow dags test` of the files that a reader copies."""

from pathlib import Path

import pytest
from generate_orchestrators import EXAMPLES, head_of

from command_line import Environment, Printed
from shop import Shop
from tests.orchestrators.example import ALL_ARRIVED, Example, environment_of

# how Airflow takes each exit code of the loader
EXIT_CODES = """
import importlib, sys
sys.path.insert(0, sys.argv[1])
operator = importlib.import_module(sys.argv[2]).loader_sync
for code in (0, 1, 2, 3, 4, 5, 137):
    operator.bash_command = f"exit {code}"
    operator.env = {}
    try:
        operator.execute({})
        print("took", code, "success")
    except Exception as error:
        print("took", code, type(error).__name__)
"""


@pytest.fixture(scope="session")
def programs() -> Path:
    return environment_of("airflow", head_of(EXAMPLES / "airflow_cosmos_dag.py").install)


@pytest.fixture
def example(shop: Shop, programs: Path) -> Example:
    return Example(shop, programs)


def airflow(example: Example, *words: str, program: str = "airflow") -> Printed:
    home = example.shop.folder / "airflow"
    environment: Environment = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW_CONN_MAILCHIMP": f'{{"conn_type": "generic", "password": "{example.key}"}}',
    }
    return example.run(program, *words, environment=environment)


@pytest.mark.parametrize(
    ("file", "dag"),
    [("airflow_dag.py", "mailchimp"), ("airflow_cosmos_dag.py", "mailchimp_cosmos")],
)
def test_a_run_of_the_dag_sends_the_audiences_and_prints_no_key(
    example: Example, file: str, dag: str
) -> None:
    dags = example.shop.folder / "airflow/dags"
    copied = example.copy(file, dags)
    assert airflow(example, "db", "migrate").exit_code == 0
    ended = airflow(example, "dags", "test", dag)
    assert ended.exit_code == 0, ended.output[-5000:]
    assert example.arrived() == ALL_ARRIVED
    assert "newsletter" in ended.output  # the report is in the log of the task
    assert example.key not in ended.output
    took = airflow(example, "-c", EXIT_CODES, str(dags), copied.stem, program="python")
    lines = [line.split()[1:] for line in took.output.splitlines() if line.startswith("took")]
    assert lines == [
        ["0", "success"],
        ["1", "success"],
        ["2", "AirflowFailException"],
        ["3", "AirflowFailException"],
        ["4", "AirflowException"],
        ["5", "AirflowFailException"],
        ["137", "AirflowException"],
    ], took.output[-3000:]
