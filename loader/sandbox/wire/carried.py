"""Which contacts a request carries: in its body, whatever its shape, and in its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.rules.addresses import identity, subscriber_hash
from loader.sandbox.state.contacts import members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loader.sandbox.state.lists import ListRow
    from loader.sandbox.wire.call import Call

ARRAYS = ("members", "members_to_add", "members_to_remove", "static_segment")


def in_body(body: object) -> dict[str, str]:
    """Return the contacts of a body in its order: the lower-cased address of each by its hash."""
    return {subscriber_hash(address): identity(address) for address in _addresses(body)}


def carried(call: Call, of: ListRow | None) -> dict[str, str]:
    """Return the contacts of a request by hash; one of unknown address is its own hash."""
    name = call.path.get("subscriber_hash")
    if not name:
        return in_body(call.body)
    found = members.find(call.store, of, name) if of else None
    if found:
        return {found.subscriber_hash: identity(found.email_address)} | in_body(call.body)
    hashed = subscriber_hash(name) if "@" in name else name.lower()
    return {hashed: identity(name)} | in_body(call.body)


def _addresses(body: object) -> Iterator[str]:
    if not isinstance(body, dict):
        return
    arrays = [body.get(name) for name in ARRAYS]
    for row in (body, *(each for array in arrays if isinstance(array, list) for each in array)):
        address = row.get("email_address") if isinstance(row, dict) else row
        if isinstance(address, str):
            yield address
