"""Where an audience puts things: a list and a segment, as they are and as we remember them."""

from dataclasses import dataclass

from loader.model import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteSegment:
    """A static segment as Mailchimp shows it; it keeps the letter case that it was made with."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteList:
    """A list as Mailchimp shows it, with what an audience has to fit.

    Attributes:
        merge_fields: the type of each field, by tag.
        merge_field_limit: how many fields the account allows, when Mailchimp says so.
        segments: static segments by their lower-cased name, as Mailchimp compares them.
    """

    id: str
    name: str
    double_optin: bool
    merge_fields: dict[str, str]
    merge_field_limit: int | None
    segments: dict[str, RemoteSegment]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSegment:
    """What we remember of a segment; without an id we were about to make it."""

    name: str
    id: int | None
    is_ours: bool
    remake: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OldPlaces:
    """What an audience has on one list in places that its model does not name any more.

    Attributes:
        audience: the audience as it was on that list; `on_leave` is what happens to its contacts.
        keeps_contacts: whether it still writes contacts there.
        kept_segment: the segment that it still has there.
    """

    audience: Audience
    keeps_contacts: bool
    kept_segment: str | None

    def gives_up(self, segment: str) -> bool:
        """Whether a place is old: a segment, or the contact itself for ''."""
        return segment != self.kept_segment if segment else not self.keeps_contacts
