"""What an audience needs on its list, from merge fields to tags: checked, then made."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TypeVar

import orjson

from loader.audience import Audience, MergeField
from loader.checks.fits import (
    check_field_types,
    check_tags,
    interest_ids,
    known_segment,
    missing_fields,
    permission_ids,
)
from loader.errors import ConfigurationError, NotThere, Refused
from loader.mailchimp.client import Client
from loader.mailchimp.lists import make_merge_field
from loader.mailchimp.segments import delete_segment, make_segment
from loader.mailchimp.shown import shown_values
from loader.mailchimp.wire import Request, Response, document
from loader.model import Route
from loader.places import KnownSegment, RemoteList, SegmentToFill, ShownValue
from loader.pull.lists import read_list, read_permissions
from loader.warehouse.ledger import Ledger, Names

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """What a request says in the place of names.

    Attributes:
        status_if_new: the status in which a contact is created.
        segments: the ids of segments and tags, as the ledger calls them.
        interests: texts of a payload, and what takes their place.
        permissions: the same for marketing permissions.
    """

    status_if_new: str = ""
    segments: Mapping[str, int] = field(default_factory=dict)
    interests: Names = ()
    permissions: Names = ()

    def of(self, route: Route) -> Names:
        """What takes the place of the names in the payloads of a route."""
        if route is Route.PERMISSIONS:
            return self.permissions
        return self.interests if route.is_write_of_contact else ()


class Places:
    """Where an audience puts things: fields of a contact, a segment, tags and switches."""

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
        self._segment: KnownSegment | None = None
        self.missing_fields: list[MergeField] = []
        self.missing_tags: list[SegmentToFill] = []

    @property
    def missing_segment(self) -> str | None:
        """The name of the segment that has to be made, or made anew."""
        segment = self._segment
        return None if segment is None or not _is_to_make(segment) else segment.name

    @property
    def requests_to_make(self) -> int:
        """How many requests make what is missing; what is made anew is deleted first."""
        anew = self._segment is not None and self._segment.id is not None and self._segment.remake
        segments = (self.missing_segment is not None) + anew
        return len(self.missing_fields) + len(self.missing_tags) + segments

    async def check(self) -> None:
        """See what is there and what has to be made, without a write to Mailchimp.

        Raises:
            ConfigurationError: something on the list is not as the audience says.
        """
        check_field_types(self._audience, self._remote)
        self.missing_fields = missing_fields(self._audience, self._remote)
        interest_ids(self._audience, self._remote)
        permission_ids(self._audience, self._remote)
        self._segment = known_segment(self._audience, self._remote, self._known)
        if self._segment is not None and self._segment.id is None and self._known:
            # if it was there before, somebody deleted it, and its members went along
            await self._ledger.forget_segment(self._segment.name)
        for tag in await self._ledger.tags_given():
            if tag not in self._remote.segments:
                await self._ledger.forget_segment(tag)

    async def check_plan(self, registered: Iterable[Audience]) -> None:
        """See which tags of the plan have to be made.

        Raises:
            ConfigurationError: a tag is the segment of an audience.
        """
        filled = [one for one in await self._ledger.segments_to_fill() if one.kind == "tag"]
        check_tags(self._audience, [one.key for one in filled], registered)
        self.missing_tags = [one for one in filled if one.key not in self._remote.segments]

    async def values(self) -> tuple[ShownValue, ...]:
        """Every value that the audience may send, and where the list shows it.

        Raises:
            ConfigurationError: the list has no such interest.
        """
        interests = interest_ids(self._audience, self._remote)
        pulled = await self._ledger.pulled_fields()
        return shown_values(self._audience, self._remote, interests, pulled)

    async def refresh(self) -> None:
        """Note that everything is owed again; it stays noted when the run is interrupted."""
        await self._ledger.refresh(self._segment)
        if self._segment is not None and self._segment.is_ours:
            self._segment = replace(self._segment, remake=True)

    async def make(self, status_if_new: str) -> Ids:
        """Make what is missing; the ids of all that a request may say.

        Raises:
            ConfigurationError: Mailchimp refuses to make it.
        """
        for field_ in self.missing_fields:
            request = make_merge_field(self._audience.list_id, field_)
            what = f"the merge field {field_.tag}"
            await self._made(request, what, lambda _: True, _has_field(field_.tag))
        ids = {name: one.id for name, one in self._remote.segments.items()}
        for tag in self.missing_tags:
            new = KnownSegment(name=tag.name, id=None, is_ours=True, remake=False)
            ids[tag.key] = await self._make_segment(new)
        if self._segment is not None and self._audience.segment is not None:
            ids[self._audience.segment] = await self._make_segment(self._segment)
        return Ids(
            status_if_new=status_if_new,
            segments=ids,
            interests=tuple(
                (f"{_quoted(f'interest {name}')}:", f"{_quoted(interest)}:")
                for name, interest in interest_ids(self._audience, self._remote).items()
            ),
        )

    async def with_permissions(self, ids: Ids) -> Ids:
        """The ids with those of the marketing permissions, which only a contact tells.

        Raises:
            ConfigurationError: the list has no such permission.
        """
        remote = self._remote
        if not remote.permissions:
            found = await read_permissions(self._client, remote.id)
            remote = replace(remote, permissions=found)
        marker = '"marketing_permission_id":'
        names = tuple(
            (marker + _quoted(name), marker + _quoted(permission))
            for name, permission in permission_ids(self._audience, remote).items()
        )
        return replace(ids, permissions=names)

    async def _make_segment(self, segment: KnownSegment) -> int:
        list_id = self._audience.list_id
        if segment.id is not None and segment.remake:
            with suppress(NotThere):  # an interrupted refresh had come so far
                await self._client.ask(delete_segment(list_id, segment.id), lambda _: None)
        if _is_to_make(segment):
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


def _is_to_make(segment: KnownSegment) -> bool:
    return segment.id is None or segment.remake


def _quoted(text: str) -> str:
    """A text as JSON has it, as dbt writes it into a payload."""
    return orjson.dumps(text).decode()


def _id_of(response: Response) -> int:
    return int(document(response, "id")["id"])


def _id_in(name: str) -> Callable[[RemoteList], int | None]:
    def find(remote: RemoteList) -> int | None:
        there = remote.segments.get(name.lower())
        return None if there is None else there.id

    return find


def _has_field(tag: str) -> Callable[[RemoteList], bool | None]:
    return lambda remote: tag in remote.merge_fields or None
