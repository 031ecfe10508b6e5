"""What a run did: as text, as JSON, as an exit code."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import audience, plan
from loader.model.batch import Outcome
from loader.model.list_schema import LeftBehind
from loader.model.plan_counts import PlannedRows
from loader.text.audience_report import AudienceReport
from loader.text.report import RunReport, as_json
from loader.text.report_text import as_text

LEFT = LeftBehind(
    audience="readers",
    list_id="f00d",
    contacts=2,
    segments=("VIP",),
    command="loader retire readers",
    said="2 contacts stay behind",
)
# 0 done; 1 rejections; 4 half-way; 2 configuration; 5 a guard; 3 stopped by the other side
MILD_TO_SEVERE = [0, 1, 4, 2, 5, 3]


def ended(exit_code: int, **counts: int) -> AudienceReport:
    report = AudienceReport(audience=f"audience {exit_code}", list_id="f00d")
    for outcome, rows in counts.items():
        report.add("upsert", [(outcome, None, rows)])
    if exit_code:
        report.fail(exit_code, f"because of {exit_code}")
    return report


def run(*reports: AudienceReport) -> RunReport:
    return RunReport(run_id="run 1", version="1.2.3", audiences=list(reports))


@given(st.lists(st.sampled_from(MILD_TO_SEVERE), max_size=5))
def test_the_worst_that_happened_to_an_audience_is_the_exit_code(codes: list[int]) -> None:
    worst = max(codes, key=MILD_TO_SEVERE.index, default=0)
    assert run(*(ended(code) for code in codes)).exit_code == worst


@given(st.lists(st.sampled_from(MILD_TO_SEVERE), min_size=1, max_size=5))
def test_of_several_reasons_to_stop_the_worst_stays(codes: list[int]) -> None:
    report = ended(0)
    for code in codes:
        report.fail(code, f"because of {code}")
    worst = max(codes, key=MILD_TO_SEVERE.index)
    assert (report.exit_code, report.message) == (worst, f"because of {worst}")


@pytest.mark.parametrize(
    ("counts", "exit_code"),
    [
        ({"accepted": 5}, 0),
        ({"accepted": 5, "held": 3}, 0),
        ({"accepted": 5, "rejected": 1}, 1),
        ({"accepted": 5, "unknown": 1}, 4),
        ({"rejected": 2, "unknown": 1}, 4),
    ],
)
def test_what_is_left_undone_is_in_the_exit_code(counts: dict[str, int], exit_code: int) -> None:
    report = ended(0, **counts)
    report.finish()
    assert report.exit_code == exit_code
    assert bool(report.message) == bool(exit_code)


def test_a_run_that_was_stopped_stays_stopped_whatever_was_rejected() -> None:
    report = ended(3, rejected=2)
    report.finish()
    assert (report.exit_code, report.message) == (3, "because of 3")


def test_what_an_earlier_run_was_refused_is_counted_and_is_no_new_rejection() -> None:
    report = ended(0)
    old = PlannedRows(
        route="upsert", outcome="rejected", reason="ERROR_GENERIC", is_new=False, contacts=4
    )
    to_send = PlannedRows(route="upsert", outcome=None, reason=None, is_new=True, contacts=9)
    report.add_plan(plan(old, to_send))
    report.finish()
    assert (report.total(Outcome.REJECTED), report.new_rejections) == (4, 0)
    assert report.exit_code == 0


@pytest.mark.parametrize(
    ("changes", "exit_code"),
    [
        ({"enabled": False}, 0),
        ({"status": "removed"}, 0),
        ({"status": "error"}, 3),
        ({"failed_tests": ("test.shop.unique.ab",)}, 3),
    ],
)
def test_an_audience_that_dbt_could_not_build_is_a_fault_and_one_switched_off_is_none(
    changes: dict[str, object], exit_code: int
) -> None:
    report, left_out = run(), audience(**changes)
    report.skip(left_out)
    assert report.exit_code == exit_code
    assert report.unsent == {"newsletter": left_out.skip_reason}


def full() -> RunReport:
    one = ended(0, accepted=1_200, rejected=2)
    one.staying = {"others": 3}
    one.add("segment_add", [("accepted", None, 30), ("held", "pending", 7)])
    one.requests, one.writes, one.retries, one.max_in_flight, one.seconds = 12, 9, 2, 10, 1.23456
    one.finish()
    report = run(one)
    report.skip(audience(name="other", status="error"))
    report.left_behind = (LEFT,)
    return report


def test_the_report_for_machines_says_what_the_run_was() -> None:
    found = orjson.loads(as_json(full()))
    del found["audiences"]
    assert found == {
        "run_id": "run 1",
        "version": "1.2.3",
        "exit_code": 3,
        "requests": 12,
        "writes": 9,
        "unsent": {"other": "its last build in dbt ended as 'error'; build it again"},
        "left_behind": [
            {
                "audience": "readers",
                "list_id": "f00d",
                "contacts": 2,
                "segments": ["VIP"],
                "command": "loader retire readers",
                "said": "2 contacts stay behind",
            }
        ],
        "paused": [],
        "resumed": [],
    }


def test_the_report_for_machines_has_every_number_of_an_audience() -> None:
    assert orjson.loads(as_json(full()))["audiences"] == [
        {
            "audience": "audience 0",
            "list_id": "f00d",
            "accepted": 1_230,
            "held": 7,
            "rejected": 2,
            "invalid": 0,
            "unknown": 0,
            "counts": {
                "segment_add": {"accepted": 30, "held": 7},
                "upsert": {"accepted": 1_200, "rejected": 2},
            },
            "reasons": {"held": {"pending": 7}, "rejected": {"": 2}},
            "settled": {},
            "new_rejections": 2,
            "staying": {"others": 3},
            "given_up": 0,
            "gives_up": 0,
            "deleted": [],
            "requests": 12,
            "writes": 9,
            "retries": 2,
            "max_in_flight": 10,
            "seconds": 1.235,
            "exit_code": 1,
            "message": "2 rejected; `loader rejections` has the reasons",
            "mirrors": None,
        }
    ]


def test_the_report_for_people_is_a_paragraph_an_audience() -> None:
    assert as_text(full()).splitlines() == [
        "audience 0 -> f00d: 30 segment add, 1,200 upsert",
        "  3 would leave, but stay: another audience wants them (others)",
        "  7 held: pending",
        "  2 rejected: without a reason",
        "  2 rejected; `loader rejections` has the reasons",
        "other: not sent: its last build in dbt ended as 'error'; build it again",
        "readers: 2 contacts stay behind",
        "Run run 1: 12 requests, 9 of them writes; exit code 3.",
    ]


def test_an_audience_with_nothing_to_send_says_so() -> None:
    assert "audience 0 -> f00d: nothing to send" in as_text(run(ended(0)))


def test_a_report_of_nothing_is_a_report() -> None:
    assert orjson.loads(as_json(run()))["exit_code"] == 0
    assert as_text(run()) == "Run run 1: 0 requests, 0 of them writes; exit code 0."


ROWS = st.integers(1, 3)
REASONS = st.sampled_from([None, "already there", "unsubscribed", "(address) looks fake"])
ANSWERED = st.tuples(st.sampled_from([one.value for one in Outcome]), REASONS, ROWS)
PLANNED = st.builds(
    PlannedRows,
    route=st.just("upsert"),
    outcome=st.sampled_from([None, *(one.value for one in Outcome)]),
    reason=REASONS,
    is_new=st.booleans(),
    contacts=ROWS,
)
STOPS = st.sampled_from([0, 2, 3, 4, 5])


@given(planned=st.lists(PLANNED, max_size=3), told=st.lists(ANSWERED, max_size=3), code=STOPS)
def test_a_report_never_contradicts_itself(
    planned: list[PlannedRows], told: list[tuple[str, str | None, int]], code: int
) -> None:
    report = ended(code)
    report.add_plan(plan(*planned))
    report.add("upsert", told)
    report.finish()
    head, *lines = as_text(run(report)).splitlines()[:-1]
    is_told = any(outcome != "accepted" or not reason for outcome, reason, _ in told)
    accepted = sum(
        rows
        for outcome, reason, rows in [*told, *((p.outcome, p.reason, p.contacts) for p in planned)]
        if outcome == "accepted" and not reason
    )
    said = head.partition("f00d: ")[2]
    assert (said == f"{accepted:,} upsert") == bool(accepted)
    assert (said == "nothing was accepted") == (is_told and not accepted)
    assert (said == "nothing was sent") == (bool(code) and not is_told and not accepted)
    assert (said == "nothing to send") == (not code and not is_told and not accepted)
    assert any(line.startswith("  stopped: ") for line in lines) == bool(code)
    numbers = [int(line.split()[0]) for line in lines if line.split()[0].isdigit()]
    counts = report.as_dict()
    assert (
        sum(numbers)
        - sum(
            report.new_rejections * ("loader rejections" in line)
            + report.total(Outcome.UNKNOWN) * ("without a usable answer" in line)
            for line in lines
        )
        == sum(counts[one.value] for one in Outcome) - accepted
    )


def test_what_was_refused_before_is_told_apart_from_what_is_refused_now() -> None:
    report = ended(0, rejected=1)
    old = PlannedRows(route="upsert", outcome="rejected", reason="", is_new=False, contacts=1_369)
    report.add_plan(plan(old))
    report.finish()
    assert as_text(run(report)).splitlines()[:-1] == [
        "audience 0 -> f00d: nothing was accepted",
        "  1 rejected: without a reason",
        "  1,369 rejected earlier, not retried yet: without a reason",
        "  1 rejected; `loader rejections` has the reasons",
    ]


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 requests, 0 of them writes"), (1, "1 request, 1 of them a write")]
)
def test_one_is_told_in_the_singular(number: int, told: str) -> None:
    one = ended(0)
    one.requests = one.writes = number
    assert told in as_text(run(one))
