"""Events of a campaign, added by hand: sent, open, click, bounce, unsubscribe, complaint."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from loader.sandbox.admin_api.campaigns import timestamp_in
from loader.sandbox.problems import invalid_field
from loader.sandbox.spelling import subscriber_hash
from loader.sandbox.state import lists
from loader.sandbox.state.campaigns import campaigns, events
from loader.sandbox.state.campaigns.events import ACTIONS, Event, Person

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.campaigns.campaigns import Campaign
    from loader.sandbox.state.database import Store

SENT = ACTIONS[0]


def add_events(call: Call) -> Document:
    """Add events, of contacts of the list or of anybody else; what they mean happens to contacts.

    SANDBOX choice: whoever has an event was sent the campaign, at its `send_time` unless an event
    `sent` of the same request says when; a second mail to the same address is none.
    """
    campaign = campaigns.get(call.store, call.path["campaign_id"])
    sent = _checked(call.document())
    with call.store.writing() as now:
        people = list(_people(sent, campaign.send_time or now))
        numbers = events.add_recipients(call.store, campaign, people)
        written = events.write(call.store, campaign, _events(sent, numbers, now))
        events.recount(call.store, campaign, set(numbers.values()))
        actions = {
            action: {_name(each) for each in sent if each["action"] == action} for action in ACTIONS
        }
        changed = (
            0
            if call.document().get("quiet") is True
            else apply_to_contacts(call.store, campaign, actions, now)
        )
    recipients = campaigns.get(call.store, campaign.id).recipients - campaign.recipients
    return {"recipients": recipients, "events": recipients + written, "contacts_changed": changed}


def apply_to_contacts(
    store: Store, campaign: Campaign, actions: Mapping[str, Collection[str]], now: str
) -> int:
    """Let what happened reach the contacts, if the list is still there; return how many changed."""
    list_row = lists.find(store, campaign.list_id)
    return events.apply_to_contacts(store, list_row, actions, now) if list_row else 0


def unix_seconds(timestamp: str) -> int:
    """Return a moment that we wrote as seconds of Unix."""
    return int(datetime.fromisoformat(timestamp).timestamp())


def _checked(body: Document) -> list[Document]:
    sent = body.get("events")
    if not isinstance(sent, list):
        raise invalid_field("events", "This value should be of type iterable/array")
    for place, each in enumerate(sent):
        if not isinstance(each, dict) or not isinstance(each.get("email_address"), str):
            raise invalid_field(f"events.{place}.email_address", "Please enter an address")
        if each.get("action") not in ACTIONS:
            message = f"Value must be one of: {', '.join(ACTIONS)}"
            raise invalid_field(f"events.{place}.action", message)
    return sent


def _name(sent: Document) -> str:
    return subscriber_hash(str(sent["email_address"]))


def _people(sent: list[Document], default: str) -> Iterator[Person]:
    sent_at = {
        _name(each): timestamp_in(each, "timestamp")
        for each in reversed(sent)
        if each["action"] == SENT
    }
    for each in sent:
        name = _name(each)
        yield Person(name, str(each["email_address"]).strip(), sent_at.get(name) or default)


def _events(sent: list[Document], numbers: Mapping[str, int], now: str) -> Iterator[Event]:
    for each in sent:
        if each["action"] != SENT:
            at = unix_seconds(timestamp_in(each, "timestamp") or now)
            texts = (str(each.get(name) or "") for name in ("url", "ip", "reason"))
            yield Event(numbers[_name(each)], str(each["action"]), at, *texts)
