"""Many random events at once: the same seed and the same list give the same events."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

from loader.sandbox.admin_api.events import apply_to_contacts, unix_seconds
from loader.sandbox.problems import invalid_field
from loader.sandbox.state import lists
from loader.sandbox.state.campaigns import campaigns, events
from loader.sandbox.state.campaigns.events import Event, Person

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call

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
    campaign = campaigns.get(call.store, call.path["campaign_id"])
    list_row = lists.get(call.store, campaign.list_id)
    body = call.document() if call.body is not None else {}
    plan = _plan(body)
    reached: dict[str, list[str]] = {"unsubscribe": [], "hard_bounce": []}
    with call.store.writing() as now:
        sent_at = campaign.send_time or now
        rows = call.store.rows(FIRST, (list_row.key, int(plan.recipients)))
        numbers = events.add_recipients(
            call.store, campaign, (Person(name, address, sent_at) for name, address in rows)
        )
        order = {name: numbers[name] for name, _ in rows}
        drawn = _collect_reached(
            _draw_events(order, plan, unix_seconds(sent_at)), list(order), reached
        )
        written = events.write(call.store, campaign, drawn)
        events.recount(call.store, campaign, order.values())
        changed = (
            0
            if body.get("quiet") is True
            else apply_to_contacts(call.store, campaign, reached, now)
        )
    recipients = campaigns.get(call.store, campaign.id).recipients - campaign.recipients
    return {"recipients": recipients, "events": recipients + written, "contacts_changed": changed}


def _plan(body: Document) -> Plan:
    given = {name: body[name] for name in Plan._fields if name in body}
    for name, value in given.items():
        most = 1 if name in SHARES else EVERYBODY
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise invalid_field(name, f"Value must be a number from 0 to {most}")
    return Plan(**given)  # type: ignore[arg-type]  # each was checked


def _collect_reached(
    drawn: Iterator[tuple[int, Event]], names: list[str], reached: dict[str, list[str]]
) -> Iterator[Event]:
    for place, event in drawn:
        if event.action in reached:
            reached[event.action].append(names[place])
        yield event


def _draw_events(order: Mapping[str, int], plan: Plan, start: int) -> Iterator[tuple[int, Event]]:
    """Draw for each recipient in turn; of 2.5 opens everybody has two, and half of them a third."""
    random = Random(plan.seed)  # noqa: S311 - a rehearsal has to be repeatable
    draw, span = random.random, int(plan.days * DAY)
    for place, number in enumerate(order.values()):
        if draw() < plan.bounces:
            kind = "hard_bounce" if draw() < 1 / 2 else "soft_bounce"
            yield place, Event(number, kind, start + int(draw() * 60))
            continue
        ip = f"192.0.2.{number % 254 + 1}"
        for _ in range(int(plan.opens_per + draw())):
            yield place, Event(number, "open", start + int(span * draw() ** EARLY), "", ip)
        for _ in range(int(plan.clicks_per + draw())):
            url = URLS[int(draw() * len(URLS))]
            yield place, Event(number, "click", start + int(span * draw() ** EARLY), url, ip)
        if draw() < plan.unsubscribes:
            reason = REASONS[int(draw() * len(REASONS))]
            yield place, Event(number, "unsubscribe", start + int(span * draw()), "", ip, reason)
