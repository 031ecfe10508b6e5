"""Whom to tell, and of how many rejections, from the environment alone."""

import re
from collections.abc import Mapping

from loader.model.errors import ConfigurationError
from loader.notices.findings import REJECTED_SHARE

URLS, SHARE = "MAILCHIMP_NOTICES", "MAILCHIMP_NOTICES_REJECTED"
NOT_SET = f"{URLS} is not set. Set it to one or several URLs of apprise."
NOT_INSTALLED = f"{URLS} is set, but apprise is not installed. Install dbt-mailchimp[notices]."
NOT_UNDERSTOOD = f"{URLS} has a URL that apprise does not know. `loader check --notices` tries it."
PERCENTAGE = re.compile(r"[0-9]{1,3}([.][0-9]+)?%")


def notice_urls(environment: Mapping[str, str]) -> str:
    """Whom to tell.

    Args:
        environment: the variables.

    Returns:
        URLs of apprise; empty where nobody is told.
    """
    # a secret that was mounted from a file often ends in a line end
    return environment.get(URLS, "").strip()


def rejected_share(environment: Mapping[str, str]) -> float:
    """The share of rejected rows from which on they are told.

    Args:
        environment: the variables.

    Returns:
        Between 0 and 1.

    Raises:
        ConfigurationError: it is no percentage.
    """
    text = environment.get(SHARE, "").strip()
    if not text:
        return REJECTED_SHARE
    share = float(text.removesuffix("%")) / 100 if PERCENTAGE.fullmatch(text) else None
    if share is None or share > 1:
        raise ConfigurationError(f"{SHARE} must be a percentage between 0% and 100%, as in 5%.")
    return share
