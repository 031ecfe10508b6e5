"""Where an audience puts things: a list and a segment, as they are and as we remember them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from loader.model.audience import Audience
from loader.model.wording import moment


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSegment:
    """A static segment as Mailchimp shows it; it keeps the letter case that it was made with."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListField:
    """A merge field as Mailchimp shows it, with what its values have to be."""

    type: str
    id: int = 0
    is_required: bool = False
    choices: tuple[str, ...] = ()
    format: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """What Mailchimp is known or thought to want of the value at a path of a payload.

    Attributes:
        source: who says so, of choices and pattern.
        is_stated: whether that source states what is refused; else it may be.
        number: tells the rules of a list apart.
        path: the keys by which a payload has the value.
        choices: what the value has to be one of, if anything.
        pattern: a regular expression for the whole value, and what it means in words.
    """

    tag: str
    path: tuple[str, ...]
    number: int = 0
    is_required: bool = False
    choices: tuple[str, ...] = ()
    pattern: str | None = None
    meaning: str = ""
    source: str = ""
    is_stated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRule:
    """What Mailchimp is known or thought to refuse of a new address.

    Attributes:
        part: of the address, `local_part` or `domain`.
        pattern: a regular expression for the whole of it; `reason` says it in words.
        source: who says so; `is_stated` whether it states that this is refused, else it may be.
    """

    part: str
    pattern: str
    reason: str
    source: str
    is_stated: bool


class Reading(NamedTuple):
    """The last reading of the contacts of a list with all that they hold.

    Attributes:
        at: when it began, by Mailchimp's clock, in UTC without a zone.
        by: the command: pull or verify.
    """

    at: datetime
    by: str

    def __str__(self) -> str:
        return f"loader {self.by} of {moment(self.at)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedField:
    """One value of a payload, and where what a pull brought of the contact shows it.

    Attributes:
        name: what people call it: the tag of a merge field, an attribute, an interest.
        kind: how two of them are compared: text, code, number, degree, switch or address.
        path: the keys by which the payload has it.
        shown: the column of the contact that has it, and the keys where that is a document; None
            for a field that was not there when it was pulled.
    """

    name: str
    kind: str
    path: tuple[str, ...]
    shown: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSchema:
    """A list as Mailchimp shows it, with what an audience has to fit.

    Attributes:
        has_permissions: whether its contacts have marketing permissions (GDPR).
        merge_fields: the fields by tag.
        merge_field_limit: how many fields the account allows, when Mailchimp says so.
        segments: static segments by the keys of their names (`name_key`).
        interests: ids by the keys of their names, and of "category: name" where a name is in two.
        permissions: ids by the keys of their texts; empty while no contact is there to show them.
        takes_fake: whether it is a sandbox's that accepts example.com and its like.
    """

    id: str
    name: str
    double_optin: bool
    has_permissions: bool
    merge_fields: dict[str, ListField]
    merge_field_limit: int | None
    segments: dict[str, ListSegment]
    interests: dict[str, str] = field(default_factory=dict)
    permissions: dict[str, str] = field(default_factory=dict)
    takes_fake: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSegment:
    """A segment that an audience puts somebody into, or only takes somebody out of.

    `key` is what the ledger calls it, `name` how it is spelled in the data; `is_shown` says that a
    pull saw somebody in it whom the plan puts there.
    """

    audience: str
    kind: str
    key: str
    name: str
    is_filled: bool
    is_shown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedSegment:
    """What we remember of a segment; without an id we were about to make it."""

    name: str
    id: int | None
    is_managed: bool
    recreate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """Something on a list that an audience fills, by Mailchimp's id for it.

    Attributes:
        kind: merge field, interest, marketing permission or tag.
        name: the tag of a field, the name of an interest or tag, the text of a permission.
        type: of a merge field.
    """

    kind: str
    name: str
    id: str
    type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One place on a list: a segment or tag, or the contact itself, whose segment is ''.

    Of a segment that the audience made, and that may be empty by now, the kind is `made`.
    """

    list_id: str
    kind: str
    segment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftBehind:
    """What an audience has on a list in places that no audience names any more.

    Attributes:
        contacts: those of ours that nobody wants there.
        segments: the names of segments and tags.
        command: what removes it.
        said: all this in a sentence, as dbt says it.
    """

    audience: str
    list_id: str
    contacts: int
    segments: tuple[str, ...]
    command: str
    said: str

    def __str__(self) -> str:
        return f"{self.audience}: {self.said}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StalePlacements:
    """What an audience has on one list in places that its model does not name any more.

    Attributes:
        audience: the audience as it was on that list; `on_leave` is what happens to its contacts.
        keeps_contacts: whether it still writes contacts there.
        keeps_tags: whether its rows still name tags.
        named_segments: the segments that any audience of the project has there, in lower case.
        tagging: the audiences of the project whose rows name tags there.
        segments: the names of the segments and tags that it gives up.
    """

    audience: Audience
    keeps_contacts: bool
    keeps_tags: bool
    named_segments: tuple[str, ...]
    tagging: tuple[Audience, ...]
    segments: tuple[str, ...] = ()

    def covers(self, place: Placement) -> bool:
        """Whether a place is given up, and nobody else's by now; a tag is a segment to Mailchimp.

        Args:
            place: one that the audience has on the list.

        Returns:
            False also for a place that the audience still names.
        """
        if place.segment.lower() in self.named_segments:
            return False
        # its model names one segment at the most, and that is among the named ones
        if place.kind == "segment":
            return True
        # a segment that it made may be a tag to it
        return not (self.keeps_contacts if place.kind == "contact" else self.keeps_tags)
