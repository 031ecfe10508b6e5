"""What an audience needs on its list, and what stops it when that does not fit. Pure."""

from collections.abc import Iterable, Mapping

from loader.model.addresses import name_key
from loader.model.audience import Audience, MergeField
from loader.model.errors import ConfigurationError, Unfinished
from loader.model.list_schema import ListSchema, TrackedSegment
from loader.model.mailchimp_facts import MERGE_FIELD_TYPES
from loader.model.wording import counted


def check_segment_is_own(audience: Audience, registered: Iterable[Audience]) -> None:
    """Two audiences that share a segment would each take out whom the other put in.

    Args:
        audience: what dbt registered of it for one list.
        registered: every audience there is.

    Raises:
        ConfigurationError: another one names the same segment on the same list.
    """
    others = sorted(
        one.name
        for one in registered
        if one.name != audience.name
        and one.enabled
        and one.segment is not None
        and (one.list_id, _key(one)) == (audience.list_id, _key(audience))
    )
    if audience.enabled and audience.segment is not None and others:
        raise ConfigurationError(
            f"{audience.name}: {' and '.join(others)} {'has' if len(others) == 1 else 'have'} the"
            f" same segment '{audience.segment}' on the list {audience.list_id}. Give each a"
            " segment of its own."
        )


def check_field_types(audience: Audience, remote: ListSchema) -> None:
    """A field that cannot hold its column would refuse every contact, or take nonsense.

    What each type takes: https://mailchimp.com/developer/marketing/docs/merge-fields/

    Args:
        audience: what dbt registered of it for one list.
        remote: the list, with what other audiences make there in the same run.

    Raises:
        ConfigurationError: the type of a merge field of the list does not fit its column.
    """
    if not audience.writes_contacts:
        return
    # a field that is missing will be made of the right type
    for field in audience.merge_fields:
        there = remote.merge_fields.get(field.tag)
        if there is None or _can_hold(there.type, field.kind, field.type):
            continue
        raise ConfigurationError(
            f"{audience.name}: the merge field {field.tag} of the list '{remote.name}' is of the"
            f" type {there.type}, and its column is a {field.kind} ({field.type}). Cast the"
            f" column, set fields: {{{field.tag.lower()}: {{type: {there.type}}}}}, or select it"
            " under another name."
        )


def missing_fields(
    audience: Audience, remote: ListSchema, imagined: ListSchema
) -> list[MergeField]:
    """The merge fields that have to be made.

    Args:
        audience: what dbt registered of it for one list.
        remote: the list as Mailchimp shows it.
        imagined: the list with what other audiences make there in the same run.

    Returns:
        The fields, in the order of the columns.

    Raises:
        ConfigurationError: the audience wants them to be there, or the account allows no more.
    """
    if not audience.writes_contacts:
        return []
    missing = [one for one in audience.merge_fields if one.tag not in remote.merge_fields]
    tags = ", ".join(one.tag for one in missing)
    if missing and audience.missing_merge_fields == "require":
        raise ConfigurationError(
            f"{audience.name}: the list '{remote.name}' has no merge field {tags}. Create it in"
            " Mailchimp, or set merge_fields: create."
        )
    limit, have = remote.merge_field_limit, len(imagined.merge_fields)
    # what two audiences of a run miss is made once, and counts once
    new = [one for one in missing if one.tag not in imagined.merge_fields]
    if new and limit is not None and have + len(new) > limit:
        others = have - len(remote.merge_fields)
        told = f", {others} of them for other audiences of this run" if others else ""
        raise ConfigurationError(
            f"{audience.name}: {tags} cannot be created: the list '{remote.name}' has {have} of"
            f" the {counted(limit, 'merge field')} that the account allows{told}. Delete some, or"
            " select fewer columns."
        )
    return missing


def interest_ids(audience: Audience, remote: ListSchema) -> dict[str, str]:
    """Find the interests that an audience names.

    Args:
        audience: what dbt registered of it for one list.
        remote: the list as Mailchimp shows it.

    Returns:
        Their ids by the names that the audience has for them.

    Raises:
        ConfigurationError: the list has no such interest, or two of that name.
    """
    return _ids(audience, remote, "interest", audience.interests, remote.interests)


def permission_ids(audience: Audience, remote: ListSchema) -> dict[str, str]:
    """Find the marketing permissions that an audience names.

    Args:
        audience: what dbt registered of it for one list.
        remote: the list as Mailchimp shows it.

    Returns:
        Their ids by the texts that the audience has for them; none while the list is empty, for
        only a contact shows them.

    Raises:
        ConfigurationError: the list has no such permission, or none at all.
    """
    if audience.permissions and not remote.has_permissions:
        raise ConfigurationError(
            f"{audience.name}: the list '{remote.name}' has no marketing permissions. Enable them"
            " in Mailchimp (Audience, Settings, GDPR fields), or drop that column."
        )
    # only a contact shows which permissions there are: of an empty list they are read after the
    # first
    if not remote.permissions:
        return {}
    named = audience.permissions
    return _ids(audience, remote, "marketing permission", named, remote.permissions)


def _ids(
    audience: Audience, remote: ListSchema, what: str, named: Iterable[str], there: dict[str, str]
) -> dict[str, str]:
    missing = [name for name in named if name_key(name) not in there]
    if missing:
        raise ConfigurationError(
            f"{audience.name}: the list '{remote.name}' has no {what}"
            f" {', '.join(map(repr, missing))}, or more than one of that name (then write 'group:"
            f" name'). It has: {', '.join(sorted(there)) or 'none'}."
        )
    return {name: there[name_key(name)] for name in named}


def check_names(audience: Audience, remote: ListSchema, named: Iterable[tuple[str, str]]) -> None:
    """Mailchimp ignores a merge field that its list has not got, and answers as if it kept it.

    What its configuration has is made when it is missing, and is known here.

    Args:
        audience: what dbt registered of it for one list.
        remote: the list as Mailchimp shows it.
        named: what the rows of the audience name, as kind and name.

    Raises:
        Unfinished: a row names what neither the list nor the audience has.
    """
    known: dict[str, set[str]] = {
        "merge field": {*remote.merge_fields, *(one.tag for one in audience.merge_fields)},
        "interest": {f"interest {name}" for name in audience.interests},
        "segment": {audience.segment} if audience.segment else set(),
    }
    for what, name in named:
        if name not in known[what]:
            raise Unfinished(
                f"{audience.name}: its rows name the {what} {name.removeprefix('interest ')},"
                f" which neither the list '{remote.name}' nor its configuration has. dbt has not"
                f" finished with {audience.name}; run dbt."
            )


def check_tags(audience: Audience, tags: Iterable[str], registered: Iterable[Audience]) -> None:
    """A tag that is the segment of an audience would be given and taken in turns.

    Args:
        audience: what dbt registered of it for one list.
        tags: the keys of those that its rows name.
        registered: every audience there is.

    Raises:
        ConfigurationError: a row names a tag that an audience of the list keeps as its segment.
    """
    segments = {
        name_key(one.segment): one.name
        for one in registered
        if one.enabled and one.is_in_project and one.segment and one.list_id == audience.list_id
    }
    for tag in tags:
        if tag in segments:
            raise ConfigurationError(
                f"{audience.name}: the tag '{tag}' of its rows is the segment of the audience"
                f" {segments[tag]}. Give one of them another name."
            )


def known_segment(
    audience: Audience, remote: ListSchema, known: Mapping[str, TrackedSegment]
) -> TrackedSegment | None:
    """What is to be thought of the audience's segment.

    Args:
        audience: what dbt registered of it for one list.
        remote: the list as Mailchimp shows it.
        known: what we remember of the segments of the list, by name.

    Returns:
        The segment, without an id when it has to be made; None for an audience that has none.

    Raises:
        ConfigurationError: a segment of that name is there, and somebody else made it.
    """
    if audience.segment is None:
        return None
    there, remembered = remote.segments.get(_key(audience)), known.get(_key(audience))
    if there is None:
        return TrackedSegment(name=audience.segment, id=None, is_managed=True, recreate=False)
    # without an id a run was killed between the note and the answer: it was about to make this one
    if remembered is not None and remembered.id in (None, there.id):
        return TrackedSegment(
            name=remembered.name,
            id=there.id,
            is_managed=remembered.is_managed,
            recreate=remembered.recreate,
        )
    # it is not ours by that, so that it is never deleted or made anew
    if audience.adopt:
        return TrackedSegment(name=audience.segment, id=there.id, is_managed=False, recreate=False)
    raise ConfigurationError(
        f"{audience.name}: the list '{remote.name}' has a segment '{there.name}' that this"
        " warehouse did not create. Choose another name, or set adopt: true to take it over."
        " Members that the audience does not want stay in it."
    )


def is_another(segment: TrackedSegment, known: Mapping[str, TrackedSegment]) -> bool:
    """Whether the audience's segment is not there, or not the one that is remembered.

    Args:
        segment: as `known_segment` gives it.
        known: what we remember of the segments of the list, by name.

    Returns:
        True when who is in it now are not those that we remember.
    """
    before = known.get(segment.name.lower())
    return segment.id is None or (before is not None and before.id not in (None, segment.id))


def _can_hold(there: str, kind: str, type_: str) -> bool:
    """Whether a field of the type `there` can hold what a column of a kind is sent as, `type_`.

    A day is written otherwise for a birthday than for any other field; a text may be anything that
    is one, and Mailchimp judges each value.
    """
    if there == type_:
        return True
    if type_ == "birthday" or (there == "birthday" and kind != "text"):
        return False
    # a type that Mailchimp has by now and this table has not holds nothing that is known
    return there in MERGE_FIELD_TYPES and kind in MERGE_FIELD_TYPES[there].kinds


def _key(audience: Audience) -> str:
    return name_key(audience.segment or "")
