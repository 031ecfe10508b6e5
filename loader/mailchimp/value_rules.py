"""What Mailchimp is known to refuse, before it is asked, and what it may refuse. Pure.

Each rule carries its source. Only what a source states is foretold as refused; what the sandbox
alone refuses, or what is stated of another way into a list, may be refused.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from loader.audience import MergeField
from loader.list_schema import AddressRule, FieldRule, ListField
from loader.merge_fields import TYPES

# fmt: off
ROLES = (
    "abuse", "admin", "billing", "compliance", "devnull", "dns", "ftp", "hostmaster", "inoc",
    "ispfeedback", "ispsupport", "list", "list-request", "maildaemon", "noc", "no-reply", "noreply",
    "null", "phish", "phishing", "postmaster", "privacy", "registrar", "root", "security", "spam",
    "support", "sysadmin", "tech", "undisclosed-recipients", "unsubscribe", "usenet", "uucp",
    "webmaster", "www",
)
# fmt: on
RECORDED = "recorded answers of the Marketing API"
COUNTRY_CODE = "Marketing API, Merge fields: the country of an address has two letters"
UNCONFIRMED = "the sandbox; no answer of Mailchimp is recorded"
ADDRESSES = (
    AddressRule(
        part="domain",
        pattern="(.*[.])?(example[.]com|test)",
        reason="fake address",
        source=RECORDED,
        is_stated=True,
    ),
    AddressRule(
        part="domain",
        pattern="(.*[.])?(example[.](net|org)|example|invalid|localhost)",
        reason="address of a reserved domain",
        source=UNCONFIRMED,
        is_stated=False,
    ),
    AddressRule(
        part="local_part",
        pattern="|".join(ROLES),
        reason="role address",
        source="Mailchimp Help, Limits on role-based addresses, of imports",
        is_stated=False,
    ),
)
_WEB = ("(?i)https?://[^\\s/]+\\S*", "a web address with http or https")
_OF_31, _OF_30 = "(0?[13578]|1[02])", "(0?[469]|11)"  # months of so many days
_DAY_31, _DAY_30 = "(0?[1-9]|[12][0-9]|3[01])", "(0?[1-9]|[12][0-9]|30)"
_DAY_29 = "(0?[1-9]|[12][0-9])"
PATTERNS = {
    "zip": ("[0-9]{5}", "a five-digit zip code"),
    "url": _WEB,
    "imageurl": _WEB,
    "birthday": (
        f"{_OF_31}/{_DAY_31}|{_OF_30}/{_DAY_30}|0?2/{_DAY_29}",
        "a month and a day as MM/DD",
    ),
}
_US_PHONE = (
    "[^0-9]*(1[^0-9]*([0-9][^0-9]*){10}|[02-9][^0-9]*([0-9][^0-9]*){9})",
    "a ten-digit phone number of the US",
)
_COUNTRY = ("[A-Za-z]{2}", "an address with a country of two letters")


def address_rules(*, takes_fake: bool) -> tuple[AddressRule, ...]:
    """What a list wants of a new address; a sandbox may take those that Mailchimp calls fake."""
    return tuple(one for one in ADDRESSES if one.part != "domain" or not takes_fake)


def field_rules(
    there: Mapping[str, ListField], missing: Iterable[MergeField]
) -> tuple[FieldRule, ...]:
    """What the fields of a list want, and those that an audience will make there."""
    made = {
        one.tag: ListField(type=one.type, choices=one.choices, format=one.format) for one in missing
    }
    rules = [rule for tag, field in {**there, **made}.items() for rule in _rules(tag, field)]
    return tuple(replace(rule, number=int_field) for int_field, rule in enumerate(rules))


def _rules(tag: str, field: ListField) -> Iterator[FieldRule]:
    # that a required field refuses a row without a value: Marketing API, skip_merge_validation
    path = f'$.merge_fields."{tag}"'
    pattern, meaning = PATTERNS.get(field.type, (None, ""))
    if field.type == "phone" and field.format == "US":
        pattern, meaning = _US_PHONE
    choices = field.choices if field.type in TYPES and TYPES[field.type].has_choices else ()
    if pattern or choices or field.is_required:
        yield FieldRule(
            tag=tag,
            path=path,
            is_required=field.is_required,
            choices=choices,
            pattern=pattern,
            meaning=meaning,
            source=UNCONFIRMED,
        )
    if field.type == "address":
        pattern, meaning = _COUNTRY
        yield FieldRule(
            tag=tag,
            path=f"{path}.country",
            pattern=pattern,
            meaning=meaning,
            source=COUNTRY_CODE,
            is_stated=True,
        )
