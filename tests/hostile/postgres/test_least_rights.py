"""A role with the rights that the documentation gives it runs every command that it names."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from loader.warehouse.contract import shared_tables
from tests.hostile.postgres.served_shop import ServedShop

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "warehouses" / "postgres.md"
ROLE = "mailchimp_loader"
WRITTEN_BY_DBT = {"loader_schema_version", "loader_audiences"}
COMMANDS = (
    ("check",),
    ("plan",),
    ("plan", "--sample", "3"),
    ("sync",),
    ("pull",),
    ("verify",),
    ("verify", "--repair"),
    ("ls",),
    ("runs",),
    ("rejections",),
    ("pause", "readers", "--reason", "a test"),
    ("resume", "readers"),
    ("sync", "--historical-refresh", "--yes"),
)


def documented(shop: ServedShop) -> str:
    """The SQL of the page, with the names of a test."""
    _, _, behind = PAGE.read_text().partition("```sql\n")
    sql, _, _ = behind.partition("```")
    named = sql.replace("database warehouse", f'database "{shop.database.name}"')
    return named.replace("marts", "main").replace("dbt_owner", "loader")


@pytest.fixture
def ruled(shop: ServedShop) -> Iterator[ServedShop]:
    """A shop that dbt has built, whose loader has a role of its own."""
    shop.begin()
    shop.ask(f"create role {ROLE} login")
    shop.ask(documented(shop))
    shop.targets(least={"user": ROLE})
    yield shop
    shop.ask(f"drop owned by {ROLE}; drop role {ROLE}")


def test_the_page_names_every_table_that_the_loader_writes() -> None:
    named = set(re.findall(r"marts\.(\w+)", PAGE.read_text()))
    assert named == shared_tables().keys() - WRITTEN_BY_DBT


def test_a_role_with_the_rights_of_the_page_does_all_that_the_page_says(ruled: ServedShop) -> None:
    for command in COMMANDS:
        ended = ruled.loader(*command, "--target", "least")
        assert (command, ended.exit_code) == (command, 0), ended.output
    assert ruled.is_exact()

    ruled.sql("update people set fname = 'Second'")
    ruled.audience("readers", "select *, 7 as points from people", segment="Readers")
    ruled.audience("others", "select * from people where fname <> ''", contacts="update")
    ruled.dbt("run")  # new views, which nobody has granted anything on
    ended = ruled.loader("sync", "--target", "least")
    assert ended.exit_code == 0, ended.output
    assert ruled.is_exact()


@pytest.mark.parametrize("left", ["create", "temporary", "insert"])
def test_a_right_that_lacks_is_said_in_words(ruled: ServedShop, left: str) -> None:
    database = ruled.database.name
    ruled.ask(
        {
            "create": f"revoke create on schema main from {ROLE}",
            "temporary": f'revoke temporary on database "{database}" from {ROLE}, public',
            "insert": f"revoke insert on loader_runs from {ROLE}",
        }[left]
    )
    ended = ruled.loader("sync", "--target", "least")
    assert ended.exit_code == 3
    assert "permission denied" in ended.output
    assert "Traceback" not in ended.output
    assert ruled.members() == {}


def test_who_does_not_own_the_tables_erases_nobody_and_is_told_so(ruled: ServedShop) -> None:
    assert ruled.loader("sync", "--target", "least").exit_code == 0
    ruled.sql("delete from people where email_address like 'person7@%'")
    ruled.dbt("run")
    before = ruled.ask("select count(*) from loader_acks")
    ended = ruled.loader("forget", "--target", "least", typed="person7@people.example.com\n")
    assert ended.exit_code == 3
    assert "may not rewrite" in ended.output
    assert "Nothing was erased" in ended.output
    assert ruled.ask("select count(*) from loader_acks") == before
