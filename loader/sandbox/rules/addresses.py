"""Which addresses Mailchimp refuses: malformed ones, and ones that look fake."""

import re

from loader.sandbox.problems import Problem, invalid
from loader.sandbox.spelling import address_key

# SANDBOX choice: one @, a plain local part without a dot at an end, and a domain with a dot;
# role addresses (abuse@, info@) are accepted, as they are for single adds.
WELL_FORMED = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]{1,64}(?:\.[\w!#$%&'*+/=?^`{|}~-]{1,64})*"
    r"@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?:[^\W\d_]{2,63}|xn--[a-z0-9-]{1,59})",
    re.IGNORECASE,
)
FAKE = re.compile(r"@(?:.*\.)?(?:example\.(?:com|net|org)|test|example|invalid|localhost)$")
MAX_LOCAL_PART = 64
MAX_LENGTH = 254


def refusal(address: str, *, allow_example_com: bool) -> Problem | None:
    """Return why an address cannot be on a list, if it cannot."""
    known = address_key(address)
    local_part = known.partition("@")[0]
    too_long = len(known) > MAX_LENGTH or len(local_part) > MAX_LOCAL_PART
    if too_long or not WELL_FORMED.fullmatch(known):
        return invalid("Please provide a valid email address.")
    if not allow_example_com and FAKE.search(known):
        return invalid(f"{address} looks fake or invalid, please enter a real email address.")
    return None
