"""Which audiences a run selects: chosen, built, enabled, and due when that is asked."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from loader.model.audience import Audience
from loader.model.checks.compatibility import check_segment_is_own
from loader.model.checks.targets import check_target
from loader.model.errors import ConfigurationError
from loader.model.settings import Settings
from loader.model.wording import counted
from loader.session.accounts import Account
from loader.session.dbt_target import filter_audiences
from loader.session.schedule import is_due
from loader.text.report import RunReport
from loader.warehouse.base import Warehouse
from loader.warehouse.records.pauses import withdrawals_owed
from loader.warehouse.registry import left_behind, registered_audiences, without_retired
from loader.warehouse.reports.runs import last_completed_runs


async def select_audiences(
    warehouse: Warehouse, settings: Settings, report: RunReport, *, now: datetime
) -> tuple[list[Audience], list[Audience]]:
    """Choose the audiences of this run.

    A schedule is looked at only where it is asked for, but one that is wrong is a fault at any
    time.

    Args:
        warehouse: where it is kept.
        settings: select, exclude and due.
        report: takes what is left out, and why.
        now: in UTC without a zone.

    Returns:
        Every audience that is registered, and those that have their turn; an audience is there once
        a list.

    Raises:
        ConfigurationError: a selector matches nothing.
    """
    registered = await registered_audiences(warehouse)
    # only of a model that is gone has to be known whether anything of it is left
    gone = [one for one in registered if not one.is_in_project]
    left = await left_behind(warehouse, gone) if gone else ()
    chosen = filter_audiences(without_retired(registered, left), settings.select, settings.exclude)
    pauses = [one.pause for one in chosen if one.pause is not None]
    report.resting += [one for one in pauses if one.paused_by == "loader"]
    turns = await last_completed_runs(warehouse)
    ready = []
    lists = _lists(chosen)
    for audience in chosen:
        last = turns.get((audience.name, audience.list_id))
        if audience.skip_reason is not None:
            # cron calls more often than an audience has its turn: until then it is no fault
            report.skip(audience, is_expected=not settings.due or _has_turn(audience, last, now))
            continue
        try:
            check_segment_is_own(audience, registered)
            # looked at without --due too: a schedule that is wrong would be found at night only
            waits = _not_due_reason(audience, last, now)
        except ConfigurationError as error:
            if audience.is_paused:
                # that was told when it was paused, and withdrawals of consent wait for no repair
                ready.append(audience)
            else:
                report.refuse(audience, error)
            continue
        if settings.due and waits is not None:
            report.unsent[_named(audience, lists)] = waits
        else:
            ready.append(audience)
    return registered, ready


def sendable(audiences: Iterable[Audience], target: str, report: RunReport) -> list[Audience]:
    """The audiences that may be sent from a target.

    Args:
        audiences: that have their turn.
        target: the name that the profile gives to it.
        report: takes what is left out, and why.

    Returns:
        Those, in their order.
    """
    ready = []
    for audience in audiences:
        try:
            check_target(audience, target)
            ready.append(audience)
        except ConfigurationError as error:
            report.refuse(audience, error)
    return ready


async def awake(
    warehouse: Warehouse, audiences: Sequence[Audience], settings: Settings, report: RunReport
) -> list[Audience]:
    """The audiences that are not paused, and those that have to send withdrawals all the same.

    What the loader has paused sends withdrawals of consent, what a person has paused nothing.

    Args:
        warehouse: where it is kept.
        audiences: that have their turn.
        settings: a historical refresh leaves out all that are paused.
        report: takes what is left out, and why.

    Returns:
        Those, in their order.
    """
    found, lists = [], _lists(audiences)
    for one in audiences:
        if one.pause is None or not one.is_paused:
            found.append(one)
            continue
        owed = await withdrawals_owed(warehouse, one)
        if owed and not one.pause.is_by_person and not settings.historical_refresh:
            found.append(one)
        else:
            waiting = counted(owed, "withdrawal of consent waits", "withdrawals of consent wait")
            more = f" {waiting}." if owed else ""
            report.unsent[_named(one, lists)] = f"{one.pause}{more}"
    return found


def _lists(audiences: Iterable[Audience]) -> Counter[str]:
    """How many lists each of these audiences feeds."""
    return Counter(audience.name for audience in audiences)


def _named(audience: Audience, lists: Counter[str]) -> str:
    """The name of an audience, with its list where it feeds several."""
    to = f" -> {audience.list_id}" if lists[audience.name] > 1 else ""
    return audience.name + to


def _has_turn(audience: Audience, last: datetime | None, now: datetime) -> bool:
    """Whether an audience is due; one whose schedule is wrong is looked at at every run."""
    try:
        return _not_due_reason(audience, last, now) is None
    except ConfigurationError:
        return True


def _not_due_reason(audience: Audience, last: datetime | None, now: datetime) -> str | None:
    """Why an audience is not due, or None when it is."""
    schedule, zone = audience.schedule, audience.timezone
    if schedule is None:
        return "it has no schedule, and --due selects only audiences that have one"
    if is_due(schedule, last, now, audience=audience.name, timezone=zone):
        return None
    by = f"schedule '{schedule}'" + ("" if zone == "UTC" else f" ({zone})")
    return f"last completed {last:%Y-%m-%d %H:%M} UTC; next due by {by}"


def in_reach(
    audiences: Iterable[Audience], accounts: Mapping[str, Account], report: RunReport
) -> list[Audience]:
    """The audiences whose account answers.

    Args:
        audiences: that have their turn.
        accounts: by the names that audiences have for them.
        report: takes what is left out, and why.

    Returns:
        Those, in their order.
    """
    found = []
    for one in audiences:
        fault = accounts[one.account].fault
        if fault is None:
            found.append(one)
        else:
            report.refuse(one, fault)
    return found


def by_list(
    audiences: Iterable[Audience], accounts: Mapping[str, Account]
) -> list[tuple[Account, list[Audience]]]:
    """The audiences of each list together.

    Args:
        audiences: that have their turn.
        accounts: by the names that audiences have for them.

    Returns:
        The account and the audiences of each list, in their order; two names of one account are
        one.
    """
    found: dict[tuple[int, str], tuple[Account, list[Audience]]] = {}
    for one in audiences:
        account = accounts[one.account]
        # the same list id under two names of one account is one list, and is planned once
        found.setdefault((id(account), one.list_id), (account, []))[1].append(one)
    return list(found.values())
