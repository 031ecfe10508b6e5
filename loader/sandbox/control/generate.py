"""Many events at once, drawn by lot: the same seed and the same list give the same events."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

from loader.sandbox.control.events import reach, seconds
from loader.sandbox.state import lists
from loader.sandbox.state.campaigns import campaigns, events
from loader.sandbox.state.campaigns.events import Event, Person
from loader.sandbox.wire.problems import invalid_field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loader.sandbox.wire.call import Call, Document

FIRST = """
SELECT subscriber_hash, email_address FROM members
WHERE list_key = ? AND status = 'subscribed' ORDER BY id LIMIT ?
"""
EVERYBODY = 2**53
DAY = 86_400
SHARES = ("bounces", "unsubscribes")
URLS = tuple(f"https://www.example.com/page/{number}" for number in range(1, 6))
REASONS = ("No longer interested", "Too many mails", "")
EARLY = 3  # the power that draws opens and clicks towards the moment of sending


class Plan(NamedTuple):
    """How much is to happen."""

    recipients: float = EVERYBODY
    opens_per: float = 0
    clicks_per: float = 0
    bounces: float = 0
    unsubscribes: float = 0
    seed: float = 0
    days: float = 7


def generate_events(call: Call) -> Document:
    """Draw events for the first contacts of the list that are subscribed.

    SANDBOX choice: who bounces, half of them hard, does nothing else; all happens within `days`
    after the `send_time`, also where that is in the future.
    """
    of = campaigns.get(call.store, call.path["campaign_id"])
    listed_in = lists.get(call.store, of.list_id)
    body = call.document() if call.body is not None else {}
    plan = _plan(body)
    reached: dict[str, list[str]] = {"unsubscribe": [], "hard_bounce": []}
    with call.store.writing() as now:
        sent_at = of.send_time or now
        rows = call.store.rows(FIRST, (listed_in.key, int(plan.recipients)))
        numbers = events.enrol(
            call.store, of, (Person(name, address, sent_at) for name, address in rows)
        )
        order = {name: numbers[name] for name, _ in rows}
        drawn = _noted(_drawn(order, plan, seconds(sent_at)), list(order), reached)
        written = events.write(call.store, of, drawn)
        events.recount(call.store, of, order.values())
        changed = 0 if body.get("quiet") is True else reach(call.store, of, reached, now)
    recipients = campaigns.get(call.store, of.id).recipients - of.recipients
    return {"recipients": recipients, "events": recipients + written, "contacts_changed": changed}


def _plan(body: Document) -> Plan:
    given = {name: body[name] for name in Plan._fields if name in body}
    for name, value in given.items():
        most = 1 if name in SHARES else EVERYBODY
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise invalid_field(name, f"Value must be a number from 0 to {most}")
    return Plan(**given)  # type: ignore[arg-type]  # each was checked


def _noted(
    drawn: Iterator[tuple[int, Event]], names: list[str], reached: dict[str, list[str]]
) -> Iterator[Event]:
    for place, event in drawn:
        if event.action in reached:
            reached[event.action].append(names[place])
        yield event


def _drawn(order: Mapping[str, int], plan: Plan, start: int) -> Iterator[tuple[int, Event]]:
    """Draw for each recipient in turn; of 2.5 opens everybody has two, and half of them a third."""
    lots = Random(plan.seed)  # noqa: S311 - a rehearsal has to be repeatable
    lot, span = lots.random, int(plan.days * DAY)
    for place, number in enumerate(order.values()):
        if lot() < plan.bounces:
            kind = "hard_bounce" if lot() < 1 / 2 else "soft_bounce"
            yield place, Event(number, kind, start + int(lot() * 60))
            continue
        ip = f"192.0.2.{number % 254 + 1}"
        for _ in range(int(plan.opens_per + lot())):
            yield place, Event(number, "open", start + int(span * lot() ** EARLY), "", ip)
        for _ in range(int(plan.clicks_per + lot())):
            url = URLS[int(lot() * len(URLS))]
            yield place, Event(number, "click", start + int(span * lot() ** EARLY), url, ip)
        if lot() < plan.unsubscribes:
            reason = REASONS[int(lot() * len(REASONS))]
            yield place, Event(number, "unsubscribe", start + int(span * lot()), "", ip, reason)
