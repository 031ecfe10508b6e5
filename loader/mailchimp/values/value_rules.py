"""What Mailchimp is known to refuse, before it is asked, and what it may refuse. Pure.

Each rule carries its source. Only what a source states is foretold as refused; what the sandbox
alone refuses, or what is stated of another way into a list, may be refused. The patterns stand in
`loader.model.mailchimp_facts`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from loader.model.audience import MergeField
from loader.model.list_schema import AddressRule, FieldRule, ListField
from loader.model.mailchimp_facts import (
    FAKE_DOMAINS,
    MERGE_FIELD_TYPES,
    RECORDED,
    RESERVED_DOMAINS,
    ROLES,
    UNCONFIRMED,
    FieldType,
)

ADDRESSES = (
    AddressRule(
        part="domain",
        pattern=FAKE_DOMAINS,
        reason="fake address",
        source=RECORDED,
        is_stated=True,
    ),
    AddressRule(
        part="domain",
        pattern=RESERVED_DOMAINS,
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
# of a type that Mailchimp has by now and the table has not, only "required" is known
_UNKNOWN = FieldType(kinds=())


def address_rules(*, takes_fake: bool) -> tuple[AddressRule, ...]:
    """What a list wants of a new address.

    Args:
        takes_fake: whether it is a sandbox's list that takes what Mailchimp calls fake.

    Returns:
        The rules, in the order in which they are told.
    """
    return tuple(one for one in ADDRESSES if one.part != "domain" or not takes_fake)


def field_rules(
    there: Mapping[str, ListField], missing: Iterable[MergeField]
) -> tuple[FieldRule, ...]:
    """What the fields of a list want of their values, and those that an audience will make there.

    Args:
        there: the merge fields of the list, by tag.
        missing: those that will be made.

    Returns:
        The rules, each with a number of its own.
    """
    made = {
        one.tag: ListField(type=one.type, choices=one.choices, format=one.format) for one in missing
    }
    rules = [rule for tag, field in {**there, **made}.items() for rule in _rules(tag, field)]
    return tuple(replace(rule, number=number) for number, rule in enumerate(rules))


def _rules(tag: str, field: ListField) -> Iterator[FieldRule]:
    path = ("merge_fields", tag)
    known = MERGE_FIELD_TYPES.get(field.type, _UNKNOWN)
    choices = field.choices if known.has_choices else ()
    patterns = [one for one in known.patterns if one.format in (None, field.format)]
    whole = next((one for one in patterns if not one.part), None)
    # a required field refuses a row without a value, unless it is sent with skip_merge_validation:
    # https://mailchimp.com/developer/marketing/api/lists/batch-subscribe-or-unsubscribe/
    if whole or choices or field.is_required:
        yield FieldRule(
            tag=tag,
            path=path,
            is_required=field.is_required,
            choices=choices,
            pattern=whole.regex if whole else None,
            meaning=whole.meaning if whole else "",
            source=whole.source if whole else UNCONFIRMED,
        )
    for one in patterns:
        if one.part:
            yield FieldRule(
                tag=tag,
                path=(*path, one.part),
                pattern=one.regex,
                meaning=one.meaning,
                source=one.source,
                is_stated=one.is_stated,
            )
