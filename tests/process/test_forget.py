"""`loader forget`: after it nobody can find the person, not even in the bytes of the file."""

import pytest

from command_line import outside
from dbt_process import DbtProcess
from responses.pulled import campaign, pull
from sandbox_process import SandboxProcess
from shop import Shop

pytestmark = pytest.mark.duckdb_only("bytes of the file")
ADA, BOB = "ada.needle@people.example.com", "bob@people.example.com"
SELECT = "select *, true as marketing_consent from people"


@pytest.fixture(scope="module")
def synced(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop of whose people everybody was sent."""
    shop = Shop(tmp_path_factory.mktemp("forget"), dbt, sandbox)
    shop.sql(
        f"create table people as select * from (values ('{ADA}', 'p1'), ('{BOB}', 'p2'))"
        " as people (email_address, person_id)",
        "create table mood (mood varchar primary key)",
        "create index moods on mood (mood)",
    )
    shop.audience("readers", SELECT, segment="Readers", on_leave="archive")
    shop.dbt("run")
    shop.sync()
    shop.keep()
    return shop


@pytest.fixture
def shop(synced: Shop) -> Shop:
    """The same, again."""
    synced.put_back()
    return synced


def forget(shop: Shop, *addresses: str) -> tuple[int, str]:
    """Erase people in a process that knows nothing of Mailchimp."""
    ended = outside(shop.folder, ("forget",), {}, typed="\n".join(addresses))
    return ended.exit_code, ended.output


def is_in_the_file(shop: Shop, text: str) -> bool:
    copies = [path.read_bytes() for path in shop.folder.glob("shop.duckdb*")]
    return any(text.encode() in content for content in copies)


def objects(shop: Shop) -> list[dict[str, object]]:
    return shop.query(
        "select view_name as name, comment from duckdb_views() where not internal"
        " union all select index_name, null from duckdb_indexes()"
        " union all select table_name, null from duckdb_tables() order by all"
    )


def test_a_person_is_erased_from_every_table_and_from_the_bytes_of_the_file(shop: Shop) -> None:
    first = campaign(shop, "first", "2026-05-01T09:00:00+00:00")
    opened = {"email_address": ADA, "action": "open"}
    shop.sandbox.control("POST", f"/campaigns/{first}/events", {"events": [opened]})
    pull(shop)
    assert shop.query(f"select * from mailchimp_events where email_address = '{ADA}'")
    shop.sql(f"delete from people where email_address = '{ADA}'", "checkpoint")
    shop.dbt("run")
    shop.sync()
    assert is_in_the_file(shop, ADA)
    before = objects(shop)

    code, said = forget(shop, f"  {ADA.upper()} ")
    assert (code, "1 person" in said, "archived" in said) == (0, True, True)
    assert ADA not in said
    assert not is_in_the_file(shop, ADA)
    assert is_in_the_file(shop, BOB)
    assert objects(shop) == before
    for table in ("readers__history", "loader_ledger", "loader_acks", "mailchimp_members"):
        assert shop.query(f"select * from {table} where email_address = '{ADA}'") == []

    shop.dbt("run")
    shop.forget_requests()
    shop.sync()
    assert shop.writes() == {}
    assert shop.members()[BOB]["status"] == "subscribed"


def test_who_is_still_on_a_list_is_not_taken_for_new_when_they_return(shop: Shop) -> None:
    shop.sql(f"delete from people where email_address = '{ADA}'")
    shop.audience("readers", SELECT, segment="Readers", on_leave="keep")
    shop.dbt("run")
    shop.sync()
    assert forget(shop, ADA)[0] == 0

    shop.sql(f"insert into people values ('{ADA}', 'p1')")
    shop.audience("readers", SELECT, segment="Readers", on_leave="archive")
    shop.dbt("run")
    shop.sync()
    shop.sql(f"delete from people where email_address = '{ADA}'")
    shop.dbt("run")
    shop.sync()
    assert shop.members()[ADA]["status"] == "subscribed"  # she was there before


def test_who_is_still_selected_is_not_erased(shop: Shop) -> None:
    code, said = forget(shop, ADA)
    assert (code, "selected by readers" in said, ADA in said) == (2, True, False)
    assert len(shop.query(f"select * from loader_acks where email_address = '{ADA}'")) == 2

    shop.remove("readers")
    shop.audience("others", f"{SELECT} limit 0")
    shop.dbt("run")
    assert forget(shop, ADA)[0] == 0
    assert shop.query(f"select * from readers__history where email_address = '{ADA}'") == []


def test_nobody_is_erased_without_an_address(shop: Shop) -> None:
    assert forget(shop, "", " ")[0] == 2
    code, said = forget(shop, "nobody@people.example.com")
    assert (code, "Not found: 1 of 1" in said) == (1, True)
