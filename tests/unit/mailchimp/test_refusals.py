"""What Mailchimp is known to refuse: as the sandbox judges, value by value."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.audience import MergeField
from loader.mailchimp.refusals import field_rules
from loader.places import FieldRule, RemoteField
from loader.sandbox.rules.values import CHECKS, Unfit
from loader.sandbox.state.merge_fields import MergeField as SandboxField

DIGITS = st.text("0123456789 -+()/x", max_size=16)
VALUES = {
    "zip": st.one_of(DIGITS, st.from_regex(r"[0-9]{4,6}", fullmatch=True)),
    "url": st.one_of(st.text("htps:/.x ", max_size=14), st.just("https://shop.de/x")),
    "birthday": st.builds("{}/{}".format, st.integers(0, 13), st.integers(0, 32)),
    "phone": DIGITS,
}


def rules(**field: Any) -> tuple[FieldRule, ...]:  # noqa: ANN401 - of a field
    return field_rules({"FIELD": RemoteField(**field)}, ())


def takes(kind: str, value: str, options: str = "{}") -> bool:
    """Whether the sandbox's field takes a value."""
    try:
        CHECKS[kind](SandboxField(1, "FIELD", "Field", kind, options=options), value)
    except Unfit:
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
    assert (required.is_required, required.path) == (True, '$.merge_fields."FIELD"')
    assert (country.path, country.is_required) == ('$.merge_fields."FIELD".country', False)


def test_a_field_that_will_be_made_is_judged_as_it_will_be() -> None:
    made = MergeField(tag="PLAN", kind="text", type="radio", name="Plan", choices=("Pro",))
    first, second = field_rules({"ZIP": RemoteField(type="zip")}, [made])
    assert (first.tag, first.number, second.tag, second.number) == ("ZIP", 0, "PLAN", 1)
    assert second.choices == ("Pro",)
