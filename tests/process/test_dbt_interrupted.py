"""A dbt run that somebody ends with Ctrl-C amid the audiences."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shop import Shop

READERS = "select 'ada@shop.de' as email_address, true as marketing_consent, 'Ada' as fname"
PLAN = f"{READERS}, 'gold' as plan"
LATE = """
{{{{ config(materialized='table') }}}} -- {{{{ ref('readers') }}}}
select * from read_csv('{pipe}', columns={{'email_address': 'varchar'}}, header=false)
"""


def listen() -> None:
    """Mind SIGINT, also where a shell has begun the tests in the background, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.duckdb_only("a pipe that a model reads")
def test_after_an_interrupt_amid_the_audiences_the_loader_waits_for_a_whole_run(
    shop: Shop, tmp_path: Path
) -> None:
    shop.audience("readers", READERS)
    shop.dbt("run")
    shop.sync()
    shop.audience("readers", PLAN)
    shop.forget_requests()
    late, pipe = shop.folder / "models/late.sql", tmp_path / "pipe"
    os.mkfifo(pipe)
    late.write_text(LATE.format(pipe=pipe))
    command = [sys.executable, "-m", "dbt.cli.main", "run"]
    with subprocess.Popen(
        command,
        cwd=shop.folder,
        stdout=subprocess.PIPE,
        preexec_fn=listen,  # noqa: PLW1509 - no thread of ours runs here
    ) as running:
        with pipe.open("wb"):  # opens when the model does, which is after the audience
            running.send_signal(signal.SIGINT)
        said, _ = running.communicate()
    assert running.returncode, said
    ended = shop.loader("sync")
    assert (ended.exit_code, shop.writes()) == (3, {}), ended.output
    assert "dbt has not finished with readers; run dbt" in ended.output
    late.unlink()
    shop.dbt("run")
    shop.sync()
    assert shop.members()["ada@shop.de"]["merge_fields"]["PLAN"] == "gold"
