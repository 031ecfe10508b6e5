"""One fault as it is asked for: its kind, and the requests that it may meet."""

from dataclasses import dataclass

RESPONSE_KINDS = (
    *("429", "429_empty", "403_empty", "500_json", "503_html", "503_edge"),
    *("reset_before", "reset_after", "hang", "truncated", "missing_rows", "slow"),
)
CHANGE_KINDS = (
    *("list_deleted", "key_revoked", "person_unsubscribes", "marketer_tags"),
    *("poison", "too_many_signups", "campaign_deleted"),
)
KINDS = (*RESPONSE_KINDS, *CHANGE_KINDS)
SLOW = "slow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to misbehave, and for which requests."""

    kind: str
    rate: float | None = None  # either this share of the matching requests
    at: int | None = None  # or the one with this number, from 1
    method: str | None = None  # None is any
    path: str | None = None  # a route's template, None is any
    writes: bool = True  # only what is not a GET
    seconds: float = 0.05  # how late a slow answer is

    def matches(self, method: str, path: str) -> bool:
        """Tell whether a request is one that this fault may meet."""
        if self.writes and method == "GET":
            return False
        return self.method in {None, method} and self.path in {None, path}

    def document(self) -> dict[str, object]:
        """Return the fault as it is written: without what was not asked for."""
        optional = {"rate": self.rate, "at": self.at, "method": self.method, "path": self.path}
        given = {name: value for name, value in optional.items() if value is not None}
        late = {"seconds": self.seconds} if self.kind == SLOW else {}
        return {"kind": self.kind, **given, "writes": self.writes, **late}
