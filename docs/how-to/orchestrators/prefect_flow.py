"""Prefect 3: every morning dbt builds the audiences, then the loader sends them.

Run: 2026-11-30, by Python with the temporary server of Prefect
Install: prefect==3.9.1

`python prefect_flow.py` serves it with its schedule. dbt and the loader are installed beside
Prefect. The key is a block of the type Secret, named `mailchimp-api-key`.
"""

import os
import subprocess
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.blocks.system import Secret

from loader import LoaderError, sync

PROJECT = os.environ.get("DBT_PROJECT_DIR", "/opt/shop")


class SyncStopped(Exception):
    """A sync that did not end well, with the exit code that `loader sync` would have."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


async def is_interrupted(_task: Any, _run: Any, state: Any) -> bool:
    """Only exit code 4 is tried again: 2, 3 and 5 need a person, or the next morning."""
    ended = await state.aresult(raise_on_failure=False)
    return getattr(ended, "exit_code", None) == 4


@task
def dbt_build() -> None:
    """Build the audiences with their tests."""
    subprocess.run(["dbt", "build"], cwd=PROJECT, check=True)


@task(retries=2, retry_delay_seconds=60, retry_condition_fn=is_interrupted)
def loader_sync() -> int:
    """Send what Mailchimp has not confirmed yet; how many rows it accepted."""
    key = {"MAILCHIMP_API_KEY": Secret.load("mailchimp-api-key").get()}
    try:
        report = sync(project_dir=PROJECT, environment=os.environ | key)
    except LoaderError as error:
        raise SyncStopped(str(error), error.exit_code) from error
    for one in report.audiences:
        counted = f"{one.accepted} accepted, {one.held} held, {one.rejected} rejected"
        get_run_logger().info("%s: %s. %s", one.audience, counted, one.message or "")
    for name, reason in report.unsent.items():
        get_run_logger().warning("%s is not sent: %s", name, reason)
    if report.exit_code >= 2:  # 1 is success, with new rejections in `loader rejections`
        raise SyncStopped(f"exit code {report.exit_code}; the log says why", report.exit_code)
    return sum(one.accepted for one in report.audiences)


@flow(name="mailchimp")
def mailchimp() -> int:
    """One morning."""
    dbt_build()
    return loader_sync()


if __name__ == "__main__":
    mailchimp.serve(cron="0 6 * * *", limit=1)  # one sync per warehouse at a time
