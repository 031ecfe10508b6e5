"""What stops an audience before its first write. Pure."""

from collections.abc import Iterable
from itertools import combinations

from loader.errors import ConfigurationError, FuseBlown
from loader.model import Audience, MergeField, Plan
from loader.places import KnownSegment, RemoteList

FEW = 10  # so many may always leave: a share of a small audience is nobody


def check_segments_differ(audiences: Iterable[Audience]) -> None:
    """Two audiences that share a segment would each take out whom the other put in.

    Raises:
        ConfigurationError: two of them name the same segment on the same list.
    """
    live = [one for one in audiences if one.enabled and one.segment is not None]
    for one, other in combinations(live, 2):
        if (one.list_id, _key(one)) == (other.list_id, _key(other)):
            raise ConfigurationError(
                f"The audiences {one.name} and {other.name} have the same segment"
                f" '{one.segment}' on the list {one.list_id}. Give each a segment of its own."
            )


def missing_fields(audience: Audience, remote: RemoteList) -> list[MergeField]:
    """The merge fields that have to be made.

    Raises:
        ConfigurationError: the audience wants them to be there, or the account allows no more.
    """
    if not audience.writes_contacts:
        return []
    missing = [one for one in audience.merge_fields if one.tag not in remote.merge_fields]
    tags = ", ".join(one.tag for one in missing)
    if missing and audience.missing_merge_fields == "require":
        raise ConfigurationError(
            f"{audience.name}: the list '{remote.name}' has no merge field {tags}. Make it in"
            " Mailchimp, or set merge_fields: create."
        )
    limit, have = remote.merge_field_limit, len(remote.merge_fields)
    if missing and limit is not None and have + len(missing) > limit:
        raise ConfigurationError(
            f"{audience.name}: {tags} cannot be made, for the list '{remote.name}' has {have}"
            f" of the {limit} merge fields that the account allows. Delete some, or select fewer"
            " columns."
        )
    return missing


def known_segment(
    audience: Audience, remote: RemoteList, known: dict[str, KnownSegment]
) -> KnownSegment | None:
    """What is to be thought of the audience's segment; without an id it has to be made.

    Raises:
        ConfigurationError: a segment of that name is there, and somebody else made it.
    """
    if audience.segment is None:
        return None
    there, remembered = remote.segments.get(_key(audience)), known.get(_key(audience))
    if there is None:
        return KnownSegment(name=audience.segment, id=None, is_ours=True, remake=False)
    if remembered is not None and remembered.id in (None, there.id):
        return KnownSegment(
            name=remembered.name,
            id=there.id,
            is_ours=remembered.is_ours,
            remake=remembered.remake,
        )
    if audience.adopt:
        return KnownSegment(name=audience.segment, id=there.id, is_ours=False, remake=False)
    raise ConfigurationError(
        f"{audience.name}: the list '{remote.name}' has a segment '{there.name}' that this"
        " warehouse did not make. Choose another name, or set adopt: true to take it over: its"
        " members that the audience does not want stay in it."
    )


def check_first(audience: Audience, plan: Plan, contacts: int, *, first: bool) -> None:
    """A lost ledger must not act as if nothing had ever been sent.

    Raises:
        FuseBlown: the audience was never sent to a list that has contacts.
    """
    if plan.is_first and contacts and plan.to_send() and not first:
        raise FuseBlown(
            f"{audience.name}: nothing is known of an earlier sync, and the list {audience.list_id}"
            f" has {contacts:,} contacts. {_announced(plan)} If that is meant, run again with"
            " --first."
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
    _check(audience, plan, plan.leaving, "would leave", force)


def _check(audience: Audience, plan: Plan, people: int, what: str, force: bool) -> None:  # noqa: FBT001 - private
    if people > max(FEW, bound(audience.max_leave, plan.sent)) and not force:
        raise FuseBlown(
            f"{audience.name}: {people:,} of {plan.sent:,} contacts {what}, more than max_leave"
            f" ({audience.max_leave}) allows. If that is meant, run again with --force-leave."
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


def _key(audience: Audience) -> str:
    return (audience.segment or "").lower()
