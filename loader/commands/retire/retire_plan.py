"""What a retirement takes out of the old places of one list, decided and then done."""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass

from loader.commands.sync.address_changes import settle_address_changes
from loader.commands.sync.audience_sync import AudienceSync
from loader.commands.sync.list_sync import ListSync
from loader.commands.sync.remote_ids import RemoteIds
from loader.extract.segment_members import segment_members_now
from loader.mailchimp.response_checks import nothing
from loader.mailchimp.segments import delete_segment
from loader.model.addresses import name_key
from loader.model.batch import LEAVES, Operation
from loader.model.errors import NotFound
from loader.model.list_schema import ListSchema, StalePlacements, TrackedSegment
from loader.warehouse.plans import Turn

MEMBERSHIPS = (Operation.SEGMENT_REMOVE, Operation.TAG_REMOVE)


@dataclass(frozen=True, kw_only=True)
class RetirePlan:
    """What an audience has in its old places of one list, on its way out.

    Attributes:
        list_sync: of that audience alone.
        segments: those that it is taken out of, by the keys of their names.
    """

    list_sync: ListSync
    stale: StalePlacements
    segments: dict[str, TrackedSegment]

    async def release(self) -> None:
        """Take what is not taken out of Mailchimp out of what is the audience's."""
        (one,) = self.list_sync.audience_syncs
        one.report.gives_up = await self.list_sync.ledger.release(self.stale)

    @property
    def ids(self) -> RemoteIds:
        """What a request says in the place of names."""
        return RemoteIds(segments={key: one.id for key, one in self.segments.items() if one.id})

    async def carry_out(self) -> None:
        """Empty the segments, delete what is empty, let the contacts leave, and release the rest.

        Raises:
            LoaderError: something stopped it; retiring again goes on with the rest.
        """
        (one,) = self.list_sync.audience_syncs
        await self.release()
        await self.list_sync.plan.record_skipped()
        one.report.add_plan(one.plan)
        one.emit("planned", one.plan.to_send())
        await self.list_sync.plan.claim()
        await self.list_sync.send_operations(MEMBERSHIPS, self.ids)
        # looked at after everybody is out: somebody else may have put people in
        for segment in self.segments.values():
            if await self._is_empty(segment, without=frozenset()):
                await self._delete(one, segment)
        for name in self.stale.segments:
            await self.list_sync.ledger.release_segment(name)
        await self.list_sync.send_operations(LEAVES, self.ids)

    async def foresee_deleted(self) -> list[str]:
        """The segments that would be empty, and be deleted.

        Returns:
            Their names, as Mailchimp spells them.
        """
        removed: dict[str, set[str]] = defaultdict(set)
        async for batch in self.list_sync.read_batches(MEMBERSHIPS, 1, self.ids):
            removed[batch.segment].update(batch.rows.column("email_address").to_pylist())
        return [
            one.name
            for key, one in self.segments.items()
            if await self._is_empty(one, without=frozenset(removed[key]))
        ]

    async def _is_empty(self, segment: TrackedSegment, *, without: frozenset[str]) -> bool:
        """Whether a segment is ours and nobody else is in it."""
        if segment.id is None or not segment.is_managed:
            return False
        (one,) = self.list_sync.audience_syncs
        list_id, workers = self.list_sync.list_id, one.settings.connections
        inside = await segment_members_now(one.client, list_id, segment.id, workers=workers)
        return without.issuperset(inside.to_pylist())

    async def _delete(self, one: AudienceSync, segment: TrackedSegment) -> None:
        if segment.id is None:
            raise AssertionError("a segment that is empty was looked at")
        # deleted by hand meanwhile, which is what was wanted
        with suppress(NotFound):
            await one.client.request(delete_segment(self.list_sync.list_id, segment.id), nothing)
        await self.list_sync.ledger.untrack_segment(segment.name)
        one.report.deleted.append(segment.name)


async def decide(list_sync: ListSync, remote: ListSchema, stale: StalePlacements) -> RetirePlan:
    """Decide what is taken out of the places that an audience gives up, and who stays.

    Args:
        list_sync: of the audience alone.
        remote: the list as Mailchimp shows it.
        stale: those that it gives up.

    Returns:
        The plan, of which nothing is carried out.

    Raises:
        LoaderError: Mailchimp or the warehouse failed.
    """
    (one,) = list_sync.audience_syncs
    await settle_address_changes(one.client, list_sync.ledger, list_sync.list_id, [one.audience])
    await list_sync.plan.begin([Turn(one.audience, one.audience.status_if_new)])
    segments = await _plan(list_sync, remote, stale)
    if not stale.keeps_contacts:
        one.report.staying = await list_sync.plan.staying(one.audience, gives_up=True)
    return RetirePlan(list_sync=list_sync, stale=stale, segments=segments)


async def _plan(
    list_sync: ListSync, remote: ListSchema, stale: StalePlacements
) -> dict[str, TrackedSegment]:
    """Decide what is to be taken out of which segments; nobody is in one that is gone."""
    (one,) = list_sync.audience_syncs
    one.plan = await list_sync.plan.retire(stale)
    filled: dict[str, TrackedSegment] = {}
    gone = []
    taken_out = {each.key: None for each in await list_sync.plan.segments_to_fill()}
    keys = {name_key(key) for key in taken_out}
    for key in [*taken_out, *(name for name in stale.segments if name_key(name) not in keys)]:
        there = remote.segments.get(name_key(key))
        ours = list_sync.known.get(name_key(key))
        if there is None or (ours is not None and ours.id not in (None, there.id)):
            gone.append(key)
        else:
            is_ours = ours is not None and ours.is_managed
            filled[key] = TrackedSegment(
                name=there.name, id=there.id, is_managed=is_ours, recreate=False
            )
    for key in gone:
        await list_sync.ledger.untrack_segment(key)
    if gone:
        one.plan = await list_sync.plan.retire(stale)
    return filled
