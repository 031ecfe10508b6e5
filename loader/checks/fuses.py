"""What stops an audience before its first write, until a person says that it is meant. Pure."""

from loader.audience import Audience
from loader.errors import FuseBlown
from loader.model import Loss, Plan
from loader.words import counted

FEW = 10  # so many may always leave: a share of a small audience is nobody
NAMED = 5  # of what people lose, the names that are told
# what happens to people who stay wanted, by what it is about
LOSSES = {
    "address": "would get another address",
    "tag": "would lose a tag",
    "segment": "would be taken out of a segment",
    "value": "would lose a value",
    "interest": "would lose an interest",
    "permission": "would have a marketing permission switched off",
}


def check_first(audience: Audience, plan: Plan, *, first: bool) -> None:
    """A lost ledger must not act as if nothing had ever been sent.

    Raises:
        FuseBlown: the audience was never sent to a list that has contacts of others.
    """
    if plan.is_first and plan.strangers and plan.to_send() and not first:
        raise FuseBlown(
            f"{audience.name}: nothing is known of an earlier sync, and the list {audience.list_id}"
            f" has {counted(plan.strangers, 'contact')} that no audience of this warehouse has put"
            f" there or knows. {_announced(plan)} If that is meant, run again with --first."
        )


def check_withdrawals(audience: Audience, plan: Plan, *, force: bool) -> None:
    """An upstream model that lost its consents must not unsubscribe a whole list.

    Raises:
        FuseBlown: too many people took their consent back at once.
    """
    _check(audience, plan, plan.withdrawing, "would be unsubscribed for want of consent", force)


def check_leaves(audience: Audience, plan: Plan, *, force: bool) -> None:
    """An upstream model that came out empty must not empty a list.

    Raises:
        FuseBlown: too many people left the audience at once.
    """
    what = "would leave"
    if audience.mirror:
        what += " (with mirror: true also who was on the list, and no audience ever sent)"
    _check(audience, plan, plan.leaving, what, force)


def check_loss(audience: Audience, plan: Plan, loss: Loss, *, force: bool) -> None:
    """An upstream column that came out empty, or of somebody else, must not change everybody.

    Raises:
        FuseBlown: too many people who stay wanted would lose something at once.
    """
    named = [f"{name}: {people:,}" for name, people in loss.names[:NAMED]]
    more = ["and more"] if len(loss.names) > NAMED else []
    what = LOSSES[loss.kind] + (f" ({', '.join([*named, *more])})" if named else "")
    _check(audience, plan, loss.people, what, force)


def _check(audience: Audience, plan: Plan, people: int, what: str, force: bool) -> None:  # noqa: FBT001 - private
    if people > max(FEW, bound(audience.max_leave, plan.sent)) and not force:
        raise FuseBlown(
            f"{audience.name}: {people:,} of {counted(plan.sent, 'contact')} {what}, more than"
            f" max_leave ({audience.max_leave}) allows. If that is meant, run again with"
            " --force-leave."
        )


def bound(max_leave: str, sent: int) -> float:
    """How many of the contacts sent may leave: a percentage, a share or a count of them."""
    if max_leave.endswith("%"):
        return float(max_leave[:-1]) / 100 * sent
    return float(max_leave) * sent if "." in max_leave else float(max_leave)


def _announced(plan: Plan) -> str:
    parts = ", ".join(
        f"{row.contacts:,} {row.route.replace('_', ' ')}"
        for row in sorted(plan.rows, key=lambda row: row.route)
        if row.outcome is None
    )
    return f"This run would send: {parts}."
