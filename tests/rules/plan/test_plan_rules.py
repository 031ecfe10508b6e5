"""Every rule of a plan has a case, and every rule and every place in the order is needed."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest

from cases.contact_cases import CONTACTS, CONTACTS_OF_TWO
from cases.in_memory import InMemory
from cases.membership_cases import MEMBERSHIPS, MEMBERSHIPS_OF_TWO
from cases.plan_cases import Case, Decisions
from cases.planned import Planning
from loader.warehouse.rules.contact_rules import CONTACT_RULES, UNWRITTEN_BUT_THERE
from loader.warehouse.rules.membership_rules import MEMBERSHIP_RULES
from loader.warehouse.rules.rule import Rule

# neighbours that may change places, because never both are true, or because both do the same
ANY_ORDER_OF_CONTACTS = {
    ("invalid", "no_consent"): "the delta says one of them",
    ("in_backoff", "dead_lettered"): "the last outcome was one of them",
    ("already_gone", "already_left"): "it is on the list or not",
    ("already_left", "leave_unconfirmed"): "it is pending or has left",
    ("leave", "made_in_other_status"): "nobody makes whom another lets leave",
    ("update_only", "create"): "an audience does one of them",
    ("add", "resubscribe"): "it is on the list or not",
}
ANY_ORDER_OF_MEMBERSHIPS = {
    ("invalid", "no_consent"): "the delta says one of them",
    ("in_backoff", "dead_lettered"): "the last outcome was one of them",
    ("already_gone", "archived"): "it is on the list or not",
    ("remove", "with_contact"): "both send",
    ("with_contact", "with_made_contact"): "both send",
    ("with_made_contact", "opt_out"): "both send",
    ("opt_out", "made_in_other_status"): "whoever is there and made is subscribed again",
}
Pair = tuple[str, str]
Rules = tuple[Rule, ...]


def names_of(rules: Sequence[Rule]) -> list[str]:
    return [rule.name for rule in rules]


def without(rules: Rules, one: Rule) -> Rules:
    return tuple(rule for rule in rules if rule is not one)


def swapped(rules: Rules, pair: Pair) -> Rules:
    """The rules, the two neighbours the other way round."""
    at = names_of(rules).index(pair[0])
    return (*rules[:at], rules[at + 1], rules[at], *rules[at + 2 :])


@pytest.mark.parametrize(
    ("rules", "cases"),
    [(CONTACT_RULES, CONTACTS), (MEMBERSHIP_RULES, MEMBERSHIPS)],
    ids=["contacts", "memberships"],
)
class TestEveryRule:
    """A rule stands for itself: its name, its case, its words."""

    def test_a_rule_has_a_name_of_its_own_and_a_case(
        self, rules: Rules, cases: Mapping[str, Case]
    ) -> None:
        assert names_of(rules) == list(cases)

    def test_what_waits_or_was_refused_says_why_and_what_mends_it(
        self, rules: Rules, cases: Mapping[str, Case]
    ) -> None:
        stopped = [rule for rule in rules if rule.outcome in ("held", "rejected", "invalid")]
        assert 0 < len(stopped) < len(cases)
        assert [rule.name for rule in stopped if not (rule.reason_code and rule.mended_by)] == []

    def test_the_last_rule_is_always_true(self, rules: Rules, cases: Mapping[str, Case]) -> None:
        assert [rule.name for rule in rules if rule.when == "true"] == [list(cases)[-1]]


@pytest.fixture
def plan(warehouse: InMemory) -> Planning:
    """Nothing is known yet."""
    return Planning(warehouse)


def test_the_case_of_a_rule_is_decided_by_it(plan: Planning) -> None:
    cases = [*CONTACTS.items(), *MEMBERSHIPS.items()]
    decisions = Decisions(plan, [case for _, case in cases])
    expected = [(case.becomes and name, case.becomes) for name, case in cases]
    assert decisions.found(CONTACT_RULES, MEMBERSHIP_RULES) == expected


def test_where_two_rules_are_true_the_first_decides(plan: Planning) -> None:
    pairs = [*CONTACTS_OF_TWO.items(), *MEMBERSHIPS_OF_TWO.items()]
    decisions = Decisions(plan, [case for _, case in pairs])
    expected = [(case.becomes and first, case.becomes) for (first, _), case in pairs]
    assert decisions.found(CONTACT_RULES, MEMBERSHIP_RULES) == expected


def test_a_plan_without_one_of_the_rules_of_contacts_is_another(plan: Planning) -> None:
    decisions = Decisions(plan, list(CONTACTS.values()))
    missed = [
        rule.name
        for rule in CONTACT_RULES
        if CONTACTS[rule.name] in decisions.wrong(without(CONTACT_RULES, rule), MEMBERSHIP_RULES)
    ]
    assert missed == names_of(CONTACT_RULES)


def test_a_plan_without_one_of_the_rules_of_memberships_is_another(plan: Planning) -> None:
    decisions = Decisions(plan, list(MEMBERSHIPS.values()))
    missed = [
        rule.name
        for rule in MEMBERSHIP_RULES
        if MEMBERSHIPS[rule.name] in decisions.wrong(CONTACT_RULES, without(MEMBERSHIP_RULES, rule))
    ]
    assert missed == names_of(MEMBERSHIP_RULES)


def test_neighbours_of_contacts_stand_in_their_order(plan: Planning) -> None:
    decisions = Decisions(plan, [*CONTACTS.values(), *CONTACTS_OF_TWO.values()])
    in_any_order = {
        pair
        for pair in pairwise(names_of(CONTACT_RULES))
        if not decisions.wrong(swapped(CONTACT_RULES, pair), MEMBERSHIP_RULES)
    }
    assert in_any_order == set(ANY_ORDER_OF_CONTACTS)


def test_neighbours_of_memberships_stand_in_their_order(plan: Planning) -> None:
    decisions = Decisions(plan, [*MEMBERSHIPS.values(), *MEMBERSHIPS_OF_TWO.values()])
    in_any_order = {
        pair
        for pair in pairwise(names_of(MEMBERSHIP_RULES))
        if not decisions.wrong(CONTACT_RULES, swapped(MEMBERSHIP_RULES, pair))
    }
    assert in_any_order == set(ANY_ORDER_OF_MEMBERSHIPS)


def test_the_rules_that_stop_only_the_contact_are_rules_of_contacts() -> None:
    assert set(UNWRITTEN_BUT_THERE) < set(names_of(CONTACT_RULES))
