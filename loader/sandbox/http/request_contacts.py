"""Which contacts a request names: in its path, and in its body whatever its shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.problems import not_found
from loader.sandbox.spelling import address_key, subscriber_hash
from loader.sandbox.state.contacts import members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loader.sandbox.http.call import Call
    from loader.sandbox.state.contacts.members import Member
    from loader.sandbox.state.lists import ListRow

BATCH_ARRAYS = ("members", "members_to_add", "members_to_remove")
ARRAYS = (*BATCH_ARRAYS, "static_segment")


def find_member(call: Call, list_row: ListRow) -> Member | None:
    """Return the contact that a path names, if the list has it."""
    return members.find(call.store, list_row, call.path["subscriber_hash"])


def get_member(call: Call, list_row: ListRow) -> Member:
    """Return the contact that a path names, archived or not, or refuse with 404."""
    found = find_member(call, list_row)
    if not found:
        raise not_found()
    return found


def count_contacts(body: object) -> int:
    """Count the contacts that a batch body carries."""
    if not isinstance(body, dict):
        return 0
    arrays = (body.get(name) for name in BATCH_ARRAYS)
    return sum(len(array) for array in arrays if isinstance(array, list))


def contacts_of_body(body: object) -> dict[str, str]:
    """Return the contacts of a body in its order: the lower-cased address of each by its hash."""
    return {subscriber_hash(address): address_key(address) for address in _addresses(body)}


def contacts_of_request(call: Call, list_row: ListRow | None) -> dict[str, str]:
    """Return the contacts of a request by hash; one of unknown address is its own hash."""
    name = call.path.get("subscriber_hash")
    if not name:
        return contacts_of_body(call.body)
    found = members.find(call.store, list_row, name) if list_row else None
    if found:
        return {found.subscriber_hash: address_key(found.email_address)} | contacts_of_body(
            call.body
        )
    hashed = subscriber_hash(name) if "@" in name else name.lower()
    return {hashed: address_key(name)} | contacts_of_body(call.body)


def _addresses(body: object) -> Iterator[str]:
    if not isinstance(body, dict):
        return
    arrays = [body.get(name) for name in ARRAYS]
    for row in (body, *(each for array in arrays if isinstance(array, list) for each in array)):
        address = row.get("email_address") if isinstance(row, dict) else row
        if isinstance(address, str):
            yield address
