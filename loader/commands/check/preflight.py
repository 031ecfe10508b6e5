"""Look at everything that a sync needs, and foretell what would stop it."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from loader.commands.plan.command import PlanRun
from loader.commands.plan.plan_report import AudiencePlan
from loader.concurrency import AdaptiveLimiter
from loader.extract.list_schema import read_list, read_lists
from loader.mailchimp.documented_fields import PING, ping
from loader.mailchimp.response_checks import json_object
from loader.mailchimp.transport.client import Client, connected
from loader.model.audience import Audience
from loader.model.checks.compatibility import check_segment_is_own
from loader.model.checks.targets import check_target
from loader.model.errors import ConfigurationError, GuardTripped, LoaderError, WarehouseError
from loader.model.mailchimp_facts import MAX_CONNECTIONS
from loader.model.settings import RetryPolicy, credentials
from loader.model.wording import counted, people, without_name
from loader.session.schedule import is_due
from loader.warehouse.registry import left_behind, registered_audiences, without_retired

RETRY_SECONDS = 20.0  # of one request: somebody is waiting for the answer


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One thing that was looked at: `exit_code` is 0 where it stops no sync."""

    subject: str
    text: str
    exit_code: int = 0
    is_warning: bool = False


async def preflight(plan_run: PlanRun) -> list[CheckResult]:
    """What a sync would stumble over, audience by audience: it is rehearsed, as for a plan.

    Args:
        plan_run: goes through a sync; it writes nothing to Mailchimp.

    Returns:
        The warehouse first, then the audiences in their order, and accounts that do not answer.

    Raises:
        ConfigurationError: dbt never ran here.
        WarehouseError: the warehouse failed.
    """
    warehouse = plan_run.context.warehouse
    every = await registered_audiences(warehouse)
    left = await left_behind(warehouse, every)
    audiences = without_retired(every, left)
    registered = counted(len(audiences), "audience is", "audiences are")
    found = [CheckResult(subject="warehouse", text=f"{registered} registered")]
    found += _other_versions(audiences, plan_run.report.version)
    found += _not_sent(audiences)
    ready = []
    for one in audiences:
        if one.skip_reason is None:
            try:
                check_segment_is_own(one, audiences)
                # a sync looks at a schedule only with --due, which may be at night
                _check_schedule(one, plan_run.context.now())
                ready.append(one)
            except ConfigurationError as error:
                found.append(_failed(one.name, error))
    # an account that does not answer is one finding, however many audiences it has
    for account in dict.fromkeys(one.account for one in ready):
        own = [one for one in ready if one.account == account]
        found += await _account_results(plan_run, own, audiences)
    found += [CheckResult(subject=one.audience, text=one.said) for one in left]
    # what is found of the warehouse and of accounts has no audience, and comes first
    order = {one.name: index for index, one in enumerate(audiences)}
    return sorted(found, key=lambda one: order.get(one.subject, -1))


def _other_versions(audiences: list[Audience], version: str) -> list[CheckResult]:
    """The versions of the dbt package that built audiences and are not the loader's."""
    built = {
        one.package_version: "" for one in audiences if one.package_version not in ("", version)
    }
    return [
        CheckResult(
            subject="dbt package",
            text=(
                f"version {other} built {_names(audiences, other)}, and the loader has version"
                f" {version}. Install the same version of both, then run dbt deps and dbt run;"
                " `loader init --package-only` updates a copy of the package in the project"
            ),
            is_warning=True,
        )
        for other in built
    ]


def _names(audiences: list[Audience], version: str) -> str:
    names = (one.name for one in audiences if one.package_version == version)
    return ", ".join(dict.fromkeys(names))


def _not_sent(audiences: list[Audience]) -> Iterator[CheckResult]:
    """What is known without a look at Mailchimp; what a person has paused is no fault."""
    # of an audience that feeds several lists it is known once
    for one in {(one.name, one.skip_reason or one.pause): one for one in audiences}.values():
        if one.skip_reason is not None:
            code = 3 if one.is_failed else 0
            text = f"not sent: {one.skip_reason}"
            yield CheckResult(subject=one.name, text=text, exit_code=code)
        elif one.pause is not None and one.is_paused:
            text, code = f"not sent: {one.pause}", one.pause.exit_code
            yield CheckResult(subject=one.name, text=text, exit_code=code)


async def _account_results(
    plan_run: PlanRun, own: list[Audience], registered: list[Audience]
) -> list[CheckResult]:
    """What is found of the audiences of one account; of the account itself it is told once."""
    account = own[0].account
    try:
        async with plan_run.context.accounts.of(own, registered) as opened:
            if (fault := opened[account].fault) is not None:
                raise fault
            await opened[account].client.request(ping(), lambda answer: json_object(answer, PING))
            forecasts = await plan_run.of(own, opened, registered)
    except WarehouseError:
        raise
    except LoaderError as error:
        names = ", ".join(one.name for one in own)
        text = f"{error} Not checked: {names}."
        return [CheckResult(subject=f"account {account}", text=text, exit_code=error.exit_code)]
    return [
        each
        for audience, forecast in zip(own, forecasts, strict=True)
        for each in _audience_results(audience, forecast, plan_run.context.settings.target)
    ]


def _audience_results(
    audience: Audience, forecast: AudiencePlan, target: str
) -> Iterator[CheckResult]:
    """What would stop an audience, a line each, or what becomes of it."""
    name = audience.name
    # that it is paused stands above, and whether it still has to be is looked at here
    stops = [stop for stop in forecast.stops if without_name(name, stop) != str(audience.pause)]
    try:
        check_target(audience, target)
    except ConfigurationError as error:
        # a check from a development target is how a model is tried: no fault, and not told twice
        stops = [stop for stop in stops if stop != str(error)]
        yield CheckResult(
            subject=name, text=f"not sent from here: {without_name(name, str(error))}"
        )
    if forecast.error is not None:
        text = without_name(name, forecast.error)
        yield CheckResult(subject=name, text=text, exit_code=forecast.exit_code)
    elif not stops:
        yield CheckResult(subject=name, text=_summary(audience, forecast))
    for stop in stops:
        yield CheckResult(
            subject=name, text=without_name(name, stop), exit_code=GuardTripped.exit_code
        )


def _summary(audience: Audience, forecast: AudiencePlan) -> str:
    said = [
        f"list {forecast.list_id} '{forecast.list_name}'"
        + (", double opt-in" if forecast.is_double_optin else ""),
        f"{people(forecast.wanted)} wanted",
    ]
    if missing := forecast.to_make.get("merge fields"):
        fields = "field" if len(missing) == 1 else "fields"
        said.append(f"will create the merge {fields} {', '.join(missing)}")
    if audience.segment is not None:
        verb = "will create" if "segment" in forecast.to_make else "has"
        said.append(f"{verb} the segment '{audience.segment}'")
    return "; ".join(said)


def _failed(name: str, error: LoaderError) -> CheckResult:
    return CheckResult(subject=name, text=without_name(name, str(error)), exit_code=error.exit_code)


def _check_schedule(audience: Audience, now: datetime) -> None:
    if audience.schedule is not None:
        zone = audience.timezone
        is_due(audience.schedule, None, now, audience=audience.name, timezone=zone)


async def account_lists(environment: Mapping[str, str], account: str) -> list[dict[str, Any]]:
    """The lists of an account, with the tags of their merge fields.

    Args:
        environment: where the credentials are.
        account: whose lists.

    Returns:
        Rows with id, name, double_optin, contacts, unsubscribed, and the tags of the merge fields
        as one text.

    Raises:
        ConfigurationError: there are no credentials for it.
        MailchimpError: it does not answer, or refuses the credentials.
    """
    async with _client(environment, account) as client:
        return [
            {
                "id": one["id"],
                "name": one["name"],
                "double_optin": one.get("double_optin"),
                "contacts": one.get("stats", {}).get("member_count"),
                "unsubscribed": one.get("stats", {}).get("unsubscribe_count"),
                "merge_fields": " ".join((await read_list(client, one["id"])).merge_fields),
            }
            for one in await read_lists(client)
        ]


@asynccontextmanager
async def _client(environment: Mapping[str, str], account: str) -> AsyncIterator[Client]:
    async with connected(
        credentials(account, environment),
        acquire=AdaptiveLimiter(MAX_CONNECTIONS).acquire,
        connections=MAX_CONNECTIONS,
        retry_policy=RetryPolicy(retry_seconds=RETRY_SECONDS),
        stopping=asyncio.Event(),
    ) as client:
        await client.find_host()
        yield client
