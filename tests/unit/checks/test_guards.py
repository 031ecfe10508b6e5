"""What stops an audience before its first write."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import audience, plan
from loader.model.audience import Audience, MergeField
from loader.model.checks.compatibility import check_segment_is_own, known_segment, missing_fields
from loader.model.checks.guards import (
    LOSSES,
    bound,
    check_first_sync,
    check_leaves,
    check_loss,
    check_withdrawals,
)
from loader.model.checks.targets import check_target
from loader.model.errors import ConfigurationError, GuardTripped
from loader.model.list_schema import ListField, ListSchema, TrackedSegment
from loader.model.list_schema import ListSegment as Segment
from loader.model.plan_counts import Loss, PlanCounts, PlannedRows

FIELDS = tuple(
    MergeField(tag=tag, kind="text", type="text", name=tag.title()) for tag in ("FNAME", "PLAN")
)
TO_SEND = PlannedRows(route="upsert", outcome=None, reason=None, is_new=True, contacts=1_500)
HELD = PlannedRows(route="upsert", outcome="held", reason="pending", is_new=True, contacts=9)


def remote(*tags: str, limit: int | None = None, segments: tuple[Segment, ...] = ()) -> ListSchema:
    return ListSchema(
        id="f00d",
        name="Shop",
        double_optin=False,
        has_permissions=False,
        merge_fields=dict.fromkeys(tags, ListField(type="text")),
        merge_field_limit=limit,
        segments={one.name.lower(): one for one in segments},
    )


def remembered(**changes: Any) -> dict[str, TrackedSegment]:  # noqa: ANN401 - of any field
    values = {"name": "Readers", "id": 7, "is_managed": True, "recreate": False, **changes}
    return {"readers": TrackedSegment(**values)}


def missing(wanting: Audience, there: ListSchema) -> list[MergeField]:
    """The fields that an audience has to make, where no other one makes any."""
    return missing_fields(wanting, there, there)


def test_merge_fields_that_are_missing_are_to_be_made() -> None:
    wanting = audience(merge_fields=FIELDS)
    assert missing(wanting, remote("FNAME")) == [FIELDS[1]]
    assert missing(wanting, remote("FNAME", "PLAN", "OTHER")) == []


def test_an_audience_that_writes_no_contacts_needs_no_fields() -> None:
    wanting = audience(contacts="none", merge_fields=FIELDS, missing_merge_fields="require")
    assert missing(wanting, remote()) == []


def test_fields_that_have_to_be_there_and_are_not_are_named() -> None:
    wanting = audience(merge_fields=FIELDS, missing_merge_fields="require")
    with pytest.raises(ConfigurationError, match="'Shop' has no merge field FNAME, PLAN"):
        missing(wanting, remote())


def test_fields_that_the_account_does_not_allow_are_named_with_the_limit() -> None:
    wanting = audience(merge_fields=FIELDS)
    assert missing(wanting, remote("A", "B", limit=4)) == list(FIELDS)
    with pytest.raises(ConfigurationError, match=r"FNAME, PLAN cannot be created.*has 3 of the 4"):
        missing(wanting, remote("A", "B", "C", limit=4))


def test_a_list_over_its_limit_is_no_trouble_where_nothing_has_to_be_made() -> None:
    wanting = audience(merge_fields=FIELDS)
    assert missing(wanting, remote("FNAME", "PLAN", "A", limit=2)) == []


def test_what_other_audiences_make_in_the_same_run_counts_for_the_limit() -> None:
    wanting, there = audience(merge_fields=FIELDS), remote("A", limit=4)
    assert missing_fields(wanting, there, remote("A", "B", limit=4)) == list(FIELDS)
    assert missing_fields(wanting, there, remote("A", "B", "FNAME", limit=4)) == list(FIELDS)
    with pytest.raises(
        ConfigurationError, match=r"has 3 of the 4 .* 2 of them for other audiences"
    ):
        missing_fields(wanting, there, remote("A", "B", "C", limit=4))


@pytest.mark.parametrize(
    ("segments", "known", "adopt", "expected"),
    [
        ((), {}, False, (None, True, False)),
        ((), remembered(), False, (None, True, False)),  # somebody deleted it
        ((Segment(id=7, name="READERS"),), remembered(), False, (7, True, False)),
        ((Segment(id=7, name="Readers"),), remembered(recreate=True), False, (7, True, True)),
        ((Segment(id=7, name="Readers"),), remembered(is_managed=False), False, (7, False, False)),
        # the run was killed between the note and the answer
        ((Segment(id=9, name="Readers"),), remembered(id=None), False, (9, True, False)),
        ((Segment(id=9, name="Readers"),), {}, True, (9, False, False)),
        ((Segment(id=9, name="Readers"),), remembered(), True, (9, False, False)),
    ],
)
def test_a_segment_is_ours_to_make_known_or_taken_over(
    segments: tuple[Segment, ...],
    known: dict[str, TrackedSegment],
    adopt: object,
    expected: tuple[int | None, bool, bool],
) -> None:
    wanting = audience(segment="Readers", adopt=adopt)
    found = known_segment(wanting, remote(segments=segments), known)
    assert found is not None
    assert (found.id, found.is_managed, found.recreate) == expected


@pytest.mark.parametrize("known", [{}, remembered()])
def test_a_segment_that_somebody_else_made_is_refused(known: dict[str, TrackedSegment]) -> None:
    there = remote(segments=(Segment(id=9, name="READERS"),))
    with pytest.raises(ConfigurationError, match="'READERS' that this warehouse did not create"):
        known_segment(audience(segment="Readers"), there, known)


def test_an_audience_without_a_segment_has_none() -> None:
    assert known_segment(audience(), remote(segments=(Segment(id=9, name="x"),)), {}) is None


def test_two_audiences_may_not_have_the_same_segment_of_the_same_list() -> None:
    one, other = audience(name="a", segment="Readers"), audience(name="b", segment="READERS")
    for each, named in ((one, "a: b has the same"), (other, "b: a has the same")):
        with pytest.raises(ConfigurationError, match=named):
            check_segment_is_own(each, [one, other])


@pytest.mark.parametrize(
    "changes",
    [{"list_id": "other"}, {"segment": "Buyers"}, {"segment": None}, {"enabled": False}],
)
def test_segments_that_are_not_the_same_place_are_no_trouble(changes: dict[str, Any]) -> None:
    other = audience(**{"name": "b", "segment": "Readers", **changes})
    one = audience(name="a", segment="Readers")
    check_segment_is_own(one, [one, other])
    check_segment_is_own(other, [one, other])


def test_a_first_sync_onto_a_list_with_contacts_stops_with_the_plan() -> None:
    with pytest.raises(GuardTripped) as found:
        check_first_sync(
            audience(), plan(TO_SEND, HELD, is_first=True, strangers=7), allow_first_sync=False
        )
    assert "has 7 contacts that no audience" in str(found.value)
    assert "This run would send: 1,500 upsert." in str(found.value)
    assert "--allow-first-sync" in str(found.value)


@pytest.mark.parametrize(
    ("planned", "first"),
    [
        (plan(TO_SEND, is_first=True, strangers=7), True),
        (plan(TO_SEND, is_first=True, strangers=0), False),
        (plan(TO_SEND, is_first=False, strangers=7), False),
        (plan(HELD, is_first=True, strangers=7), False),
    ],
)
def test_a_first_sync_that_is_meant_or_harmless_goes_on(planned: PlanCounts, first: object) -> None:
    check_first_sync(audience(), planned, allow_first_sync=bool(first))


@pytest.mark.parametrize(
    ("max_leave", "sent", "most"),
    [("20%", 1_000, 200), ("0.2", 1_000, 200), ("50", 1_000, 50), ("0", 9, 0), ("100%", 7, 7)],
)
def test_the_bound_is_a_percentage_a_share_or_a_count(
    max_leave: str, sent: int, most: float
) -> None:
    assert bound(max_leave, sent) == pytest.approx(most)


GUARDS = [(check_leaves, "leaving"), (check_withdrawals, "withdrawing")]
LOST = [
    ("address", (), "would get a new address, more"),
    ("tag", (("gold", 9), ("lead", 8)), "would lose a tag (gold: 9, lead: 8), more"),
    ("segment", (("Readers", 9),), "would be taken out of a segment (Readers: 9), more"),
    ("value", tuple((f"F{one}", 9) for one in range(6)), "F3: 9, F4: 9, and more), more"),
    ("interest", (("Art", 9),), "would lose an interest (Art: 9), more"),
    ("permission", (("Email", 9),), "marketing permission switched off (Email: 9), more"),
]


@given(
    st.sampled_from(LOST),
    st.integers(0, 300),
    st.integers(0, 1_000),
    st.sampled_from(["0%", "20%", "0.5", "30"]),
)
def test_what_people_lose_who_stay_is_bounded_like_a_leave_and_named(
    lost: tuple[str, tuple[tuple[str, int], ...], str], people: int, sent: int, max_leave: str
) -> None:
    kind, names, words = lost
    loss = Loss(kind=kind, people=people, names=names)
    wanting, planned = audience(max_leave=max_leave), plan(sent=sent, losses=(loss,))
    check_loss(wanting, planned, loss, allow_leaves=True)
    if people <= max(10, bound(max_leave, sent)):
        check_loss(wanting, planned, loss, allow_leaves=False)
        return
    with pytest.raises(GuardTripped) as tripped_by:
        check_loss(wanting, planned, loss, allow_leaves=False)
    assert f"{people} of {sent:,} contact" in str(tripped_by.value)
    assert words in str(tripped_by.value)


def test_every_kind_of_loss_is_among_the_examples() -> None:
    assert [kind for kind, *_ in LOST] == list(LOSSES)


@given(
    st.sampled_from(GUARDS),
    st.integers(0, 300),
    st.integers(0, 1_000),
    st.sampled_from(["0%", "20%", "0.5", "30"]),
)
def test_a_guard_trips_above_the_bound_and_above_ten_unless_forced(
    guard: tuple[Any, str], people: int, sent: int, max_leave: str
) -> None:
    check, number = guard
    planned, wanting = plan(sent=sent, **{number: people}), audience(max_leave=max_leave)
    check(wanting, planned, allow_leaves=True)
    if people > 10 and people > bound(max_leave, sent):
        with pytest.raises(GuardTripped, match="--allow-leaves"):
            check(wanting, planned, allow_leaves=False)
    else:
        check(wanting, planned, allow_leaves=False)


def test_a_guard_says_how_many_of_how_many() -> None:
    wanting: Audience = audience()
    with pytest.raises(GuardTripped, match=r"300 of 1,000 contacts would leave.*max_leave.*20%"):
        check_leaves(wanting, plan(leaving=300, sent=1_000), allow_leaves=False)
    with pytest.raises(GuardTripped, match="would be unsubscribed because consent was withdrawn"):
        check_withdrawals(wanting, plan(withdrawing=300, sent=1_000), allow_leaves=False)


@pytest.mark.parametrize("targets", [(), ("prod",), ("staging", "prod")])
def test_an_audience_that_names_the_target_or_none_may_be_sent(targets: tuple[str, ...]) -> None:
    check_target(audience(targets=targets), "prod")


@pytest.mark.parametrize("target", ["dev", "", "PROD", "prod2"])
def test_from_any_other_target_it_is_not_sent_and_both_are_named(target: str) -> None:
    with pytest.raises(ConfigurationError, match=f"target prod, and this is '{target}'"):
        check_target(audience(targets=("prod",)), target)
