"""Airflow 3 with Cosmos: a task for each dbt model, then the loader sends the audiences.

Run: 2026-11-30, by `airflow dags test`
Install: apache-airflow==3.3.2 apache-airflow-providers-standard==1.21.0 astronomer-cosmos==1.15.1

Copy it into the folder of your DAGs. `dbt` and `loader` have to be on the PATH of the workers.
Cosmos runs dbt in a copy of the project, so a DuckDB file needs an absolute path in profiles.yml.
The key is the password of a connection named `mailchimp`, of the type Generic.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, Context
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from cosmos import DbtTaskGroup, ExecutionConfig, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import InvocationMode, TestBehavior

PROJECT = Path(os.environ.get("DBT_PROJECT_DIR", "/opt/shop"))  # the loader reads it, too
PROFILE, TARGET = "shop", "prod"
KEY = {"MAILCHIMP_API_KEY": "{{ conn.mailchimp.password }}"}


class LoaderOperator(BashOperator):
    """A command of the loader: exit codes 0 and 1 are success, and only 4 is tried again."""

    def execute(self, context: Context) -> None:
        """Run the command. Airflow passes SIGTERM on, and the loader then ends in order."""
        command = ["bash", "-c", self.bash_command]
        ended = self.subprocess_hook.run_command(command, env=self.get_env(context), cwd=self.cwd)
        if ended.exit_code in (2, 3, 5):  # 3 was retried for minutes: the next run sends the rest
            raise AirflowFailException(f"exit code {ended.exit_code}; the log says what to do")
        if ended.exit_code not in (0, 1):
            raise AirflowException(f"exit code {ended.exit_code}; it is safe to run it again")


with DAG(
    dag_id="mailchimp_cosmos",
    schedule="0 6 * * *",  # a time that exists on the night of the clock change, too
    start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Berlin")),
    catchup=False,  # a sync sends all that is missing: one run makes up for any number of them
    max_active_runs=1,  # one sync per warehouse at a time
    max_active_tasks=1,  # DuckDB lets one process in at a time; other warehouses need no limit
):
    dbt = DbtTaskGroup(
        group_id="dbt",
        project_config=ProjectConfig(PROJECT, install_dbt_deps=False),  # deploy with dbt_packages
        profile_config=ProfileConfig(PROFILE, TARGET, PROJECT / "profiles.yml"),
        # dbt as a process of its own: it need not be installed beside Airflow
        execution_config=ExecutionConfig(invocation_mode=InvocationMode.SUBPROCESS),
        # tests run with their model, so that the loader knows whose tests failed
        render_config=RenderConfig(
            invocation_mode=InvocationMode.SUBPROCESS, test_behavior=TestBehavior.BUILD
        ),
    )
    loader_sync = LoaderOperator(
        task_id="loader_sync",
        bash_command=f"loader sync --profile {PROFILE} --target {TARGET}",
        cwd=str(PROJECT),
        env=KEY,
        append_env=True,
        retries=2,
        retry_delay=timedelta(minutes=1),
        do_xcom_push=False,  # the report has many lines, and Airflow would keep the last
    )
    dbt >> loader_sync
