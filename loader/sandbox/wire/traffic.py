"""Counts of the requests that arrived, so that a test can say how many a run needed."""

from collections import Counter


class Traffic:
    """Requests since the start, or since the last reset."""

    def __init__(self) -> None:
        self.in_flight = 0
        self.reset()

    def reset(self) -> None:
        """Begin to count anew; what is in flight stays in flight."""
        self._routes: Counter[str] = Counter()
        self._statuses: Counter[str] = Counter()
        self._writes = 0
        self._contacts = 0
        self._busiest = self.in_flight

    def arrive(self, method: str, template: str) -> None:
        """Count a request that begins."""
        self.in_flight += 1
        self._busiest = max(self._busiest, self.in_flight)
        self._routes[f"{method} {template}"] += 1
        self._writes += method != "GET"

    def carry(self, contacts: int) -> None:
        """Count the contacts of a batch body."""
        self._contacts += contacts

    def leave(self, status: int) -> None:
        """Count a request that ends."""
        self.in_flight -= 1
        self._statuses[str(status)] += 1

    def document(self) -> dict[str, object]:
        """Return the counts as the control interface shows them."""
        return {
            "total": self._routes.total(),
            "writes": self._writes,
            "contacts": self._contacts,
            "most_in_flight": self._busiest,
            "by_route": dict(sorted(self._routes.items())),
            "by_status": dict(sorted(self._statuses.items())),
        }
