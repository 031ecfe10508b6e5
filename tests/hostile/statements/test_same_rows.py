"""Every statement does the same on DuckDB and on PostgreSQL, row by row."""

from collections.abc import Iterator
from random import Random

import pytest

from cases.statement_values import MAKERS
from draws import FIXED, draws, seeds
from loader.warehouse.sql_templates import signatures
from warehouses.compared.both import BothWarehouses
from warehouses.compared.statements import drawn_statement
from warehouses.postgres_server import PostgresServer

# what is made for others to read; the pages of a read are there already
MADE = (
    *(name for name in MAKERS if name != "members/stage"),
    *("delta/already_applied", "delta/lost_values", "delta/lost_permissions"),
    *("drift/email_changed", "drift/missing_contact", "drift/missing_member"),
    *("drift/unexpected_member", "drift/status_changed", "drift/value_changed"),
)
OTHERS = sorted({*signatures()} - {*MADE})
EMPTY = {  # which make a table that others fill, or drop one of this session
    *("delta/begin_compared", "delta/begin_losses", "drift/nothing", "plan/cleanup"),
    *("members/stage", "pull/stage"),
}
SELDOM = {  # for whom several rows have to meet
    *("drift/permission_changed", "drift/resubscribed", "drift/unexpected_tag"),
    *("ledger/delete_filled", "ledger/hand_over", "plan/staying", "drift/confirmed_payloads"),
}
ROW_BY_ROW = {  # with the keys of the row's own document, or one row with one row
    *("delta/lost_permissions", "drift/permission_changed", "reports/audience"),
}
FEW, MANY = 2, 20  # examples a seed in `make test`, and in which all others find something


@pytest.fixture(scope="module")
def both() -> Iterator[BothWarehouses]:
    with PostgresServer() as server:
        opened = BothWarehouses(server)
        yield opened
        opened.close()


def test_postgres_goes_through_no_table_once_for_each_row_of_another(
    both: BothWarehouses,
) -> None:
    chance = Random(FIXED)  # noqa: S311 - a test
    both.fill(chance)
    for name in MADE:
        both.difference(drawn_statement(chance, name), is_kept=True)
    plans = {name: both.plan(drawn_statement(chance, name)) for name in signatures()}
    nested = {name for name, plan in plans.items() if any("Nested Loop" in one for one in plan)}
    assert nested == ROW_BY_ROW


@pytest.mark.parametrize("seed", seeds(), ids=lambda one: "fixed" if one == FIXED else "new")
def test_every_statement_does_the_same_in_both(both: BothWarehouses, seed: int) -> None:
    for number in range(draws(FEW)):
        chance = Random(f"{seed} {number}")  # noqa: S311 - a test
        both.fill(chance)
        found = {
            name: both.difference(drawn_statement(chance, name), is_kept=name in MADE)
            for name in (*MADE, *OTHERS)
        }
        assert {name: said for name, said in found.items() if said} == {}, number
    if draws(FEW) >= MANY:
        assert {*signatures()} - both.telling <= EMPTY | SELDOM
