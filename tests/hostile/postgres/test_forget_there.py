"""Who is forgotten stands in no file of a table any more, and in nothing that the planner knows."""

from hashlib import md5

from tests.hostile.postgres.served_shop import ServedShop

WHO = "person7@people.example.com"
DELETE = "/lists/{}/members/{}/actions/delete-permanent"


def relations_that_show(shop: ServedShop, text: str) -> set[str]:
    """The relations of the database in whose files a text stands."""
    shop.ask("checkpoint")  # files that were dropped go, and what is in memory is written
    number = shop.ask("select oid from pg_database where datname = current_database()")
    folder = shop.server.home / "data" / "base" / number
    found = [one.name for one in folder.iterdir() if text.encode() in one.read_bytes()]
    nodes = {name.partition("_")[0].partition(".")[0] for name in found}
    return {shop.ask(f"select pg_filenode_relation(0, {node})") for node in nodes}


def test_nothing_of_a_person_stays_in_a_table_or_its_statistics(shop: ServedShop) -> None:
    shop.begin()
    shop.sync()
    assert shop.loader("pull").exit_code == 0
    shop.ask("analyze")
    shop.sql(f"delete from people where email_address = '{WHO}'")
    shop.dbt("run")
    shop.sync()
    name = md5(WHO.encode(), usedforsecurity=False).hexdigest()  # as Mailchimp calls a contact
    shop.sandbox.must("POST", DELETE.format(shop.list_id, name))
    shop.sql("drop table people")  # the shop's own
    assert {"loader_acks", "loader_ledger", "readers__history"} <= relations_that_show(shop, WHO)

    ended = shop.loader("forget", typed=f"{WHO}\n")
    assert ended.exit_code == 0, ended.output
    for kept in ("its write-ahead log", "replicas", "the log of the server"):
        assert kept in ended.output
    shown = f"select tablename || '.' || attname from pg_stats where pg_stats::text like '%{WHO}%'"
    assert shop.ask(shown) == ""
    assert relations_that_show(shop, WHO) <= {"pg_statistic"}  # rows that were replaced
