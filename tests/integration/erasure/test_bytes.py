"""The files of a warehouse after `loader forget`: nothing of the person, all else as before."""

import os
import resource
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from loader.warehouse.engine.duckdb.rewriting import make_room
from tests.integration.erasure.erased_warehouse import Kept
from warehouses.duckdb_file import DuckDBFile

pytestmark = pytest.mark.duckdb_only("bytes of the file")
ADA = "ada.needle@people.example.com"
SPILL = """
import duckdb, os, sys
c = duckdb.connect(sys.argv[1])
c.execute("set memory_limit = '40MB'; set threads = 1; set preserve_insertion_order = false")
many = "create temporary table t as select md5(range::varchar) || ? as a from range(1000000)"
c.execute(many, [sys.argv[2]])
c.execute("insert into readers__history (email_address) values (?)", ["wal" + sys.argv[2]])
os._exit(9)
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def is_in_a_file(folder: Path, text: str) -> bool:
    found = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return any(text.encode() in content for content in found)


def with_ada(kept: Kept) -> Kept:
    kept.version(ADA, "needle-id")
    kept.sql("checkpoint")
    return kept


def test_a_symbolic_link_stays_and_the_real_file_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    real = tmp_path / "there" / "real.duckdb"
    link = tmp_path / "here" / "shop.duckdb"
    (tmp_path / "here" / "half.duckdb").symlink_to(real)
    link.symlink_to("half.duckdb")
    kept = with_ada(Kept(tmp_path / "here", DuckDBFile(tmp_path / "here")))
    before = files(tmp_path)
    assert is_in_a_file(tmp_path, ADA)
    assert kept.forget(ADA).exit_code == 0
    assert (link.is_symlink(), link.resolve(), real.is_symlink()) == (True, real, False)
    assert files(tmp_path) == before
    assert not is_in_a_file(tmp_path, ADA)
    assert not is_in_a_file(tmp_path, "needle-id")


@pytest.mark.parametrize("given", [0o600, 0o640, 0o664])
def test_mode_owner_and_group_stay(kept: Kept, given: int) -> None:
    with_ada(kept).file.chmod(given)
    if os.geteuid() == 0:
        os.chown(kept.file, 12345, 54321)
    before = kept.file.stat()
    assert kept.forget(ADA).exit_code == 0
    after = kept.file.stat()
    assert after.st_ino != before.st_ino
    assert (mode(kept.file), after.st_uid, after.st_gid) == (given, before.st_uid, before.st_gid)


def test_what_killed_processes_have_left_is_removed(kept: Kept) -> None:
    before = files(with_ada(kept).folder)
    ended = subprocess.run([sys.executable, "-c", SPILL, str(kept.file), ADA], check=False)
    assert ended.returncode == 9
    assert {"shop.duckdb.tmp", "shop.duckdb.wal"} <= files(kept.folder)
    for room in (".shop.duckdb.a0_bcdef.rewrite", ".shop.duckdb.aaaaaaaa.rewrite"):
        (kept.folder / room).mkdir()
        shutil.copy(kept.file, kept.folder / room / "fresh.duckdb")
    # of a database with a longer name, and somebody's own
    others = {".shop.duckdb.two.aaaaaaaa.rewrite", "shop.duckdb.two.wal"}
    (kept.folder / ".shop.duckdb.two.aaaaaaaa.rewrite").mkdir()
    (kept.folder / "shop.duckdb.two.wal").touch()
    assert kept.forget(ADA, f"wal{ADA}").exit_code == 0
    assert files(kept.folder) == before | others
    assert not is_in_a_file(kept.folder, ADA)


def test_the_folder_of_spilled_files_keeps_what_is_not_duckdb_s(kept: Kept) -> None:
    spilled = with_ada(kept).folder / "shop.duckdb.tmp"
    spilled.mkdir()
    for name in ("duckdb_temp_storage_DEFAULT-0.tmp", "duckdb_temp_block-1.block", "mine.txt"):
        (spilled / name).write_text(ADA if name != "mine.txt" else "")
    assert kept.forget(ADA).exit_code == 0
    assert files(spilled) == {"mine.txt"}


def test_a_file_with_a_second_name_is_refused_before_anything_is_erased(kept: Kept) -> None:
    os.link(with_ada(kept).file, kept.folder / "second")
    ended = kept.forget(ADA)
    assert (ended.exit_code, "hard links" in ended.err) == (3, True)
    (kept.folder / "second").unlink()
    assert kept.addresses() == {ADA}


def test_a_run_that_was_killed_before_the_file_was_written_is_mended_by_the_next(
    kept: Kept,
) -> None:
    with_ada(kept).sql("delete from readers__history", "checkpoint")
    before = kept.file.stat().st_ino
    ended = kept.forget(ADA)
    assert (ended.exit_code, "Not found: 1 of 1" in ended.out) == (1, True)
    assert kept.file.stat().st_ino != before


def test_a_file_that_cannot_be_written_anew_is_told_and_the_next_run_writes_it(kept: Kept) -> None:
    with_ada(kept).sql("create table much as select md5(range::varchar) as a from range(100000)")
    before, limit = files(kept.folder), 400_000
    ended = subprocess.run(
        [sys.executable, "-m", "loader", "forget"],
        cwd=kept.folder,
        input=ADA,
        text=True,
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert (ended.returncode, "could not be rewritten" in ended.stderr) == (3, True), ended
    assert files(kept.folder) - before <= {"shop.duckdb.wal"}
    assert kept.addresses() == set()
    assert kept.forget(ADA).exit_code == 1
    assert not is_in_a_file(kept.folder, ADA)


def test_the_new_file_is_written_where_nobody_else_can_look_or_guess(kept: Kept) -> None:
    rooms = [make_room(kept.file) for _ in range(2)]
    assert [mode(room) for room in rooms if room.exists()] == [
        0o700
    ]  # the first was left, and went
    assert rooms[0].name != rooms[1].name


def test_nothing_is_left_when_nothing_is_erased(kept: Kept) -> None:
    kept.audience("others", status="success")
    kept.version(ADA, days=(1, None), history="others__history")
    kept.close()
    before = files(kept.folder), kept.file.stat().st_ino
    assert kept.forget(ADA).exit_code == 2
    assert (files(kept.folder), kept.file.stat().st_ino) == before


def test_a_view_over_a_table_that_is_gone_stops_nobody(kept: Kept) -> None:
    with_ada(kept).sql(
        "create table gone as select 1 as one",
        "create view broken as from gone",
        "create view more_broken as from broken",
        "drop table gone",
    )
    assert kept.forget(ADA).exit_code == 0
    assert kept.query("select count(*) from duckdb_views() where view_name like '%broken'") == [
        (2,)
    ]
