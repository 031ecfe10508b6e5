"""What the documentation says of the program is what the program says of itself."""

import ast
import re
from pathlib import Path

import yaml
from cogapp import Cog

from command_line import commands
from loader.model.batch import Outcome
from loader.model.reasons import DRIFT_TYPES, REASONS
from loader.warehouse.rules.contact_rules import CONTACT_RULES
from loader.warehouse.rules.membership_rules import MEMBERSHIP_RULES

ROOT = Path(__file__).parent.parent.parent.parent
README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
DBT = ROOT / "dbt_project"
DOCS = ROOT / "docs"
PAGES = {"README.md": README} | {
    page.relative_to(ROOT).as_posix(): page.read_text() for page in sorted(DOCS.rglob("*.md"))
}
OUTCOMES = PAGES["docs/reference/outcomes.md"]
PEERS = PAGES["docs/explanation/peers.md"]
OF_OTHERS = {"--no-partial-parse", "--full-refresh", "--empty", "--sample", "--vars"}  # dbt's
LINES_OF_THE_README = 200


def test_the_tables_of_the_reference_say_what_the_program_says() -> None:
    pages = [str(DOCS.parent / name) for name, text in PAGES.items() if "[[[cog" in text]
    assert len(pages) >= 7
    options = ["cog", "--check", "--diff", "--verbosity=0", "-I", str(DOCS / "reference")]
    assert Cog().main([*options, *pages]) == 0, "run `make docs`"


def test_the_readme_fits_in_two_hundred_lines() -> None:
    assert len(README.splitlines()) <= LINES_OF_THE_README


def test_every_command_and_option_of_a_page_exists() -> None:
    named = {
        (page, name)
        for page, text in PAGES.items()
        for name in re.findall(r"(?:`|^    |&& |\$ )loader ([a-z]+)\b", text, flags=re.MULTILINE)
    }
    assert {one for one in named if one[1] not in commands()} == set()
    known = {
        option
        for command in commands().values()
        for parameter in command.params
        for option in parameter.opts
    }
    told = {
        (page, name)
        for page, text in PAGES.items()
        for name in re.findall(r"(?<![\w|-])--[a-z][a-z-]+", text)
    }
    assert {one for one in told if one[1] not in known | OF_OTHERS | {"--help"}} == set()


def test_every_make_target_of_a_page_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    told = {
        (page, name) for page, text in PAGES.items() for name in re.findall(r"`make (\w+)", text)
    }
    assert {one for one in told if one[1] not in targets} == set()


def test_every_path_of_a_page_is_there() -> None:
    named = {
        (page, name)
        for page, text in (PAGES | {"CONTRIBUTING.md": CONTRIBUTING}).items()
        for name in re.findall(r"`((?:loader|tests|docs|dbt_project|\.ci)/[\w./-]*)[`:]", text)
    }
    assert len(named) > 50
    assert {one for one in named if not (ROOT / one[1]).exists()} == set()


def test_every_page_is_in_the_site_and_on_the_page_that_it_opens_with() -> None:
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
    entries = [part if isinstance(part, str) else "" for part in leaves(site["nav"])]
    pages = {name.removeprefix("docs/") for name in PAGES} - {"README.md"}
    assert sorted(entries) == sorted(pages)
    linked = set(re.findall(r"\]\(([\w/-]+\.md)\)", PAGES["docs/index.md"]))
    assert linked == pages - {"index.md"}


def leaves(entry: object) -> list[object]:
    """What a navigation ends in."""
    if isinstance(entry, list):
        return [leaf for one in entry for leaf in leaves(one)]
    if isinstance(entry, dict):
        return [leaf for one in entry.values() for leaf in leaves(one)]
    return [entry]


def test_every_outcome_has_its_row() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", OUTCOMES.partition("## ")[0], flags=re.MULTILINE)
    assert rows == [one.value for one in Outcome]


def test_every_reason_has_its_row_once() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", OUTCOMES.partition("## ")[2], flags=re.MULTILINE)
    rows = [one for one in rows if one not in ("reason_code", "drift_type")]
    assert rows == [one.code for one in REASONS] + list(DRIFT_TYPES)
    keys = [(one.outcome, one.code) for one in REASONS]
    assert len(set(keys)) == len(keys)
    sentences = {(one.code, one.sentence) for one in REASONS}
    assert len(sentences) == len({code for code, _ in sentences})  # a code says one thing


def test_what_makes_a_row_invalid_has_the_words_and_codes_of_dbt() -> None:
    text = (DBT / "macros/columns/audience_invalid.sql").read_text()
    of_dbt = dict(re.findall(r'^ +"(\w+)": "([^"]+)",$', text, flags=re.MULTILINE))
    ours = {one.code: one.sentence for one in REASONS if one.outcome == "invalid"}
    of_others = {"conflicting_values", "tag_too_long"}  # said of several audiences, or of a tag
    assert of_dbt.keys() == ours.keys() - of_others
    assert {code: f"… {words}" for code, words in of_dbt.items() if ours[code] != words} == {
        code: words for code, words in ours.items() if words.startswith("… ") and code in of_dbt
    }


def test_a_rule_decides_with_a_code_of_the_list() -> None:
    known = {(one.outcome, one.code) for one in REASONS}
    codes = {(rule.outcome, rule.reason_code) for rule in (*CONTACT_RULES, *MEMBERSHIP_RULES)}
    fixed = {(outcome, code) for outcome, code in codes if code and "{" not in code}
    assert len(fixed) > 5
    assert fixed - known == set()


def test_the_page_of_states_says_what_writes_every_column_of_the_ledger() -> None:
    (source,) = yaml.safe_load((DBT / "models/sources/_sources.yml").read_text())["sources"]
    (ledger,) = [one for one in source["tables"] if one["name"] == "loader_ledger"]
    keys = {"list_id", "audience", "kind", "segment", "email_address", "run_id"}
    columns = {one["name"] for one in ledger["columns"]} - keys
    told = set(re.findall(r"`(\w+)`", PAGES["docs/explanation/states.md"]))
    assert columns - told == set()


def test_the_page_of_peers_has_rows_from_one_to_twenty() -> None:
    rows = re.findall(r"^\| (\d+) \|", PEERS, flags=re.MULTILINE)
    assert rows == [str(row) for row in range(1, 21)]


def test_every_row_of_the_page_of_peers_names_tests_that_exist() -> None:
    rows = re.findall(r"^\| \d+ \|.+$", PEERS, flags=re.MULTILINE)
    named = [re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row) for row in rows]
    assert all(named)
    tests = [test for of_a_row in named for test in of_a_row]
    assert len(tests) == PEERS.count("::")
    assert [test for test in tests if test[1] not in functions(ROOT / test[0])] == []


def functions(path: Path) -> set[str]:
    """The functions that a file defines; a file that is not there has none."""
    body = ast.parse(path.read_text()).body if path.exists() else []
    return {one.name for one in body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
