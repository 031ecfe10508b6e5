"""What pauses an audience, and what lets it go on."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from fakes import AUDIENCE, audience
from loader.model import errors
from loader.model.audience import Audience, MergeField, Pause
from loader.model.errors import LoaderError
from loader.model.pauses import Ended, Stops, count_stops, fingerprint, pause_of

NOW = datetime(2026, 11, 29, 4)  # noqa: DTZ001 - UTC without a zone, as in the warehouse
# what a person has to mend, for time does not
LASTING = {"ConfigurationError", "ListNotFound", "GuardTripped"}


def every_error(kind: type[LoaderError] = LoaderError) -> list[type[LoaderError]]:
    return [kind, *(each for one in kind.__subclasses__() for each in every_error(one))]


def test_only_what_a_person_has_to_mend_lasts() -> None:
    own = [one for one in every_error() if one.__module__ == errors.__name__]
    assert {one.__name__ for one in own if one.leads_to_pause} == LASTING
    # exit codes alone would not tell: 3 is a list that is gone, and a network that is away
    assert {one.exit_code for one in own if one.leads_to_pause} == {2, 3, 5}


def after(*ends: tuple[int, bool]) -> Pause | None:
    """What a series of runs has come to; each is an exit code, and whether it lasts."""
    now, pause = NOW, None
    for exit_code, leads_to_pause in ends:
        one = audience(pause=pause)
        ended = Ended(
            audience=one, exit_code=exit_code, reason="why", leads_to_pause=leads_to_pause
        )
        counted = count_stops([ended], [one], now=now)
        if one.name in counted.settled:
            pause = None
        for found in counted.stopped:
            pause = found
        now += timedelta(days=1)
    return pause


GUARD, GONE, WRONG = (5, True), (3, True), (2, True)
AWAY, STOPPED, FINE, REJECTED = (3, False), (4, False), (0, False), (1, False)


@pytest.mark.parametrize(
    ("ends", "stops"),
    [
        ([GUARD], 1),
        ([GUARD, GUARD, GUARD], 3),
        ([GUARD, GONE, WRONG], 3),
        ([GUARD, GUARD, FINE], 0),
        ([GUARD, GUARD, REJECTED], 0),
        ([GUARD, GUARD, FINE, GUARD], 1),
        # what says nothing of the audience neither counts nor ends the series
        ([AWAY, AWAY, AWAY], 0),
        ([STOPPED, STOPPED, STOPPED], 0),
        ([GUARD, AWAY, GUARD, STOPPED, GUARD], 3),
    ],
)
def test_stops_in_a_row_are_counted_and_the_third_pauses(
    ends: list[tuple[int, bool]], stops: int
) -> None:
    found = after(*ends)
    assert (found.stops if found else 0) == stops
    assert (found is not None and found.paused_at is not None) == (stops == 3)


def test_of_a_paused_audience_nothing_is_counted() -> None:
    for pause in (after(GUARD, GUARD, GUARD), by_person("why")):
        one = audience(pause=pause)
        for code, leads_to_pause in (GUARD, FINE):
            ended = Ended(audience=one, exit_code=code, reason="why", leads_to_pause=leads_to_pause)
            assert count_stops([ended], [one], now=NOW) == Stops(settled=(), stopped=())


@pytest.mark.parametrize(
    "changes",
    [
        {"list_id": "beef"},
        {"max_leave": "60%"},
        {"schedule": "0 3 * * *"},
        {"timezone": "Europe/Berlin"},
        {"segment": "Readers"},
        {"targets": ("prod",)},
        {"merge_fields": (MergeField(tag="FNAME", kind="text", type="zip", name="Fname"),)},
    ],
)
def test_another_configuration_ends_a_pause_by_the_loader_and_none_by_a_person(
    changes: dict[str, Any],
) -> None:
    changed, by_loader = audience(**changes), after(GUARD, GUARD, GUARD)
    assert by_loader is not None
    assert resting(AUDIENCE, by_loader) == by_loader
    assert resting(changed, replace(by_loader, list_id=changed.list_id)) is None
    assert resting(changed, by_person("why")) == by_person("why")


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "error"},
        {"failed_tests": ("test.shop.unique.ab",)},
        {"path": "models/other/newsletter.sql", "tags": ()},
        {"history": '"other"."newsletter__history"', "delta": '"other"."newsletter__delta"'},
        {"package_version": "9.9.9"},
    ],
)
def test_a_build_or_a_move_of_the_file_is_no_other_configuration(changes: dict[str, Any]) -> None:
    assert fingerprint(audience(**changes), []) == fingerprint(AUDIENCE, [])


def test_who_shares_its_segment_is_part_of_it_and_others_are_not() -> None:
    one, same, other = (audience(name=name, segment="A") for name in ("one", "same", "other"))
    alone = fingerprint(one, [one])
    assert fingerprint(one, [one, same]) != alone
    assert fingerprint(one, [one, replace(same, enabled=False)]) == alone
    assert fingerprint(one, [one, replace(other, segment="B")]) == alone
    assert fingerprint(one, [one, replace(other, list_id="beef")]) == alone


def test_a_pause_by_a_person_stands_before_one_by_the_loader() -> None:
    by_loader = after(GUARD, GUARD, GUARD)
    assert by_loader is not None
    assert resting(AUDIENCE, by_loader, by_person("why")) == by_person("why")


def test_a_pause_says_since_when_by_whom_why_and_what_ends_it() -> None:
    by_loader = after(GUARD, GUARD, (5, True))
    assert by_loader is not None
    assert str(replace(by_loader, reason="newsletter: 30 would leave.")) == (
        "paused since 2026-12-01 04:00 UTC, after 3 runs in a row that stopped: 30 would leave."
        " Only withdrawals of consent are sent until `loader resume newsletter`."
    )
    assert str(by_person("the CRM moves.")) == (
        "paused by a person since 2026-11-29 04:00 UTC: the CRM moves. Nothing is sent until"
        " `loader resume newsletter`."
    )


def test_a_name_stands_in_the_command_as_a_shell_takes_it() -> None:
    named = replace(by_person("why"), audience="it's a list; ls")
    assert named.command == """loader resume 'it'"'"'s a list; ls'"""


def test_a_failed_build_is_no_fault_while_a_person_has_paused_the_audience() -> None:
    assert audience(status="error").is_failed
    assert not audience(status="error", pause=by_person("why")).is_failed
    assert audience(status="error", pause=after(GUARD, GUARD, GUARD)).is_failed


def by_person(reason: str) -> Pause:
    return Pause(audience="newsletter", list_id=None, reason=reason, paused_at=NOW)


def resting(one: Audience, *pauses: Pause) -> Pause | None:
    return pause_of(one, [one], {(each.audience, each.list_id): each for each in pauses})
