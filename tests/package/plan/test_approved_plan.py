"""`loader sync --plan`: exactly what was approved is sent, or nothing."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop
from tests.package.plan.approved import assert_refused, carried_out, content, planned

PEOPLE = """
create table people as
select 'p' || range || '@shop.de' as email_address, range % 3 as part, true as marketing_consent
from generate_series(0, 11) as numbers(range)
"""


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop with two lists, on one of which something has been sent, and a plan for both."""
    shop = Shop(tmp_path_factory.mktemp("approved"), dbt, sandbox)
    shop.sql(PEOPLE)
    own = {"on_leave": "unsubscribe", "max_leave": "100%"}
    named = 'Readers of "Ünsere" news; it\'s'
    shop.audience(
        "readers", "select email_address, marketing_consent from people", segment=named, **own
    )
    shop.audience(
        "guests", "select * from people where part = 1", list_id=sandbox.new_list(), **own
    )
    shop.dbt("run")
    shop.sync("-s", "readers")
    shop.sql(
        "delete from people where part = 0",
        "insert into people values ('new@shop.de', 2, true)",
    )
    shop.dbt("run")
    planned(shop)
    shop.keep()
    return shop


@pytest.fixture
def shop(kept: Shop) -> Shop:
    kept.put_back()
    return kept


def rows(shop: Shop, audience: str) -> dict[str, int]:
    (one,) = [one for one in content(shop)["audiences"] if one["audience"] == audience]
    return {name: found["rows"] for name, found in one["operations"].items()}


def test_what_was_approved_is_sent_and_is_what_the_file_counts(shop: Shop) -> None:
    assert rows(shop, "readers") == {
        "segment_add": 1,
        "segment_remove": 4,
        "unsubscribe": 4,
        "upsert": 1,
    }
    assert rows(shop, "guests") == {"make_merge_field": 1, "upsert": 4}
    ended = carried_out(shop, "--json")
    assert ended.exit_code == 0, ended.output
    report = json.loads(ended.out)
    counts = {one["audience"]: one["counts"] for one in report["audiences"]}
    assert {name: rows_of["accepted"] for name, rows_of in counts["guests"].items()} == {
        "upsert": 4
    }
    accepted = {name: rows_of["accepted"] for name, rows_of in counts["readers"].items()}
    assert accepted == rows(shop, "readers")
    (used,) = shop.query(
        "select plan_id, run_id, used_at > created_at as is_later from loader_plans"
    )
    assert used == {
        "plan_id": content(shop)["plan_id"],
        "run_id": report["run_id"],
        "is_later": True,
    }


def more_people(shop: Shop) -> None:
    shop.sql("insert into people values ('more@shop.de', 1, true)")
    shop.dbt("run")


def other_people(shop: Shop) -> None:
    shop.sql(
        "update people set email_address = 'other@shop.de' where email_address = 'new@shop.de'"
    )
    shop.dbt("run")


def somebody_unsubscribes(shop: Shop) -> None:
    shop.sandbox.must(
        "PATCH", f"/lists/{shop.list_id}/members/p0@shop.de", {"status": "unsubscribed"}
    )


def the_list_is_gone(shop: Shop) -> None:
    shop.sandbox.control("DELETE", f"/lists/{shop.list_id}")


def the_segment_is_gone(shop: Shop) -> None:
    (segment,) = shop.sandbox.get(f"/lists/{shop.list_id}/segments")["segments"]
    shop.sandbox.must("DELETE", f"/lists/{shop.list_id}/segments/{segment['id']}")


def an_audience_is_switched_off(shop: Shop) -> None:
    shop.audience("guests", "select * from people", list_id="f00dcafe09", enabled=False)
    shop.dbt("run")


STALE: dict[str, tuple[Callable[[Shop], None], int, tuple[str, ...]]] = {
    "more people": (
        more_people,
        5,
        (
            "guests -> ",
            "upsert: 1 more than approved (4 approved, 5 now)",
            "upsert: 1 more than approved (1 approved, 2 now)",
        ),
    ),
    "other people in the same number": (
        other_people,
        5,
        ("upsert: 1 as approved, and not with the same content", "does not fit readers any more"),
    ),
    "somebody unsubscribed in Mailchimp": (
        somebody_unsubscribes,
        5,
        ("unsubscribe: 1 fewer than approved (4 approved, 3 now)",),
    ),
    "the segment is gone": (
        the_segment_is_gone,
        5,
        ("make segment: 1 more than approved (0 approved, 1 now)",),
    ),
    "an audience is switched off": (
        an_audience_is_switched_off,
        5,
        ("guests -> ", "was approved and would not be sent: it is switched off"),
    ),
}


@pytest.mark.parametrize("change", STALE)
def test_a_stale_plan_sends_nothing_on_any_list_and_says_the_difference(
    shop: Shop, change: str
) -> None:
    happens, exit_code, said = STALE[change]
    happens(shop)
    assert_refused(shop, exit_code, *said, "Nothing was sent", "loader plan --out")
    planned(shop)
    assert carried_out(shop).exit_code == 0


def test_a_list_that_is_gone_holds_back_the_others(shop: Shop) -> None:
    the_list_is_gone(shop)
    assert_refused(shop, 3, "Mailchimp has no list", "does not fit readers any more")


def test_a_plan_is_carried_out_once_even_if_the_same_is_owed_again(shop: Shop) -> None:
    kept_plan = (shop.folder / "plan.json").read_bytes()
    assert carried_out(shop).exit_code == 0
    assert_refused(shop, 5, "was carried out by the run", "make a new plan")
    shop.put_back()
    (shop.folder / "plan.json").write_bytes(kept_plan)
    assert carried_out(shop).exit_code == 0


def test_a_run_that_is_stopped_half_way_has_used_its_plan(shop: Shop) -> None:
    shop.sandbox.faults({"kind": "503_html", "rate": 1, "method": "POST"})
    assert carried_out(shop, "--retry-seconds", "0").exit_code != 0
    shop.sandbox.faults()
    assert_refused(shop, 5, "is still owed")
    planned(shop)
    assert carried_out(shop).exit_code == 0


def test_a_plan_that_is_too_old_is_refused(shop: Shop) -> None:
    shop.ahead = timedelta(hours=25)
    assert_refused(shop, 5, "25 hours ago", "24 hours", options=("--max-age", "24h"))
    assert_refused(shop, 5, "90 minutes", options=("--max-age", "90m"))
    assert carried_out(shop, "--max-age", "2d").exit_code == 0


def test_a_plan_brings_the_options_that_it_was_made_with(shop: Shop) -> None:
    found = planned(shop, "-s", "guests", "--historical-refresh")
    assert (found["options"]["select"], found["options"]["historical_refresh"]) == (
        ["guests"],
        True,
    )
    ended = carried_out(shop, "--json")
    assert [one["audience"] for one in json.loads(ended.out)["audiences"]] == ["guests"]
    (run,) = shop.query("select options from loader_runs where audience = 'guests'")
    assert json.loads(run["options"]) == ["historical_refresh"]


def test_a_refused_historical_refresh_leaves_nothing_noted(shop: Shop) -> None:
    planned(shop, "--historical-refresh")
    somebody_unsubscribes(shop)
    assert_refused(shop, 5, "unsubscribe: 1 fewer")


def test_no_file_is_written_of_a_plan_in_which_an_audience_failed(shop: Shop) -> None:
    (shop.folder / "plan.json").unlink()
    the_list_is_gone(shop)
    ended = shop.loader("plan", "--out", "plan.json")
    assert ended.exit_code == 3, ended.output
    assert "was not written: readers cannot be planned" in ended.err
    assert not (shop.folder / "plan.json").exists()


def test_an_audience_that_this_target_may_not_send_is_no_part_of_the_plan(shop: Shop) -> None:
    shop.sql(
        "update loader_audiences set configuration ="
        """ replace(configuration, '"targets": null', '"targets": ["prod"]')"""
        " where audience = 'guests'"
    )
    assert [one["audience"] for one in planned(shop)["audiences"]] == ["readers"]
    ended = carried_out(shop)
    # as without a plan: the other audience was to be sent, and was not
    assert (ended.exit_code, "readers -> " in ended.out) == (2, True)
    assert "nothing was sent" not in ended.out
