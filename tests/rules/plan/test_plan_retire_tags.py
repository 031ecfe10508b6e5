"""A tag that an audience gives up, and another one of the project names."""

from typing import Any

import pytest

from cases.in_memory import Row, relation
from cases.verified_list import ANNA, BEFORE, NEW, ReadWhole


def tagged(anna: ReadWhole, **told: Any) -> None:  # noqa: ANN401 - whatever a column holds
    """An audience of the project wants her with the tag `VIP`."""
    text, truth = "varchar", "boolean"
    anna.warehouse.make(
        "history",
        email_address=text,
        tags=text,
        marketing_consent=truth,
        invalid_reason=text,
        dbt_valid_to="timestamp",
    )
    row = {"email_address": ANNA, "tags": '["VIP"]', "marketing_consent": True, **told}
    anna.warehouse.given("history", row)


@pytest.mark.parametrize(
    ("told", "actions"),
    [
        ({}, []),
        ({"email_address": NEW}, ["tag_remove"]),
        ({"tags": '["Gold"]'}, ["tag_remove"]),
        ({"tags": None}, ["tag_remove"]),
        ({"marketing_consent": False}, ["tag_remove"]),
        ({"invalid_reason": "no address"}, ["tag_remove"]),
        ({"dbt_valid_to": BEFORE}, ["tag_remove"]),
    ],
    ids=str,
)
def test_a_tag_stays_on_whom_an_audience_wants_with_it_that_was_not_sent_yet(
    anna: ReadWhole, told: Row, actions: list[str]
) -> None:
    anna.believed(kind="tag", segment="vip")
    anna.shown()
    tagged(anna, **told)
    nothing = {"keeps_contacts": False, "keeps_tags": False, "named_segments": ()}
    tagging = [relation("history")]
    anna.warehouse.run("plan/retire", on_leave="keep", tagging=tagging, **nothing)
    found = anna.warehouse.rows("select action from loader_plan")
    assert [row[0] for row in found] == actions
