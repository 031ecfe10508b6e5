"""What travels along the line: batches, answers, and why an audience is not sent."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import answers_of, audience, batch_of, plan, rows_of
from loader.model.batch import Batch, BatchResult, Operation, Outcome
from loader.model.plan_counts import PlannedRows

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=20)


@given(TEXTS, st.data())
def test_the_body_is_the_texts_of_its_rows_also_of_a_slice(
    texts: list[str], data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(texts) - 1))
    count = data.draw(st.integers(1, len(texts) - start))
    rows = rows_of({f"{place}@shop.de": f"{text}," for place, text in enumerate(texts)})
    batch = Batch(route=Operation.UPSERT, rows=rows.slice(start, count))
    assert batch.body.decode() == ",".join(texts[start : start + count])


@given(st.integers(2, 20))
def test_the_halves_are_the_same_contacts_in_two_calls(size: int) -> None:
    batch = batch_of(Operation.WITHDRAW, [f"{place}@shop.de" for place in range(size)])
    first, second = batch.split(may_be_duplicate=False)
    assert pa.Table.from_batches([first.rows, second.rows]).equals(
        pa.Table.from_batches([batch.rows])
    )
    assert (first.route, second.route) == (Operation.WITHDRAW, Operation.WITHDRAW)
    assert abs(first.size - second.size) <= 1
    assert b",".join([first.body, second.body]) == batch.body


def test_nobody_can_read_a_contact_in_the_print_of_a_batch_or_its_answers() -> None:
    batch, answers = batch_of(Operation.UPSERT, ["anna@shop.de"]), answers_of(["anna@shop.de"])
    assert "anna" not in f"{batch!r} {answers!r}"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        (
            {"status": "removed"},
            "its model is not in the dbt project any more, or is disabled there",
        ),
        ({"status": "error"}, "its last build in dbt ended as 'error'; build it again"),
        ({"enabled": False}, "it is switched off (enabled: false)"),
        (
            {"failed_tests": ("test.shop.unique_email.ab12", "test.shop.not_null_email.cd34")},
            "its tests failed in dbt: unique_email, not_null_email; fix them and run dbt build",
        ),
        (
            {"status": "error", "enabled": False},
            "it is switched off (enabled: false)",
        ),
    ],
)
def test_an_audience_says_why_it_is_not_sent(
    changes: dict[str, object], reason: str | None
) -> None:
    assert audience(**changes).skip_reason == reason


@pytest.mark.parametrize(
    ("status_if_new", "kept"),
    [
        ("subscribed", "subscribed"),
        ("pending", "subscribed"),
        ("transactional", "transactional"),
        ("unsubscribed", "unsubscribed"),
    ],
)
def test_contacts_are_kept_in_the_status_that_they_were_asked_for_unless_it_is_waiting(
    status_if_new: str, kept: str
) -> None:
    assert audience(status_if_new=status_if_new).maintained_status == kept


def test_an_audience_without_contacts_writes_only_its_segment() -> None:
    assert [
        name
        for name in ("upsert", "create", "update", "none")
        if not audience(contacts=name).writes_contacts
    ] == ["none"]


@given(st.lists(st.sampled_from(list(Outcome)), min_size=1, max_size=30))
def test_a_tally_counts_every_row_once(endings: list[Outcome]) -> None:
    parts = [
        answers_of([f"{place}@shop.de"], outcome, message=f"because {outcome}").rows
        for place, outcome in enumerate(endings)
    ]
    answers = BatchResult(route=Operation.UPSERT, rows=pa.concat_batches(parts))
    counted = {outcome: rows for outcome, _, rows in answers.counts}
    assert counted == {outcome.value: endings.count(outcome) for outcome in endings}


def test_a_tally_keeps_the_reasons_apart() -> None:
    parts = [
        answers_of(["a@shop.de"]).rows,
        answers_of(["b@shop.de", "c@shop.de"], Outcome.HELD, code="pending").rows,
        answers_of(["d@shop.de"], Outcome.HELD, code="cleaned").rows,
    ]
    answers = BatchResult(route=Operation.UPSERT, rows=pa.concat_batches(parts))
    assert sorted(answers.counts, key=str) == [
        ("accepted", None, 1),
        ("held", "cleaned", 1),
        ("held", "pending", 2),
    ]


def test_creating_is_acknowledged_as_a_kind_of_upsert() -> None:
    words = {route.value: route.action for route in Operation}
    assert words == {route.value: route.value for route in Operation} | {"create": "upsert"}


def test_a_plan_counts_what_is_to_be_sent_and_not_what_is_settled() -> None:
    rows = [
        ("upsert", None, 500),
        ("create", None, 20),
        ("upsert", "held", 3),
        ("archive", None, 1),
    ]
    planned = plan(
        *(
            PlannedRows(route=route, outcome=outcome, reason=None, is_new=True, contacts=contacts)
            for route, outcome, contacts in rows
        )
    )
    assert planned.to_send() == 521
    assert planned.to_send(Operation.UPSERT) == 500
    assert planned.to_send(Operation.CREATE, Operation.ARCHIVE) == 21
    assert planned.to_send(Operation.WITHDRAW) == 0
