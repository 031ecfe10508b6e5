"""Where a payload has a value, and where what a pull brought of the contact has it. Pure."""

from collections.abc import Iterator, Mapping

from loader.model.audience import Audience, MergeField
from loader.model.list_schema import ComparedField, ListField, ListSchema

# attributes of a contact that come back as they were sent (MEMBERS_PAGE of mailchimp_facts)
_ATTRIBUTES = {
    "language": "code",
    "email_type": "code",
    "vip": "switch",
    "ip_signup": "text",
    "ip_opt": "text",
    "timestamp_signup": "text",
    "timestamp_opt": "text",
}


def compared_fields(
    audience: Audience,
    remote: ListSchema,
    interests: Mapping[str, str],
    pulled: Mapping[str, int],
) -> tuple[ComparedField, ...]:
    """Every value that an audience may send, and where the list shows it.

    Args:
        audience: what dbt registered of it for one list.
        remote: the list as Mailchimp shows it.
        interests: ids by the names of a payload.
        pulled: the ids of the merge fields by tag, as they were when the contacts were pulled: of a
            field that was made since, nobody had a value.

    Returns:
        The values: merge fields, attributes, the location, and interests.
    """
    found = [
        _field(field, remote.merge_fields.get(field.tag), pulled) for field in audience.merge_fields
    ]
    found += [
        ComparedField(name=name, kind=kind, path=(name,), shown=(name,))
        for name, kind in _ATTRIBUTES.items()
    ]
    found += [
        ComparedField(name=name, kind="degree", path=("location", name), shown=(name,))
        for name in ("latitude", "longitude")
    ]
    found += _interests(interests)
    return tuple(found)


def _field(field: MergeField, there: ListField | None, pulled: Mapping[str, int]) -> ComparedField:
    path = ("merge_fields", field.tag)
    # a field that was deleted and made again has the same tag and none of the values
    is_same = there is not None and pulled.get(field.tag) == there.id
    types = {field.kind, field.type, there.type if there is not None else field.type}
    # a number in a text field comes back as text, so that both sides are compared as numbers
    kind = next((one for one in ("address", "number") if one in types), "text")
    return ComparedField(name=field.tag, kind=kind, path=path, shown=path if is_same else None)


def _interests(interests: Mapping[str, str]) -> Iterator[ComparedField]:
    for name, interest in interests.items():
        marked = f"interest {name}"
        yield ComparedField(
            name=marked,
            kind="switch",
            path=("interests", marked),
            shown=("interests", interest),
        )
