"""Somebody's own dbt project with the package installed, its warehouse, and the loader."""

import json
import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from command_line import Printed, inside, outside
from dbt_process import DbtProcess, Ended, write_profiles
from loader.model.settings import utc_now
from sandbox_process import SandboxProcess
from warehouses.database import Output


class Shop:
    """A project in a folder of its own, beside a sandbox that stands for Mailchimp."""

    def __init__(self, folder: Path, dbt: DbtProcess, sandbox: SandboxProcess) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self.list_id = sandbox.new_list(name=folder.name)
        self.ahead = timedelta()  # how far the loader's clock is ahead of this machine's
        self._dbt = dbt
        self._kept: dict[str, int] = {}
        self.database = dbt.install(folder)

    def audience(self, name: str, sql: str, **mailchimp: Any) -> None:  # noqa: ANN401 - any configuration
        """Write the one file of an audience; it feeds the shop's list unless it says another."""
        meta = {"mailchimp": {"list_id": self.list_id, **mailchimp}}
        self._write(f"models/{name}.sql", f"{{{{ config(meta={meta!r}) }}}}\n{sql}\n")

    def struct(self, fields: Mapping[str, str], kind: str = "boolean") -> str:
        """SQL of a struct of values of one type, as the warehouse spells it."""
        return self.database.struct(fields, kind)

    def remove(self, name: str) -> None:
        """Delete the file of an audience."""
        (self.folder / f"models/{name}.sql").unlink()

    def targets(self, **others: Output) -> None:
        """Give profiles.yml targets beside its own, each by what it has other than that one."""
        own = self.database.output
        write_profiles(
            self.folder, local=own, **{name: own | other for name, other in others.items()}
        )

    def sql(self, *statements: str) -> None:
        """Change the warehouse by hand."""
        with self.database.session() as session:
            for statement in statements:
                session.execute(statement)

    def query(self, sql: str) -> list[dict[str, Any]]:
        """Ask the warehouse."""
        with self.database.session() as session:
            return session.named(sql)

    def rows(self, relation: str, where: str = "true") -> list[dict[str, Any]]:
        """Every row of a table or view, or some of them, in an order that they themselves have."""
        return sorted(self.query(f"select * from {relation} where {where}"), key=repr)

    def kept(self, audience: str) -> list[dict[str, Any]]:
        """What is kept of the contacts that an audience selects now."""
        return self.query(f'select * from "{audience}__history" where dbt_valid_to is null')

    def dbt(self, *arguments: str) -> str:
        """Run dbt, which must go well; what it printed."""
        ended = self.try_dbt(*arguments)
        if ended.exit_code:
            raise AssertionError(ended.output)
        return ended.output

    def try_dbt(self, *arguments: str) -> Ended:
        """Run dbt."""
        return self._dbt.run(self.folder, *arguments)

    def loader(
        self,
        *arguments: str,
        folder: Path | None = None,
        typed: str | bytes | None = None,
        **environment: str | None,
    ) -> Printed:
        """Run the loader in this process; None takes a variable out of its environment."""
        given = self.environment | environment
        return inside(folder or self.folder, arguments, given, self._now, typed)

    def loader_process(
        self, *arguments: str, folder: Path | None = None, **environment: str | None
    ) -> Printed:
        """Run the loader as a process of its own."""
        return outside(folder or self.folder, arguments, self.environment | environment)

    @property
    def environment(self) -> dict[str, str | None]:
        """Where the loader finds Mailchimp, and what lets it in."""
        return {"MAILCHIMP_API_KEY": self.sandbox.key, "MAILCHIMP_BASE_URL": self.sandbox.url}

    def put_clock(self, moment: datetime) -> None:
        """Let the loader's clock stand at a moment, in UTC without a zone, and go on from there."""
        self.ahead = moment - utc_now()

    def keep(self) -> None:
        """Keep the warehouse, the models and Mailchimp as they are, for tests to begin with."""
        self.database.keep("kept")
        self._kept = self.sandbox.control("POST", "/state")
        shutil.copytree(self.folder, self._copy, symlinks=True)

    def put_back(self) -> None:
        """Let everything be as it was when it was kept; nothing is asked of Mailchimp yet."""
        shutil.rmtree(self.folder)
        shutil.copytree(self._copy, self.folder, symlinks=True)
        self.database.put_back("kept")
        self.sandbox.control("POST", "/state", {"put_back": self._kept["kept"]})
        self.ahead = timedelta()
        self.sandbox.faults()
        self.forget_requests()

    @property
    def _copy(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.kept")

    def _now(self) -> datetime:
        return utc_now() + self.ahead

    def sync(self, *arguments: str, exit_code: int = 0) -> dict[str, Any]:
        """Run `loader sync`, which must end with this code; its report."""
        ended = self.loader("sync", "--log-format", "json", *arguments)
        if ended.exit_code != exit_code:
            raise AssertionError(f"exit code {ended.exit_code}: {ended.output}")
        report = self.folder / "target" / "loader_run_results.json"
        results: dict[str, Any] = json.loads(report.read_text()) if report.exists() else {}
        return results

    def rejections(self, *columns: str) -> list[tuple[Any, ...]]:
        """Some columns of `loader rejections`."""
        ended = self.loader("rejections", "--json")
        return [tuple(row[name] for name in columns) for row in json.loads(ended.output)]

    def members(self) -> dict[str, dict[str, Any]]:
        """What the list shows, by address; a field without a value is as good as no field."""
        members = self.sandbox.members(self.list_id)
        for member in members:
            fields = member["merge_fields"].items()
            member["merge_fields"] = {tag: value for tag, value in fields if value != ""}
        return {member["email_address"].lower(): member for member in members}

    def writes(self) -> dict[str, int]:
        """The write requests that Mailchimp counted since `forget_requests`."""
        counted = self.sandbox.requests()["by_route"]
        return {route: count for route, count in counted.items() if not route.startswith("GET")}

    def forget_requests(self) -> None:
        """Begin to count requests anew."""
        self.sandbox.control("POST", "/requests/reset")

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
