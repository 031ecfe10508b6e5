"""dbt on one machine and the loader on another: the same as on one, also when one is killed."""

from pathlib import Path
from typing import Any

from loader_process import Held, begun, until
from sandbox_process import SandboxProcess
from tests.ducklake.machines import MachineOfDbt, MachineOfLoader
from warehouses.database import Database
from warehouses.duckdb_file import DuckDBFile
from warehouses.ducklake import DuckLakeDatabase

BUILT = """
select count(*) from ducklake_table where table_name like 'customers%'
"""
Machines = tuple[MachineOfDbt, MachineOfLoader]


def demo(folder: Path, database: Database) -> list[dict[str, Any]]:
    """The syncs of the demo: everybody, a day later, and nothing to do."""
    with SandboxProcess("--allow-example-com") as sandbox:
        dbt = MachineOfDbt(folder / "dbt", database)
        loader = MachineOfLoader(folder / "loader", database, sandbox)
        dbt.run("build", "--exclude-resource-type", "test", "unit_test")
        first = loader.sync()
        dbt.run("run-operation", "simulate_one_day")
        dbt.run("run")
        return [first, loader.sync(), loader.sync()]


def test_two_machines_send_what_one_sends(tmp_path: Path, lake: DuckLakeDatabase) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    (one / "file").mkdir()
    on_a_file = DuckDBFile(one / "file")
    on_a_file.output = on_a_file.anywhere
    assert demo(two, lake) == demo(one, on_a_file)


def test_a_loader_that_is_killed_while_dbt_builds_is_healed_by_the_next(machines: Machines) -> None:
    dbt, loader = machines
    dbt.run("build", "--exclude-resource-type", "test", "unit_test")
    held = Held(loader, rate=1)
    with begun(loader) as running, dbt.begin("run") as building:
        until(lambda: held.writes() > 0)
        running.kill()
        building.communicate()
    assert building.returncode == 0
    held.release()
    loader.sync()
    assert loader.sync()["writes"] == 0
    assert loader.run("verify").exit_code == 0


def test_a_dbt_that_is_killed_while_the_loader_sends_is_healed_by_the_next(
    machines: Machines, lake: DuckLakeDatabase
) -> None:
    dbt, loader = machines
    dbt.run("build", "--exclude-resource-type", "test", "unit_test")
    dbt.run("run-operation", "simulate_one_day")
    held = Held(loader, rate=1)
    with begun(loader) as running:
        until(lambda: held.writes() > 0)
        before = lake.ask(BUILT)
        with dbt.begin("run") as building:
            until(lambda: lake.ask(BUILT) != before)
            building.kill()
        held.release()
        assert running.end() == 0
    dbt.run("run")
    loader.sync()
    assert loader.sync()["writes"] == 0
    assert loader.run("verify").exit_code == 0


def test_the_second_loader_is_told_who_has_the_schema_and_whoever_reads_is_not(
    machines: Machines, tmp_path: Path, lake: DuckLakeDatabase
) -> None:
    dbt, loader = machines
    dbt.run("build", "--exclude-resource-type", "test", "unit_test")
    third = MachineOfLoader(tmp_path / "third", lake, loader.sandbox)
    held = Held(loader, rate=1)
    with begun(loader) as running:
        until(lambda: held.writes() > 0)
        refused = third.run("sync", "--lock-timeout", "0.1")
        listed = third.run("ls")
        with lake.session() as dashboard:
            found = dashboard.rows("select count(*) from newsletter")
        held.release()
        assert running.end() == 0
    assert refused.exit_code == 3
    assert "The schema main is held by dbt-mailchimp (process " in refused.output
    assert listed.exit_code == 0
    assert "newsletter" in listed.output
    assert found[0][0] > 0
