"""The merge fields and the segment that an audience needs on its list: checked, then made."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from loader.checks import known_segment, missing_fields
from loader.errors import ConfigurationError, NotThere, Refused
from loader.mailchimp.client import Client
from loader.mailchimp.lists import make_merge_field
from loader.mailchimp.segments import delete_segment, make_segment
from loader.mailchimp.wire import Request, Response, document
from loader.model import Audience, MergeField
from loader.places import KnownSegment, RemoteList
from loader.pull.lists import read_list
from loader.warehouse.ledger import Ledger

Made = TypeVar("Made")


class Places:
    """Where an audience puts things: fields of a contact, and a segment."""

    def __init__(
        self,
        client: Client,
        audience: Audience,
        ledger: Ledger,
        remote: RemoteList,
        known: dict[str, KnownSegment],
    ) -> None:
        self._client = client
        self._audience = audience
        self._ledger = ledger
        self._remote = remote
        self._known = known
        self._missing: list[MergeField] = []
        self._segment: KnownSegment | None = None

    async def check(self) -> None:
        """See what is there and what has to be made, without a write.

        Raises:
            ConfigurationError: a field or the segment is not as the audience says.
        """
        self._missing = missing_fields(self._audience, self._remote)
        self._segment = known_segment(self._audience, self._remote, self._known)
        if self._segment is not None and self._segment.id is None and self._known:
            # if it was there before, somebody deleted it, and its members went along
            await self._ledger.forget_segment(self._segment)

    async def refresh(self) -> None:
        """Note that everything is owed again; it stays noted when the run is interrupted."""
        await self._ledger.refresh(self._segment)
        if self._segment is not None and self._segment.is_ours:
            self._segment = replace(self._segment, remake=True)

    async def make(self) -> int | None:
        """Make what is missing; the id of the segment, if there is one.

        Raises:
            ConfigurationError: Mailchimp refuses to make it.
        """
        for field in self._missing:
            request = make_merge_field(self._audience.list_id, field)
            what = f"the merge field {field.tag}"
            await self._made(request, what, lambda _: True, _has_field(field.tag))
        return None if self._segment is None else await self._make_segment(self._segment)

    async def _make_segment(self, segment: KnownSegment) -> int:
        list_id = self._audience.list_id
        if segment.id is not None and segment.remake:
            with suppress(NotThere):  # an interrupted refresh had come so far
                await self._client.ask(delete_segment(list_id, segment.id), lambda _: None)
        if segment.id is None or segment.remake:
            # noted before it is made: after a crash it is known to be ours
            await self._ledger.note_segment(replace(segment, id=None, remake=False))
            what = f"the segment '{segment.name}'"
            request = make_segment(list_id, segment.name)
            made = await self._made(request, what, _id_of, _id_in(segment.name))
            segment = replace(segment, id=made, remake=False)
        await self._ledger.note_segment(segment)
        if segment.id is None:
            raise AssertionError("a segment that was made has an id")
        return segment.id

    async def _made(
        self,
        request: Request,
        what: str,
        read: Callable[[Response], Made],
        find: Callable[[RemoteList], Made | None],
    ) -> Made:
        try:
            return await self._client.ask(request, read)
        except Refused as refusal:
            if refusal.is_repeated:  # by now it may be there, from our own first try
                found = find(await read_list(self._client, self._audience.list_id))
                if found is not None:
                    return found
            raise ConfigurationError(
                f"{self._audience.name}: Mailchimp would not make {what} on the list"
                f" '{self._remote.name}': {refusal.detail}"
            ) from refusal


def _id_of(response: Response) -> int:
    return int(document(response, "id")["id"])


def _id_in(name: str) -> Callable[[RemoteList], int | None]:
    def find(remote: RemoteList) -> int | None:
        there = remote.segments.get(name.lower())
        return None if there is None else there.id

    return find


def _has_field(tag: str) -> Callable[[RemoteList], bool | None]:
    return lambda remote: tag in remote.merge_fields or None
