"""A plan that is carried out has nothing of an audience that is paused."""

import json

from shop import Shop
from tests.package.guards.pause.stopped_shop import StoppedShop

REASON = ("--reason", "the CRM moves")


def approved(shop: Shop) -> dict[tuple[str, str], dict[str, int]]:
    """The rows of each audience and list in a plan file."""
    content = json.loads((shop.folder / "plan.json").read_text())
    return {
        (one["audience"], one["list_id"]): {
            operation: rows["rows"] for operation, rows in one["operations"].items()
        }
        for one in content["audiences"]
    }


def test_a_plan_beside_a_paused_audience_can_be_carried_out(paused: StoppedShop) -> None:
    """Both audiences are on one list, and the same person withdraws from both."""
    shop, list_id = paused.shop, paused.lists["fine"]
    paused.lists["beside"] = list_id
    paused.configure("beside")
    shop.sql("create table beside_people as select * from fine_people")
    shop.dbt("run", "--select", "beside")
    paused.night("--select", "beside")
    shop.loader("pause", "both", "beside", *REASON)
    paused.one_withdraws("fine")
    paused.one_withdraws("beside")
    chosen = ("--select", "fine", "--select", "beside", "--select", "both")
    planned = shop.loader("plan", "--out", "plan.json", *chosen)
    assert "not sent: paused by a person" in planned.out
    assert approved(shop) == {("fine", list_id): {"upsert": 1, "withdraw": 1}}
    ended = shop.loader("sync", "--plan", "plan.json")
    assert (ended.exit_code, f"fine -> {list_id}: 1 upsert, 1 withdraw" in ended.out) == (0, True)


def test_of_what_the_loader_paused_a_plan_has_withdrawals_alone(paused: StoppedShop) -> None:
    paused.one_withdraws("guarded")
    key = ("guarded", paused.lists["guarded"])
    paused.shop.loader("plan", "--out", "plan.json", "--select", "guarded")
    assert approved(paused.shop) == {key: {"withdraw": 1}}
    assert paused.shop.loader("sync", "--plan", "plan.json").exit_code == 0
    # there is nothing more that a sync would begin
    paused.shop.loader("plan", "--out", "plan.json", "--select", "guarded")
    assert approved(paused.shop) == {}


def test_a_plan_is_refused_with_the_reason_of_each_pause(paused: StoppedShop) -> None:
    shop = paused.shop
    shop.sql("update loader_pauses set resumed_at = paused_at where audience = 'both'")
    shop.sandbox.control("PUT", f"/lists/{paused.lists['gone']}", {})
    assert shop.loader("plan", "--out", "plan.json", "--select", "both").exit_code == 0
    shop.loader("pause", "both", *REASON)
    refused = shop.loader("sync", "--plan", "plan.json")
    assert refused.exit_code == 5
    for name in ("fine", "gone"):
        said = (
            f"both -> {paused.lists[name]} was approved and would not be sent: paused by a person"
        )
        assert said in refused.err


def test_what_waits_for_somebody_to_resume_it_is_no_change_of_a_plan(paused: StoppedShop) -> None:
    paused.one_withdraws("fine")
    plan = ("plan", "--select", "fine", "--detailed-exitcode")
    assert paused.shop.loader(*plan).exit_code == 2
    paused.shop.loader("pause", "fine", *REASON)
    planned = paused.shop.loader(*plan)
    assert (planned.exit_code, "would stop: " in planned.out) == (0, True)
