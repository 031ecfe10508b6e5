"""When an audience is due, by its cron expression. Pure."""

from datetime import datetime

from cronsim import CronSim, CronSimError

from loader.model.errors import ConfigurationError


def latest(schedule: str, now: datetime, *, audience: str) -> datetime:
    """The last moment, up to now, at which a schedule came due.

    Args:
        schedule: five fields of cron, in UTC.
        now: in UTC without a zone.
        audience: its name, for messages.

    Returns:
        The moment in UTC without a zone.

    Raises:
        ConfigurationError: it is no cron expression, or names no moment at all.
    """
    try:
        # it looks back from the minute after, because what is due now is due
        return next(CronSim(schedule, now.replace(second=59, microsecond=0), reverse=True))
    except (CronSimError, StopIteration) as error:
        raise ConfigurationError(
            f"{audience}: its schedule '{schedule}' is not a cron expression of five fields in"
            f" UTC, as in '0 */2 * * *' ({str(error) or 'it never fires'})."
        ) from error


def is_due(schedule: str, last: datetime | None, now: datetime, *, audience: str) -> bool:
    """Whether a schedule came due since the last completed run of the audience.

    Args:
        schedule: five fields of cron, in UTC.
        last: the last completed run of the audience; None is never.
        now: in UTC without a zone.
        audience: its name, for messages.

    Returns:
        True also for an audience that never completed a run.

    Raises:
        ConfigurationError: it is no cron expression.
    """
    moment = latest(schedule, now, audience=audience)
    return last is None or last < moment
