"""The values of the statements that ask rules, and those of them that make what others read."""

from loader.model.reasons import ALREADY_APPLIED
from loader.warehouse.reports.drift import FACTS
from loader.warehouse.rules.decisions import rules_of_a_plan
from loader.warehouse.rules.drift import EMAIL_CHANGED, repairs

RULED: dict[str, object] = {
    "already_applied": ALREADY_APPLIED,
    "drift_type": EMAIL_CHANGED,
    "email_changed": EMAIL_CHANGED,
    "is_manual_change": True,
    **repairs(),
    **rules_of_a_plan(),
}
MAKERS_OF_FACTS = ("plan/decide", "drift/nothing", *FACTS)
