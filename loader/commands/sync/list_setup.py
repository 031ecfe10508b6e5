"""What an audience needs on its list, from merge fields to tags: checked, then made."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TypeVar

from loader.commands.sync.ids_in_schema import id_of_field, id_of_segment, is_to_make, quoted
from loader.commands.sync.managed_objects import note, notice
from loader.commands.sync.remote_ids import RemoteIds
from loader.concurrency import MakeOnce, together
from loader.extract.list_schema import read_list, read_permissions
from loader.mailchimp.http import Request, Response
from loader.mailchimp.list_fields import make_merge_field, merge_field_made
from loader.mailchimp.response_checks import nothing
from loader.mailchimp.segments import delete_segment, make_segment, segment_made
from loader.mailchimp.transport.client import Client
from loader.mailchimp.values.value_paths import compared_fields
from loader.model.addresses import name_key
from loader.model.audience import Audience, MergeField
from loader.model.checks.compatibility import (
    check_field_types,
    check_names,
    check_tags,
    interest_ids,
    is_another,
    known_segment,
    missing_fields,
    permission_ids,
)
from loader.model.errors import ConfigurationError, NotFound, RequestRejected
from loader.model.list_schema import (
    ComparedField,
    Filled,
    ListField,
    ListSchema,
    PlannedSegment,
    TrackedSegment,
)
from loader.warehouse.records.ledger import Ledger

Made = TypeVar("Made")


class ListSetup:
    """Where an audience puts things: fields of a contact, a segment, tags and switches.

    Args:
        client: counts what is asked for this audience.
        audience: whose things.
        ledger: of the list.
        remote: the list, as it was read.
        known: what we remember of its segments, by name.
        makes: what is made on the list in this run, whoever needs it.
    """

    def __init__(
        self,
        client: Client,
        audience: Audience,
        ledger: Ledger,
        remote: ListSchema,
        known: Mapping[str, TrackedSegment],
        makes: MakeOnce,
    ) -> None:
        self._makes = makes
        self._client = client
        self._audience = audience
        self._ledger = ledger
        self._remote = remote
        self._known = known
        self._segment: TrackedSegment | None = None
        self.missing_fields: list[MergeField] = []
        self.missing_tags: list[PlannedSegment] = []
        self.gone: list[Filled] = []
        self._tags: list[str] = []

    @property
    def missing_segment(self) -> str | None:
        """The name of the segment that has to be made, or made anew."""
        segment = self._segment
        return None if segment is None or not is_to_make(segment) else segment.name

    @property
    def requests_to_make(self) -> int:
        """How many requests make what is missing; what is made anew is deleted first."""
        anew = self._segment is not None and self._segment.id is not None and self._segment.recreate
        segments = (self.missing_segment is not None) + anew
        return len(self.missing_fields) + len(self.missing_tags) + segments

    @property
    def things_to_make(self) -> dict[str, list[str]]:
        """What is missing, by kind, each with everything that says how it is made."""
        made_segment = [] if self.missing_segment is None else [str(self._segment)]
        return {
            "make_merge_field": [str(one) for one in self.missing_fields],
            "make_segment": made_segment,
            "make_tag": [one.name for one in self.missing_tags],
        }

    async def check(self, imagined: ListSchema) -> None:
        """See what is on the list and what has to be made, without a write to Mailchimp.

        Args:
            imagined: the list with what other audiences make there in the same run.

        Raises:
            ConfigurationError: something on the list is not as the audience says.
        """
        check_field_types(self._audience, imagined)
        self.missing_fields = missing_fields(self._audience, self._remote, imagined)
        interest_ids(self._audience, self._remote)
        permission_ids(self._audience, self._remote)
        self._segment = known_segment(self._audience, self._remote, self._known)
        self.gone = await notice(self._ledger, self._audience, self._remote)
        if self._segment is not None and self._known and is_another(self._segment, self._known):
            # if it was there before, somebody deleted it, and its members went along
            await self._ledger.untrack_segment(self._segment.name)

    def check_tags(
        self,
        filled: Sequence[PlannedSegment],
        named: Iterable[tuple[str, str]],
        registered: Iterable[Audience],
    ) -> None:
        """See which tags of the plan have to be made.

        Args:
            filled: the segments and tags that the plan fills or empties, of this audience.
            named: what the rows of this audience name, as kind and name.
            registered: every audience there is.

        Raises:
            ConfigurationError: a tag is the segment of an audience.
            Unfinished: a row names what neither the list nor the audience has.
        """
        check_names(self._audience, self._remote, named)
        tags = [one for one in filled if one.kind == "tag"]
        check_tags(self._audience, [one.key for one in tags], registered)
        self._tags = [one.key for one in tags]
        self.missing_tags = [one for one in tags if one.key not in self._remote.segments]

    def imagined(self, remote: ListSchema) -> ListSchema:
        """A list as it will be with the merge fields that are missing.

        Args:
            remote: as it is, or as others leave it.

        Returns:
            The list.
        """
        made = {one.tag: ListField(type=one.type) for one in self.missing_fields}
        return replace(remote, merge_fields=remote.merge_fields | made)

    async def compared_fields(self) -> tuple[ComparedField, ...]:
        """Every value that the audience may send, and where the list shows it.

        Returns:
            A field for each value, which a payload need not have.

        Raises:
            ConfigurationError: the list has no such interest.
        """
        interests = interest_ids(self._audience, self._remote)
        pulled = await self._ledger.pulled_fields()
        return compared_fields(self._audience, self._remote, interests, pulled)

    async def mark_refresh(self) -> None:
        """Note that everything is owed again; it stays noted when the run is interrupted."""
        await self._ledger.mark_refresh(self._audience, self._segment)
        if self._segment is not None and self._segment.is_managed:
            self._segment = replace(self._segment, recreate=True)

    async def provision(self) -> RemoteIds:
        """Make what is missing, side by side.

        Returns:
            What the requests of this audience say in the place of names.

        Raises:
            ConfigurationError: Mailchimp refuses to make it.
        """
        tags = [
            TrackedSegment(name=one.name, id=None, is_managed=True, recreate=False)
            for one in self.missing_tags
        ]
        keys = [one.key for one in self.missing_tags]
        if self._segment is not None and self._audience.segment is not None:
            tags, keys = [*tags, self._segment], [*keys, self._audience.segment]
        made = await together(
            [
                *(self._make_field(one) for one in self.missing_fields),
                *(self._make_segment(one) for one in tags),
            ]
        )
        fields, segments = made[: len(self.missing_fields)], made[len(self.missing_fields) :]
        ids = dict(zip(keys, segments, strict=True))
        # noted with their ids: a field that is deleted and made anew is owed again
        made_fields = dict(zip(self.missing_fields, fields, strict=True))
        tags_now = {key: ids.get(key) or self._remote.segments[key].id for key in self._tags}
        await note(self._ledger, self._audience, fields=made_fields, tags=tags_now)
        return RemoteIds(
            segments=ids,
            interests=tuple(
                (f"{quoted(f'interest {name}')}:", f"{quoted(interest)}:")
                for name, interest in interest_ids(self._audience, self._remote).items()
            ),
        )

    async def resolve_permissions(self) -> RemoteIds:
        """Find the ids of the marketing permissions, which only a contact tells.

        Returns:
            What the requests of this audience say in the place of their texts.

        Raises:
            ConfigurationError: the list has no such permission.
        """
        remote = self._remote
        if not remote.permissions:
            # after contacts were written: the first of them shows the permissions
            found = await self._makes.once(
                "permissions", "", lambda: read_permissions(self._client, remote.id)
            )
            remote = replace(remote, permissions=found)
        marker = '"marketing_permission_id":'
        ids = permission_ids(self._audience, remote)
        await note(self._ledger, self._audience, permissions=ids)
        names = tuple(
            (marker + quoted(name), marker + quoted(permission)) for name, permission in ids.items()
        )
        return RemoteIds(permissions=names)

    async def _make_field(self, field_: MergeField) -> int:
        request = make_merge_field(self._audience.list_id, field_)
        what = f"the merge field {field_.tag}"
        return await self._makes.once(
            "field",
            field_.tag,
            lambda: self._make_or_find(
                request, what, partial(merge_field_made, field_.tag), id_of_field(field_.tag)
            ),
        )

    async def _make_segment(self, segment: TrackedSegment) -> int:
        key = name_key(segment.name)
        return await self._makes.once("segment", key, lambda: self._ensure_segment(segment))

    async def _ensure_segment(self, segment: TrackedSegment) -> int:
        list_id = self._audience.list_id
        if segment.id is not None and segment.recreate:
            with suppress(NotFound):  # an interrupted refresh had come so far
                await self._client.request(delete_segment(list_id, segment.id), nothing)
        if is_to_make(segment):
            # noted before it is made: after a crash it is known to be ours
            await self._ledger.track_segment(
                self._audience, replace(segment, id=None, recreate=False)
            )
            what = f"the segment '{segment.name}'"
            request = make_segment(list_id, segment.name)
            made = await self._make_or_find(
                request, what, partial(segment_made, segment.name), id_of_segment(segment.name)
            )
            segment = replace(segment, id=made, recreate=False)
        # also one that was found: from now on it is known by its id
        if segment != self._known.get(name_key(segment.name)):
            await self._ledger.track_segment(self._audience, segment)
        if segment.id is None:
            raise AssertionError("a segment that was made has an id")
        return segment.id

    async def _make_or_find(
        self,
        request: Request,
        what: str,
        read: Callable[[Response], Made],
        find: Callable[[ListSchema], Made | None],
    ) -> Made:
        try:
            return await self._client.request(request, read)
        except RequestRejected as refusal:
            if refusal.may_have_been_applied:  # by now it may be there, from our own first try
                found = find(await read_list(self._client, self._audience.list_id))
                if found is not None:
                    return found
            raise ConfigurationError(
                f"{self._audience.name}: Mailchimp refused to create {what} on the list"
                f" '{self._remote.name}': {refusal.detail}"
            ) from refusal
