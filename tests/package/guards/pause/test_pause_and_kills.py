"""A loader that is killed counts a stop once or not at all, and never pauses too early."""

from contextlib import suppress

import pytest

from in_process_loader import Inside
from laws.failing_warehouse import HOW, Disturbed, PowerCut
from loader.warehouse.base import Warehouse
from loader.warehouse.engine.duckdb.dialect import DUCKDB
from loader.warehouse.sql_templates import Query, rendered
from tests.package.guards.pause.stopped_shop import DAY, StoppedShop

SELECTED = ("guarded", "twin_a")  # one stops on its list, the other before it is begun


class Watched(Disturbed):
    """Knows which calls of a run that nothing disturbs write down stops."""

    def __init__(self, warehouse: Warehouse) -> None:
        super().__init__(warehouse, at=0, how="")
        self.writing: list[int] = []

    async def execute(self, *statements: Query) -> None:
        """Execute."""
        await super().execute(*statements)
        if any("loader_pauses" in rendered(one, DUCKDB) for one in statements):
            self.writing.append(-self._left)


@pytest.fixture
def inside(paused: StoppedShop) -> Inside:
    """The shop in which each of the two has stopped twice, and nobody else ran."""
    paused.shop.sql(
        "delete from loader_pauses where audience not in ('guarded', 'twin_a')",
        "update loader_pauses set stops = 2, paused_at = null, paused_by = null",
    )
    inside = Inside(paused.shop.database, paused.shop.sandbox)
    inside.now = paused.now
    return inside


def test_the_stop_of_a_run_that_is_killed_counts_once_or_not_at_all(
    inside: Inside, paused: StoppedShop
) -> None:
    inside.database.keep("paused")
    whole: list[Watched] = []

    def watch(warehouse: Warehouse) -> Warehouse:
        whole.append(Watched(warehouse))
        return whole[0]

    inside.sync(select=SELECTED, through=watch)
    assert len(whole[0].writing) == len(SELECTED)
    for at in whole[0].writing:
        for how in HOW[:2]:  # before the call, and after it
            inside.database.put_back("paused")
            with suppress(PowerCut):
                disturb = lambda one, at=at, how=how: Disturbed(one, at=at, how=how)  # noqa: E731
                inside.sync(select=SELECTED, through=disturb)
            done = {name for name, _ in paused.paused()}
            assert {*done, *paused.stops()} == {*SELECTED}
            assert not done & {*paused.stops()}
            inside.now += DAY
            report = inside.sync(select=SELECTED)
            assert {one.audience for one in report.paused} == {*SELECTED} - done
            assert {name for name, _ in paused.paused()} == {*SELECTED}
            assert paused.stops() == {}
