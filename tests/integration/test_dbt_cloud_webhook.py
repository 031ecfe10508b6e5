"""The example for dbt Cloud believes what dbt Cloud has signed, and nothing else."""

import importlib.util
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from threading import Event, Thread

import pytest
from generate_orchestrators import EXAMPLES

from tests.orchestrators.dbt_cloud import DbtCloud

Served = tuple[DbtCloud, Event]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The server without the thread that syncs, and what would wake that thread."""
    monkeypatch.setenv("DBT_CLOUD_JOB_ID", "123")
    monkeypatch.setenv("DBT_CLOUD_WEBHOOK_SECRET", DbtCloud.secret)
    spec = importlib.util.spec_from_file_location("webhook", EXAMPLES / "dbt_cloud_webhook.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with ThreadingHTTPServer(("127.0.0.1", 0), module.Webhook) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield DbtCloud(server.server_port), module.built
        server.shutdown()
        thread.join()


def test_a_job_that_ended_well_is_followed_by_a_sync(served: Served) -> None:
    cloud, built = served
    assert cloud.send() == 204
    assert built.is_set()


@pytest.mark.parametrize("signature", ["", "0" * 64, "ä", "Bearer token"])
def test_what_dbt_cloud_has_not_signed_is_refused(served: Served, signature: str) -> None:
    cloud, built = served
    assert cloud.send(signature) == 401
    assert cloud.post(b"", {}).status == 401
    assert not built.is_set()


def test_another_job_or_another_end_is_no_reason_to_sync(served: Served) -> None:
    cloud, built = served
    others = [
        cloud.send(jobId="124"),
        cloud.send(runStatus="Errored"),
        cloud.send(event_type="job.run.started"),
    ]
    assert others == [204] * 3
    assert not built.is_set()
