"""What a list shows of segments, tags and permissions otherwise than was confirmed."""

import pytest

from cases.in_memory import InMemory, Row
from cases.verified_list import ANNA, ELSEWHERE, NEW, OTHERS, ReadWhole


@pytest.fixture
def given(anna: ReadWhole) -> ReadWhole:
    """She is wanted, on the list, and was put into the segment, which the list has."""
    anna.wanted()
    anna.shown()
    anna.believed(kind="segment", segment="News")
    anna.segment()
    return anna


@pytest.mark.parametrize("kind", ["segment", "tag"])
def test_who_is_not_in_a_segment_that_they_were_given_misses_it(anna: ReadWhole, kind: str) -> None:
    anna.wanted()
    anna.shown()
    anna.believed(kind=kind, segment="News")
    assert anna.find() == [(kind, "News", ANNA, "missing_member", None, None, None, False)]


def test_who_is_in_the_segment_in_any_letter_case_misses_nothing(anna: ReadWhole) -> None:
    anna.wanted()
    anna.shown()
    anna.believed(kind="tag", segment="nEWS")
    anna.segment()
    anna.inside()
    assert anna.find() == []


@pytest.mark.parametrize(
    ("inside", "segment"),
    [
        pytest.param({"email_address": NEW}, {}, id="somebody else"),
        pytest.param({"segment_id": 8}, {}, id="another segment"),
        pytest.param({}, {"name": "Others"}, id="a segment of another name"),
        pytest.param(ELSEWHERE, {}, id="her on another list"),
        pytest.param({}, ELSEWHERE, id="a segment of another list"),
        pytest.param(ELSEWHERE, ELSEWHERE, id="both on another list"),
        pytest.param({}, {"type": "saved"}, id="a segment that nobody is put into"),
    ],
)
def test_what_is_shown_otherwise_is_not_what_was_given(
    anna: ReadWhole, inside: Row, segment: Row
) -> None:
    anna.wanted()
    anna.shown()
    anna.believed(kind="tag", segment="News")
    anna.segment(**segment)
    anna.inside(**inside)
    assert ("tag", "News", ANNA, "missing_member") in [row[:4] for row in anna.find()]


def test_who_is_in_one_of_two_segments_misses_the_other(given: ReadWhole) -> None:
    given.believed(kind="segment", segment="Offers")
    given.inside()
    assert [row[1] for row in given.find()] == ["Offers"]


@pytest.mark.parametrize("status", ["archived", "pending"])
def test_a_segment_does_not_show_the_archived_and_pending(anna: ReadWhole, status: str) -> None:
    anna.wanted()
    anna.shown(status=status)
    anna.believed(kind="segment", segment="News")
    assert anna.find() == []


@pytest.mark.parametrize("status", ["unsubscribed", "cleaned", "transactional"])
def test_who_gets_no_mail_is_in_the_segment_as_before(anna: ReadWhole, status: str) -> None:
    anna.wanted()
    anna.shown(status=status)
    anna.believed(kind="segment", segment="News")
    assert anna.drifts() == ["missing_member"]


def test_who_is_not_on_the_list_is_in_none_of_its_segments(anna: ReadWhole) -> None:
    anna.wanted()
    anna.believed(kind="segment", segment="News")
    assert anna.drifts() == ["missing_member"]


def test_who_moved_is_not_missed_in_a_segment_under_the_old_address(anna: ReadWhole) -> None:
    anna.wanted()
    anna.moved()
    anna.believed(kind="segment", segment="News")
    assert anna.drifts() == ["email_changed"]


@pytest.fixture
def stranger(anna: ReadWhole) -> ReadWhole:
    """She is in the segment that we made, and nobody put her there."""
    anna.segment()
    anna.registered()
    anna.inside()
    return anna


@pytest.mark.parametrize("segment", ["News", "nEWS"])
def test_whom_nobody_put_into_a_segment_of_ours_is_taken_out(
    stranger: ReadWhole, segment: str
) -> None:
    found = ("segment", segment, ANNA, "unexpected_member", None, None, None, False)
    assert stranger.find(segment=segment) == [found]


def test_another_segment_than_the_audiences_is_none_of_its_business(stranger: ReadWhole) -> None:
    assert stranger.find(segment="Offers") == []


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"is_managed": False}, id="that somebody else made"),
        pytest.param({"segment_id": 8}, id="that is not the one we made"),
        pytest.param(ELSEWHERE, id="that we made on another list"),
    ],
)
def test_strangers_stay_in_a_segment_that_is_not_ours(anna: ReadWhole, told: Row) -> None:
    anna.segment()
    anna.inside()
    anna.registered(**told)
    assert anna.find() == []


def test_who_is_in_our_segment_and_leaving_it_is_no_stranger(stranger: ReadWhole) -> None:
    stranger.believed(kind="segment", segment="News")
    assert stranger.find() == []


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"is_managed": False}, id="and taken out again"),
        pytest.param({"kind": "contact", "segment": ""}, id="only onto the list"),
        pytest.param({"segment": "Offers"}, id="into another segment"),
        pytest.param(OTHERS, id="by another audience"),
        pytest.param(ELSEWHERE, id="on another list"),
    ],
)
def test_who_was_put_somewhere_else_is_a_stranger(stranger: ReadWhole, told: Row) -> None:
    stranger.believed(**{"kind": "segment", "segment": "News", **told})
    assert stranger.drifts() == ["unexpected_member"]


def test_who_is_wanted_is_no_stranger_in_our_segment(stranger: ReadWhole) -> None:
    stranger.wanted()
    assert stranger.find() == []


def test_who_is_ours_under_another_address_is_no_stranger(anna: ReadWhole) -> None:
    anna.segment()
    anna.registered()
    anna.inside(email_address=NEW)
    anna.wanted()
    anna.moved()
    assert anna.drifts() == ["email_changed"]


ALREADY_REMOVED: Row = {
    "kind": "tag",
    "segment": "nEWS",
    "is_managed": False,
    "action": "tag_remove",
    "outcome": "accepted",
}


@pytest.fixture
def given_back(anna: ReadWhole) -> ReadWhole:
    """She has a tag that this audience took off."""
    anna.believed(**ALREADY_REMOVED)
    anna.segment()
    anna.inside()
    return anna


def test_a_tag_that_was_taken_off_and_that_nobody_gives_is_taken_off_again(
    given_back: ReadWhole,
) -> None:
    assert given_back.find() == [
        ("tag", "nEWS", ANNA, "unexpected_member", None, None, None, False)
    ]


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"kind": "segment"}, id="a segment that she left"),
        pytest.param({"action": "tag_add"}, id="a tag that was given"),
        pytest.param({"outcome": "unknown"}, id="a removal that was not heard of"),
        pytest.param({"reason_code": "missing_contact"}, id="a removal from nobody"),
        pytest.param({"is_managed": True}, id="a tag that is in_flight out"),
        pytest.param({"segment": "offers"}, id="another tag"),
        pytest.param({"email_address": NEW}, id="the tag of somebody else"),
        pytest.param(OTHERS, id="a tag that another audience took off"),
        pytest.param(ELSEWHERE, id="a tag on another list"),
    ],
)
def test_a_tag_that_this_audience_did_not_take_off_stays(anna: ReadWhole, told: Row) -> None:
    anna.believed(**{**ALREADY_REMOVED, **told})
    anna.segment()
    anna.inside()
    assert anna.find() == []


@pytest.mark.parametrize("kind", ["segment", "tag"])
def test_a_tag_that_an_audience_gives_stays(given_back: ReadWhole, kind: str) -> None:
    given_back.believed(audience="others", kind=kind, segment="NEWS")
    assert given_back.find() == []


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(ELSEWHERE, id="on another list"),
        pytest.param({"kind": "contact"}, id="not as a tag"),
        pytest.param({"is_managed": False}, id="and took it back"),
        pytest.param({"email_address": NEW}, id="to somebody else"),
        pytest.param({"segment": "offers"}, id="of another name"),
    ],
)
def test_what_an_audience_gives_otherwise_is_not_this_tag(given_back: ReadWhole, told: Row) -> None:
    given_back.believed(**{"audience": "others", "kind": "tag", "segment": "news", **told})
    assert given_back.drifts() == ["unexpected_member"]


OWED: Row = {"list_id": "f00d", "kind": "tag", "segment": "nEWS", "email_address": ANNA}


def test_a_tag_that_is_owed_is_not_taken_off(given_back: ReadWhole, warehouse: InMemory) -> None:
    warehouse.given("delta", OWED)
    assert given_back.find() == []


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(ELSEWHERE, id="on another list"),
        pytest.param({"kind": "segment"}, id="as a segment"),
        pytest.param({"email_address": NEW}, id="to somebody else"),
        pytest.param({"segment": "offers"}, id="as another tag"),
    ],
)
def test_what_is_owed_otherwise_is_not_this_tag(
    given_back: ReadWhole, warehouse: InMemory, told: Row
) -> None:
    warehouse.given("delta", {**OWED, **told})
    assert given_back.drifts() == ["unexpected_member"]


def permissions(anna: ReadWhole, **told: object) -> list[tuple[object, ...]]:
    """What is found of who was given `mail`, and of whom the list shows that it is off."""
    anna.wanted()
    anna.shown(marketing_permissions='{"MAIL": false, "post": false}')
    anna.believed(**{"kind": "permissions", "confirmed_permissions": '{"mail": true}', **told})
    return anna.find()


def test_a_permission_that_is_shown_otherwise_may_have_been_meant(anna: ReadWhole) -> None:
    found = ("permissions", "", ANNA, "permission_changed", "mail", "true", "false", True)
    assert permissions(anna) == [found]


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"confirmed_permissions": '{"mail": false}'}, id="as it was given"),
        pytest.param({"confirmed_permissions": '{"sms": true}'}, id="that the list does not show"),
        pytest.param({"confirmed_permissions": None}, id="that is to be given again"),
        pytest.param({"kind": "contact"}, id="of a contact"),
    ],
)
def test_a_permission_that_was_not_given_otherwise_is_in_step(anna: ReadWhole, told: Row) -> None:
    assert permissions(anna, **told) == []
