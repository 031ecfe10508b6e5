"""Confirm memberships of which an answer says nothing, by who is in the segment."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from loader.extract.member_status import archived_since
from loader.extract.segment_members import segment_members_now
from loader.mailchimp.segments import confirm_by_membership, split_unconfirmed
from loader.mailchimp.transport.client import Client
from loader.model.batch import BatchResult
from loader.model.errors import MailchimpError, Moving, NoUsableResponse
from loader.warehouse.records.acks import FLUSH_ROWS

Acknowledge = Callable[[BatchResult], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNow:
    """What a list shows at the moment.

    Attributes:
        segments: the ids of segments and tags, as the ledger calls them.
        since: when the list was read, by Mailchimp's clock.
    """

    client: Client
    list_id: str
    segments: Mapping[str, int]
    since: datetime | None
    workers: int

    async def members(self, segment: str) -> pa.Array:
        """Read who is in a segment.

        Args:
            segment: as the ledger calls it.

        Returns:
            Their addresses as keys.
        """
        segment_id = self.segments[segment]
        return await segment_members_now(
            self.client, self.list_id, segment_id, workers=self.workers
        )

    async def archived(self) -> pa.Array:
        """Read who was archived since the list was read.

        Returns:
            Their addresses as keys.
        """
        return await archived_since(self.client, self.list_id, self.since, workers=self.workers)


@dataclass(kw_only=True)
class _Unconfirmed:
    """The memberships of one segment that are still open.

    Attributes:
        fresh: answers without a word on them.
        compared: those that were not as wanted when the segment was read first.
        members: who was in the segment when the first of them came.
    """

    fresh: list[BatchResult] = field(default_factory=list)
    compared: list[BatchResult] = field(default_factory=list)
    members: asyncio.Future[pa.Array] | None = None

    @property
    def waiting(self) -> int:
        """How many memberships no segment was read for yet."""
        return sum(one.rows.num_rows for one in self.fresh)


class MembershipConfirmer:
    """The memberships of a run that answers left open, segment by segment.

    Who was archived since the list was read is in no segment that one can look at, and comes back
    with all memberships: that they are not seen there proves nothing.
    """

    def __init__(self, acknowledge: Acknowledge, now: ListNow) -> None:
        self._acknowledge = acknowledge
        self._now = now
        self._open: dict[str, _Unconfirmed] = {}

    async def split(self, answers: BatchResult) -> BatchResult:
        """Keep back the memberships that an answer did not mention.

        Args:
            answers: of one segment.

        Returns:
            Those that it settled; the others wait until the segment is read.
        """
        known, rest = split_unconfirmed(answers)
        if rest.rows.num_rows:
            found = self._open.setdefault(answers.segment, _Unconfirmed())
            found.fresh.append(rest)
            # as many as the warehouse takes at once, so that memory stays bounded
            if found.waiting >= FLUSH_ROWS:
                await self._confirm(answers.segment)
        return known

    async def finish(self) -> None:
        """Read who is in the segments, when answers left open whether somebody is.

        Raises:
            MailchimpError: that cannot be seen; who is still open is acknowledged as unknown.
        """
        try:
            for segment, found in self._open.items():
                if found.fresh:
                    await self._confirm(segment)
                if found.compared:
                    members = await self._now.members(segment)
                    archived = await self._archived(found.compared)
                    while found.compared:
                        await self._acknowledge(
                            confirm_by_membership(found.compared.pop(), members, archived)
                        )
        except MailchimpError:
            for found in self._open.values():
                for one in (*found.fresh, *found.compared):
                    await self._acknowledge(one)
            raise

    async def _archived(self, answers: Iterable[BatchResult]) -> pa.Array:
        """Who was archived since the list was read, where that may explain an absence."""
        if all(one.route.is_add for one in answers):
            return pa.array([], pa.string())
        return await self._now.archived()

    async def _confirm(self, segment: str) -> None:
        """Settle the unmentioned with who was in the segment when the first of them came.

        Who is not as wanted there may have been moved since, by a call whose answer left them out.
        Where it cannot be seen, because it moves or there is no answer, it is looked at in the end.
        """
        found = self._open[segment]
        taken, found.fresh = found.fresh, []
        if found.members is None:
            found.members = asyncio.ensure_future(self._now.members(segment))
        try:
            # one reading of a segment for all who wait for it, also when one of them is cancelled
            members = await asyncio.shield(found.members)
            archived = await self._archived(taken)
        except (Moving, NoUsableResponse):
            found.compared += taken
            return
        for one in taken:
            known, rest = split_unconfirmed(confirm_by_membership(one, members, archived))
            await self._acknowledge(known)
            found.compared += [rest] if rest.rows.num_rows else []
