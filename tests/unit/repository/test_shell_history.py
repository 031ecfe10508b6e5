"""What the documentation tells people to type puts no key and no person into a shell's history."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from markdown_it import MarkdownIt

from command_line import commands
from loader.cli import main

OF_ALL = main.make_context("loader", [], resilient_parsing=True)
ROOT = Path(__file__).parent.parent.parent.parent
OF_OTHERS = {"node_modules", "dbt_packages", "target"}
NO_SHELL = {"css", "csv", "html", "jinja", "json", "python", "sql", "toml", "yaml", "yml"}
NAME = r"\w*(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL)\w*"
LITERAL = r"""["']?[^\s"'$`<;&|]"""  # a value, and not what another command prints
TELLS = {  # what a line gives away, by what it looks like
    "a key": re.compile(r"[\w.…-]-us\d+\b"),
    "the value of a secret": re.compile(rf"\b{NAME}\s*=\s*{LITERAL}", re.IGNORECASE),
    "a secret that is set": re.compile(rf"\b(set|setenv)\b.*\b{NAME}\s+{LITERAL}", re.IGNORECASE),
    "a secret as an option": re.compile(
        rf"--[\w-]*(?:key|token|secret|password|passwd)[\w-]*[ =]{LITERAL}", re.IGNORECASE
    ),
    "credentials of curl": re.compile(r"\bcurl\b.*(\s-\w*u|--user)\b"),
    "a header with a key": re.compile(rf"authorization:\s*\w+\s+{LITERAL}", re.IGNORECASE),
    "a password in an address": re.compile(r"://[^\s/@]+@"),
    "a person": re.compile(r"[\w.+-]+@[\w-]+\.\w"),
}


def pages() -> list[Path]:
    every = (path.relative_to(ROOT) for path in ROOT.rglob("*.md"))
    ours = [path for path in every if not OF_OTHERS & set(path.parts)]
    return sorted(path for path in ours if not any(part.startswith(".") for part in path.parts))


def typed(text: str) -> Iterator[str]:
    """The lines that somebody may type: of blocks in no other language, and within a sentence."""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        language = token.info.strip().partition(" ")[0].lower()
        if token.type == "code_block" or (token.type == "fence" and language not in NO_SHELL):
            yield from token.content.splitlines()
        if token.type == "html_block" and "<pre" in token.content:
            yield from token.content.splitlines()
        for child in token.children or []:
            if child.type == "code_inline" and re.search(r"[\s=]", child.content):
                yield child.content


def told(lines: Iterator[str]) -> list[tuple[str, str]]:
    """What lines give away, and where."""
    return [
        (what, line) for line in lines for what, pattern in TELLS.items() if pattern.search(line)
    ]


def test_the_walk_finds_the_readme_and_every_page_of_the_documentation() -> None:
    assert {"README.md", "CONTRIBUTING.md", "docs/tutorial.md", "docs/how-to/erase.md"} <= {
        page.as_posix() for page in pages()
    }
    lines = list(typed((ROOT / "README.md").read_text()))
    assert {"make test    # everything that CI runs", "dbt run"} <= set(lines)


def test_no_command_of_a_page_shows_a_key_or_a_person() -> None:
    found = {page: told(typed((ROOT / page).read_text())) for page in pages()}
    assert {page: lines for page, lines in found.items() if lines} == {}


def test_no_help_tells_to_type_a_key_or_a_person() -> None:
    helps = {
        name: told(
            iter(
                command.get_help(click.Context(command, info_name=name, parent=OF_ALL)).splitlines()
            )
        )
        for name, command in commands().items()
    }
    assert {name: found for name, found in helps.items() if found} == {}


def test_the_key_of_every_page_is_read_without_being_typed_into_a_command() -> None:
    texts = [(ROOT / page).read_text() for page in pages()]
    (line,) = {line for text in texts for line in typed(text) if line.startswith("read -rs ")}
    done = subprocess.run(
        ["bash", "-c", f"{line}\nprintenv MAILCHIMP_API_KEY"],
        input="secret\\x-us1\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "secret\\x-us1\n"


@pytest.mark.parametrize(
    "line",
    [
        "export MAILCHIMP_API_KEY=...-us1",
        "export MAILCHIMP_API_KEY=abc",
        "MAILCHIMP_API_KEY_SHOP='abc' loader sync",
        "MAILCHIMP_ACCESS_TOKEN = abc",
        "set -x MAILCHIMP_API_KEY abc",
        '$env:MAILCHIMP_API_KEY = "abc"',
        "docker run -e DB_PASSWORD=hunter2 image",
        "loader sync --api-key abc",
        "loader sync --api-key=abc",
        "curl -u me:abc http://127.0.0.1:8765/",
        "curl -H 'Authorization: Bearer abc' http://127.0.0.1:8765/",
        "pip install --index-url https://me:abc@localhost/simple",
        "echo 0123456789abcdef0123456789abcdef-us1 | pass insert mailchimp",
        "echo ada@shop.example | loader forget",
        "loader forget <<< ada@shop.example",
        "printf '%s' ada.b+c@shop.example > gone.txt",
        "dbt run --vars '{address: ada@shop.example}'",
    ],
)
def test_a_key_or_a_person_in_a_command_is_found_wherever_a_page_has_it(line: str) -> None:
    blocks = (
        "    {}\n",
        "```\n{}\n```\n",
        "~~~bash title\n{}\n~~~\n",
        "- x\n\n  ```sh\n  {}\n  ```\n",
    )
    spans = ("Say `{}` now.\n", "| a |\n| --- |\n| `{}` |\n", "<pre>\n{}\n</pre>\n")
    every = [block.format(line) for block in blocks] + (
        [span.format(line) for span in spans] if "|" not in line else []
    )
    assert [page for page in every if not told(typed(page))] == []


@pytest.mark.parametrize(
    "line",
    [
        "read -rs MAILCHIMP_API_KEY && export MAILCHIMP_API_KEY",
        'export MAILCHIMP_API_KEY="$(pass show mailchimp)"',
        "export MAILCHIMP_API_KEY=$KEY_OF_THE_STORE",
        "MAILCHIMP_API_KEY=$(<key.txt) loader sync",
        "loader forget < addresses.txt",
        "export MAILCHIMP_BASE_URL=http://127.0.0.1:8765/3.0",
        "loader sync --select newsletter --json > report.json",
    ],
)
def test_what_is_read_or_comes_from_elsewhere_is_no_secret(line: str) -> None:
    assert told(typed(f"```bash\n{line}\n```\n")) == []
