"""Changes of address of which no answer was heard: the list shows whether they were done."""

from collections.abc import Iterable

from loader.mailchimp.member_status import exists, member_status_request
from loader.mailchimp.transport.client import Client
from loader.model.audience import Audience
from loader.model.errors import NotFound
from loader.warehouse.records.ledger import Ledger


async def settle_address_changes(
    client: Client, ledger: Ledger, list_id: str, audiences: Iterable[Audience]
) -> None:
    """Before anything is decided: where the list has the new address and not the old, it was done.

    Nobody had the new address when the change was told, so that whoever has it now is the contact
    that we know, unless the old one is still there.

    Args:
        client: the account's client.
        ledger: the ledger of the list.
        list_id: Mailchimp's id of the list.
        audiences: that go on.

    Raises:
        MailchimpError: it cannot be seen whether a contact is there.
    """
    # before anything is decided: a change that was done and not heard would make a second contact
    done = [
        (old, new)
        for old, new in await ledger.pending_address_changes(audiences)
        if not await _is_on_list(client, list_id, old)
    ]
    if done:
        await ledger.move_contacts(done)


async def _is_on_list(client: Client, list_id: str, address: str) -> bool:
    try:
        return await client.request(member_status_request(list_id, address), exists)
    except NotFound:
        return False
