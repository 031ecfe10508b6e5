"""What is wrong outlives a run, in a file, where the warehouse cannot be asked."""

from datetime import datetime
from pathlib import Path

import pytest

from loader.model.trouble import Subject, Trouble, TroubleKind, TroubleStatus
from loader.notices.kept_file import NAME, KeptFile

TROUBLE = Trouble(
    subject=Subject(command="sync --due", audience="", list_id="", kind=TroubleKind.FAILURE),
    status=TroubleStatus.TOLD,
    message='locked by "Ünï" \u202e',
    affected=0,
    times=3,
    since=datetime(2026, 11, 22, 2, 0, 0, 7),  # noqa: DTZ001 - UTC
    told_at=datetime(2026, 11, 22, 3),  # noqa: DTZ001 - UTC
)


def test_what_is_kept_is_read_again_and_its_owner_alone_reads_it(tmp_path: Path) -> None:
    kept = KeptFile(folder=tmp_path / "target")
    assert kept.read() == []
    kept.keep([TROUBLE])
    assert kept.read() == [TROUBLE]
    assert (tmp_path / "target" / NAME).stat().st_mode & 0o077 == 0
    kept.remove()
    kept.remove()
    assert kept.read() == []


@pytest.mark.parametrize("text", ["", "{", "{}", "[1]", '[{"command": "sync"}]', "null", '"x"'])
def test_a_file_that_is_not_ours_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    assert KeptFile(folder=tmp_path).read() == []
