"""What the rows of all reports have in common: the campaign, and the contact as it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson

from loader.sandbox.state import lists, merge_fields
from loader.sandbox.state.contacts import members

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.campaigns.campaigns import Campaign
    from loader.sandbox.state.campaigns.recipients import Recipient

OF_CONTACT = ("merge_fields", "vip", "contact_status")
DELETED = "deleted"


class Contact(NamedTuple):
    """What the list knows of a recipient. SANDBOX choice: nothing, if it has no such contact."""

    status: str = DELETED
    vip: bool = False
    merge_fields: str = "{}"


class Rows:
    """Builds the rows of one page of a report.

    Args:
        call: the request.
        campaign: the campaign.
        name: the array of the answer that holds the rows.
    """

    def __init__(self, call: Call, campaign: Campaign, name: str) -> None:
        self._store = call.store
        self._campaign = campaign
        self._list = lists.find(call.store, campaign.list_id)
        wanted = call.query.fields.wanted_of(OF_CONTACT, name)
        self._wants_contacts = bool(wanted) and self._list is not None
        self._contacts: dict[str, Contact] = {}
        fields = merge_fields.of_list(call.store, self._list) if self._list else []
        self._blank = dict.fromkeys((field.tag for field in fields), "")

    def read(self, people: Sequence[Recipient]) -> None:
        """Look up the contacts of a page, if the answer will show something of them."""
        if not (self._wants_contacts and self._list):
            return
        hashes = [each.email_id for each in people]
        found = members.by_hashes(self._store, self._list, hashes)
        self._contacts = {
            hashed: Contact(member.status, bool(member.vip), member.merge_fields)
            for hashed, member in found.items()
        }

    def start(self, who: Recipient) -> Document:
        """Return what every row begins with."""
        return {
            "email_id": who.email_id,
            "email_address": who.email_address,
            "campaign_id": self._campaign.id,
            "list_id": self._campaign.list_id,
            "list_is_active": self._list is not None,
        }

    def of_contact(self, who: Recipient) -> Document:
        """Return what the list knows of a recipient today."""
        contact = self._contacts.get(who.email_id, Contact())
        values = {**self._blank, **orjson.loads(contact.merge_fields)}
        return {"merge_fields": values, "vip": contact.vip}

    def status_of(self, who: Recipient) -> str:
        """Return the status of a recipient on the list today."""
        return self._contacts.get(who.email_id, Contact()).status


def page(call: Call, campaign: Campaign, name: str, rows: list[Document], total: int) -> Document:
    """Return the answer that holds the rows."""
    document: Document = {
        name: rows,
        "campaign_id": campaign.id,
        "total_items": total,
        "_links": [],
    }
    return call.query.fields.apply(document)
