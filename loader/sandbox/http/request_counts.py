"""Counts of the requests that arrived, so that a test can say how many a run needed."""

from collections import Counter
from collections.abc import Iterable, Mapping

NO_ANSWER = "(none)"  # the connection was gone before the answer


class RequestCounts:
    """Requests since the start, or since the last reset."""

    def __init__(self) -> None:
        self.in_flight = 0
        self.reset()

    def reset(self, *, by_contact: bool = False) -> None:
        """Begin to count anew, contact by contact if asked; what is in flight stays in flight."""
        self.counts_contacts = by_contact
        self._written_contacts: Counter[str] = Counter()
        self._status_changes: Counter[tuple[str, str]] = Counter()
        self._routes: Counter[str] = Counter()
        self._statuses: Counter[str] = Counter()
        self._writes = 0
        self._contacts = 0
        self._most_in_flight = self.in_flight

    def begin(self, method: str, template: str) -> None:
        """Count a request that begins."""
        self.in_flight += 1
        self._most_in_flight = max(self._most_in_flight, self.in_flight)
        self._routes[f"{method} {template}"] += 1
        self._writes += method != "GET"

    def add_batch_contacts(self, contacts: int) -> None:
        """Count the contacts of a batch body."""
        self._contacts += contacts

    def add_written_contacts(self, contacts: Iterable[str]) -> None:
        """Count the contacts of a write whose endpoint runs."""
        self._written_contacts.update(contacts)

    def add_status_changes(self, changes: Mapping[tuple[str, str], int]) -> None:
        """Count contacts that went from one status to another."""
        self._status_changes.update(changes)

    def end(self, status: int | None) -> None:
        """Count a request that ends, with None if nobody was there to hear the answer."""
        self.in_flight -= 1
        self._statuses[NO_ANSWER if status is None else str(status)] += 1

    def document(self) -> dict[str, object]:
        """Return the counts as the admin API shows them."""
        document: dict[str, object] = {
            "total": self._routes.total(),
            "writes": self._writes,
            "contacts": self._contacts,
            "most_in_flight": self._most_in_flight,
            "by_route": dict(sorted(self._routes.items())),
            "by_status": dict(sorted(self._statuses.items())),
            "moves": {
                f"{old}->{new}": count for (old, new), count in sorted(self._status_changes.items())
            },
        }
        if self.counts_contacts:
            document["by_contact"] = dict(sorted(self._written_contacts.items()))
        return document
