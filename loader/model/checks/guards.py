"""What stops an audience before its first write, until a person confirms it. Pure."""

from loader.model.audience import Audience
from loader.model.errors import GuardTripped
from loader.model.plan_counts import Loss, PlanCounts
from loader.model.wording import counted

MIN_ALLOWED_LEAVES = 10  # so many may always leave: a share of a small audience is nobody
NAMED = 5  # of what people lose, the names that are reported
# what happens to people who stay wanted, by what it is about
LOSSES = {
    "address": "would get a new address",
    "tag": "would lose a tag",
    "segment": "would be taken out of a segment",
    "value": "would lose a value",
    "interest": "would lose an interest",
    "permission": "would have a marketing permission switched off",
}


def check_first_sync(audience: Audience, plan: PlanCounts, *, allow_first_sync: bool) -> None:
    """A lost ledger must not act as if nothing had ever been sent.

    Args:
        audience: what dbt registered of it for one list.
        plan: what the run would do, in numbers.
        allow_first_sync: whether a person allowed it.

    Raises:
        GuardTripped: the audience was never sent to a list that has contacts of others.
    """
    if plan.is_first and plan.strangers and plan.to_send() and not allow_first_sync:
        raise GuardTripped(
            f"{audience.name}: no earlier sync is recorded, and the list {audience.list_id} has"
            f" {counted(plan.strangers, 'contact')} that no audience of this warehouse put there"
            f" or knows. {_announced(plan)} If this is intended, run again with"
            " --allow-first-sync."
        )


def check_withdrawals(audience: Audience, plan: PlanCounts, *, allow_leaves: bool) -> None:
    """An upstream model that lost its consents must not unsubscribe a whole list.

    Args:
        audience: what dbt registered of it for one list.
        plan: what the run would do, in numbers.
        allow_leaves: whether a person allowed it.

    Raises:
        GuardTripped: too many people took their consent back at once.
    """
    _check(
        audience,
        plan,
        plan.withdrawing,
        "would be unsubscribed because consent was withdrawn",
        allow_leaves=allow_leaves,
    )


def check_leaves(audience: Audience, plan: PlanCounts, *, allow_leaves: bool) -> None:
    """An upstream model that came out empty must not empty a list.

    Args:
        audience: what dbt registered of it for one list.
        plan: what the run would do, in numbers.
        allow_leaves: whether a person allowed it.

    Raises:
        GuardTripped: too many people left the audience at once.
    """
    what = "would leave"
    if audience.mirror:
        what += " (mirror: true counts also contacts that no audience ever sent)"
    _check(audience, plan, plan.leaving, what, allow_leaves=allow_leaves)


def check_loss(audience: Audience, plan: PlanCounts, loss: Loss, *, allow_leaves: bool) -> None:
    """An upstream column that came out empty, or of somebody else, must not change everybody.

    Args:
        audience: what dbt registered of it for one list.
        plan: what the run would do, in numbers.
        loss: one of those of the plan.
        allow_leaves: whether a person allowed it.

    Raises:
        GuardTripped: too many people who stay wanted would lose something at once.
    """
    named = [f"{name}: {people:,}" for name, people in loss.names[:NAMED]]
    more = ["and more"] if len(loss.names) > NAMED else []
    what = LOSSES[loss.kind] + (f" ({', '.join([*named, *more])})" if named else "")
    _check(audience, plan, loss.people, what, allow_leaves=allow_leaves)


def _check(
    audience: Audience, plan: PlanCounts, people: int, what: str, *, allow_leaves: bool
) -> None:
    # a share of very few is less than a person, and would stop every leave
    if people > max(MIN_ALLOWED_LEAVES, bound(audience.max_leave, plan.sent)) and not allow_leaves:
        raise GuardTripped(
            f"{audience.name}: {people:,} of {counted(plan.sent, 'contact')} {what}, more than"
            f" max_leave ({audience.max_leave}) allows. If this is intended, run again with"
            " --allow-leaves."
        )


def bound(max_leave: str, sent: int) -> float:
    """How many contacts `max_leave` lets go.

    Args:
        max_leave: a percentage ("20%"), a share ("0.2") or a count ("500").
        sent: contacts of whom the audience has put something into the list.

    Returns:
        A number of contacts, which need not be whole.
    """
    if max_leave.endswith("%"):
        return float(max_leave[:-1]) / 100 * sent
    return float(max_leave) * sent if "." in max_leave else float(max_leave)


def _announced(plan: PlanCounts) -> str:
    parts = ", ".join(
        f"{row.contacts:,} {row.route.replace('_', ' ')}"
        for row in sorted(plan.rows, key=lambda row: row.route)
        if row.outcome is None
    )
    return f"This run would send: {parts}."
