"""The ids of Mailchimp that requests say in the place of names. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from loader.model.batch import Operation
from loader.warehouse.plans import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteIds:
    """What a request says in the place of names.

    Attributes:
        segments: the ids of segments and tags, as the ledger calls them.
        interests: texts of a payload, and what takes their place.
        permissions: the same for marketing permissions.
    """

    segments: Mapping[str, int] = field(default_factory=dict)
    interests: Names = ()
    permissions: Names = ()

    def of(self, route: Operation) -> Names:
        """What takes the place of the names in the payloads of a route.

        Args:
            route: of the payloads.

        Returns:
            Pairs of a text and what takes its place.
        """
        if route is Operation.PERMISSIONS:
            return self.permissions
        return self.interests if route.writes_contact else ()

    @classmethod
    def of_all(cls, found: Sequence["RemoteIds"]) -> "RemoteIds":
        """What the requests of several audiences say, each name once.

        Args:
            found: of the audiences of one list.

        Returns:
            All of it, each name once.
        """
        return cls(
            segments={key: one for ids in found for key, one in ids.segments.items()},
            interests=tuple(dict.fromkeys(pair for ids in found for pair in ids.interests)),
            permissions=tuple(dict.fromkeys(pair for ids in found for pair in ids.permissions)),
        )
