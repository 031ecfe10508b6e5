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
from loader.mailchimp.client import Client, connected
from loader.pull.lists import read_list, read_list_for, read_lists
from loader.schedule import is_due
from loader.settings import MAX_CONNECTIONS, Patience, credentials, utc_now
from loader.stream import Width
from loader.warehouse.connect import Warehouse
from loader.warehouse.registry import known_segments, people_wanted, registered_audiences

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
    found = [Finding(subject="warehouse", text=f"{len(audiences)} audiences are registered")]
    for audience in audiences:
        if audience.unsent_because is not None:
            text = f"not sent: {audience.unsent_because}"
            code = 3 if audience.is_broken else 0
            found.append(Finding(subject=audience.name, text=text, exit_code=code))
            continue
        try:
            check_segment_is_own(audience, audiences)
            text = await _look_at(warehouse, audience, environment)
            if audience.targets and target not in audience.targets:
                text += (
                    f"; sent from the target {' or '.join(audience.targets)} alone, not from here"
                )
            found.append(Finding(subject=audience.name, text=text))
        except LoaderError as error:
            found.append(Finding(subject=audience.name, text=str(error), exit_code=error.exit_code))
    return found


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


async def _look_at(warehouse: Warehouse, audience: Audience, environment: Mapping[str, str]) -> str:
    if audience.schedule is not None:
        is_due(audience.schedule, None, utc_now(), audience=audience.name)
    async with _client(environment, audience.account) as client:
        remote = await read_list_for(client, audience.list_id, [audience])
    check_field_types(audience, remote)
    interest_ids(audience, remote)
    permission_ids(audience, remote)
    missing = missing_fields(audience, remote, remote)
    known = await known_segments(warehouse, audience.list_id)
    segment = known_segment(audience, remote, known)
    said = [
        f"list {remote.id} '{remote.name}'" + (", double opt-in" if remote.double_optin else ""),
        f"{await people_wanted(warehouse, audience):,} people wanted",
    ]
    if missing:
        said.append(f"will make merge fields {', '.join(one.tag for one in missing)}")
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
        yield client
