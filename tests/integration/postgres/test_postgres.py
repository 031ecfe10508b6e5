"""PostgreSQL as a warehouse: streams beside writes, all or nothing, sessions of its own."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from loader.model.errors import WarehouseError
from loader.warehouse.base import Warehouse
from loader.warehouse.engine.postgres.values import with_values
from loader.warehouse.sql_templates import relation, rendered_template, statement, template_of
from sandbox_process import PATIENCE
from tests.integration.postgres.postgres_database import PEOPLE, Database, count, people

# in a `from` the server would write all of them to its disk first
NUMBERS = "select generate_series(cast(1 as bigint), {}) as number"


@pytest.fixture
def warehouse(database: Database) -> Iterator[Warehouse]:
    with database.opened(wait=PATIENCE) as opened:
        yield opened


async def test_rows_come_as_columns(warehouse: Warehouse) -> None:
    (batch,) = [batch async for batch in warehouse.stream("select * from main.people")]
    assert batch.to_pydict() == {"email_address": ["anna@shop.de"], "orders": [3]}


async def test_a_query_without_rows_has_none(warehouse: Warehouse) -> None:
    assert await warehouse.fetch("select * from main.people where orders > 9") == []


async def test_what_is_appended_while_a_query_is_streamed_is_committed_at_once(
    warehouse: Warehouse, database: Database
) -> None:
    stream = warehouse.stream(NUMBERS.format(400_000))
    streamed = (await anext(stream)).num_rows
    await warehouse.append(PEOPLE, people("ben@shop.de", "cleo@shop.de"))
    assert database.ask("select count(*) from main.people") == "3"
    streamed += sum([batch.num_rows async for batch in stream])
    assert streamed == 400_000


async def test_a_column_that_is_not_appended_is_null(warehouse: Warehouse) -> None:
    await warehouse.append(PEOPLE, people("ben@shop.de"))
    found = await warehouse.fetch("select orders from main.people where email_address like 'ben%'")
    assert found == [{"orders": None}]


async def test_many_appends_at_once_each_arrive_once(warehouse: Warehouse) -> None:
    tables = [people(*(f"{place}-{one}@shop.de" for one in range(50))) for place in range(40)]
    await asyncio.gather(*(warehouse.append(PEOPLE, table) for table in tables))
    (row,) = await warehouse.fetch(
        "select count(*) as all_rows, count(distinct email_address) as people from main.people",
    )
    assert row == {"all_rows": 2001, "people": 2001}


@pytest.mark.parametrize(
    ("column", "given"),
    [
        ("integer", pa.array([7], pa.int64())),
        ("bigint", pa.array([7], pa.int32())),
        ("smallint", pa.array([7], pa.int64())),
        ("double precision", pa.array([7], pa.int64())),
        ("text", pa.array(["7"], pa.large_string())),
        ("text", pa.array(["7"]).dictionary_encode()),
        ("text", pa.array([None], pa.null())),
        ("varchar(9)", pa.array(["7"], pa.string_view())),
        ("boolean", pa.array([True])),
        ("timestamp", pa.array([datetime(2026, 11, 30, 12)], pa.timestamp("s"))),  # noqa: DTZ001
        (
            "timestamp",
            pa.array([datetime(2026, 11, 30, 12, tzinfo=UTC)], pa.timestamp("ns", "UTC")),
        ),
        ("text[]", pa.array([["7", "8"]])),
    ],
    ids=str,
)
async def test_an_append_is_in_the_types_of_the_columns(
    warehouse: Warehouse, column: str, given: pa.Array
) -> None:
    await warehouse.execute(f'create table main."a Table" (value {column})')
    await warehouse.append(str(relation("main", "a Table")), pa.table({"value": given}))
    (row,) = await warehouse.fetch('select value from main."a Table"')
    expected = given.to_pylist()[0]
    if isinstance(expected, datetime):
        expected = expected.replace(tzinfo=None)
    assert row == {"value": expected}


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (pa.table({"no_such_column": ["x"]}), "no such column"),
        (pa.table({"orders": ["seven"]}), "a value is none of type int64"),
        (pa.table({"email_address": ["an\0na@shop.de"]}), "has the character 0"),
    ],
    ids=["column", "type", "character 0"],
)
async def test_an_append_that_fails_says_where_writes_nothing_and_the_next_one_works(
    warehouse: Warehouse, rows: pa.Table, why: str
) -> None:
    with pytest.raises(WarehouseError, match=rf"{why}.*\(table people, column \w+\)"):
        await warehouse.append(PEOPLE, rows)
    await warehouse.append(PEOPLE, people("ben@shop.de"))
    assert await count(warehouse) == 2


async def test_a_failed_statement_takes_back_those_before_it(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match=r"The warehouse refused: .*nowhere"):
        await warehouse.execute(
            "delete from main.people",
            "create table main.others (one int)",
            "insert into nowhere values (1)",
        )
    assert await count(warehouse) == 1
    assert await warehouse.fetch("select to_regclass('main.others') is null as is_gone") == [
        {"is_gone": True}
    ]


async def test_statements_work_again_after_a_failure(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError):
        await warehouse.execute("nonsense")
    await warehouse.execute("delete from main.people where orders = 3")
    assert await count(warehouse) == 0


@pytest.mark.parametrize("query", ["select * from nowhere", "select\n\nnonsense"])
async def test_a_query_that_fails_is_one_line_of_ours(warehouse: Warehouse, query: str) -> None:
    with pytest.raises(WarehouseError) as raised:
        await warehouse.fetch(query)
    assert str(raised.value).startswith("The warehouse refused: ")
    assert "\n" not in str(raised.value)


async def test_a_query_that_fails_at_a_later_row_is_one_of_ours_as_well(
    warehouse: Warehouse,
) -> None:
    stream = warehouse.stream("select 1 / (n - 300000) from generate_series(1, 500000) as s (n)")
    with pytest.raises(WarehouseError, match=r"^The warehouse refused: division by zero"):
        await _read_to_its_end(stream)
    assert await count(warehouse) == 1


async def _read_to_its_end(stream: AsyncIterator[pa.RecordBatch]) -> None:
    async for _ in stream:
        pass


async def _fail_in_a_transaction(warehouse: Warehouse) -> None:
    async with warehouse.transaction():
        await warehouse.execute("update main.people set orders = 5")
        await warehouse.execute("nonsense")


@pytest.mark.parametrize("given", ["", "where {{ name }} <> ''"], ids=["plain", "with a value"])
async def test_a_large_query_begins_to_arrive_without_being_read_whole(
    warehouse: Warehouse, given: str
) -> None:
    text = f"{NUMBERS.format(2_000_000_000)} {given}"
    stream = warehouse.stream(with_values(rendered_template(template_of(text), {"name": "x"})))
    assert 0 < (await anext(stream)).num_rows <= 300_000


async def test_a_query_that_is_given_up_leaves_the_warehouse_free(warehouse: Warehouse) -> None:
    stream = warehouse.stream(NUMBERS.format(2_000_000_000))  # nobody could wait for its end
    await anext(stream)
    await warehouse.execute("delete from main.people")
    assert await count(warehouse) == 0


async def test_a_query_that_is_given_up_in_a_rehearsal_does_not_end_it(
    warehouse: Warehouse,
) -> None:
    async with warehouse.rolled_back():
        await warehouse.execute("delete from main.people")
        stream = warehouse.stream(NUMBERS.format(2_000_000))
        await anext(stream)
        assert await count(warehouse) == 0
    assert await count(warehouse) == 1


async def test_what_is_executed_in_a_rehearsal_is_undone_also_while_a_query_is_read(
    warehouse: Warehouse, database: Database
) -> None:
    async with warehouse.rolled_back():
        await warehouse.execute("delete from main.people")
        await anext(warehouse.stream(NUMBERS.format(100_000)))
    assert database.ask("select count(*) from main.people") == "1"


async def test_a_transaction_is_kept_whole_or_not_at_all(
    warehouse: Warehouse, database: Database
) -> None:
    async with warehouse.transaction():
        await warehouse.execute("update main.people set orders = 4")
        assert database.ask("select orders from main.people") == "3"
    with pytest.raises(WarehouseError):
        await _fail_in_a_transaction(warehouse)
    assert database.ask("select orders from main.people") == "4"


async def test_sessions_beside_have_temporary_tables_of_their_own(warehouse: Warehouse) -> None:
    await warehouse.execute("create temporary table plan as select 1 as number")
    async with warehouse.beside() as again:
        await again.execute("create temporary table plan as select 2 as number")
        await again.append(PEOPLE, people("ben@shop.de"))
        assert await again.fetch("select number from plan") == [{"number": 2}]
    assert await warehouse.fetch("select number from plan") == [{"number": 1}]
    assert await count(warehouse) == 2


async def test_a_temporary_table_is_made_anew_and_the_planner_knows_its_size(
    warehouse: Warehouse,
) -> None:
    for rows in (10, 700):
        lines = [(number, f"{number}@shop.de") for number in range(rows)]
        await warehouse.execute(statement("erase/asked", lines=lines))
        query = "select reltuples from pg_class where relname = 'loader_asked'"
        assert await warehouse.fetch(query) == [{"reltuples": rows}]


async def test_a_session_is_idle_and_in_no_transaction_when_nothing_is_asked(
    warehouse: Warehouse, database: Database
) -> None:
    await count(warehouse)
    await warehouse.execute("select 1")
    [batch async for batch in warehouse.stream("select * from main.people")]
    await warehouse.append(PEOPLE, people("ben@shop.de"))
    states = "select distinct state from pg_stat_activity where application_name = 'dbt-mailchimp'"
    assert database.ask(states) == "idle"


async def test_a_query_that_nobody_waits_for_any_more_ends_in_the_server_too(
    warehouse: Warehouse, database: Database
) -> None:
    asking = asyncio.create_task(warehouse.fetch("select cast(pg_sleep(600) as text)"))
    active = "select count(*) from pg_stat_activity where query like '%pg_sleep(600)%'"
    active += " and state = 'active' and pid <> pg_backend_pid()"
    await database.until(active, "1")
    began = time.monotonic()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert time.monotonic() - began < PATIENCE
    assert database.ask(active) == "0"
    assert await count(warehouse) == 1


def test_a_value_is_written_into_a_text_where_a_parameter_is_and_nowhere_else() -> None:
    text = """select {{ one }}, '$1', '''$1', "a$1", {{ two }}, {{ one }} from {{ table }}"""
    values = {
        "one": "it's $2",
        "two": datetime(2026, 1, 2, 3, 4, 5, 6),  # noqa: DTZ001 - a column has none
        "table": relation("$1", "t"),
    }
    assert with_values(rendered_template(template_of(text), values)) == (
        "select cast('it''s $2' as text), '$1', '''$1', \"a$1\","
        " timestamp '2026-01-02 03:04:05.000006', cast('it''s $2' as text) from \"$1\".\"t\""
    )


@pytest.mark.parametrize("left", [0, 1])
async def test_tables_that_are_rewritten_leave_the_planner_nothing_of_what_was_deleted(
    database: Database, left: int
) -> None:
    database.ask("insert into main.people select 'who@shop.de', n from generate_series(1, 9) s (n)")
    known = "select count(*) from pg_stats where pg_stats::text like '%who@shop.de%'"
    database.ask("analyze main.people")
    assert database.ask(known) != "0"
    with database.opened() as warehouse:
        async with warehouse.rewriting([relation("main", "people")]):
            await warehouse.execute(
                "delete from main.people where email_address like 'who@%'",
                f"delete from main.people where {left} = 0",
            )
    assert database.ask(known) == "0"
    assert database.ask("select count(*) from main.people") == str(left)


async def test_tables_of_somebody_else_are_not_rewritten_and_that_is_said_before_anything_is_done(
    database: Database,
) -> None:
    role = f"guest_of_{database.name}"
    database.ask(f"create role {role} login; grant usage on schema main to {role}")
    database.ask(f"grant select, delete on main.people to {role}")
    with database.opened(user=role) as warehouse:
        rewriting = warehouse.rewriting([relation("main", "people")])
        with pytest.raises(WarehouseError, match=r"may not rewrite .*Nothing was erased"):
            await rewriting.__aenter__()
