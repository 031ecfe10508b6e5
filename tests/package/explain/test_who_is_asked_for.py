"""Whom `loader explain` is asked about, and what is no person."""

import json

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop
from tests.package.explain.stories import Stories, printed

AT = "@people.example.com"


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop that dbt has built, and that nobody has synced."""
    shop = Shop(tmp_path_factory.mktemp("asked"), dbt, sandbox)
    shop.sql(
        f"create table people as select * from (values ('ada{AT}', 'ada'),"
        f" ('home1{AT}', 'household'), ('home2{AT}', 'household'))"
        " as people (email_address, person_id)"
    )
    shop.audience("readers", "select *, true as marketing_consent from people")
    shop.dbt("run")
    shop.keep()
    return shop


def test_an_address_as_an_argument_is_refused_and_not_repeated(shop: Shop) -> None:
    ended = shop.loader("explain", f"ada{AT}")
    assert (ended.exit_code, "from standard input" in ended.err) == (2, True)
    assert AT not in ended.output


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (b"", "no address and no person_id"),
        (b" \n\t\n", "no address and no person_id"),
        (f"ada{AT}\nleaves{AT}\n".encode(), "2 lines"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a\x00b", "neither an address nor a person_id"),
    ],
    ids=["nothing", "white space", "two", "bytes", "a control character"],
)
def test_bad_input_is_an_error_with_what_to_do(shop: Shop, given: bytes, says: str) -> None:
    ended = printed(shop, given)
    assert (ended.exit_code, ended.out) == (2, "")
    assert says in ended.err
    assert AT not in ended.err


def test_an_empty_person_id_is_an_error(shop: Shop) -> None:
    ended = shop.loader("explain", " ")
    assert (ended.exit_code, "neither an address nor a person_id" in ended.err) == (2, True)


def test_nobody_is_told_with_where_was_looked(shop: Shop) -> None:
    ended = printed(shop, f"nobody{AT}")
    assert ended.exit_code == 1
    for words in ("Nothing is recorded", "readers", f"list {shop.list_id}: never read", "run dbt"):
        assert words in ended.out
    as_json = json.loads(printed(shop, f"nobody{AT}", "--json").out)
    assert (as_json["is_found"], "readers" in as_json["looked_in"]["audiences"]) == (False, True)


def test_an_id_in_another_letter_case_is_hinted_at(shop: Shop) -> None:
    ended = shop.loader("explain", "HOUSEHOLD")
    assert (ended.exit_code, "letter case alone" in ended.out) == (1, True)
    assert "household" not in ended.out
    assert "letter case alone" not in shop.loader("explain", "nothing like it").out


def test_an_address_is_the_same_in_any_spelling(shop: Shop) -> None:
    stories = Stories(shop)
    assert stories.told(f" Ada{AT.upper()}\t")["places"] == stories.told(f"ada{AT}")["places"]


def test_an_id_of_a_crowd_is_no_person(shop: Shop) -> None:
    shop.sql(
        "insert into readers__history (email_address, person_id, dbt_valid_from)"
        f" select 'guest' || range || '{AT}', 'guest', now()"
        " from generate_series(0, 29) as numbers(range)"
    )
    ended = shop.loader("explain", "guest")
    assert (ended.exit_code, "not one person's" in ended.err) == (2, True)
    assert AT not in ended.output
    shop.put_back()
