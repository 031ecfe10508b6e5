"""The loader in the process of a test: the same run, with a clock that the test moves."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from fake_time import FakeTime
from loader.commands.plan.command import PlanRun
from loader.commands.plan.plan_report import AudiencePlan
from loader.commands.sync.run import SyncRun
from loader.commands.verify.command import VerifiedAudience, VerifyRun
from loader.model.settings import RetryPolicy, Settings
from loader.session.context import RunContext
from loader.text.report import RunReport
from loader.warehouse.base import Warehouse
from sandbox_process import SandboxProcess
from warehouses.database import Database

START = datetime(2026, 11, 22)  # noqa: DTZ001 - UTC without a zone, as in the warehouse


class Inside:
    """A warehouse beside a sandbox, and the days that pass between runs."""

    def __init__(self, database: Database, sandbox: SandboxProcess) -> None:
        self.database = database
        self.sandbox = sandbox
        self.now = START
        self.runs = 0

    def pass_days(self, days: float) -> None:
        """Let days pass at once."""
        self.now += timedelta(days=days)

    def sync(
        self,
        *,
        retry_policy: RetryPolicy | None = None,
        through: Callable[[Warehouse], Warehouse] = lambda warehouse: warehouse,
        **settings: Any,  # noqa: ANN401 - whatever the setting holds
    ) -> RunReport:
        """Run `loader sync`, with these settings; `through` may stand before the warehouse."""
        self.runs += 1
        report = RunReport(run_id=f"run {self.runs}", version="test")
        with self._context(
            Settings(**settings), through, retry_policy or FakeTime().retry_policy(1e9)
        ) as context:
            run = SyncRun(context=context, report=report, confirm=lambda _: None)
            asyncio.run(run.run())
        return report

    def plan(self, sample: int = 0, **settings: Any) -> list[AudiencePlan]:  # noqa: ANN401 - whatever the setting holds
        """Run `loader plan`, with these settings."""
        report = RunReport(run_id="", version="test")
        with self._context(Settings(**settings)) as context:
            return asyncio.run(PlanRun(context=context, report=report, sample=sample).run())

    def verify(self, *select: str, repairs: bool) -> list[VerifiedAudience]:
        """Run `loader verify`; what it found of each audience."""
        report = RunReport(run_id="", version="test")
        with self._context(Settings(select=select)) as context:
            run = VerifyRun(context=context, report=report, repairs=repairs, sample=99)
            return asyncio.run(run.run())

    @contextmanager
    def _context(
        self,
        settings: Settings,
        through: Callable[[Warehouse], Warehouse] = lambda warehouse: warehouse,
        retry_policy: RetryPolicy | None = None,
    ) -> Iterator[RunContext]:
        opened = self.database.open()
        try:
            yield RunContext(
                warehouse=through(opened),
                settings=settings,
                environment=self._environment,
                retry_policy=retry_policy or RetryPolicy(),
                now=lambda: self.now,
            )
        finally:
            opened.close()

    @property
    def _environment(self) -> dict[str, str]:
        return {"MAILCHIMP_API_KEY": self.sandbox.key, "MAILCHIMP_BASE_URL": self.sandbox.url}
