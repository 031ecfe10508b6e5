"""The tables of Mailchimp's facts, as the loader has them."""

from generate import table

from loader.model import mailchimp_facts as facts


def limits() -> str:
    """What Mailchimp takes, gives and waits for."""
    return table(
        ("at the most", "where", "page"),
        ((f"{one.most:,.0f} {one.unit}", one.meaning, _link(one.page)) for one in facts.LIMITS),
    )


def statuses() -> str:
    """The statuses of a contact, and what each is for."""
    return table(
        ("status", "a contact in it", "a new contact may have it"),
        (
            (f"`{one}`", meaning, "yes" if one in facts.OF_NEW_CONTACTS else "no")
            for one, meaning in facts.STATUS_MEANINGS.items()
        ),
    )


def field_values() -> str:
    """What Mailchimp wants of the values of merge fields, and who says so."""
    return table(
        ("type", "option", "a value is", "who says so"),
        (
            (
                f"`{name}`",
                " or ".join(
                    [f"`{one.format_option}`"] * bool(one.format_option)
                    + ["`choices`"] * one.has_choices
                ),
                "; ".join(_pattern(each) for each in one.patterns)
                or ("one of the choices" if one.has_choices else "any of its kind"),
                "; ".join(each.source for each in one.patterns),
            )
            for name, one in facts.MERGE_FIELD_TYPES.items()
        ),
    )


def roles() -> str:
    """The local parts of addresses that belong to a role."""
    return ", ".join(f"`{one}`" for one in facts.ROLES)


def _link(address: str) -> str:
    """A link whose text is the last words of the address."""
    words = address.removeprefix("https://mailchimp.com/").rstrip("/").split("/")[-2:]
    return f"[{' '.join(words)}]({address})"


def page_of(name: str) -> str:
    """A link to a page of Mailchimp's that the facts name."""
    return _link(getattr(facts, name))


def _pattern(pattern: facts.Pattern) -> str:
    return pattern.meaning + (f", in the format {pattern.format}" if pattern.format else "")
