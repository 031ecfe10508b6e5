"""What Mailchimp allows and has: limits, statuses, types of merge fields, each with its page. Pure.

docs/reference/mailchimp_facts.md is made of this. dbt spells some of it itself, because a package
of dbt cannot read Python; a test compares the two. The sandbox does not read it, so that it can
disagree.
"""

from dataclasses import dataclass

_API = "https://mailchimp.com/developer/marketing/api"
_DOCS = "https://mailchimp.com/developer/marketing/docs"
_HELP = "https://mailchimp.com/help"
BATCH_PAGE = f"{_API}/lists/batch-subscribe-or-unsubscribe/"
MEMBERS_PAGE = f"{_API}/list-members/list-members-info/"
LIMITS_PAGE = f"{_DOCS}/fundamentals/#api-limits"
PAGINATION_PAGE = f"{_DOCS}/methods-parameters/#pagination"
MERGE_FIELDS_PAGE = f"{_DOCS}/merge-fields/"
SEGMENT_PAGE = f"{_API}/list-segments/"
ROLES_PAGE = f"{_HELP}/limits-on-role-based-addresses/"

# who says what is refused: where no page does, it is only said that it may be
RECORDED = "recorded answers of the Marketing API"
COUNTRY_CODE = "Marketing API, Merge fields: the country of an address has two letters"
UNCONFIRMED = "the sandbox; no answer of Mailchimp is recorded"

BATCH_CONTACTS = 500
SEGMENT_CONTACTS = 500
PAGE = 1000
MAX_CONNECTIONS = 10
REQUEST_SECONDS = 120.0
TAG_CHARACTERS = 10
NAME_CHARACTERS = 100
TEXT_BYTES = 255
MERGE_FIELDS = 80
INTERESTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How much of something Mailchimp takes, gives or waits for.

    Attributes:
        most: the number.
        unit: of what.
        meaning: where it holds, and what happens above it.
        page: the address of the page about it.
    """

    most: float
    unit: str
    meaning: str
    page: str


LIMITS = (
    Limit(
        most=BATCH_CONTACTS,
        unit="contacts",
        meaning="in one call that adds or updates contacts",
        page=BATCH_PAGE,
    ),
    Limit(
        most=SEGMENT_CONTACTS,
        unit="contacts",
        meaning="in one call that puts contacts into a segment or takes them out",
        page=SEGMENT_PAGE,
    ),
    Limit(
        most=PAGE,
        unit="rows",
        meaning="in one page of an answer; a larger `count` is cut to it without a word",
        page=PAGINATION_PAGE,
    ),
    Limit(
        most=MAX_CONNECTIONS,
        unit="connections",
        meaning="at a time, for all that one user runs; above it the answer is 429",
        page=LIMITS_PAGE,
    ),
    Limit(
        most=REQUEST_SECONDS,
        unit="seconds",
        meaning="until Mailchimp gives up a request",
        page=LIMITS_PAGE,
    ),
    Limit(
        most=TAG_CHARACTERS,
        unit="characters",
        meaning="in the tag of a merge field; a longer one is cut without a word",
        page=MERGE_FIELDS_PAGE,
    ),
    Limit(
        most=NAME_CHARACTERS,
        unit="characters",
        meaning="in the name of a tag or segment",
        page=f"{_HELP}/getting-started-tags/",
    ),
    Limit(
        most=TEXT_BYTES,
        unit="bytes",
        meaning="in the value of a text field",
        page=MERGE_FIELDS_PAGE,
    ),
    Limit(
        most=MERGE_FIELDS,
        unit="merge fields",
        meaning="on a list at the most; the list says how many its account allows",
        page=f"{_API}/list-merges/",
    ),
    Limit(
        most=INTERESTS,
        unit="interests",
        meaning="on a list, in all its groups",
        page=f"{_HELP}/getting-started-with-groups/",
    ),
)

STATUS_MEANINGS = {
    "subscribed": "gets campaigns",
    "unsubscribed": "took themselves off, or was taken off; gets no campaigns",
    "cleaned": "their address bounced; gets no campaigns",
    "pending": "was asked to confirm, and has not yet; gets no campaigns until then",
    "transactional": "gets no campaigns, only mails about what they did",
    "archived": "hidden from the list, with all that was known of them; gets no campaigns",
}
STATUSES = tuple(STATUS_MEANINGS)
# who is in one of these is gone as far as a leave is concerned; who is pending may still confirm
GONE = ("unsubscribed", "cleaned", "archived", "transactional")
OF_NEW_CONTACTS = ("subscribed", "pending", "transactional", "unsubscribed")

# how a moment is written in a request: whole seconds, and "after" is strict (MEMBERS_PAGE)
TIMESTAMP = "%Y-%m-%dT%H:%M:%S+00:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What the values of a type of merge field have to be.

    Attributes:
        regex: a regular expression for the whole value.
        meaning: the same in words.
        part: the key in the value, where it is a document; "" is all of it.
        format: the format of the field that it holds for; None is any.
        source: who says so.
        is_stated: whether that source states what is refused; else it may be.
    """

    regex: str
    meaning: str
    part: str = ""
    format: str | None = None
    source: str = UNCONFIRMED
    is_stated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldType:
    """One type of merge field: `type` and `options` of MERGE_FIELDS_PAGE.

    Attributes:
        kinds: the kinds of column that can fill it.
        format_option: the option that says how its values are shown, if there is one.
        formats: what that option may be.
        has_choices: whether its values are some of a list.
        patterns: what its values have to be, besides.
    """

    kinds: tuple[str, ...]
    format_option: str | None = None
    formats: tuple[str, ...] = ()
    has_choices: bool = False
    patterns: tuple[Pattern, ...] = ()


_WEB = Pattern(
    regex="[Hh][Tt][Tt][Pp][Ss]?://[^\\s/]+\\S*", meaning="a web address with http or https"
)
_OF_31, _OF_30 = "(0?[13578]|1[02])", "(0?[469]|11)"  # months of so many days
_DAY_31, _DAY_30 = "(0?[1-9]|[12][0-9]|3[01])", "(0?[1-9]|[12][0-9]|30)"
_DAY_29 = "(0?[1-9]|[12][0-9])"
_BIRTHDAY = Pattern(
    regex=f"{_OF_31}/{_DAY_31}|{_OF_30}/{_DAY_30}|0?2/{_DAY_29}",
    meaning="a month and a day as MM/DD",
)
_US_PHONE = Pattern(
    regex="[^0-9]*(1[^0-9]*([0-9][^0-9]*){10}|[02-9][^0-9]*([0-9][^0-9]*){9})",
    meaning="a ten-digit phone number of the US",
    format="US",
)
_COUNTRY = Pattern(
    regex="[A-Za-z]{2}",
    meaning="an address with a country of two letters",
    part="country",
    source=COUNTRY_CODE,
    is_stated=True,
)

# the first type that takes a kind of column is the one that such a column has by itself
MERGE_FIELD_TYPES = {
    "number": FieldType(kinds=("number",)),
    "date": FieldType(
        kinds=("date", "timestamp"),
        format_option="date_format",
        formats=("MM/DD/YYYY", "DD/MM/YYYY"),
    ),
    "address": FieldType(kinds=("address",), patterns=(_COUNTRY,)),
    "text": FieldType(kinds=("text", "boolean", "number", "date", "timestamp")),
    "birthday": FieldType(
        kinds=("date", "timestamp", "text"),
        format_option="date_format",
        formats=("MM/DD", "DD/MM"),
        patterns=(_BIRTHDAY,),
    ),
    "phone": FieldType(
        kinds=("text",),
        format_option="phone_format",
        formats=("US", "none"),
        patterns=(_US_PHONE,),
    ),
    "url": FieldType(kinds=("text",), patterns=(_WEB,)),
    "imageurl": FieldType(kinds=("text",), patterns=(_WEB,)),
    "zip": FieldType(
        kinds=("text",), patterns=(Pattern(regex="[0-9]{5}", meaning="a five-digit zip code"),)
    ),
    "radio": FieldType(kinds=("text", "boolean"), has_choices=True),
    "dropdown": FieldType(kinds=("text", "boolean"), has_choices=True),
}

FAKE_DOMAINS = "(.*[.])?(example[.]com|test)"
RESERVED_DOMAINS = "(.*[.])?(example[.](net|org)|example|invalid|localhost)"
# fmt: off
ROLES = (  # local parts of addresses that belong to a role and to no person (ROLES_PAGE)
    "abuse", "admin", "billing", "compliance", "devnull", "dns", "ftp", "hostmaster", "inoc",
    "ispfeedback", "ispsupport", "list", "list-request", "maildaemon", "noc", "no-reply", "noreply",
    "null", "phish", "phishing", "postmaster", "privacy", "registrar", "root", "security", "spam",
    "support", "sysadmin", "tech", "undisclosed-recipients", "unsubscribe", "usenet", "uucp",
    "webmaster", "www",
)
# fmt: on
