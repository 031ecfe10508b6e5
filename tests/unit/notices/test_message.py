"""A notice has numbers, names and the first reasons, and nobody's address and no key."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.model.trouble import Subject, Trouble, TroubleKind, TroubleStatus
from loader.notices.message import Message, message, trial
from loader.text.foreign_text import in_notice

BEGAN = datetime(2026, 11, 22, 2)  # noqa: DTZ001 - UTC
FAILURE, GUARD, PAUSE, REJECTIONS, DRIFT = TroubleKind
PENDING, OVER, TOLD = TroubleStatus.PENDING, TroubleStatus.OVER, TroubleStatus.TOLD
HOSTILE = (
    "\x1b]0;x\x07\u202e ada.love@shop.de <!channel> 'Ada'<b@c.de> eve%40shop.de \n\nTitle\r"
    " 0123456789abcdef0123456789abcdef-us1 \U000e0041"
)


def trouble(
    audience: str = "newsletter",
    *,
    kind: TroubleKind = FAILURE,
    status: TroubleStatus = PENDING,
    message: str = "the list is gone.",
    command: str = "sync",
) -> Trouble:
    return Trouble(
        subject=Subject(
            command=command, audience=audience, list_id="f00d" if audience else "", kind=kind
        ),
        status=status,
        message=message,
        affected=0,
        times=1,
        since=BEGAN,
    )


def said(*troubles: Trouble, target: str = "prod") -> Message:
    found = message(troubles, target)
    if found is None:
        raise AssertionError("there was something to say")
    return found


def test_what_is_known_already_is_no_notice() -> None:
    waiting = trouble(status=TroubleStatus.WAITING)
    assert message([], "prod") is None
    assert message([waiting, trouble("b", status=TOLD)], "prod") is None


def test_one_that_stopped_has_its_name_its_list_its_reason_and_a_command() -> None:
    assert said(trouble()) == Message(
        title="dbt-mailchimp (prod): newsletter stopped",
        body="Stopped: newsletter -> f00d. The list is gone.\nTo see more: `loader runs`",
        level="failure",
    )


@pytest.mark.parametrize(
    ("one", "title", "begins", "shows"),
    [
        (trouble(kind=GUARD), "newsletter stopped by a guard", "Stopped by a guard", "plan"),
        (trouble(kind=PAUSE), "newsletter paused", "Paused", "ls"),
        (trouble(kind=REJECTIONS), "rejections in newsletter", "Rejections", "rejections"),
        (trouble(kind=DRIFT, command="verify"), "drift in newsletter", "Drift", "verify"),
        (trouble(command="retire"), "retire of newsletter stopped", "Stopped", "runs"),
        (trouble("", command="sync --due"), "loader sync --due stopped", "Stopped", "check"),
    ],
)
def test_every_kind_has_a_title_a_sentence_and_a_command(
    one: Trouble, title: str, begins: str, shows: str
) -> None:
    found = said(one)
    assert found.title.removeprefix("dbt-mailchimp (prod): ") == title
    assert found.body.startswith(f"{begins}: ")
    assert f"`loader {shows}" in found.body


def test_all_changes_of_a_run_are_one_notice() -> None:
    over = [trouble(name, status=OVER) for name in ("a", "b")]
    found = said(trouble(), trouble("vip", kind=REJECTIONS, message="20 of 30."), *over)
    title = "newsletter stopped; rejections in vip; 2 audiences recovered"
    assert found.title == f"dbt-mailchimp (prod): {title}"
    assert found.body.split("\n") == [
        "Stopped: newsletter -> f00d. The list is gone.",
        "Rejections: vip -> f00d. 20 of 30.",
        "Recovered: a -> f00d, b -> f00d. Stopped since 2026-11-22 02:00 UTC.",
        "To see more: `loader runs`, `loader rejections --select vip`",
    ]


def test_forty_audiences_on_one_list_that_is_gone_are_one_sentence() -> None:
    found = said(*(trouble(f"a{number:02}") for number in range(40)))
    assert found.title == "dbt-mailchimp (prod): 40 audiences stopped"
    assert found.body.startswith(
        "Stopped: a00 -> f00d, a01 -> f00d, a02 -> f00d and 37 others. The list is gone.\n"
    )
    over = said(*(trouble(f"a{number:02}", status=OVER) for number in range(40)))
    assert over.title == "dbt-mailchimp (prod): 40 audiences recovered"
    assert len(over.body.split("\n")) == 2


def test_forty_audiences_with_forty_reasons_are_ten_sentences_and_a_number() -> None:
    found = said(*(trouble(f"a{number}", message=f"{number} would leave") for number in range(40)))
    assert len(found.body.split("\n")) == 12
    assert "And 30 more." in found.body


def test_an_audience_that_stopped_for_two_reasons_recovers_once() -> None:
    found = said(trouble(status=OVER), trouble(kind=GUARD, status=OVER))
    assert found.title.endswith(": newsletter recovered")
    assert found.body.count("Recovered") == 1


def test_a_pause_says_what_ends_it_by_the_names_of_those_that_are_paused() -> None:
    one = trouble("it's", kind=PAUSE, message="3 runs in a row stopped: the list is gone.")
    body = said(one, replace(one, subject=replace(one.subject, audience="b"))).body
    assert body == (
        "Paused: it's -> f00d, b -> f00d. 3 runs in a row stopped: the list is gone."
        " Only withdrawals of consent are sent until you change the configuration or run"
        """ `loader resume 'it'"'"'s' b`.\nTo see more: `loader ls`"""
    )
    forty = said(*(trouble(f"a{number}", kind=PAUSE) for number in range(40))).body
    assert forty.count("`loader resume NAME`") == 1


def test_a_pause_that_is_over_was_a_pause_whatever_else_stopped_the_audience() -> None:
    over = [trouble(kind=kind, status=OVER) for kind in (FAILURE, PAUSE)]
    found = said(*over, trouble("b", status=OVER))
    assert found.title.endswith(": 2 audiences recovered")
    assert found.body.split("\n")[:2] == [
        "Recovered: newsletter -> f00d. Paused since 2026-11-22 02:00 UTC.",
        "Recovered: b -> f00d. Stopped since 2026-11-22 02:00 UTC.",
    ]


@pytest.mark.parametrize(
    ("troubles", "level"),
    [
        ([trouble()], "failure"),
        ([trouble(), trouble("b", status=OVER)], "failure"),
        ([trouble("b", status=OVER)], "success"),
        ([trouble("b", status=OVER), trouble(status=TOLD)], "info"),
    ],
)
def test_a_notice_is_a_success_when_nothing_is_wrong_any_more(
    troubles: list[Trouble], level: str
) -> None:
    assert said(*troubles).level == level


def test_a_trouble_that_nobody_was_told_of_at_first_says_since_when_it_is() -> None:
    body = said(replace(trouble(), times=2)).body
    assert "The list is gone. Since 2026-11-22 02:00 UTC.\n" in body


def test_names_that_are_no_names_move_nothing_and_name_nobody() -> None:
    one = trouble(HOSTILE, message=in_notice(HOSTILE))
    where = replace(one.subject, list_id=HOSTILE)
    found = said(replace(one, subject=where), trouble("", command=HOSTILE), target=HOSTILE)
    for text in (found.title, *found.body.split("\n")):
        assert text.isprintable()
        assert "@" not in text
        assert "%40" not in text
        assert "0123456789abcdef" not in text
    assert "\n\n" not in found.body


@given(st.text(max_size=80), st.sampled_from(["ada@shop.de", "a%40b.de", f"{'0f' * 16}-us21"]))
def test_whatever_stands_around_a_secret_it_is_not_in_a_notice(around: str, secret: str) -> None:
    text = in_notice(f"{around} {secret} {around}")
    assert secret not in text
    assert text.isprintable()
    assert len(text) <= 500


def test_a_trial_says_that_nothing_is_wrong() -> None:
    assert trial("prod").title == "dbt-mailchimp (prod): this is a trial"
    assert "Nothing is wrong" in trial("prod").body
