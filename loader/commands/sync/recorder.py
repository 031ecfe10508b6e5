"""Record what became of every contact: in the warehouse, and in the reports."""

from collections.abc import AsyncIterator, Callable, Mapping

import pyarrow as pa

from loader.commands.sync.membership_check import ListNow, MembershipConfirmer
from loader.mailchimp.batch_results import uniform_result
from loader.mailchimp.segments import partition_members
from loader.model.batch import Batch, BatchResult, Outcome
from loader.model.reasons import ALREADY_APPLIED
from loader.warehouse.records.acks import Acknowledgements


class ResultRecorder:
    """The results of a run on one list, whoever has them.

    Args:
        acknowledgements: where they go.
        count: hears of each result that was acknowledged.
        now: what the list shows, for memberships of which an answer says nothing.
    """

    def __init__(
        self,
        acknowledgements: Acknowledgements,
        count: Callable[[BatchResult], None],
        now: ListNow,
    ) -> None:
        self._acknowledgements = acknowledgements
        self._count = count
        self._confirmer = MembershipConfirmer(self._acknowledge, now)

    async def record(self, result: BatchResult) -> None:
        """Acknowledge a result; memberships without a word wait to be confirmed.

        Args:
            result: of one batch.
        """
        is_membership = result.route.is_membership
        await self._acknowledge(await self._confirmer.split(result) if is_membership else result)

    async def confirm_memberships(self) -> None:
        """Read who is in the segments, when answers left open whether somebody is."""
        await self._confirmer.finish()

    async def skip_existing_members(
        self, batches: AsyncIterator[Batch], members: Mapping[str, pa.Array]
    ) -> AsyncIterator[Batch]:
        """Take out of batches who is in their segment already, and record that.

        Args:
            batches: that are to be sent.
            members: by segment, the addresses of who is in it; other segments are not looked at.

        Yields:
            The batches without them.
        """
        async for batch in batches:
            rest = batch
            # that they are in it was read in this run, so that it is as good as an answer
            if batch.route.is_add and batch.segment in members:
                there, rest = partition_members(batch, members[batch.segment])
                code = ALREADY_APPLIED
                await self.record(uniform_result(there, Outcome.ACCEPTED, code=code))
            if rest.size:
                yield rest

    async def _acknowledge(self, result: BatchResult) -> None:
        if result.rows.num_rows:
            await self._acknowledgements.record(result)
            self._count(result)
