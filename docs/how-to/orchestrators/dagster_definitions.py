"""Dagster: each audience is a dbt asset, and what Mailchimp has of it is an asset downstream.

Run: 2026-11-30, by `dagster job execute`
Install: dagster==1.13.27 dagster-dbt==0.29.27 python-dateutil==2.9.0.post0

Copy it into your code location; dbt and the loader are installed beside Dagster. The key is the
variable MAILCHIMP_API_KEY of the code location: an environment variable or a secret there.
"""

import json
import os
from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, DbtProject, dbt_assets, get_asset_key_for_model

from loader import LoaderError, sync

project = DbtProject(os.environ.get("DBT_PROJECT_DIR", "/opt/shop"))
project.prepare_if_dev()  # a deployment has made the manifest: `dbt deps`, then `dbt parse`


@dbt_assets(manifest=project.manifest_path, project=project)
def models(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
    """All models of the project, with their tests."""
    yield from dbt.cli(["build"], context=context).stream()


def mailchimp_asset(audience: str) -> dg.AssetsDefinition:
    """What Mailchimp has of an audience: its materialization is a sync of it."""

    @dg.asset(
        name=f"mailchimp_{audience}",
        deps=[get_asset_key_for_model([models], audience)],
        group_name="mailchimp",
        kinds={"mailchimp"},
        retry_policy=dg.RetryPolicy(max_retries=2, delay=60),  # exit code 4 alone, see below
    )
    def activation() -> dg.MaterializeResult:
        try:
            report = sync(select=[audience], project_dir=project.project_dir)
        except LoaderError as error:
            raise dg.Failure(str(error), allow_retries=error.exit_code == 4) from error
        said = [*report.unsent.values(), *(one.message for one in report.audiences if one.message)]
        metadata = {"run_id": report.run_id, "exit_code": report.exit_code, "said": "; ".join(said)}
        for name in ("accepted", "held", "rejected", "invalid", "requests"):
            metadata[name] = sum(getattr(one, name) for one in report.audiences)  # one a list
        if report.exit_code >= 2:  # 4 is run again; 2, 3 and 5 need a person
            again = report.exit_code == 4
            raise dg.Failure(str(metadata["said"]), metadata=metadata, allow_retries=again)
        return dg.MaterializeResult(metadata=metadata)

    return activation


manifest = json.loads(project.manifest_path.read_text())
audiences = [
    node["name"]
    for node in manifest["nodes"].values()
    if node["config"].get("materialized") == "audience"
]
job = dg.define_asset_job("mailchimp", selection="*")
defs = dg.Definitions(
    assets=[models, *map(mailchimp_asset, audiences)],
    jobs=[job],
    schedules=[dg.ScheduleDefinition(job=job, cron_schedule="0 6 * * *")],
    resources={"dbt": DbtCliResource(project_dir=project)},
    # one sync per warehouse at a time, and DuckDB lets one process in. So that no second run begins
    # beside this one, dagster.yaml has `concurrency: {runs: {max_concurrent_runs: 1}}`
    executor=dg.in_process_executor,
)
