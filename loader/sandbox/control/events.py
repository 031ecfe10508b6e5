"""What happens to a campaign, put straight in."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from loader.sandbox.control.campaigns import moment
from loader.sandbox.rules.addresses import subscriber_hash
from loader.sandbox.state import lists
from loader.sandbox.state.campaigns import campaigns, events
from loader.sandbox.state.campaigns.events import ACTIONS, Event, Person
from loader.sandbox.wire.problems import invalid_field

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from loader.sandbox.state.campaigns.campaigns import Campaign
    from loader.sandbox.state.database import Store
    from loader.sandbox.wire.call import Call, Document

SENT = ACTIONS[0]


def add_events(call: Call) -> Document:
    """Add events, of contacts of the list or of anybody else; what they mean happens to contacts.

    SANDBOX choice: whoever has an event was sent the campaign, at its `send_time` unless an event
    `sent` of the same request says when; a second mail to the same address is none.
    """
    of = campaigns.get(call.store, call.path["campaign_id"])
    sent = _checked(call.document())
    with call.store.writing() as now:
        people = list(_people(sent, of.send_time or now))
        numbers = events.enrol(call.store, of, people)
        written = events.write(call.store, of, _events(sent, numbers, now))
        events.recount(call.store, of, set(numbers.values()))
        actions = {
            action: {_name(each) for each in sent if each["action"] == action} for action in ACTIONS
        }
        changed = 0 if call.document().get("quiet") is True else reach(call.store, of, actions, now)
    recipients = campaigns.get(call.store, of.id).recipients - of.recipients
    return {"recipients": recipients, "events": recipients + written, "contacts_changed": changed}


def reach(store: Store, of: Campaign, actions: Mapping[str, Collection[str]], now: str) -> int:
    """Let what happened reach the contacts, if the list is still there; return how many changed."""
    listed_in = lists.find(store, of.list_id)
    return events.reach(store, listed_in, actions, now) if listed_in else 0


def seconds(timestamp: str) -> int:
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
    told = {
        _name(each): moment(each, "timestamp") for each in reversed(sent) if each["action"] == SENT
    }
    for each in sent:
        name = _name(each)
        yield Person(name, str(each["email_address"]).strip(), told.get(name) or default)


def _events(sent: list[Document], numbers: Mapping[str, int], now: str) -> Iterator[Event]:
    for each in sent:
        if each["action"] != SENT:
            at = seconds(moment(each, "timestamp") or now)
            texts = (str(each.get(name) or "") for name in ("url", "ip", "reason"))
            yield Event(numbers[_name(each)], str(each["action"]), at, *texts)
