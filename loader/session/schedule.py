"""When an audience is due, by its cron expression and its time zone. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from loader.model.errors import ConfigurationError

# no clock was ever set back by more, so that every moment before now is found on the way back
FURTHEST_BACK = timedelta(hours=3)


def latest(schedule: str, now: datetime, *, audience: str, timezone: str = "UTC") -> datetime:
    """The last moment, up to now, at which a schedule came due.

    Daylight saving is what cron of Debian makes of it. A time of day that a clock skips is at the
    end of the skipped hour, and one that it shows twice is the first of the two. Where minute or
    hour begin with `*`, the schedule follows the clock.

    Args:
        schedule: five fields of cron, in the time zone.
        now: in UTC without a zone.
        audience: its name, for messages.
        timezone: an IANA name.

    Returns:
        The moment in UTC without a zone.

    Raises:
        ConfigurationError: it is no cron expression, or names no moment at all, or there is no such
            time zone.
    """
    zone = _zone(timezone, audience)
    local = now.replace(second=59, microsecond=0, tzinfo=UTC).astimezone(zone)
    try:
        # what is due now is due
        return next(one for one in _backwards(schedule, local) if one <= now)
    except (CronSimError, StopIteration) as error:
        raise ConfigurationError(
            f"{audience}: its schedule '{schedule}' is not a cron expression of five fields, as in"
            f" '0 */2 * * *' ({str(error) or 'it never fires'})."
        ) from error


def is_due(
    schedule: str, last: datetime | None, now: datetime, *, audience: str, timezone: str = "UTC"
) -> bool:
    """Whether a schedule came due since the last completed run of the audience.

    However often it came due since, that is one turn.

    Args:
        schedule: five fields of cron, in the time zone.
        last: the last completed run of the audience, in UTC without a zone; None is never.
        now: in UTC without a zone.
        audience: its name, for messages.
        timezone: an IANA name.

    Returns:
        True also for an audience that never completed a run.

    Raises:
        ConfigurationError: it is no cron expression, or there is no such time zone.
    """
    moment = latest(schedule, now, audience=audience, timezone=timezone)
    return last is None or last < moment


def _backwards(schedule: str, local: datetime) -> Iterator[datetime]:
    """The moments of a schedule, the latest first, in UTC without a zone.

    On its way back cronsim reads a clock without its zone, and an hour that is shown twice as the
    first of the two. So it begins later, and whoever looks for an earlier moment goes on.
    """
    begin = local if local.tzinfo is UTC else local + FURTHEST_BACK
    for one in CronSim(schedule, begin, reverse=True):
        yield one.astimezone(UTC).replace(tzinfo=None)


def _zone(name: str, audience: str) -> tzinfo:
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    # what is no file of the database, no name at all, or a folder of it
    except (KeyError, ValueError, OSError):
        raise ConfigurationError(
            f"{audience}: there is no time zone '{name}'. timezone takes a name of the IANA"
            " database, as in 'Europe/Berlin'."
        ) from None
