"""What an audience gives up in places that it does not name any more, and what stays there."""

from typing import Any

import pytest

from cases.in_memory import Row
from cases.verified_list import ANNA, BEFORE, ELSEWHERE, NEW, OTHERS, ReadWhole

TAG: Row = {"kind": "tag", "segment": "vip"}
SEGMENT: Row = {"kind": "segment", "segment": "News"}
UNHEARD: Row = {"action": "archive", "outcome": "unknown"}
each_place = pytest.mark.parametrize("place", [{}, SEGMENT, TAG], ids=["contact", "segment", "tag"])


def retired(anna: ReadWhole, columns: str, **values: object) -> list[tuple[Any, ...]]:
    """The plan of an audience that names nothing on the list any more, but for these values."""
    nothing = {"keeps_contacts": False, "keeps_tags": False, "named_segments": (), "tagging": ()}
    anna.warehouse.run("plan/retire", **{**nothing, "on_leave": "unsubscribe", **values})
    return anna.warehouse.rows(f"select {columns} from loader_plan order by {columns}")


@pytest.fixture
def sent(anna: ReadWhole) -> ReadWhole:
    """She is a contact of ours, and subscribed."""
    anna.believed(pre_existing=False)
    anna.shown(last_changed=BEFORE)
    return anna


def test_what_is_given_up_is_planned_like_a_leave(sent: ReadWhole) -> None:
    columns = "kind, segment, email_address, current_email, person_id, payload, payload_hash"
    row = ("contact", "", ANNA, ANNA, None, None, None)
    assert retired(sent, columns) == [row]


def test_it_says_what_the_list_shows_and_that_it_is_news(sent: ReadWhole) -> None:
    columns = (
        "status, is_ours, depends_on_contact, last_changed, is_leave, outcome, reason_code, is_new"
    )
    row = ("subscribed", True, False, BEFORE, True, None, None, True)
    assert retired(sent, columns) == [row]


@pytest.mark.parametrize("on_leave", ["unsubscribe", "archive"])
def test_a_contact_leaves_as_the_audience_says(sent: ReadWhole, on_leave: str) -> None:
    plan = retired(sent, "action, route", on_leave=on_leave)
    assert plan == [(on_leave, on_leave)]


def test_a_contact_stays_where_an_audience_keeps_whoever_leaves(sent: ReadWhole) -> None:
    assert retired(sent, "action", on_leave="keep") == []


@pytest.mark.parametrize("pre_existing", [True, None], ids=["known", "not known to be ours"])
def test_a_contact_that_was_there_before_us_stays(
    anna: ReadWhole, *, pre_existing: bool | None
) -> None:
    anna.believed(pre_existing=pre_existing)
    anna.shown()
    assert retired(anna, "action") == []


@pytest.mark.parametrize(
    ("place", "action"), [(SEGMENT, "segment_remove"), (TAG, "tag_remove")], ids=["segment", "tag"]
)
@pytest.mark.parametrize("on_leave", ["keep", "archive"])
def test_a_membership_is_taken_back_of_whoever_was_there_before_us(
    anna: ReadWhole, place: Row, action: str, on_leave: str
) -> None:
    anna.believed(pre_existing=True, **place)
    anna.shown()
    plan = retired(anna, "action, route, is_ours", on_leave=on_leave)
    assert plan == [(action, action, False)]


@each_place
@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"is_managed": False}, id="never sent"),
        pytest.param(OTHERS, id="another audience's"),
        pytest.param(ELSEWHERE, id="on another list"),
    ],
)
def test_what_the_audience_does_not_have_there_is_not_given_up(
    anna: ReadWhole, place: Row, told: Row
) -> None:
    anna.believed(**{"pre_existing": False, **place, **told})
    anna.shown()
    assert retired(anna, "action") == []


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        pytest.param({}, {"keeps_contacts": True}, id="contacts that it writes"),
        pytest.param(
            {},
            {"keeps_contacts": True, "named_segments": ("news",)},
            id="contacts beside a segment",
        ),
        pytest.param(SEGMENT, {"named_segments": ("news",)}, id="a segment that is named"),
        pytest.param(TAG, {"named_segments": ("vip",)}, id="a tag that is named as a segment"),
        pytest.param(TAG, {"keeps_tags": True}, id="tags that it names"),
        pytest.param({"kind": "permissions"}, {}, id="permissions"),
    ],
)
def test_an_audience_does_not_give_up(anna: ReadWhole, place: Row, kept: dict[str, Any]) -> None:
    anna.believed(pre_existing=False, **place)
    anna.shown()
    assert retired(anna, "action", **kept) == []


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        pytest.param({}, {"named_segments": ("news",), "keeps_tags": True}, id="a contact"),
        pytest.param(SEGMENT, {"keeps_contacts": True, "keeps_tags": True}, id="a segment"),
        pytest.param(SEGMENT, {"named_segments": ("offers",)}, id="a segment for another"),
        pytest.param(TAG, {"keeps_contacts": True, "named_segments": ("news",)}, id="a tag"),
    ],
)
def test_an_audience_that_keeps_something_else_gives_up(
    anna: ReadWhole, place: Row, kept: dict[str, Any]
) -> None:
    anna.believed(pre_existing=False, **place)
    anna.shown()
    assert [row[0] for row in retired(anna, "kind", **kept)] == [place.get("kind", "contact")]


@pytest.mark.parametrize(
    ("place", "shared"),
    [
        pytest.param(SEGMENT, {**SEGMENT, **OTHERS}, id="its segment"),
        pytest.param(SEGMENT, {"kind": "tag", "segment": "nEWS", **OTHERS}, id="a tag of the name"),
        pytest.param(TAG, {**TAG, "segment": "VIP", **OTHERS}, id="its tag"),
        pytest.param(TAG, {"kind": "segment", "segment": "vip", **OTHERS}, id="such a segment"),
    ],
)
def test_where_another_audience_put_them_too_they_stay(
    anna: ReadWhole, place: Row, shared: Row
) -> None:
    anna.believed(**place)
    anna.believed(**shared)
    anna.shown()
    assert retired(anna, "action") == []


def test_who_has_a_tag_that_is_kept_stays_in_the_segment_of_its_name(anna: ReadWhole) -> None:
    anna.believed(**SEGMENT)
    anna.believed(kind="tag", segment="news")
    anna.shown()
    assert retired(anna, "action", keeps_tags=True) == []


@pytest.mark.parametrize(
    "shared",
    [
        pytest.param({**TAG, **OTHERS, "is_managed": False}, id="taken back by the other"),
        pytest.param({**TAG, **OTHERS, "list_id": "beef"}, id="on another list"),
        pytest.param({**TAG, **OTHERS, "email_address": NEW}, id="given to somebody else"),
        pytest.param({**OTHERS, "kind": "tag", "segment": "new"}, id="another tag"),
        pytest.param({**OTHERS, "segment": "vip"}, id="of a kind that is no place"),
    ],
)
def test_what_others_have_otherwise_keeps_no_tag(anna: ReadWhole, shared: Row) -> None:
    anna.believed(**TAG)
    anna.believed(**shared)
    anna.shown()
    assert retired(anna, "action") == [("tag_remove",)]


def test_a_tag_that_is_not_kept_keeps_nobody_in_a_segment_of_its_name(anna: ReadWhole) -> None:
    anna.believed(**SEGMENT)
    anna.believed(kind="tag", segment="news")
    anna.shown()
    assert retired(anna, "action") == [("segment_remove",), ("tag_remove",)]


def test_two_that_put_somebody_there_too_do_not_make_two_rows(anna: ReadWhole) -> None:
    anna.believed(**SEGMENT)
    anna.believed(**SEGMENT, audience="others")
    anna.believed(**SEGMENT, audience="third")
    anna.shown()
    assert retired(anna, "action") == []


def test_whom_another_audience_wants_on_the_list_stays_on_it(sent: ReadWhole) -> None:
    sent.wanted(**OTHERS)
    assert retired(sent, "action") == []


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({}, id="the audience itself"),
        pytest.param({"audience": "others", "list_id": "beef"}, id="others on another list"),
        pytest.param(
            {"audience": "others", "email_address": NEW}, id="nobody, as somebody else is"
        ),
        pytest.param(
            {"audience": "others", "may_create": False}, id="others who may not create contacts"
        ),
    ],
)
def test_a_contact_leaves_although_wanted_by(sent: ReadWhole, told: Row) -> None:
    sent.wanted(**told)
    assert retired(sent, "action") == [("unsubscribe",)]


def test_whom_another_audience_wants_is_taken_out_of_a_segment_all_the_same(
    anna: ReadWhole,
) -> None:
    anna.believed(**SEGMENT)
    anna.wanted(**OTHERS)
    anna.shown()
    assert retired(anna, "action") == [("segment_remove",)]


@each_place
@pytest.mark.parametrize("shown", [ELSEWHERE, {"email_address": NEW}], ids=["list", "contact"])
def test_who_is_not_on_the_list_is_in_no_place_of_it_any_more(
    anna: ReadWhole, place: Row, shown: Row
) -> None:
    anna.believed(pre_existing=False, **place)
    anna.shown(**shown)
    assert retired(anna, "outcome, reason_code") == [("accepted", "already_gone")]


@pytest.mark.parametrize("status", ["unsubscribed", "cleaned", "transactional", "archived"])
def test_a_contact_that_left_already_is_not_written(anna: ReadWhole, status: str) -> None:
    anna.believed(pre_existing=False)
    anna.shown(status=status)
    assert retired(anna, "outcome, reason_code") == [("accepted", f"already_{status}")]


@pytest.mark.parametrize("status", ["unsubscribed", "cleaned"])
def test_a_membership_of_who_gets_no_mail_is_taken_back(anna: ReadWhole, status: str) -> None:
    anna.believed(**SEGMENT)
    anna.shown(status=status)
    assert retired(anna, "action, outcome, reason_code") == [("segment_remove", None, None)]


@pytest.mark.parametrize("place", [SEGMENT, TAG], ids=["segment", "tag"])
def test_what_an_archived_contact_is_in_waits_until_they_are_back(
    anna: ReadWhole, place: Row
) -> None:
    anna.believed(**place)
    anna.shown(status="archived")
    assert retired(anna, "outcome, reason_code") == [("held", "archived")]


@pytest.mark.parametrize(
    ("on_leave", "route"), [("archive", "unsubscribe"), ("unsubscribe", "unsubscribe")]
)
def test_a_pending_contact_is_unsubscribed_whatever_is_asked_for(
    anna: ReadWhole, on_leave: str, route: str
) -> None:
    anna.believed(pre_existing=False)
    anna.shown(status="pending")
    plan = retired(anna, "action, route, outcome", on_leave=on_leave)
    assert plan == [(on_leave, route, None)]


def test_an_archiving_that_was_not_heard_of_and_is_shown_has_been_ours(anna: ReadWhole) -> None:
    anna.believed(pre_existing=False, **UNHEARD)
    anna.shown(status="archived")
    assert retired(anna, "outcome, reason_code", on_leave="archive") == [("accepted", None)]


@pytest.mark.parametrize(
    ("told", "status", "on_leave"),
    [
        pytest.param({}, "archived", "archive", id="nobody told to archive"),
        pytest.param({**UNHEARD, "action": "upsert"}, "archived", "archive", id="a change"),
        pytest.param({**UNHEARD, "outcome": "rejected"}, "archived", "archive", id="a refusal"),
        pytest.param(UNHEARD, "cleaned", "archive", id="who is not archived"),
        pytest.param(UNHEARD, "archived", "unsubscribe", id="who is to be unsubscribed"),
    ],
)
def test_a_contact_has_left_without_us_after_or_as(
    anna: ReadWhole, told: Row, status: str, on_leave: str
) -> None:
    anna.believed(pre_existing=False, **told)
    anna.shown(status=status)
    plan = retired(anna, "reason_code", on_leave=on_leave)
    assert plan == [(f"already_{status}",)]
