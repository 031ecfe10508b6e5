"""dbt Cloud: the server of the example, which runs the loader when a job has ended."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from command_line import Environment
from loader_process import until
from shop import Shop
from tests.orchestrators.dbt_cloud import DbtCloud
from tests.orchestrators.example import ALL_ARRIVED, Example


@contextmanager
def serving(example: Example, given: Environment) -> Iterator[subprocess.Popen[str]]:
    """The server of the example; it ends with the test, however that ends."""
    with subprocess.Popen(
        [sys.executable, example.copy("dbt_cloud_webhook.py", example.shop.folder)],
        cwd=example.shop.folder,
        env=example.environment(given),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            yield server
        finally:
            server.kill()


def test_a_job_of_dbt_cloud_that_ended_well_is_followed_by_a_sync(shop: Shop) -> None:
    example = Example(shop, Path(sys.executable).parent)
    shop.dbt("run")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        cloud = DbtCloud(one.getsockname()[1])
    given = {
        "DBT_CLOUD_JOB_ID": "123",
        "DBT_CLOUD_WEBHOOK_SECRET": cloud.secret,
        "MAILCHIMP_API_KEY": example.key,
        "PORT": str(cloud.port),
    }
    with serving(example, given) as server:
        until(cloud.is_up)
        assert cloud.send() == 204
        assert server.stdout is not None
        until(lambda: server.poll() is not None or example.arrived() == ALL_ARRIVED, 0.05)
        lines = iter(server.stdout.readline, "")
        assert "exit code 0\n" in lines  # the report of the loader stands before it
