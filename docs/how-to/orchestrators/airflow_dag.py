"""Airflow 3: every morning dbt builds the audiences, then the loader sends them.

Run: 2026-11-30, by `airflow dags test`
Install: apache-airflow==3.3.2 apache-airflow-providers-standard==1.21.0

Copy it into the folder of your DAGs. `dbt` and `loader` have to be on the PATH of the workers; they
may be in an environment of their own. The key is the password of a connection named `mailchimp`,
of the type Generic: Airflow hides it in logs and pages.
"""

import os
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, Context
from airflow.sdk.exceptions import AirflowException, AirflowFailException

PROJECT = os.environ.get("DBT_PROJECT_DIR", "/opt/shop")  # dbt and the loader read it, too
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
    dag_id="mailchimp",
    schedule="0 6 * * *",  # a time that exists on the night of the clock change, too
    start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Berlin")),
    catchup=False,  # a sync sends all that is missing: one run makes up for any number of them
    max_active_runs=1,  # one sync per warehouse at a time
):
    dbt_build = BashOperator(
        task_id="dbt_build",
        bash_command="dbt build",
        cwd=PROJECT,
        append_env=True,
        do_xcom_push=False,
    )
    loader_sync = LoaderOperator(
        task_id="loader_sync",
        bash_command="loader sync",
        cwd=PROJECT,
        env=KEY,
        append_env=True,
        retries=2,
        retry_delay=timedelta(minutes=1),
        do_xcom_push=False,  # the report has many lines, and Airflow would keep the last
    )
    # when dbt fails nothing is sent; with `trigger_rule="all_done"` the audiences that it built are
    dbt_build >> loader_sync
