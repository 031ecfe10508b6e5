"""A project that asks for the models over what a pull brought."""

from pathlib import Path

from dbt_process import PROJECT, DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop


class Back(Shop):
    """A shop with the models over what a pull brought."""

    def __init__(self, folder: Path, dbt: DbtProcess, sandbox: SandboxProcess) -> None:
        super().__init__(folder, dbt, sandbox)
        (folder / "dbt_project.yml").write_text(PROJECT + "vars: {mailchimp_models: true}\n")

    def model(self, name: str, sql: str) -> None:
        """Write a model of the project's own that is no audience."""
        path = self.folder / "models" / f"{name}.sql"
        path.parent.mkdir(exist_ok=True)
        path.write_text("{{ config(materialized='table') }}\n" + sql)
