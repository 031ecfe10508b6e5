"""A plan and a sync in the same words.

What of a sync no plan can know, or tells otherwise:

- who was deleted in Mailchimp for good, which only the answer to a write shows; nobody is drawn so;
- whom Mailchimp may refuse, as a role address, which only its answer decides; nobody is drawn so;
- in which words Mailchimp refuses: counted, whatever is said;
- for which audience a call counts that carries people of several: counted for the list;
- who joins a list that asks for a confirmation: a plan says that they join, and a sync that they
  are held as pending.
"""

from collections import Counter
from typing import Any

from loader.commands.plan.plan_report import AudiencePlan
from loader.model.batch import Outcome
from loader.text.audience_report import AudienceReport

Words = dict[str, Any]
# what a plan says is done to people, and what a sync calls it
ACTIONS_OF_PLAN = {
    "joins": "upsert",
    "changes": "upsert",
    "returns": "revive",
    "changes_of_address": "change_address",
    "withdrawals": "withdraw",
    "leaves": "leave",
    "permissions": "permissions",
}
ACTIONS = {
    "unsubscribe": "leave",
    "archive": "leave",
    "segment_add": "give",
    "tag_add": "give",
    "segment_remove": "take",
    "tag_remove": "take",
}
AT_ONCE = ("no earlier sync is recorded", "because consent was withdrawn")


def foretold(plan: AudiencePlan, initial_status: str) -> Words:
    """What a plan says of an audience; of one that stops, what goes nevertheless."""
    done: Counter[str] = Counter()
    for deed, contacts in plan.deeds.items():
        done[ACTIONS_OF_PLAN[deed]] += contacts
    for moved in (*plan.segments.values(), *plan.tags.values()):
        done["give"] += moved.given
        done["take"] += moved.taken
    if plan.stops:
        goes = not any(why in stop for stop in plan.stops for why in AT_ONCE)
        withdrawn = {"withdraw": done["withdraw"]} if goes and done["withdraw"] else {}
        return {"done": withdrawn, "error": plan.stops[0]}
    held = Counter(plan.reasons.get("held", {}))
    if initial_status == "pending":
        held["pending"] += plan.deeds.get("joins", 0)
        done["upsert"] -= plan.deeds.get("joins", 0)
    refused = [plan.reasons.get(name, {}) for name in ("rejected", "refused")]
    return {
        "done": dict(+done),
        "error": plan.error,
        "held": dict(+held),
        "invalid": plan.reasons.get("invalid", {}),
        "rejected": sum(sum(one.values()) for one in refused),
        "no_write": plan.no_write,
        "staying": plan.staying,
        "mirrors": plan.mirrors,
    }


def reported(report: AudienceReport) -> Words:
    """What a sync says of an audience; of one that was stopped, what went."""
    told = report.as_dict()
    done: Counter[str] = Counter()
    for (action, outcome), rows in report.counts.items():
        if outcome == Outcome.ACCEPTED:
            done[ACTIONS.get(action, action)] += rows - report.settled_actions[action]
    if report.is_stopped:
        return {"done": dict(+done), "error": report.message}
    return {
        "done": dict(+done),
        "error": None,
        "held": told["reasons"].get("held", {}),
        "invalid": told["reasons"].get("invalid", {}),
        "rejected": told["rejected"],
        "no_write": sum(told["settled"].values()),
        "staying": told["staying"],
        "mirrors": told["mirrors"],
    }
