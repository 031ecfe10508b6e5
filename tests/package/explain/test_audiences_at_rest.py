"""`loader explain` where an audience is not sent, is gone, or feeds another list by now."""

from typing import NamedTuple

import pytest

from command_line import outside
from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop
from tests.package.explain.stories import Stories, part, printed

AT = "@people.example.com"
ANN, BOB = f"ann{AT}", f"bob{AT}"
ODD = 'O\'Neil "ü" \u202e$1 {x}'
SELECT = "select *, true as marketing_consent from people"
NOWHERE = "nowhere01"


class Case(NamedTuple):
    """What is told of Ann in an audience."""

    audience: str
    verdict: str
    says: str
    stopped: str | None


CASES = (
    Case("built", "in_step", "as it is wanted, subscribed", None),
    Case("off", "not_sent", "switched off (enabled: false)", "switched off"),
    Case("elsewhere", "not_sent", "target", "meta.mailchimp.targets"),
    Case("failing", "not_sent", "ended as 'error'", "ended as 'error'"),
    Case("never_built", "not_built", "ended as 'error'", "ended as 'error'"),
    Case("foreign", "to_send", "sends the contact", None),
    Case("lost", "to_send", "sends the contact", None),
)


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """Most audiences were synced once; then their models were changed, and dbt ran."""
    shop = Shop(tmp_path_factory.mktemp("at_rest"), dbt, sandbox)
    other = sandbox.new_list(name="other")
    shop.sql(
        "create table people as select * from (values"
        f" ('{ANN}', '{ODD.replace(chr(39), chr(39) * 2)}', 'Ann'), ('{BOB}', 'bob', 'Bob'))"
        " as people (email_address, person_id, fname)"
    )
    for name in ("built", "failing", "gone", "retired", "moving"):
        shop.audience(name, SELECT, segment=name.title(), on_leave="archive")
    both = [{"list_id": shop.list_id, "contacts": "none", "segment": "Both"}, {"list_id": other}]
    (shop.folder / "models/both.sql").write_text(
        f"{{{{ config(meta={{'mailchimp': {both!r}}}) }}}}\n{SELECT}\n"
    )
    shop.dbt("run")
    shop.sync()
    shop.audience("failing", "select * from not_there", on_leave="archive")
    shop.audience("off", SELECT, list_id=other, enabled=False)
    shop.audience("elsewhere", SELECT, list_id=other, targets=["other"])
    shop.audience("foreign", SELECT, list_id="foreign01", account="brand")
    shop.audience("lost", SELECT, list_id=NOWHERE)
    shop.audience("moving", SELECT, list_id=other, on_leave="archive")
    shop.remove("gone")
    shop.remove("retired")
    shop.try_dbt("run")
    shop.sql(
        "update loader_ledger set confirmed_hash = null, resend_reason = 'historical_refresh'"
        f" where audience = 'failing' and email_address = '{ANN}'"
    )
    shop.loader("sync", "--select", "lost")
    shop.loader("retire", "retired", "--allow-leaves")
    shop.audience("never_built", "select * from not_there")
    shop.try_dbt("run", "--select", "never_built")
    shop.keep()
    return shop


@pytest.fixture(scope="module")
def stories(shop: Shop) -> Stories:
    return Stories(shop)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.audience)
def test_an_audience_that_rests_says_so(stories: Stories, case: Case) -> None:
    found = stories.place(ANN, case.audience)
    assert (found["verdict"], case.says in found["says"]) == (case.verdict, True), found["says"]
    assert (case.stopped or "") in (found["stopped"] or "")
    assert (found["stopped"] is None) == (case.stopped is None)


def test_somebody_in_step_with_an_audience_that_rests_is_told_both(stories: Stories) -> None:
    found = stories.place(BOB, "failing")
    assert found["verdict"] == "in_step"
    text = stories.text(BOB)
    assert "never_built -> no list yet" in text
    assert "The audience is not sent: its last build in dbt ended as 'error'" in text


def test_a_removed_audience_has_left_people_behind(stories: Stories) -> None:
    found = stories.place(BOB, "gone")
    assert (found["verdict"], "`loader retire`" in found["changed_by"]) == ("left_behind", True)
    assert "not in the dbt project any more" in found["stopped"]
    assert part(found, "segment")["verdict"] == "left_behind"


def test_a_retired_audience_is_told_from_its_answers(stories: Stories) -> None:
    found = stories.place(BOB, "retired")
    assert found["selection"] is not None
    assert found["verdict"] not in ("in_step", "left_behind", "to_send")
    assert any(row["audience"] == "retired" for row in stories.told(BOB)["answers"])


def test_an_audience_that_moved_is_told_on_both_lists(shop: Shop, stories: Stories) -> None:
    places = stories.places(BOB, "moving")
    old, (new,) = places.pop(shop.list_id), places.values()
    assert (old["is_named"], old["verdict"]) == (False, "left_behind")
    assert (new["is_named"], new["verdict"], new["last_run"]) == (True, "to_send", None)
    assert "never synced" in stories.text(BOB)


def test_one_audience_on_two_lists_has_a_place_on_each(shop: Shop, stories: Stories) -> None:
    places = stories.places(BOB, "both")
    first, (second,) = places.pop(shop.list_id), places.values()
    assert [one["kind"] for one in first["parts"]] == ["segment"]
    assert [one["kind"] for one in second["parts"]] == ["contact"]
    assert (first["verdict"], second["verdict"]) == ("in_step", "in_step")


def test_what_stopped_the_last_run_is_told(stories: Stories) -> None:
    run = stories.place(ANN, "lost")["last_run"]
    assert (run["exit_code"], NOWHERE in run["message"]) == (3, True)
    assert "exit code 3" in stories.text(ANN)


def test_a_list_that_was_never_read_is_told_as_such(stories: Stories) -> None:
    shown = {one["list_id"]: one for one in stories.told(ANN)["mailchimp"]}
    assert (shown[NOWHERE]["status"], shown[NOWHERE]["list_read_at"]) == (None, None)
    assert f"list {NOWHERE}: never read" in stories.text(ANN)


def test_an_odd_person_id_is_found_and_moves_no_terminal(shop: Shop, stories: Stories) -> None:
    ended = shop.loader("explain", ODD)
    assert (ended.exit_code, ANN in ended.out) == (0, True)
    assert "\u202e" not in ended.out
    assert stories.told(ODD)["given"] == ODD


def test_an_answer_that_a_killed_run_has_left_counts(shop: Shop) -> None:
    shop.sql(
        f"update loader_ledger set confirmed_hash = null where email_address = '{BOB}'"
        " and audience = 'built' and kind = 'contact'",
        "update loader_runs set finished_at = null, exit_code = null where audience = 'built'",
    )
    before = shop.rows("loader_ledger")
    assert Stories(shop).place(BOB, "built")["verdict"] == "in_step"
    assert shop.rows("loader_ledger") == before
    shop.put_back()


def test_what_was_never_synced_is_owed(shop: Shop) -> None:
    for name in ("loader_ledger", "loader_acks", "loader_runs", "mailchimp_members"):
        shop.sql(f"delete from {name}")
    found = Stories(shop).place(BOB, "built")
    assert (found["verdict"], found["last_run"]) == ("to_send", None)
    shop.put_back()


def test_somebody_who_was_erased_is_nobody(shop: Shop) -> None:
    # as if the person had been deleted at the source, and dbt had run
    shop.sql("update loader_audiences set status = 'removed'")
    erased = outside(shop.folder, ("forget",), {}, typed=f"{BOB}\n")
    assert erased.exit_code == 0
    ended = printed(shop, BOB)
    assert (ended.exit_code, "Nothing is recorded" in ended.out) == (1, True)
    shop.put_back()


def test_a_warehouse_without_our_tables_says_what_to_do(shop: Shop) -> None:
    shop.sql("drop view loader_wanted__now", "drop table loader_audiences")
    ended = printed(shop, ANN)
    assert (ended.exit_code, "Run dbt first" in ended.err) == (2, True)
    shop.put_back()


def test_an_audience_that_never_had_to_do_with_somebody_is_named_in_one_line(shop: Shop) -> None:
    shop.audience("far", "select 'far@shop.de' as email_address, true as marketing_consent")
    shop.try_dbt("run", "--select", "far")
    stories = Stories(shop)
    assert stories.place(BOB, "far")["verdict"] == "not_selected"
    assert "\nNot selected by far, now or earlier.\n" in stories.text(BOB)
    assert "far -> " not in stories.text(BOB)
    shop.put_back()
