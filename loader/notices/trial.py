"""One notice that nothing caused, to see whether it arrives."""

from collections.abc import Mapping

from loader.model.errors import ConfigurationError
from loader.notices.configuration import (
    NOT_INSTALLED,
    NOT_SET,
    URLS,
    notice_urls,
    rejected_share,
)
from loader.notices.message import trial
from loader.notices.send import is_installed, send


async def send_trial(environment: Mapping[str, str], target: str) -> str:
    """Send a trial notice to every receiver.

    Args:
        environment: where the URLs of the receivers are.
        target: what the profile calls the target.

    Returns:
        Where it arrived.

    Raises:
        ConfigurationError: it did not arrive everywhere, or nobody is to be told.
    """
    urls = notice_urls(environment)
    if not urls:
        raise ConfigurationError(NOT_SET)
    if not is_installed():
        raise ConfigurationError(NOT_INSTALLED)
    rejected_share(environment)
    delivery = await send(trial(target), urls)
    arrived = f"A trial notice arrived at {', '.join(delivery.accepted) or 'no receiver'}"
    if delivery.refused:
        raise ConfigurationError(f"{arrived}, but not at {', '.join(delivery.refused)}.")
    if not delivery.is_understood:
        raise ConfigurationError(f"{arrived}. {URLS} has a URL that apprise does not know.")
    return f"{arrived}."
