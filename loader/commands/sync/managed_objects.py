"""Notice what an audience has filled on its list and somebody took away: it is owed again."""

from collections.abc import Mapping

from loader.model.audience import Audience, MergeField
from loader.model.checks.removed_objects import (
    FIELD,
    INTEREST,
    PERMISSION,
    TAG,
    check_types,
    filled,
    gone,
)
from loader.model.list_schema import Filled, ListSchema
from loader.warehouse.records.ledger import Ledger

# what of the ledger goes with it; the members of a tag go by themselves
KINDS = {FIELD: "contact", INTEREST: "contact", PERMISSION: "permissions"}


async def notice(ledger: Ledger, audience: Audience, remote: ListSchema) -> list[Filled]:
    """Notice what is gone since a run looked last, or was made anew: it is owed again from now on.

    Args:
        ledger: the ledger of the list.
        audience: what dbt registered of it for one list.
        remote: the list as Mailchimp shows it.

    Returns:
        What is gone.

    Raises:
        ConfigurationError: a merge field has another type than before.
    """
    before = await ledger.filled(audience)
    check_types(audience, remote, {(one.kind, one.name): one for one in before})
    now = filled(audience, remote, await ledger.managed_tags(audience))
    lost = gone(audience, remote, before, now)
    for one in lost:
        if one.kind == TAG:
            await ledger.untrack_segment(one.name)
    # no contact shows them at the moment, which does not mean that they are gone
    if not remote.permissions:
        now += [one for one in before if one.kind == PERMISSION]
    if set(now) != set(before):
        kinds = sorted({KINDS[one.kind] for one in lost if one.kind in KINDS})
        await ledger.note_filled(audience, now, instead_of=before, owed_again=kinds)
    return lost


async def note(
    ledger: Ledger,
    audience: Audience,
    *,
    fields: Mapping[MergeField, int] | None = None,
    tags: Mapping[str, int] | None = None,
    permissions: Mapping[str, str] | None = None,
) -> None:
    """Remember the ids of what was made, or is filled for the first time.

    Args:
        ledger: the ledger of the list.
        audience: what dbt registered of it for one list.
        fields: the ids of merge fields.
        tags: the ids of tags, by the keys of their names.
        permissions: the ids of marketing permissions, by their texts.
    """
    found = [
        Filled(kind=FIELD, name=one.tag, id=str(id_), type=one.type)
        for one, id_ in (fields or {}).items()
    ]
    found += [Filled(kind=TAG, name=name, id=str(id_)) for name, id_ in (tags or {}).items()]
    found += [
        Filled(kind=PERMISSION, name=text, id=id_) for text, id_ in (permissions or {}).items()
    ]
    if found:
        await ledger.note_filled(audience, found, instead_of=found)
