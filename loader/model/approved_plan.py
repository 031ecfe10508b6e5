"""A plan that somebody approved, and how what would be sent now differs from it. Pure."""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from loader.model.errors import ConfigurationError, GuardTripped
from loader.model.wording import counted, why_unsent

# the options of a sync that change what it sends: a plan file has them, and the sync takes them
PLANNED_OPTIONS = (
    "select",
    "exclude",
    "due",
    "historical_refresh",
    "retry_rejected",
    "allow_first_sync",
    "allow_leaves",
)
Key = tuple[str, str]  # an audience and its list


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedRows:
    """The rows of one operation for one audience.

    Attributes:
        rows: how many contacts or memberships, or things to make on the list.
        fingerprint: is another one when a contact or a value of them is another one.
    """

    rows: int
    fingerprint: str


NO_ROWS = ApprovedRows(rows=0, fingerprint="")
Work = Mapping[str, ApprovedRows]  # what is sent for an audience and list, by operation
# takes what each audience of a list would send, and why others cannot; says why each is refused
Approve = Callable[[Mapping[str, Work], Mapping[str, str]], Awaitable[Mapping[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedPlan:
    """What a plan file says.

    Attributes:
        plan_id: a UUID; a plan is carried out once.
        created_at: in UTC without a zone.
        target, schema: of the profile that it was made with.
        options: those of `PLANNED_OPTIONS` by name.
        work: what was to be sent for each audience and list.
    """

    plan_id: str
    created_at: datetime
    target: str
    schema: str
    options: Mapping[str, Any]
    work: Mapping[Key, Work]


def fingerprint_of(texts: Iterable[str]) -> str:
    """One text for some, in whatever order they come; another one for other texts.

    Args:
        texts: that are compared.

    Returns:
        Letters and digits.
    """
    return hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()[:32]


def check_place(plan: ApprovedPlan, *, target: str, schema: str) -> None:
    """A plan is carried out where it was made.

    Args:
        plan: that somebody approved.
        target: of the profile that is sent from.
        schema: of that target.

    Raises:
        ConfigurationError: it was made for another target, or another schema.
    """
    if (plan.target, plan.schema) != (target, schema):
        raise ConfigurationError(
            f"The plan was made for the target '{plan.target}' with the schema '{plan.schema}', and"
            f" this is '{target}' with the schema '{schema}'. Nothing was sent. Choose the target"
            " with --target, or make a plan for this one: loader plan --out."
        )


def check_age(plan: ApprovedPlan, max_age: timedelta | None, now: datetime) -> None:
    """Some want a plan carried out soon after it was approved, or not at all.

    Args:
        plan: that somebody approved.
        max_age: of the plan; None is any.
        now: in UTC without a zone.

    Raises:
        GuardTripped: it is older.
    """
    age = now - plan.created_at
    if max_age is not None and age > max_age:
        raise GuardTripped(
            f"The plan was made at {plan.created_at:%Y-%m-%d %H:%M} UTC, {_long(age)} ago, and"
            f" --max-age allows {_long(max_age)}. Nothing was sent. Make a new plan: loader plan"
            " --out."
        )


def check_unused(used: tuple[str, datetime] | None) -> None:
    """A plan is carried out once, even if the same would be sent again.

    Args:
        used: the run that has carried it out, and when that began; None is nobody.

    Raises:
        GuardTripped: a run has.
    """
    if used is not None:
        run_id, used_at = used
        raise GuardTripped(
            f"The plan was carried out by the run {run_id} at {used_at:%Y-%m-%d %H:%M} UTC. Nothing"
            " was sent now. What that run did not finish is still owed: make a new plan of it with"
            " loader plan --out."
        )


def check_audiences(
    plan: ApprovedPlan, ready: Mapping[Key, None], unsent: Mapping[str, str]
) -> None:
    """A plan is of all audiences that the sync would send, and of no others.

    Args:
        plan: that somebody approved.
        ready: the audiences that the sync would send.
        unsent: why others are left out, by name, with the list where an audience feeds several.

    Raises:
        GuardTripped: they are others, and which.
    """
    missing = [
        f"{name} -> {list_id} was approved and would not be sent"
        + (f": {why.removesuffix('.')}" if (why := why_unsent(unsent, name, list_id)) else "")
        for name, list_id in plan.work
        if (name, list_id) not in ready
    ]
    more = [
        f"{name} -> {list_id} would be sent and is not in the plan"
        for name, list_id in ready
        if (name, list_id) not in plan.work
    ]
    if missing or more:
        raise GuardTripped(
            f"The audiences are not those of the plan. {'; '.join([*missing, *more])}. Nothing was"
            " sent. Make a new plan: loader plan --out."
        )


def difference(approved: Work, now: Work) -> str | None:
    """What of an audience is not as it was approved.

    Args:
        approved: what was to be sent.
        now: what would be sent.

    Returns:
        A sentence in numbers, or None where it is the same.
    """
    said = []
    for operation in sorted({*approved, *now}):
        before, after = approved.get(operation, NO_ROWS), now.get(operation, NO_ROWS)
        words = operation.replace("_", " ")
        if before.rows != after.rows:
            change, word = after.rows - before.rows, "more" if after.rows > before.rows else "fewer"
            said.append(
                f"{words}: {abs(change):,} {word} than approved ({before.rows:,} approved,"
                f" {after.rows:,} now)"
            )
        elif before.fingerprint != after.fingerprint:
            said.append(f"{words}: {after.rows:,} as approved, and not with the same content")
    return "; ".join(said) or None


def _long(time: timedelta) -> str:
    """A time in its largest unit that is not below 2."""
    seconds = int(time.total_seconds())
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * length:
            return counted(seconds // length, unit)
    return counted(seconds, "second")
