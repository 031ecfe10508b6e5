"""What an audience fills on its list, and what of it is gone or another since then. Pure."""

from collections.abc import Iterable, Mapping

from loader.model.audience import Audience
from loader.model.checks.compatibility import interest_ids, permission_ids
from loader.model.errors import ConfigurationError
from loader.model.list_schema import Filled, ListSchema

FIELD, INTEREST, PERMISSION, TAG = "merge field", "interest", "marketing permission", "tag"


def filled(audience: Audience, remote: ListSchema, tags: Iterable[str]) -> list[Filled]:
    """What the audience fills and the list has, with the ids that Mailchimp gives to it.

    Args:
        audience: what dbt registered of it for one list.
        remote: the list as Mailchimp shows it.
        tags: the keys of those that the audience has given.

    Returns:
        Merge fields, interests, marketing permissions and tags.

    Raises:
        ConfigurationError: the list has no such interest or permission.
    """
    fields = audience.merge_fields if audience.writes_contacts else ()
    found = [
        Filled(kind=FIELD, name=one.tag, id=str(there.id), type=there.type)
        for one in fields
        if (there := remote.merge_fields.get(one.tag)) is not None
    ]
    switches = ((INTEREST, interest_ids), (PERMISSION, permission_ids))
    for kind, ids in switches:
        found += [
            Filled(kind=kind, name=name, id=one) for name, one in ids(audience, remote).items()
        ]
    found += [
        Filled(kind=TAG, name=one, id=str(remote.segments[one].id))
        for one in tags
        if one in remote.segments
    ]
    return found


def gone(
    audience: Audience, remote: ListSchema, before: Iterable[Filled], now: Iterable[Filled]
) -> list[Filled]:
    """What the audience filled before and still fills, and that is not there any more, or another.

    Args:
        audience: what dbt registered of it for one list.
        remote: the list as Mailchimp shows it.
        before: what it filled when a run looked last.
        now: what it fills, as `filled` gives it.

    Returns:
        Those of `before`.
    """
    ids = {(one.kind, one.name): one.id for one in now}
    tags = {name: str(one.id) for name, one in remote.segments.items()}
    # a tag is given by name, so that one which was made anew is found by its name alone
    ids |= {(TAG, name): one for name, one in tags.items()}
    named = {(FIELD, one.tag) for one in audience.merge_fields}
    named |= {(INTEREST, name) for name in audience.interests}
    # of a list without contacts nobody can tell the permissions
    named |= {(PERMISSION, name) for name in audience.permissions if remote.permissions}
    return [
        one
        for one in before
        if (one.kind == TAG or (one.kind, one.name) in named)
        and ids.get((one.kind, one.name)) != one.id
    ]


def check_types(
    audience: Audience, remote: ListSchema, before: Mapping[tuple[str, str], Filled]
) -> None:
    """A field that was made into another one would take the values otherwise than before.

    Args:
        audience: what dbt registered of it for one list.
        remote: the list as Mailchimp shows it.
        before: what it filled when a run looked last, by kind and name.

    Raises:
        ConfigurationError: a merge field is of another type than when the audience filled it.
    """
    if not audience.writes_contacts:
        return
    for field in audience.merge_fields:
        was, there = before.get((FIELD, field.tag)), remote.merge_fields.get(field.tag)
        # a type that the model asks for by now is meant
        if was is None or there is None or there.type in (was.type, field.type):
            continue
        raise ConfigurationError(
            f"{audience.name}: the merge field {field.tag} of the list '{remote.name}' was of the"
            f" type {was.type} when this audience last filled it, and is of the type {there.type}"
            f" now. Make it a {was.type} again in Mailchimp. Or, if the change is intended, set"
            f" fields: {{{field.tag.lower()}: {{type: {there.type}}}}}."
        )
