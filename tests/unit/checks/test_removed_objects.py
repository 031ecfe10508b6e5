"""What an audience fills on its list, and what of it is gone or another."""

from dataclasses import replace

import pytest

from fakes import audience
from loader.model.audience import MergeField
from loader.model.checks.removed_objects import check_types, filled, gone
from loader.model.errors import ConfigurationError
from loader.model.list_schema import Filled, ListField, ListSchema, ListSegment

FILLS = audience(
    merge_fields=(MergeField(tag="PLAN", kind="text", type="text", name="Plan"),),
    interests=("Sports",),
    permissions=("Email",),
)
LIST = ListSchema(
    id="f00d",
    name="Shop",
    double_optin=False,
    has_permissions=True,
    merge_fields={"PLAN": ListField(type="text", id=4)},
    merge_field_limit=None,
    segments={"vip": ListSegment(id=7, name="VIP")},
    interests={"sports": "cafe"},
    permissions={"email": "beef"},
)
BEFORE = filled(FILLS, LIST, ["vip"])
OTHERS = {
    "merge field": {"merge_fields": {"PLAN": ListField(type="text", id=5)}},
    "interest": {"interests": {"sports": "cafe2"}},
    "marketing permission": {"permissions": {"email": "beef2"}},
    "tag": {"segments": {"vip": ListSegment(id=8, name="VIP")}},
}


def test_what_an_audience_fills_has_the_id_that_mailchimp_gives_it() -> None:
    assert {(one.kind, one.name, one.id, one.type) for one in BEFORE} == {
        ("merge field", "PLAN", "4", "text"),
        ("interest", "Sports", "cafe", None),
        ("marketing permission", "Email", "beef", None),
        ("tag", "vip", "7", None),
    }


def test_nothing_is_gone_while_everything_is_as_before() -> None:
    assert gone(FILLS, LIST, BEFORE, BEFORE) == []


@pytest.mark.parametrize("kind", OTHERS)
def test_what_has_another_id_was_deleted_and_made_anew(kind: str) -> None:
    now = replace(LIST, **OTHERS[kind])  # type: ignore[arg-type]  # a field of the list each
    lost = gone(FILLS, now, BEFORE, filled(FILLS, now, ["vip"]))
    assert [one.kind for one in lost] == [kind]


@pytest.mark.parametrize("there", [{"merge_fields": {}}, {"segments": {}}], ids=["field", "tag"])
def test_what_is_not_there_is_gone(there: dict[str, object]) -> None:
    now = replace(LIST, **there)  # type: ignore[arg-type]  # a field of the list each
    assert len(gone(FILLS, now, BEFORE, filled(FILLS, now, []))) == 1


def test_a_list_without_contacts_does_not_say_that_a_permission_is_gone() -> None:
    now = replace(LIST, permissions={})
    assert gone(FILLS, now, BEFORE, filled(FILLS, now, ["vip"])) == []


def test_what_an_audience_does_not_fill_any_more_is_not_missed() -> None:
    other = audience(merge_fields=(), interests=(), permissions=())
    now = replace(LIST, merge_fields={}, interests={}, permissions={})
    assert gone(other, now, BEFORE, []) == []


def test_a_tag_that_nobody_has_any_more_is_there_as_before() -> None:
    assert gone(FILLS, LIST, BEFORE, filled(FILLS, LIST, [])) == []


@pytest.mark.parametrize("kind", ["number", "phone", "date", "birthday", "dropdown", "address"])
def test_a_field_of_another_type_than_it_was_filled_with_stops_the_audience(kind: str) -> None:
    before = {(one.kind, one.name): one for one in BEFORE}
    now = replace(LIST, merge_fields={"PLAN": ListField(type=kind, id=5)})
    with pytest.raises(ConfigurationError, match=f"was of the type text .* type {kind} now"):
        check_types(FILLS, now, before)
    # as the model says by now, or of an audience that writes none
    said = replace(FILLS.merge_fields[0], type=kind)
    check_types(replace(FILLS, merge_fields=(said,)), now, before)
    check_types(replace(FILLS, contacts="none"), now, before)


def test_a_field_that_was_never_filled_may_be_of_any_type() -> None:
    now = replace(LIST, merge_fields={"PLAN": ListField(type="phone", id=5)})
    check_types(FILLS, now, {})
    check_types(
        FILLS, now, {("merge field", "OTHER"): Filled(kind="merge field", name="O", id="1")}
    )
