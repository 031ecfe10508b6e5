"""What neither a list nor the registry knows of a row is never sent, and so never accepted."""

import json
from pathlib import Path

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

ADA, BOB = "ada@people.example.com", "bob@people.example.com"
BEFORE = f"select '{ADA}' as email_address, true as marketing_consent"


@pytest.fixture
def shop(tmp_path: Path, dbt: DbtProcess, sandbox: SandboxProcess) -> Shop:
    return Shop(tmp_path, dbt, sandbox)


@pytest.mark.parametrize(
    ("column", "segment", "named"),
    [
        pytest.param(", 'gold' as plan", None, "the merge field PLAN", id="merge field"),
        pytest.param(", INTERESTS as interests", None, "the interest Sports", id="interest"),
        pytest.param("", "Gold", "the segment Gold", id="segment"),
    ],
)
def test_rows_that_an_older_registry_does_not_know_are_not_sent(
    shop: Shop, column: str, segment: str | None, named: str
) -> None:
    column = column.replace("INTERESTS", shop.struct({"Sports": "true"}))
    shop.audience("people", BEFORE)
    shop.audience("others", BEFORE.replace(ADA, BOB))
    shop.dbt("run")
    shop.sync()
    (old,) = shop.query("select configuration from loader_audiences where audience = 'people'")
    shop.audience("people", BEFORE + column, segment=segment)
    shop.audience("others", BEFORE.replace(ADA, BOB) + ", 'Bob' as fname")
    shop.dbt("run")
    quoted = old["configuration"].replace("'", "''")
    shop.sql(  # the registry was put back, and nothing else
        f"update loader_audiences set configuration = '{quoted}' where audience = 'people'"
    )
    report = shop.sync(exit_code=3)
    messages = json.dumps(report)
    assert f"people: its rows name {named}, which neither the list" in messages
    assert "dbt has not finished with people; run dbt" in messages
    found = {key: (one["merge_fields"], one["tags"]) for key, one in shop.members().items()}
    assert found == {ADA: ({}, []), BOB: ({"FNAME": "Bob"}, [])}
    rows = shop.query(
        "select * from loader_acks where audience = 'people'"
        " and run_id = (select run_id from loader_runs order by started_at desc limit 1)"
    )
    assert rows == []
