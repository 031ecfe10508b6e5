"""Both lists of rules as SQL.

`plan/facts.sql` says what is true of each row; `plan/decide.sql` asks the rules twice. First each
audience is asked as if it were alone, which says who makes a contact. Then the facts that speak of
other audiences are known, too. A new verdict is a rule in a list and a case in tests/parts/cases.
"""

from collections.abc import Sequence

from loader.warehouse.engine.dialect import Relation
from loader.warehouse.rules.contact_rules import CONTACT_RULES, UNWRITTEN_BUT_THERE
from loader.warehouse.rules.membership_rules import MEMBERSHIP_RULES
from loader.warehouse.rules.rule import (
    Rule,
    first_rule,
    names_of,
    operation_of,
    outcome_of,
    reason_code_of,
)


def rules_of_a_plan(
    contact_rules: Sequence[Rule] = CONTACT_RULES,
    membership_rules: Sequence[Rule] = MEMBERSHIP_RULES,
) -> dict[str, Relation]:
    """The values of `plan/decide.sql`: both lists as SQL."""
    there = [rule for rule in contact_rules if rule.name in UNWRITTEN_BUT_THERE]
    return {
        "contact_rule": first_rule(contact_rules),
        "contact_outcome": outcome_of(contact_rules),
        "contact_reason_code": reason_code_of(contact_rules),
        "contact_operation": operation_of(contact_rules),
        "membership_rule": first_rule(membership_rules),
        "membership_outcome": outcome_of(membership_rules),
        "membership_reason_code": reason_code_of(membership_rules),
        "unwritten_but_there": names_of(there),
    }
