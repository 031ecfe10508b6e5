"""Old words do not come back: options, names and phrases that nothing uses any more."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent
FOLDERS = ("loader", "dbt_project", "docs", "tests")
SUFFIXES = {".py", ".sql", ".md", ".yml", ".yaml", ".sh", ".csv"}
BUILT = {"target", "dbt_packages", "logs", "__pycache__"}  # by dbt and Python
# they read tables of older versions, in the words of those
OLDER = re.compile(r"dbt_project/macros/registry/migration_to_\d+\.sql|tests/package/upgrade/.*")
GONE = {
    "options": """
        --first --force-leave --heal --show --taken force_leave
    """,
    "modules": """
        loader/pipeline loader.pipeline loader/places.py loader/forecast.py loader/planner.py
        loader/stream.py loader/model.py loader/project.py checks/fits.py warehouse/connect.py
        warehouse/folding.py warehouse/forgetting.py warehouse/shown.py warehouse/statements.py
        reports/foresight.py mailchimp/wire.py mailchimp/columns.py mailchimp/shown.py
        mailchimp/refusals.py mailchimp/details.py mailchimp/catalogue.py mailchimp/reports.py
        pull/catalogue.py pull/pages.py pull/members.py cli/running.py parts/lawful by_hand.py
        parts/inside.py
    """,
    "classes and functions": """
        Delivery Lookups OldPlaces RemoteList RemoteField RemoteSegment SegmentToFill KnownSegment
        ShownValue Unanswered CredentialsRefused FuseBlown NotThere ListNotThere Foresight
        Rehearsal ON_ITS_WAY status_of_new audiences_to_send unsent_because fold_leftovers
        fold_statements people_wanted refresh_members membership_now read_list_for pull_catalogue
        is_write_of_contact let_go_of_list check_first last_turns open_changes until_stopped
    """,
    "macros": """
        mailchimp_activation refuse_audience refuse_duplicates refuse_partial_builds
        history_changes check_columns_of_history described_column own_field_type special_columns
        finish_mapping check_mappings_agree check_mappings_fit conflicts_between
        writing_audiences written_fields written_value ledger_after_changes delta_outcome
        json_names each_json_name has_longer_name json_name under_cap a_day_passes shop_change
        mailchimp_nobody_is_forgotten mailchimp_history_is_whole mailchimp_delta_is_explained
    """,
    "columns": """
        is_decided known_as old_address
    """,
    "words": """
        fuse fuses
    """,
}
PHRASES = (
    "an import may be going on",
    "another one draws other lots",
    "changes faster than it can be read",
    "for want of consent",
    "had its turn",
    "had their turn",
    "if that is meant",
    "leaves are meant",
    "nobody is moved up",
    "out of step",
    "say that it is meant",
    "stand in several rows",
    "stands in several rows",
    "what mailchimp is owed",
    "what mends it",
    "written anew",
)


def _texts() -> Iterable[tuple[str, str]]:
    for path in [
        ROOT / "README.md",
        *(one for name in FOLDERS for one in (ROOT / name).rglob("*")),
    ]:
        name = path.relative_to(ROOT).as_posix()
        is_ours = path.suffix in SUFFIXES and not BUILT.intersection(path.parts)
        if is_ours and path.is_file() and path != Path(__file__) and not OLDER.fullmatch(name):
            yield name, path.read_text()


@pytest.mark.parametrize("kind", GONE)
def test_an_old_name_is_nowhere(kind: str) -> None:
    words = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, GONE[kind].split()))})(?![\w-])")
    assert [
        f"{name}:{number}: {found.group()}"
        for name, text in _texts()
        for number, line in enumerate(text.split("\n"), 1)
        for found in words.finditer(line)
    ] == []


def test_an_old_phrase_is_nowhere() -> None:
    phrases = re.compile("|".join(re.escape(one).replace(r"\ ", r"\s+") for one in PHRASES))
    assert [
        f"{name}:{text.lower()[: found.start()].count(chr(10)) + 1}: {found.group()}"
        for name, text in _texts()
        for found in phrases.finditer(text.lower())
    ] == []
