"""The loader in the process of a test: the same run, with a clock that the test moves."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fake_time import FakeTime
from loader.forecast import Forecast
from loader.pipeline.back.verify import Verification, Verified
from loader.pipeline.plan import Planning
from loader.pipeline.run import Run
from loader.report import RunReport
from loader.settings import Patience, Settings
from loader.warehouse.connect import Warehouse, open_warehouse
from sandbox_process import SandboxProcess

START = datetime(2026, 11, 22)  # noqa: DTZ001 - UTC without a zone, as in the warehouse


class Inside:
    """A warehouse file beside a sandbox, and the days that pass between runs."""

    def __init__(self, file: Path, sandbox: SandboxProcess) -> None:
        self.file = file
        self.sandbox = sandbox
        self.now = START
        self.runs = 0

    def pass_days(self, days: float) -> None:
        """Let days pass at once."""
        self.now += timedelta(days=days)

    def sync(
        self,
        *,
        patience: Patience | None = None,
        through: Callable[[Warehouse], Warehouse] = lambda warehouse: warehouse,
        **settings: Any,  # noqa: ANN401 - whatever the setting holds
    ) -> RunReport:
        """Run `loader sync`, with these settings; `through` may stand before the warehouse."""
        self.runs += 1
        report = RunReport(run_id=f"run {self.runs}", version="test")
        opened = self._open()
        run = Run(
            warehouse=through(opened),
            settings=Settings(**settings),
            environment=self._environment,
            report=report,
            stopping=asyncio.Event(),
            tell=lambda _: None,
            confirm=lambda _: None,
            patience=patience or FakeTime().patience(1e9),
            now=lambda: self.now,
        )
        try:
            asyncio.run(run.sync())
        finally:
            opened.close()
        return report

    def plan(self, most: int = 0, **settings: Any) -> list[Forecast]:  # noqa: ANN401 - whatever the setting holds
        """Run `loader plan`, with these settings."""
        opened = self._open()
        planning = Planning(
            warehouse=opened,
            settings=Settings(**settings),
            environment=self._environment,
            report=RunReport(run_id="", version="test"),
            most=most,
            now=lambda: self.now,
        )
        try:
            return asyncio.run(planning.forecasts())
        finally:
            opened.close()

    def verify(self, *select: str, heals: bool) -> list[Verified]:
        """Run `loader verify`; what it found of each audience."""
        opened = self._open()
        verification = Verification(
            warehouse=opened,
            settings=Settings(select=select),
            environment=self._environment,
            report=RunReport(run_id="", version="test"),
            heals=heals,
            most=99,
            stopping=asyncio.Event(),
            tell=lambda _: None,
            now=lambda: self.now,
        )
        try:
            return asyncio.run(verification.run())
        finally:
            opened.close()

    def _open(self) -> Warehouse:
        settings = {"path": str(self.file), "settings": {"threads": "1"}}
        return open_warehouse("duckdb", settings, self.file.parent, wait=0, tell=lambda _: None)

    @property
    def _environment(self) -> dict[str, str]:
        return {"MAILCHIMP_API_KEY": self.sandbox.key, "MAILCHIMP_BASE_URL": self.sandbox.url}
