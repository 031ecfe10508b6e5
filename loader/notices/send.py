"""Send a notice through apprise, which alone knows the services. Nobody else imports it."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec

from loader.notices.message import Message

SECONDS = 30.0  # that a service may take


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """What became of a notice.

    Attributes:
        accepted: the names of the services that took it, as "Slack"; one a URL.
        refused: the names of those that did not.
        is_understood: whether apprise knows a service for every URL.
    """

    accepted: tuple[str, ...]
    refused: tuple[str, ...]
    is_understood: bool


def is_installed() -> bool:
    """Whether apprise is there; it is not imported yet, because that takes its time.

    Returns:
        False where the loader was installed without its extra `notices`.
    """
    return find_spec("apprise") is not None


async def send(message: Message, urls: str) -> SendResult:
    """Send a notice to every URL, side by side.

    Args:
        message: the notice.
        urls: of apprise, separated by spaces or commas. They hold secrets, so nothing of them is
            in what this gives, and apprise logs nothing meanwhile.

    Returns:
        What became of it.
    """
    with _in_silence():
        import apprise  # noqa: PLC0415 - nobody waits for it until there is something to say

        # no picture from elsewhere, and nothing on the disk
        asset = apprise.AppriseAsset(
            app_id="dbt-mailchimp",
            app_desc="dbt-mailchimp",
            app_url="",
            image_url_mask="",
            image_url_logo="",
            service_timeout=SECONDS,
            storage_mode=apprise.PersistentStoreMode.MEMORY,
        )
        services = apprise.Apprise(asset=asset)
        is_understood = services.add(urls)
        found = await services.async_notify(
            title=message.title,
            body=message.body,
            body_format=apprise.NotifyFormat.TEXT,
            notify_type=apprise.NotifyType(message.level),
        )
    success = apprise.AppriseResultStatus.SUCCESS
    return SendResult(
        accepted=tuple(str(one.name) for one in found if one.status == success),
        refused=tuple(str(one.name) for one in found if one.status != success),
        is_understood=is_understood,
    )


@contextmanager
def _in_silence() -> Iterator[None]:
    """Let apprise neither log a URL nor warn of what Python will drop."""
    logger = logging.getLogger("apprise")
    before, logger.disabled = logger.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled = before
