"""The tables of the rules of a plan and of drift, for the page of states. Cog calls this."""

import re
from collections.abc import Iterable

from generate import table

from loader.commands.explain.verdicts import VERDICTS
from loader.warehouse.rules.contact_rules import CONTACT_RULES
from loader.warehouse.rules.drift import DRIFT_TYPES
from loader.warehouse.rules.membership_rules import MEMBERSHIP_RULES
from loader.warehouse.rules.rule import SEND, Rule


def contact_rules() -> str:
    """What becomes of a contact, in the order in which a plan asks."""
    return _rules(CONTACT_RULES)


def membership_rules() -> str:
    """What becomes of a membership, a tag or permissions, in the order in which a plan asks."""
    return _rules(MEMBERSHIP_RULES)


def kinds_of_drift() -> str:
    """The kinds of drift, and what repairs them."""
    rows = (
        (
            f"`{one.code}`",
            one.means,
            "yes" if one.is_manual_change else "",
            one.repair.value,
        )
        for one in DRIFT_TYPES
    )
    head = (
        "`drift_type`",
        "when",
        "a person may have meant it",
        "what the sync after `--repair` does",
    )
    return table(head, rows)


def verdicts() -> str:
    """What `loader explain` says of a person on a list, and what would change it."""
    first = {one.code: one for one in reversed(VERDICTS)}
    rows = (
        (f"`{one.code}`", _words(one.says), _words(one.changed_by))
        for one in VERDICTS
        if first[one.code] is one
    )
    return table(("`verdict`", "what people read", "what would change it"), rows)


def _words(sentence: str) -> str:
    """A sentence with words for what differs from person to person."""
    reason = "what the [reason](outcomes.md) says"
    words = {"{mends}": reason, "{mends_status}": reason}
    return words.get(sentence) or re.sub("{.+?}", "…", sentence)


def _rules(rules: Iterable[Rule]) -> str:
    head = ("rule", "when", "then", "how to fix it")
    cells = ((f"`{one.name}`", one.means, _verdict(one), one.mended_by or "") for one in rules)
    return table(head, cells)


def _verdict(rule: Rule) -> str:
    if rule.outcome == SEND:
        return f"send, as `{rule.operation}`" if rule.operation else "send"
    return f"{rule.outcome}: {_reason(rule.reason_code)}" if rule.reason_code else rule.outcome


def _reason(reason: str) -> str:
    """A reason as people read it, with the fact in words where it is nothing else."""
    words = {"{delta_reason_code}": "why", "{last_reason_code}": "as before"}
    words |= {"{status}": "its status", "{made_status}": "that status"}
    return words.get(reason) or f"`{re.sub('{.+?}', '…', reason)}`"
