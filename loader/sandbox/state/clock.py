"""The sandbox's clock: the machine's, unless a test moves it."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the time; may be put forward, so that no test has to wait."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """Return the time of day, in UTC."""
        return datetime.now(UTC) + self._ahead

    def advance(self, seconds: float) -> None:
        """Put the clock forward."""
        self._ahead += timedelta(seconds=seconds)
