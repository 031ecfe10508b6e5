"""What Mailchimp is known to refuse: as the sandbox judges, value by value."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.mailchimp.values.value_rules import ADDRESSES, address_rules, field_rules
from loader.model.audience import MergeField
from loader.model.list_schema import FieldRule, ListField
from loader.model.mailchimp_facts import MERGE_FIELD_TYPES, UNCONFIRMED
from loader.sandbox.rules.merge_field_values import CHECKS, InvalidValue
from loader.sandbox.state.merge_fields import MergeField as SandboxField

DIGITS = st.text("0123456789 -+()/x", max_size=16)
VALUES = {
    "zip": st.one_of(DIGITS, st.from_regex(r"[0-9]{4,6}", fullmatch=True)),
    "url": st.one_of(st.text("htps:/.x ", max_size=14), st.just("https://shop.de/x")),
    "birthday": st.builds("{}/{}".format, st.integers(0, 13), st.integers(0, 32)),
    "phone": DIGITS,
}


def rules(**field: Any) -> tuple[FieldRule, ...]:  # noqa: ANN401 - of a field
    return field_rules({"FIELD": ListField(**field)}, ())


def takes(kind: str, value: str, options: str = "{}") -> bool:
    """Whether the sandbox's field takes a value."""
    try:
        CHECKS[kind](SandboxField(1, "FIELD", "Field", kind, options=options), value)
    except InvalidValue:
        return False
    return True


@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
def test_a_pattern_refuses_what_the_field_refuses(kind: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[kind])
    shown = {"phone": "US"}.get(kind)
    (rule,) = rules(type=kind, format=shown)
    options = '{"phone_format":"US"}' if shown else "{}"
    assert rule.pattern is not None
    assert (re.fullmatch(rule.pattern, value) is not None) == takes(kind, value, options)


def test_a_field_that_takes_anything_has_no_rule() -> None:
    assert rules(type="text") == rules(type="phone") == rules(type="number") == ()


def test_choices_and_requirements_are_rules() -> None:
    (rule,) = rules(type="dropdown", choices=("gold", "silver"), is_required=True)
    assert (rule.choices, rule.is_required, rule.tag) == (("gold", "silver"), True, "FIELD")


def test_an_address_is_judged_by_its_country() -> None:
    required, country = rules(type="address", is_required=True)
    assert (required.is_required, required.path) == (True, ("merge_fields", "FIELD"))
    assert (country.path, country.is_required) == (("merge_fields", "FIELD", "country"), False)


def test_a_field_that_will_be_made_is_judged_as_it_will_be() -> None:
    made = MergeField(tag="PLAN", kind="text", type="radio", name="Plan", choices=("Pro",))
    first, second = field_rules({"ZIP": ListField(type="zip")}, [made])
    assert (first.tag, first.number, second.tag, second.number) == ("ZIP", 0, "PLAN", 1)
    assert second.choices == ("Pro",)


@pytest.mark.parametrize("kind", MERGE_FIELD_TYPES)
def test_every_rule_names_its_source_and_is_foretold_only_where_the_source_states_it(
    kind: str,
) -> None:
    for format_ in (None, "US"):
        for rule in rules(type=kind, format=format_, choices=("a",)):
            assert rule.source
            assert rule.is_stated == (rule.source != UNCONFIRMED)
            assert rule.is_stated == (rule.path[-1] == "country")


def test_every_rule_of_an_address_names_its_source() -> None:
    assert all(one.source for one in ADDRESSES)
    stated = {one.reason for one in ADDRESSES if one.is_stated}
    assert stated == {"fake address"}


def test_a_sandbox_that_takes_fake_addresses_is_told_of_none() -> None:
    assert {one.reason for one in address_rules(takes_fake=True)} == {"role address"}
    assert address_rules(takes_fake=False) == ADDRESSES
