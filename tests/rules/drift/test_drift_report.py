"""What `loader verify` tells of the differences that were kept."""

import pytest

from cases.in_memory import Row
from cases.verified_list import ANNA, ELSEWHERE, NEW, NOW, OTHERS, ReadWhole

each_statement = pytest.mark.parametrize(
    ("statement", "values"), [("drift/counts", {}), ("drift/sample", {"most": 2})]
)


def test_people_who_are_out_of_step_in_one_way_are_counted_together(anna: ReadWhole) -> None:
    anna.noted()
    anna.noted(email_address=NEW)
    counts = anna.request("drift/counts")
    assert counts == [("contact", "", "status_changed", None, False, 2)]


@each_statement
@pytest.mark.parametrize(
    ("column", "value"),
    [("kind", "tag"), ("segment", "News"), ("drift_type", "unexpected_member"), ("field", "FNAME")],
)
def test_each_way_of_being_out_of_step_is_told_apart(
    anna: ReadWhole, statement: str, values: Row, column: str, value: str
) -> None:
    anna.noted(email_address="a@shop.de")
    anna.noted(email_address="b@shop.de")
    anna.noted(email_address="c@shop.de", **{column: value})
    assert len(anna.request(statement, **values)) == (2 if statement == "drift/counts" else 3)


def test_what_a_person_decided_is_counted_apart(anna: ReadWhole) -> None:
    anna.noted()
    anna.noted(is_manual_change=True)
    assert sorted(row[-2:] for row in anna.request("drift/counts")) == [(False, 1), (True, 1)]


@each_statement
@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"healed_at": NOW}, id="what the ledger knows"),
        pytest.param(OTHERS, id="another audience's"),
        pytest.param(ELSEWHERE, id="another list's"),
    ],
)
def test_nobody_is_told_again(anna: ReadWhole, statement: str, values: Row, told: Row) -> None:
    anna.noted(**told)
    assert anna.request(statement, **values) == []


def test_a_sample_is_so_many_people_of_each_way_by_their_address(anna: ReadWhole) -> None:
    for address in ("c@shop.de", "b@shop.de", "a@shop.de"):
        anna.noted(email_address=address)
    sample = anna.request("drift/sample", most=2)
    assert [row[5] for row in sample] == ["a@shop.de", "b@shop.de"]


def test_a_sample_says_what_was_expected_and_found(anna: ReadWhole) -> None:
    anna.noted(expected="subscribed", actual="cleaned")
    row = ("contact", "", "status_changed", None, False, ANNA, "subscribed", "cleaned")
    assert anna.request("drift/sample", most=1) == [row]
