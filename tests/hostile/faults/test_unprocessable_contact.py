"""A contact that Mailchimp chokes on: it costs itself, a bounded number of requests, no other."""

import pytest

from fault_runs import AT, FaultRuns, Template
from loader.model.reasons import DEAD_LETTERED, ISOLATED_FAILURE
from loader.text.audience_report import AudienceReport

STRANGE = "person123"
BATCH = 500
MOST_WRITES = 60  # nine halvings of three tries, both halves of each, and ten tries alone


class Course:
    """A contact that Mailchimp chokes on, sent three days in a row; copies of each evening."""

    def __init__(self, runs: FaultRuns) -> None:
        self._runs = runs
        self._kept: list[int] = []  # copies of Mailchimp
        self.writes: list[int] = []
        runs.mark("poison", STRANGE)
        self.reports = [self._day() for _ in range(3)]

    def after(self, days: int) -> FaultRuns:
        """Runs that go on after so many days."""
        self._runs.database.put_back(f"day{days}")
        self._runs.sandbox.control("POST", "/state", {"put_back": self._kept[days - 1]})
        self._runs.inside.runs = days
        self._runs.writes()
        return self._runs

    def _day(self) -> AudienceReport:
        runs = self._runs
        report = runs.sync()
        self.writes.append(runs.writes())
        self._kept.append(runs.sandbox.control("POST", "/state")["kept"])
        runs.database.keep(f"day{len(self._kept)}")
        runs.pass_days(1)
        return report


@pytest.fixture(scope="module")
def template(small: Template) -> Template:
    return small


@pytest.fixture(scope="module")
def course(template: Template) -> Course:
    return Course(template.begin())


def last_ack(runs: FaultRuns) -> tuple[str, str]:
    """The last outcome and reason of the strange contact."""
    run = f"run {runs.inside.runs}"
    (row,) = runs.query(
        "select outcome, reason_code from loader_acks where segment = ''"
        f" and run_id = '{run}' and email_address = '{STRANGE}{AT}'"
    )
    return tuple(row)


def test_the_others_of_its_batch_are_accepted_in_the_same_run(course: Course) -> None:
    runs = course.after(1)
    (report, *_) = course.reports
    account = runs.account()
    assert (account.stored, account.confirmed, account.unknown) == (BATCH - 1, BATCH - 1, 1)
    assert account.faults(report) == []
    assert last_ack(runs) == ("unknown", ISOLATED_FAILURE)
    assert report.exit_code == 4


def test_a_run_with_one_costs_a_bounded_number_of_writes(course: Course) -> None:
    first, *later = course.writes
    assert first <= MOST_WRITES
    assert max(later) <= 10


def test_it_is_offered_again_and_set_aside_after_three_runs_alone(course: Course) -> None:
    runs = course.after(3)
    assert [report.exit_code for report in course.reports] == [4, 4, 4]
    assert last_ack(runs) == ("unknown", ISOLATED_FAILURE)
    set_aside = runs.sync()
    assert (set_aside.exit_code, set_aside.new_rejections) == (1, 1)
    assert last_ack(runs) == ("rejected", DEAD_LETTERED)
    assert runs.writes() == 0


def test_once_set_aside_it_is_offered_again_a_day_later_and_accepted_when_mended(
    course: Course,
) -> None:
    runs = course.after(3)
    assert runs.sync().exit_code == 1
    runs.mark("poison", STRANGE, undo=True)
    runs.writes()
    assert runs.sync().exit_code == 0
    assert runs.writes() == 0
    runs.pass_days(1)
    assert runs.sync().exit_code == 0
    assert runs.is_exact()


def test_it_is_accepted_at_once_when_it_is_mended_before_it_was_set_aside(course: Course) -> None:
    runs = course.after(2)
    runs.mark("poison", STRANGE, undo=True)
    assert runs.sync().exit_code == 0
    assert runs.is_exact()


def test_three_outages_reject_nobody(runs: FaultRuns) -> None:
    for _ in range(4):
        # the list was read and the segment made: from the first contact on nobody is there
        runs.sandbox.faults(
            {"kind": "503_html", "rate": 1.0, "path": "/lists/{list_id}"},
            {"kind": "503_edge", "rate": 1.0, "method": "GET", "path": "/ping", "writes": False},
        )
        assert runs.sync(retry_seconds=60.0).exit_code == 4
        runs.pass_days(1)
    assert runs.query("select distinct outcome, reason_code from loader_acks") == [
        ("unknown", "no_usable_answer")
    ]
    runs.sandbox.faults()
    assert runs.sync().exit_code == 0
    assert runs.is_exact()


def test_three_outages_of_everything_from_the_first_request_on_reject_nobody(
    runs: FaultRuns,
) -> None:
    runs.sandbox.faults({"kind": "500_json", "rate": 1.0, "writes": False})
    reports = [runs.sync(retry_seconds=60.0) for _ in range(4)]
    assert [report.exit_code for report in reports] == [3, 3, 3, 3]
    assert runs.query("select * from loader_acks") == []
    runs.sandbox.faults()
    assert runs.sync().exit_code == 0
    assert runs.is_exact()
