"""What a run did, as what is in order and what is not."""

from datetime import datetime
from typing import Any

import pytest

from fakes import audience
from loader.commands.verify.command import VerifiedAudience
from loader.model.audience import UNFINISHED, Pause
from loader.model.errors import (
    AuthenticationError,
    ConfigurationError,
    GuardTripped,
    Interrupted,
    ListNotFound,
    LoaderError,
    NoUsableResponse,
    Unavailable,
)
from loader.model.settings import Settings
from loader.model.trouble import TroubleKind
from loader.notices.findings import Run
from loader.notices.transitions import Finding, State
from loader.text.audience_report import AudienceReport
from loader.text.report import RunReport

FAILURE, GUARD, PAUSE, REJECTIONS, DRIFT = TroubleKind
THERE, PASSING, ABSENT, MOOT = State
WELL = {FAILURE: ABSENT, GUARD: ABSENT, PAUSE: ABSENT}
NOW = datetime(2026, 11, 22, 2)  # noqa: DTZ001 - UTC
RECENT = frozenset({("newsletter", "f00d")})
SYNC = Run(command="sync", settings=Settings(), recent=RECENT)
TEMPORARY = NoUsableResponse("no answer", is_request_specific=False)


def report(stopped_by: LoaderError | None = None, **counts: int) -> AudienceReport:
    found = AudienceReport(audience="newsletter", list_id="f00d")
    for outcome, rows in counts.items():
        found.add("upsert", [(outcome, "because" if outcome == "rejected" else None, rows)])
    if stopped_by is not None:
        message = f"newsletter: {stopped_by}"
        found.fail(stopped_by.exit_code, message, is_temporary=stopped_by.is_temporary)
    found.finish()
    return found


def findings(one: AudienceReport, run: Run = SYNC) -> list[Finding]:
    return run.of_report(RunReport(run_id="1", version="1", audiences=[one]))


def states(found: list[Finding]) -> dict[TroubleKind, State]:
    return {one.subject.kind: one.state for one in found}


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        (report(accepted=5), WELL | {REJECTIONS: ABSENT}),
        (report(), WELL | {REJECTIONS: ABSENT}),
        (report(accepted=5, held=90), WELL | {REJECTIONS: ABSENT}),
        (report(accepted=5, unknown=3), {**WELL, FAILURE: PASSING, REJECTIONS: ABSENT}),
        (report(GuardTripped("13 leave")), {FAILURE: MOOT, GUARD: THERE, PAUSE: MOOT}),
        (report(GuardTripped("1 leaves"), accepted=1), {FAILURE: MOOT, GUARD: THERE, PAUSE: MOOT}),
        (report(ListNotFound("gone")), {FAILURE: THERE, PAUSE: MOOT}),
        (report(AuthenticationError("401")), {FAILURE: THERE, PAUSE: MOOT}),
        (report(ConfigurationError("a wrong key")), {FAILURE: THERE, PAUSE: MOOT}),
        (report(Unavailable("503")), {FAILURE: PASSING}),
        (report(TEMPORARY, accepted=5), {FAILURE: PASSING}),
        (report(Interrupted("stopped"), accepted=5), {}),
    ],
)
def test_how_an_audience_ended_says_what_is_in_order(
    ended: AudienceReport, expected: dict[TroubleKind, State]
) -> None:
    assert states(findings(ended)) == expected


def test_an_audience_that_was_not_synced_for_hours_does_not_wait() -> None:
    late = Run(command="sync", settings=Settings())
    assert states(findings(report(TEMPORARY), late)) == {FAILURE: THERE, PAUSE: MOOT}
    assert states(findings(report(unknown=1), late))[FAILURE] == THERE


def test_a_sync_of_what_is_due_waits_for_the_next_call() -> None:
    due = Run(command="sync", settings=Settings(due=True))
    assert states(findings(report(TEMPORARY), due)) == {FAILURE: PASSING}
    assert states(findings(report(ListNotFound("gone")), due))[FAILURE] == THERE


def paused(list_id: str = "f00d") -> Pause:
    reason = "newsletter: 13 leave"
    return Pause(audience="newsletter", list_id=list_id, reason=reason, stops=3, paused_at=NOW)


IS_PAUSED = {FAILURE: MOOT, GUARD: MOOT, PAUSE: THERE}


@pytest.mark.parametrize("stopped_by", [GuardTripped("13 leave"), ListNotFound("gone")])
def test_the_run_that_pauses_says_so_in_the_place_of_what_stopped_it(
    stopped_by: LoaderError,
) -> None:
    ran = RunReport(run_id="1", version="1", audiences=[report(stopped_by)], paused=[paused()])
    found = SYNC.of_report(ran)
    assert states(found) == IS_PAUSED
    assert found[-1].message == "3 runs in a row stopped: 13 leave"


def test_an_audience_that_is_paused_before_it_is_begun_is_one_finding_too() -> None:
    ran = RunReport(run_id="1", version="1", paused=[paused()])
    ran.refuse(audience(name="newsletter", list_id="f00d"), ConfigurationError("a wrong key"))
    assert states(SYNC.of_report(ran)) == IS_PAUSED


def test_a_pause_on_one_list_says_nothing_of_another() -> None:
    one = report(GuardTripped("13 leave"))
    ran = RunReport(run_id="1", version="1", audiences=[one], paused=[paused("beef")])
    kinds = [(each.subject.list_id, each.subject.kind, each.state) for each in SYNC.of_report(ran)]
    assert ("f00d", GUARD, THERE) in kinds
    assert ("beef", PAUSE, THERE) in kinds


def test_a_paused_audience_has_not_recovered_when_its_withdrawals_are_sent() -> None:
    one = report(GuardTripped("13 leave"), accepted=2)
    one.rest(paused())
    ran = RunReport(run_id="1", version="1", audiences=[one], resting=[paused()])
    assert states(SYNC.of_report(ran)) == IS_PAUSED
    ran = RunReport(run_id="1", version="1", resting=[paused()])
    assert states(SYNC.of_report(ran)) == IS_PAUSED


@pytest.mark.parametrize(
    ("stopped_by", "state"), [(AuthenticationError("401"), THERE), (Unavailable("503"), PASSING)]
)
def test_what_keeps_the_withdrawals_of_a_paused_audience_from_being_sent_is_a_failure(
    stopped_by: LoaderError, state: State
) -> None:
    one = report(stopped_by)
    ran = RunReport(run_id="1", version="1", audiences=[one], resting=[paused()])
    assert states(SYNC.of_report(ran)) == IS_PAUSED | {FAILURE: state}


@pytest.mark.parametrize(
    ("counts", "earlier", "state"),
    [
        ({"accepted": 190, "rejected": 10}, 0, THERE),
        ({"accepted": 191, "rejected": 9}, 0, ABSENT),
        ({"accepted": 191, "rejected": 10}, 0, None),
        ({"accepted": 0, "rejected": 10}, 0, THERE),
        ({"accepted": 5}, 10, None),
        ({"accepted": 5}, 9, ABSENT),
        ({"accepted": 5, "rejected": 3}, 90, None),
    ],
)
def test_rejections_are_wrong_from_a_share_and_ten_rows_on_and_until_fewer_than_ten_are_left(
    counts: dict[str, int], earlier: int, state: State | None
) -> None:
    one = report(None, **counts)
    one.counts["upsert", "rejected"] += earlier
    one.earlier["because"] += earlier
    one.reasons["rejected", "because"] += earlier
    assert states(findings(one)).get(REJECTIONS) == state


def test_rejections_are_told_with_their_numbers_and_the_most_frequent_reasons() -> None:
    one = report(accepted=1_000)
    for rows, reason in ((400, "Fake"), (90, "Blocked"), (8, "Too long"), (3, "Rare"), (2, "Odd")):
        one.add("upsert", [("rejected", reason, rows)])
    one.counts["upsert", "rejected"] += 7
    one.reasons["rejected", "Blocked"] += 7
    one.earlier["Blocked"] += 7
    (found,) = [each for each in findings(one) if each.subject.kind == REJECTIONS]
    assert found.message == (
        "503 of 1,503 rows sent were rejected: Fake (400); Blocked (90); Too long (8); others (5)"
    )
    assert found.affected == 510


def test_the_share_is_a_setting() -> None:
    one = report(accepted=90, rejected=10)
    for share, state in ((0.1, THERE), (0.11, None), (0.0, THERE), (1.0, None)):
        run = Run(command="sync", settings=Settings(), rejected_share=share)
        assert states(findings(one, run)).get(REJECTIONS) == state


@pytest.mark.parametrize(
    ("status", "enabled", "state"),
    [
        ("error", True, THERE),
        (UNFINISHED, True, PASSING),
        ("error", False, None),
        ("removed", True, None),
        ("not built yet", True, None),
    ],
)
def test_an_audience_that_dbt_cannot_build_is_a_failure_and_one_that_is_off_is_none(
    status: str, *, enabled: bool, state: State | None
) -> None:
    ran = RunReport(run_id="1", version="1")
    ran.skip(audience(name="newsletter", list_id="f00d", status=status, enabled=enabled))
    assert states(SYNC.of_report(ran)).get(FAILURE) == state


def test_an_audience_that_is_refused_says_why_without_its_name() -> None:
    ran = RunReport(run_id="1", version="1")
    ran.refuse(audience(name="newsletter"), ConfigurationError("newsletter: no such target"))
    found = SYNC.of_report(ran)[0]
    assert (found.state, found.message) == (THERE, "no such target")


def test_an_audience_that_is_not_due_says_nothing() -> None:
    ran = RunReport(run_id="1", version="1", unsent={"newsletter": "not due"})
    assert SYNC.of_report(ran) == []


@pytest.mark.parametrize(
    ("settings", "argument", "words"),
    [
        ({}, "", "sync"),
        ({"due": True}, "", "sync --due"),
        (
            {"select": ("a", "tag:b"), "exclude": ("c",)},
            "",
            "sync --select a --select tag:b --exclude c",
        ),
        ({}, "readers", "sync readers"),
    ],
)
def test_a_run_with_another_selection_is_another_one(
    settings: dict[str, Any], argument: str, words: str
) -> None:
    run = Run(command="sync", settings=Settings(**settings), argument=argument)
    assert run.subject.command == words
    assert run.failed("x", is_temporary=False).state == THERE
    assert run.failed("x", is_temporary=True).state == PASSING
    assert run.came_through().state == ABSENT


def verified(*drift: tuple[str, str, str, int], **more: Any) -> VerifiedAudience:  # noqa: ANN401 - its fields
    names = ("drift_type", "field", "segment", "contacts")
    rows = [dict(zip(names, row, strict=True)) | {"is_manual_change": row[3] == 1} for row in drift]
    return VerifiedAudience(audience="newsletter", list_id="f00d", drift=rows, **more)


DRIFTED = (("value_changed", "FNAME", "", 4), ("missing_member", "", "Readers", 1))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (verified(), {FAILURE: ABSENT, DRIFT: ABSENT}),
        (verified(*DRIFTED, exit_code=1), {FAILURE: ABSENT, DRIFT: THERE}),
        (verified(*DRIFTED, is_healed=True), {FAILURE: ABSENT, DRIFT: ABSENT}),
        (verified(message="gone", exit_code=3), {FAILURE: THERE}),
        (verified(message="503", exit_code=3, is_temporary=True), {FAILURE: PASSING}),
        (verified(message="stopped", exit_code=4), {}),
    ],
)
def test_a_list_that_differs_is_drift_unless_the_next_sync_repairs_it(
    found: VerifiedAudience, expected: dict[TroubleKind, State]
) -> None:
    run = Run(command="verify", settings=Settings(), recent=RECENT)
    assert states(run.of_drift([found])) == expected


def test_drift_is_told_with_its_numbers_and_kinds() -> None:
    run = Run(command="verify", settings=Settings())
    (found,) = [one for one in run.of_drift([verified(*DRIFTED)]) if one.subject.kind == DRIFT]
    assert found.affected == 5
    assert found.message == (
        "5 differences from what was confirmed, 1 of them made by people:"
        " another value of FNAME (4); not in it: Readers (1)"
    )
