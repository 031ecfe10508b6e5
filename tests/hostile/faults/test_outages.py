"""Runs that are cut short, answers that never come, and what people do in the middle of a run."""

from typing import Any

import pytest

from dbt_process import DbtProcess
from fault_runs import AT, FaultRuns
from loader_process import CONTACTS
from sandbox_process import SandboxProcess
from shop import Shop

HALF_UNHEARD = {"kind": "reset_after", "rate": 0.5}
PEOPLE = f"""
    create table people as
    select 'person' || range || '{AT}' as email_address, 'Name ' || range as fname,
        true as marketing_consent
    from generate_series(0, 39) as numbers(range)
"""
EVERYBODY = "select email_address, fname, marketing_consent from people"
AUDIENCES: dict[str, dict[str, Any]] = {
    "first": {},
    "second": {},
    "tagged": {"segment": "Readers", "on_leave": "unsubscribe"},
    "created": {"segment": "R", "on_leave": "unsubscribe", "contacts": "create"},
    "planned": {"segment": "Readers"},
}
BY_HAND = "By hand"


class Several:
    """A shop of several audiences, each on a list of its own, when nobody was sent yet."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.lists = {name: shop.sandbox.new_list(name=name) for name in AUDIENCES}
        shop.sql(PEOPLE)
        for name, mailchimp in AUDIENCES.items():
            columns = "*, 'a' as plan" if name == "planned" else "*"
            sql = f"select {columns} from ({EVERYBODY})"
            shop.audience(name, sql, **mailchimp, list_id=self.lists[name])
        shop.dbt("run")
        shop.keep()

    def day(self, name: str, *statements: str) -> None:
        """What changes in the warehouse, and dbt run of an audience."""
        self.shop.sql(*statements)
        self.shop.dbt("run", "--select", name)

    def syncs(self, name: str) -> FaultRuns:
        """Syncs of an audience."""
        return FaultRuns(self.shop.database, self.lists[name], self.shop.sandbox, name)


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Several:
    return Several(Shop(tmp_path_factory.mktemp("several"), dbt, sandbox))


@pytest.fixture
def several(built: Several) -> Several:
    """The same, again."""
    built.shop.put_back()
    return built


@pytest.fixture(scope="module")
def left(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """A shop of which everybody left, and half of the archives were not answered."""
    shop = Shop(tmp_path_factory.mktemp("left"), dbt, sandbox)
    runs = FaultRuns(shop.database, shop.list_id, sandbox)
    shop.audience("readers", EVERYBODY, on_leave="archive")
    shop.sql(PEOPLE)
    shop.dbt("run")
    runs.sync()
    shop.sql("delete from people")
    shop.dbt("run")
    sandbox.faults(HALF_UNHEARD)
    assert runs.sync(allow_leaves=True).exit_code == 0
    sandbox.faults()
    shop.keep()
    return shop


@pytest.fixture
def unheard(left: Shop) -> FaultRuns:
    """The same, again, after its two runs."""
    left.put_back()
    runs = FaultRuns(left.database, left.list_id, left.sandbox)
    runs.inside.runs = 2
    return runs


def accepted(runs: FaultRuns) -> list[Any]:
    rows = "select count(*) from loader_acks where segment = '' and outcome = 'accepted'"
    return runs.query(rows)


def statuses(runs: FaultRuns) -> set[str]:
    return {member["status"] for member in runs.members().values()}


@pytest.mark.parametrize("kind", ["list_deleted", "key_revoked"])
def test_what_waiting_does_not_mend_stops_a_run_and_keeps_what_was_answered(
    runs: FaultRuns, kind: str
) -> None:
    runs.sandbox.faults({"kind": kind, "at": 2, **CONTACTS})
    report = runs.sync(connections=1)
    assert report.exit_code == 3
    assert accepted(runs) == [(500,)]
    assert runs.sandbox.requests()["by_route"]["POST /lists/{list_id}"] == 2  # of three
    assert runs.account().faults(report) == []


@pytest.mark.parametrize("kind", ["list_deleted", "key_revoked"])
def test_no_batch_is_begun_after_it_but_for_those_in_flight(runs: FaultRuns, kind: str) -> None:
    runs.sandbox.faults({"kind": kind, "at": 1, **CONTACTS})
    assert runs.sync(connections=2).exit_code == 3
    assert runs.sandbox.requests()["by_route"]["POST /lists/{list_id}"] <= 2
    assert "POST /lists/{list_id}/segments/{segment_id}" not in runs.sandbox.requests()["by_route"]


@pytest.mark.parametrize(("kind", "other"), [("list_deleted", 0), ("key_revoked", 3)])
def test_a_list_that_goes_holds_back_no_other_and_a_key_that_goes_holds_back_all(
    several: Several, kind: str, other: int
) -> None:
    sandbox = several.shop.sandbox
    sandbox.faults({"kind": kind, "at": 1, **CONTACTS})
    report = several.syncs("first").inside.sync(select=("first", "second"))
    assert sorted(one.exit_code for one in report.audiences) == [other, 3]
    sent = {
        one.audience: len(sandbox.members(several.lists[one.audience]))
        for one in report.audiences
        if one.exit_code == 0
    }
    assert set(sent.values()) <= {40}


def test_too_many_signups_is_offered_again_after_one_three_and_seven_days_until_it_clears(
    runs: FaultRuns,
) -> None:
    runs.mark("too_many_signups", "person7")
    assert runs.sync().exit_code == 1
    for days in (1, 3, 7):
        runs.writes()
        runs.pass_days(days - 0.1)
        assert runs.sync().exit_code == 0
        assert runs.writes() == 0
        runs.pass_days(0.1)
        if days == 7:
            runs.mark("too_many_signups", "person7", undo=True)
        assert runs.sync().exit_code == (0 if days == 7 else 1)
        assert runs.writes() > 0
    assert runs.is_exact()


def test_who_unsubscribes_meanwhile_is_held_and_stays_so_however_often_they_are_wanted(
    runs: FaultRuns,
) -> None:
    runs.sync()
    runs.sandbox.control("POST", "/requests/reset")
    runs.sandbox.faults({"kind": "person_unsubscribes", "rate": 1.0, **CONTACTS})
    for _ in range(3):
        runs.sync(historical_refresh=True)
    gone = {who for who, one in runs.members().items() if one["status"] == "unsubscribed"}
    listed = runs.query(
        "select email_address from readers__delta"
        " where segment = '' and last_outcome = 'held' and last_reason_code = 'unsubscribed'"
    )
    assert len(gone) == 9  # of three calls in each of three runs
    assert {who for (who,) in listed} == gone
    assert runs.sandbox.requests()["moves"] == {}  # by a write: they went by their own hand


def test_tags_by_hand_stay_through_syncs_leaves_and_a_historical_refresh(
    several: Several,
) -> None:
    runs = several.syncs("tagged")
    runs.sandbox.faults({"kind": "marketer_tags", "rate": 1.0})
    runs.sync()
    runs.sync(historical_refresh=True)
    runs.sandbox.faults()
    tagged = {who for who, one in runs.members().items() if BY_HAND in one["tags"]}
    assert len(tagged) >= 2
    runs.sync(historical_refresh=True)
    several.day("tagged", f"delete from people where email_address = '{min(tagged)}'")
    runs.sync()
    shown = runs.members()
    assert shown[min(tagged)]["status"] == "unsubscribed"
    assert {who for who, one in shown.items() if BY_HAND in one["tags"]} == tagged


def test_whom_a_create_only_audience_made_unheard_is_confirmed_next_time_and_leaves_as_ours(
    several: Several,
) -> None:
    runs = several.syncs("created")
    runs.sandbox.faults({"kind": "reset_after", "at": 1, **CONTACTS})
    runs.sync()
    runs.sandbox.faults()
    assert runs.sync().exit_code == 0
    confirmed = runs.query(
        "select segment, count(*) from loader_ledger"
        " where confirmed_hash is not null and not pre_existing"
        " group by segment order by segment"
    )
    assert confirmed == [("", 40), ("R", 40)]
    several.day("created", "delete from people")
    runs.sync(allow_leaves=True)
    assert statuses(runs) == {"unsubscribed"}


def test_whom_we_archived_unheard_is_archived(unheard: FaultRuns) -> None:
    assert statuses(unheard) == {"archived"}
    assert unheard.sync().exit_code == 0
    assert unheard.writes() == 0


def test_whom_we_archived_unheard_comes_back_when_wanted_again(
    left: Shop, unheard: FaultRuns
) -> None:
    left.sql(f"insert into people {PEOPLE.partition('as')[2]}")
    left.dbt("run")
    assert unheard.sync().exit_code == 0
    assert statuses(unheard) == {"subscribed"}


def test_a_segment_and_a_field_that_were_made_unheard_are_found_and_are_ours(
    several: Several,
) -> None:
    runs = several.syncs("planned")
    making = ("/lists/{list_id}/segments", "/lists/{list_id}/merge-fields")
    runs.sandbox.faults(*({"kind": "reset_after", "at": 1, "path": path} for path in making))
    assert runs.sync().exit_code == 0
    assert [one["fired"] for one in runs.sandbox.control("GET", "/faults")["faults"]] == [1, 1]
    assert runs.query("select is_managed from loader_segments") == [(True,)]
    assert {
        (tuple(one["tags"]), one["merge_fields"]["PLAN"]) for one in runs.members().values()
    } == {(("Readers",), "a")}
