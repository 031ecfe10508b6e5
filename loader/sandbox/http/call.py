"""One decoded request, and the signature of an endpoint."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from loader.sandbox.problems import invalid_field, not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loader.sandbox.document import Document
    from loader.sandbox.http.query import Query
    from loader.sandbox.options import Options
    from loader.sandbox.state.database import Store

BASE = "/3.0"
MAX_DIGITS = 18  # what a database integer holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One decoded request, with everything that an endpoint may look at."""

    store: Store
    options: Options
    path: Mapping[str, str]
    query: Query
    ip: str
    url: str  # scheme, host and /3.0, for links
    body: object = field(default=None, repr=False)

    def number(self, name: str) -> int:
        """Return a part of the path that has to be a number, or 404."""
        text = self.path[name]
        if not (text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS):
            raise not_found()
        return int(text)

    def document(self) -> Document:
        """Return the body, which has to be a JSON object."""
        if not isinstance(self.body, dict):
            raise invalid_field("", "Schema describes object, but it was not found")
        return self.body


# A document answers 200, nothing answers 204.
Endpoint: TypeAlias = "Callable[[Call], Document | None]"
