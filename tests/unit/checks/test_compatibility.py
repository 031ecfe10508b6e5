"""What an audience needs on its list: types of fields, interests, permissions, tags."""

from typing import Any

import pytest

from fakes import audience
from loader.model.audience import MergeField
from loader.model.checks.compatibility import (
    check_field_types,
    check_names,
    check_tags,
    interest_ids,
    permission_ids,
)
from loader.model.errors import ConfigurationError, Unfinished
from loader.model.list_schema import ListField, ListSchema

TYPES: tuple[str, ...] = ("text", "number", "address", "phone", "date", "birthday", "zip")
TYPES += ("url", "imageurl", "radio", "dropdown")  # of the Marketing API


def remote(**changes: Any) -> ListSchema:  # noqa: ANN401 - of any field
    values: dict[str, Any] = {
        "id": "f00d",
        "name": "Shop",
        "double_optin": False,
        "has_permissions": False,
        "merge_fields": {},
        "merge_field_limit": None,
        "segments": {},
    }
    return ListSchema(**values | changes)


def fitting(kind: str, own: str) -> set[str]:
    """The types of a list's field that a column of a kind may fill."""
    field = MergeField(tag="FIELD", kind=kind, type=own, name="field")
    found = set()
    for there in TYPES:
        try:
            check_field_types(
                audience(merge_fields=(field,)),
                remote(merge_fields={"FIELD": ListField(type=there)}),
            )
        except ConfigurationError:
            continue
        found.add(there)
    return found


@pytest.mark.parametrize(
    ("kind", "own", "types"),
    [
        ("number", "number", {"number", "text"}),
        ("date", "date", {"date", "text"}),
        ("timestamp", "date", {"date", "text"}),
        ("date", "birthday", {"birthday"}),
        ("boolean", "text", {"text", "radio", "dropdown"}),
        ("address", "address", {"address"}),
        (
            "text",
            "text",
            {"text", "phone", "url", "imageurl", "zip", "radio", "dropdown", "birthday"},
        ),
    ],
)
def test_a_field_has_to_hold_what_the_column_holds(kind: str, own: str, types: set[str]) -> None:
    assert fitting(kind, own) == types


def test_an_audience_that_writes_no_contacts_does_not_mind_their_types() -> None:
    field = MergeField(tag="FIELD", kind="text", type="text", name="field")
    one = audience(contacts="none", merge_fields=(field,))
    check_field_types(one, remote(merge_fields={"FIELD": ListField(type="number")}))


def test_interests_are_found_whatever_their_case() -> None:
    there = remote(interests={"sports": "1a", "news: sports": "1a"})
    assert interest_ids(audience(interests=("Sports",)), there) == {"Sports": "1a"}
    assert interest_ids(audience(interests=("News: Sports",)), there) == {"News: Sports": "1a"}


def test_an_interest_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(ConfigurationError, match=r"'Chess'.* It has: sports"):
        interest_ids(audience(interests=("Chess",)), remote(interests={"sports": "1a"}))


def test_permissions_cannot_be_checked_before_the_list_has_a_contact() -> None:
    wanting = audience(permissions=("Email",))
    assert permission_ids(wanting, remote(has_permissions=True)) == {}
    known = remote(has_permissions=True, permissions={"email": "9f"})
    assert permission_ids(wanting, known) == {"Email": "9f"}


def test_a_list_without_permissions_stops_who_names_them() -> None:
    with pytest.raises(ConfigurationError, match="has no marketing permissions"):
        permission_ids(audience(permissions=("Email",)), remote())


def test_a_tag_may_not_be_the_segment_of_an_audience_of_the_list() -> None:
    others = [audience(name="readers", segment="Readers"), audience(name="plain")]
    check_tags(audience(name="tagging"), ["vip"], others)
    with pytest.raises(ConfigurationError, match="segment of the audience readers"):
        check_tags(audience(name="tagging"), ["vip", "readers"], others)


@pytest.mark.parametrize(
    "changes", [{"enabled": False}, {"status": "removed"}, {"list_id": "elsewhere"}]
)
def test_a_segment_that_nobody_keeps_up_may_be_a_tag(changes: dict[str, Any]) -> None:
    check_tags(audience(), ["readers"], [audience(segment="Readers", **changes)])


@pytest.mark.parametrize(
    ("named", "is_known"),
    [
        (("merge field", "FNAME"), True),  # the audience has it, and it is made
        (("merge field", "THERE"), True),
        (("merge field", "PLAN"), False),
        (("merge field", "fname"), False),
        (("interest", "interest Sports"), True),
        (("interest", "interest Music"), False),
        (("segment", "Readers"), True),
        (("segment", "Others"), False),
    ],
    ids=str,
)
def test_what_a_row_names_is_on_the_list_or_is_made(
    named: tuple[str, str], *, is_known: bool
) -> None:
    """Or nothing is sent: Mailchimp would answer that it kept what it ignored."""
    one = audience(segment="Readers", interests=("Sports",))
    there = remote(merge_fields={"THERE": ListField(type="text")})
    if is_known:
        check_names(one, there, [named])
        return
    with pytest.raises(Unfinished, match="dbt has not finished with newsletter; run dbt"):
        check_names(one, there, [named])
