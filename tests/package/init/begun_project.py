"""A project that has customers in its warehouse and nothing of ours, for `loader init`."""

from pathlib import Path

import duckdb

from command_line import Environment, Printed, inside
from sandbox_process import SandboxProcess

PROJECT = """\
# ours
name: shop
profile:   shop    # as everybody

models:
  shop:
    # marts are tables
    marts: {+materialized: table}
"""
PROFILES = """
shop:
  target: dev
  outputs:
    dev: {type: duckdb, path: shop.duckdb, schema: main}
    new: {type: duckdb, path: new.duckdb}
"""
CUSTOMERS = (
    "create table customers as select 1 as id, 'ada@shop.de' as email, 'Ada' as first_name,"
    " 'pro' as plan, true as newsletter_consent"
)
COPY = "dbt_packages_local/dbt_mailchimp"
AUDIENCE = "models/audiences/newsletter.sql"


class Begun:
    """A project of a seed that was built, and the command in it."""

    def __init__(self, folder: Path, sandbox: SandboxProcess) -> None:
        self.folder = folder
        self.environment: Environment = {
            "MAILCHIMP_API_KEY": sandbox.key,
            "MAILCHIMP_BASE_URL": sandbox.url,
        }
        self.write("dbt_project.yml", PROJECT)
        self.write("profiles.yml", PROFILES)
        self.write("seeds/customers.csv", "id,email\n")
        self.sql(CUSTOMERS)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())

    def read(self, name: str) -> str:
        return (self.folder / name).read_bytes().decode()

    def sql(self, *statements: str) -> None:
        with duckdb.connect(str(self.folder / "shop.duckdb")) as connection:
            for statement in statements:
                connection.execute(statement)

    def init(self, *options: str, **environment: str | None) -> Printed:
        """Run it without questions."""
        given = {**self.environment, **environment}
        return inside(self.folder, ("init", "--yes", *options), given)

    def wrote(self, *options: str) -> str:
        """What it printed, when it went well."""
        ended = self.init(*options)
        assert ended.exit_code == 0, ended.output
        return ended.out

    def files(self) -> dict[str, bytes]:
        paths = [path for path in self.folder.rglob("*") if path.is_file()]
        kept = [path for path in paths if path.suffix != ".duckdb"]
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in kept}
