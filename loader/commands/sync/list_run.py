"""A run on one list: opened before, and recorded after, whatever a command does with it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import orjson

from loader.commands.sync.audience_sync import AudienceSync
from loader.commands.sync.list_sync import ListSync
from loader.model.audience import Audience
from loader.model.batch import Outcome
from loader.model.errors import Interrupted, LoaderError, MailchimpError, WarehouseError
from loader.model.list_schema import ListSchema
from loader.model.pauses import NO_STOPS, Ended, Stops, count_stops
from loader.session.accounts import Account
from loader.session.context import RunContext
from loader.text.audience_report import AudienceReport
from loader.text.report import RunReport
from loader.warehouse.plans import ListPlan
from loader.warehouse.records.ledger import Ledger
from loader.warehouse.registry import known_segments
from loader.warehouse.reports.runs import RunRow


@asynccontextmanager
async def list_run(
    context: RunContext,
    report: RunReport,
    account: Account,
    audiences: Sequence[Audience],
    *,
    command: str,
) -> AsyncIterator[ListSync]:
    """Audiences of one list, for the time that a command works on them.

    What stops the command stops these audiences alone. What became of each is written down at the
    end.

    Args:
        context: its warehouse is nobody else's meanwhile.
        report: gets a report for each audience.
        account: the Mailchimp user whose list it is.
        audiences: all of one list.
        command: sync or retire, for the record.

    Yields:
        The audiences, of which nothing was read or sent yet.

    Raises:
        WarehouseError: nothing more can be written down; the next run applies what was.
    """
    began = context.now()
    list_sync = await open_list(context, account, audiences, run_id=report.run_id, now=began)
    report.audiences += [one.report for one in list_sync.audience_syncs]
    ran = {"options": _options(context), "version": report.version}
    await list_sync.ledger.start(audiences, command=command, **ran)
    try:
        yield list_sync
    except WarehouseError:
        raise
    except LoaderError as error:
        for one in list_sync.going:
            list_sync.stop(one, error)
    # also after a failure: what was answered is applied before anybody reads the ledger again
    await list_sync.plan.drop()
    await list_sync.ledger.apply_acks(audiences)
    await _identify(context, account, list_sync)
    ended = context.now()
    for one in list_sync.audience_syncs:
        one.report.finish()
    stops = _stops(list_sync, account, ended) if command == "sync" else NO_STOPS
    await _finish(list_sync, account, stops, began=began, ended=ended)
    report.paused += stops.paused


async def open_list(
    context: RunContext,
    account: Account,
    audiences: Sequence[Audience],
    *,
    run_id: str,
    now: datetime,
) -> ListSync:
    """Put together what audiences of one list are synced with, without a word to Mailchimp.

    Args:
        context: of the run.
        account: the Mailchimp user whose list it is.
        audiences: all of one list.
        run_id: of `loader_runs`.
        now: in UTC without a zone.

    Returns:
        The audiences, with the plan and the ledger of the list.
    """
    warehouse, list_id = context.warehouse, audiences[0].list_id
    return ListSync(
        list_id=list_id,
        audience_syncs=[
            AudienceSync(
                audience=one,
                registered=account.registered,
                client=account.client.counting(),
                settings=context.settings,
                report=AudienceReport(audience=one.name, list_id=list_id),
                on_progress=context.on_progress,
            )
            for one in audiences
        ],
        known=await known_segments(warehouse, list_id),
        plan=ListPlan(warehouse, list_id, run_id=run_id, now=now),
        ledger=Ledger(warehouse, list_id, run_id=run_id, now=now),
        settings=context.settings,
        stopping=context.stopping,
    )


async def read_schema(context: RunContext, account: Account, list_sync: ListSync) -> ListSchema:
    """Read what the list looks like now.

    Who is on it is brought up to date in the warehouse.

    Args:
        context: of the run.
        account: the Mailchimp user whose list it is.
        list_sync: the audiences that need it.

    Returns:
        The list.

    Raises:
        Interrupted: the run was asked to end before.
        LoaderError: the account has no such list, or it cannot be read.
    """
    if context.stopping.is_set():
        raise Interrupted("Not started: the run was stopped first. Run again.")
    client = list_sync.audience_syncs[0].client
    audiences = [one.audience for one in list_sync.audience_syncs]
    return await account.read(client, context.warehouse, list_sync.list_id, audiences)


async def _identify(context: RunContext, account: Account, list_sync: ListSync) -> None:
    """Read who was put on the list, to know them by their `contact_id` from now on.

    Somebody may change their address in Mailchimp before the next run, which would not find them
    any more. Where they cannot be read now, the next run reads them.
    """
    is_wanted = list_sync.going and not context.stopping.is_set()
    if is_wanted and await list_sync.ledger.has_put_somebody_unknown():
        client = list_sync.audience_syncs[0].client
        with suppress(MailchimpError, Interrupted):
            await account.read_contacts(client, context.warehouse, list_sync.list_id)


def _stops(list_sync: ListSync, account: Account, now: datetime) -> Stops:
    """What the run is for the pauses of the audiences; of a paused one it is no news."""
    for one in list_sync.audience_syncs:
        pause = one.audience.pause
        if pause is not None and one.audience.is_paused and one.report.leads_to_pause:
            one.report.rest(pause)
    ends = [
        Ended(
            audience=one.audience,
            exit_code=one.report.exit_code,
            reason=one.report.message or "",
            leads_to_pause=one.report.leads_to_pause,
        )
        for one in list_sync.audience_syncs
    ]
    return count_stops(ends, account.registered, now=now)


async def _finish(
    list_sync: ListSync, account: Account, stops: Stops, *, began: datetime, ended: datetime
) -> None:
    """Write down what became of each audience, and tell whoever waits."""
    # counters last, when nothing asks any more
    for one in list_sync.audience_syncs:
        one.report.set_counters(one.client.counters)
        one.report.max_in_flight = account.width.max_in_flight
        one.report.seconds = (ended - began).total_seconds()
    rows = {one.audience.name: _row(one.report) for one in list_sync.audience_syncs}
    await list_sync.ledger.finish(rows, stops, now=ended)
    for one in list_sync.audience_syncs:
        one.emit_finished()


def _options(context: RunContext) -> str:
    """What changes what a run may do, for the record."""
    settings = context.settings
    names = ("historical_refresh", "retry_rejected", "allow_first_sync", "allow_leaves", "due")
    return orjson.dumps([name for name in names if getattr(settings, name)]).decode()


def _row(report: AudienceReport) -> RunRow:
    return RunRow(
        **{outcome.value: report.total(outcome) for outcome in Outcome},
        counts=orjson.dumps(report.as_dict()["counts"]).decode(),
        requests=report.requests,
        writes=report.writes,
        retries=report.retries,
        max_in_flight=report.max_in_flight,
        exit_code=report.exit_code,
        message=report.message,
    )
