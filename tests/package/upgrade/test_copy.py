"""`loader copy`: whoever moves to another warehouse resends nobody, and nobody leaves."""

from collections.abc import Iterator

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop
from tests.package.upgrade.moving_shop import MovingShop
from warehouses.chosen import DUCKDB, POSTGRES
from warehouses.databases import KINDS

pytestmark = pytest.mark.duckdb_only("copy from file to file")
OTHER = ("--target", "other")


@pytest.fixture(scope="module", params=(DUCKDB, POSTGRES))
def begun(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    dbt: DbtProcess,
    sandbox: SandboxProcess,
) -> Iterator[MovingShop]:
    folder = tmp_path_factory.mktemp("moving")
    for name in ("shop", "other"):
        (folder / name).mkdir()
    with KINDS[request.param]() as others:
        moving = MovingShop(Shop(folder / "shop", dbt, sandbox), others.new(folder / "other"))
        moving.begin()
        moving.bring_people()
        moving.shop.dbt("run", *OTHER)
        moving.keep()
        yield moving


@pytest.fixture
def moving(begun: MovingShop) -> Iterator[MovingShop]:
    yield begun
    begun.put_back()


def test_a_copy_resends_nobody_and_takes_nobody_out(moving: MovingShop) -> None:
    shop, before = moving.shop, moving.shop.members()
    copied = moving.copy()
    assert copied.exit_code == 0, copied.output
    assert "Copied from local: 3 audiences" in copied.output
    shop.dbt("run", *OTHER)
    shop.forget_requests()
    report = shop.sync(*OTHER)
    assert (shop.writes(), shop.members()) == ({}, before)
    assert "2 contacts and the segment 'Old readers' stay behind" in str(report)


def test_nothing_is_sent_after_a_copy_before_dbt_has_built_on_it(moving: MovingShop) -> None:
    moving.copy()
    moving.shop.forget_requests()
    refused = moving.shop.loader("sync", *OTHER)
    assert refused.exit_code == 2
    assert "migrated or copied, and dbt has not built all audiences since: partly, readers" in (
        " ".join(refused.output.split())
    )
    assert moving.shop.writes() == {}


def test_what_changes_after_a_copy_is_sent(moving: MovingShop) -> None:
    shop = moving.shop
    moving.copy()
    moving.execute("delete from people where person_id in ('n8', 'n10')")
    moving.execute("update people set fname = 'Uta' where person_id = 'n9'")
    shop.dbt("run", *OTHER)
    before = shop.members()
    shop.sync(*OTHER)
    after = shop.members()
    changed = {one for one in after if after[one] != before.get(one)}
    assert changed == {"p9@shop.de", "p10@shop.de", "p8@shop.de"}
    assert after["p10@shop.de"]["status"] == "unsubscribed"
    assert after["p9@shop.de"]["merge_fields"]["FNAME"] == "Uta"


def test_what_was_recorded_is_told_as_before(moving: MovingShop) -> None:
    shop = moving.shop
    commands = (("runs", "--json"), ("retire", "gone", "--plan"), ("plan", "--sample", "99"))
    before = [shop.loader(*command).output for command in commands]
    moving.copy()
    shop.dbt("run", *OTHER)
    after = [shop.loader(*command, *OTHER).output for command in commands]
    for was, now in zip(before, after, strict=True):
        assert now == was


def test_what_an_audience_left_behind_can_be_retired_after_a_copy(moving: MovingShop) -> None:
    shop = moving.shop
    moving.copy()
    shop.dbt("run", *OTHER)
    ended = shop.loader("retire", "gone", "--on-leave", "archive", *OTHER)
    assert ended.exit_code == 0, ended.output
    members = shop.members()
    assert {members[one]["status"] for one in ("p2@shop.de", "p5@shop.de")} == {"archived"}


def test_a_copy_is_refused_where_something_was_sent(moving: MovingShop) -> None:
    moving.copy()
    again = moving.copy()
    assert again.exit_code == 2
    assert "Something was sent from the schema main" in again.output


def test_a_copy_is_refused_where_an_audience_is_not_built(moving: MovingShop) -> None:
    moving.execute("update loader_audiences set history = null where audience = 'partly'")
    refused = moving.copy()
    assert refused.exit_code == 2
    assert "dbt has not built these audiences: partly in this target" in refused.output


def test_a_target_is_not_copied_into_itself(moving: MovingShop) -> None:
    refused = moving.shop.loader("copy", "--from", "local")
    assert refused.exit_code == 2
    assert "--from names the target that is copied into" in refused.output
