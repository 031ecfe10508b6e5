"""What a rule is, and how an ordered list of rules becomes SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

from loader.warehouse.engine.dialect import Relation
from loader.warehouse.sql_templates import quoted_text

SEND = "send"
LEFT_OUT = "left out"  # nothing is sent, and nothing is said of the row


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What becomes of the rows for which a condition is true, unless an earlier rule decided.

    Attributes:
        name: what the plan calls the rule.
        when: the condition, as SQL over the facts of `plan/facts.sql` and `plan/decide.sql`.
        means: the condition in words.
        outcome: an outcome of the acknowledgements, `SEND` or `LEFT_OUT`.
        reason_code: why a row does not go; a name in braces is a fact, whose value takes its place.
        operation: how a row goes, where that is not the action that the delta asks for.
        mended_by: what makes another rule decide; None where nothing has to be mended.
    """

    name: str
    when: str
    means: str
    outcome: str = SEND
    reason_code: str | None = None
    operation: str | None = None
    mended_by: str | None = None


def first_rule(rules: Sequence[Rule]) -> Relation:
    """The name of the first rule whose condition is true, as SQL."""
    cases = (f"when {rule.when} then {quoted_text(rule.name)}" for rule in rules)
    return Relation(f"case {' '.join(cases)} end")


def outcome_of(rules: Sequence[Rule]) -> Relation:
    """The outcome that a column `rule` decides on, as SQL; NULL is sent."""
    cases = {rule.name: quoted_text(rule.outcome) for rule in rules if rule.outcome != SEND}
    return _by_rule(cases)


def reason_code_of(rules: Sequence[Rule]) -> Relation:
    """The reason that belongs to a column `rule`, as SQL; NULL where there is none."""
    return _by_rule(
        {rule.name: _text(rule.reason_code) for rule in rules if rule.reason_code is not None}
    )


def operation_of(rules: Sequence[Rule]) -> Relation:
    """How a row with a column `rule` goes to Mailchimp, as SQL; its action if nothing is said."""
    cases = {rule.name: quoted_text(rule.operation) for rule in rules if rule.operation is not None}
    return _by_rule(cases, otherwise="action")


def names_of(rules: Sequence[Rule]) -> Relation:
    """The names of some rules, as SQL in brackets."""
    return Relation(f"({', '.join(quoted_text(rule.name) for rule in rules)})")


def _by_rule(cases: Mapping[str, str], otherwise: str = "null") -> Relation:
    if not cases:
        return Relation(otherwise)
    whens = (f"when {quoted_text(name)} then {value}" for name, value in cases.items())
    return Relation(f"case rule {' '.join(whens)} else {otherwise} end")


def _text(reason: str) -> str:
    parts: list[str] = []
    for text, fact, _, _ in Formatter().parse(reason):
        parts += [quoted_text(text)] if text else []
        parts += [fact] if fact else []
    return " || ".join(parts)
