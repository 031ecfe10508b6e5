"""Look at everything that a sync needs, without a write anywhere."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from loader.audience import Audience
from loader.checks.fits import (
    check_field_types,
    check_segment_is_own,
    interest_ids,
    known_segment,
    missing_fields,
    permission_ids,
)
from loader.errors import LoaderError
from loader.mailchimp.answers import document
from loader.mailchimp.client import Client, connected
from loader.mailchimp.documented import PING, ping
from loader.pull.lists import read_list, read_list_for, read_lists
from loader.schedule import is_due
from loader.settings import MAX_CONNECTIONS, Patience, credentials, utc_now
from loader.stream import Width
from loader.warehouse.connect import Warehouse
from loader.warehouse.registry import known_segments, people_wanted, registered_audiences
from loader.words import counted, people

PATIENCE = Patience(retry_seconds=20.0)  # somebody is waiting for the answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: `exit_code` is 0 where it is as it should be."""

    subject: str
    text: str
    exit_code: int = 0


async def findings(
    warehouse: Warehouse, environment: Mapping[str, str], target: str
) -> list[Finding]:
    """What a sync from a target of the profile would stumble over, audience by audience.

    Raises:
        ConfigurationError: dbt never ran here.
    """
    audiences = await registered_audiences(warehouse)
    registered = counted(len(audiences), "audience is", "audiences are")
    found = [Finding(subject="warehouse", text=f"{registered} registered")]
    found += [
        Finding(
            subject=one.name,
            text=f"not sent: {one.unsent_because}",
            exit_code=3 if one.is_broken else 0,
        )
        for one in audiences
        if one.unsent_because is not None
    ]
    ready = [one for one in audiences if one.unsent_because is None]
    for account in dict.fromkeys(one.account for one in ready):
        own = [one for one in ready if one.account == account]
        found += await _account_findings(warehouse, account, own, audiences, environment, target)
    order = {one.name: place for place, one in enumerate(audiences)}
    return sorted(found, key=lambda one: order.get(one.subject, -1))


async def _account_findings(
    warehouse: Warehouse,
    account: str,
    own: list[Audience],
    audiences: list[Audience],
    environment: Mapping[str, str],
    target: str,
) -> list[Finding]:
    """What is found of the audiences of one account; of the account itself it is told once."""
    found = []
    sound = []
    for audience in own:
        try:
            check_segment_is_own(audience, audiences)
            _check_schedule(audience)
            sound.append(audience)
        except LoaderError as error:
            found.append(_fault(audience.name, error))
    if not sound:
        return found
    try:
        async with _client(environment, account) as client:
            await client.ask(ping(), lambda answer: document(answer, PING))
            found += [await _finding(warehouse, one, client, target) for one in sound]
    except LoaderError as error:
        names = ", ".join(one.name for one in sound)
        text = f"{error} Not looked at: {names}."
        found.append(Finding(subject=f"account {account}", text=text, exit_code=error.exit_code))
    return found


async def _finding(
    warehouse: Warehouse, audience: Audience, client: Client, target: str
) -> Finding:
    try:
        text = await _look_at(warehouse, audience, client)
        if audience.targets and target not in audience.targets:
            text += f"; sent from the target {' or '.join(audience.targets)} alone, not from here"
        return Finding(subject=audience.name, text=text)
    except LoaderError as error:
        return _fault(audience.name, error)


def _fault(subject: str, error: LoaderError) -> Finding:
    return Finding(subject=subject, text=str(error), exit_code=error.exit_code)


def _check_schedule(audience: Audience) -> None:
    if audience.schedule is not None:
        is_due(audience.schedule, None, utc_now(), audience=audience.name)


async def account_lists(environment: Mapping[str, str], account: str) -> list[dict[str, Any]]:
    """The lists of an account, with the tags of their merge fields."""
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


async def _look_at(warehouse: Warehouse, audience: Audience, client: Client) -> str:
    remote = await read_list_for(client, audience.list_id, [audience])
    check_field_types(audience, remote)
    interest_ids(audience, remote)
    permission_ids(audience, remote)
    missing = missing_fields(audience, remote, remote)
    known = await known_segments(warehouse, audience.list_id)
    segment = known_segment(audience, remote, known)
    said = [
        f"list {remote.id} '{remote.name}'" + (", double opt-in" if remote.double_optin else ""),
        f"{people(await people_wanted(warehouse, audience))} wanted",
    ]
    if missing:
        fields = "field" if len(missing) == 1 else "fields"
        said.append(f"will make the merge {fields} {', '.join(one.tag for one in missing)}")
    if segment is not None:
        verb = "will make" if segment.id is None else "has"
        said.append(f"{verb} the segment '{segment.name}'")
    return "; ".join(said)


@asynccontextmanager
async def _client(environment: Mapping[str, str], account: str) -> AsyncIterator[Client]:
    async with connected(
        credentials(account, environment),
        turn=Width(MAX_CONNECTIONS).turn,
        connections=MAX_CONNECTIONS,
        patience=PATIENCE,
        stopping=asyncio.Event(),
    ) as client:
        await client.find_host()
        yield client
