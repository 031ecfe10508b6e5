"""The pages about the rehearsal: campaigns, faults, request counts, and the admin API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from loader.sandbox.faults.fault import CHANGE_KINDS, RESPONSE_KINDS
from loader.sandbox.state.campaigns import campaigns
from loader.sandbox.web_ui.html import Markup, chips, page, pill, table, tag

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.http.server_state import ServerState

SHOWN = 200  # campaigns, the latest first
COUNTS = ("total", "writes", "contacts", "most_in_flight")


def all_campaigns(call: Call) -> str:
    """Show the campaigns with what their reports count."""
    found = campaigns.page(call.store, "true", "create_time DESC, key DESC", (SHOWN, 0))
    rows: list[list[object]] = []
    for one in found:
        counted = one.counted()
        events = f"/_control/campaigns/{quote(one.id, safe='')}/events"
        title = one.title or one.subject_line or one.id
        name = tag("a", title, href=events)
        list_link = tag("a", one.list_name, href=f"/lists/{quote(one.list_id, safe='')}")
        numbers = (counted.recipients, counted.opens, counted.clicks, counted.unsubscribed)
        row = [name, tag("code", one.id), list_link, pill(one.status), one.send_time]
        rows.append([*row, *(f"{number:,}" for number in numbers)])
    head = ["Campaign", "id", "List", "Status", "Sent", "Recipients", "Opens", "Clicks"]
    put = tag("code", "PUT /_control/campaigns/{id}")
    return page(
        "Campaigns",
        tag("p", "A title leads to the events of its campaign. To make one: ", put, class_="faint"),
        table([*head, "Unsubscribed"], rows, "There is no campaign."),
    )


def faults(server: ServerState, _: Call) -> str:
    """Show which faults are in force, and which kinds there are."""
    document = server.faults.document()
    in_force = document["faults"]
    rows: list[list[object]] = [
        [one["kind"], _when(one), _which(one), f"{one['fired']:,}"]
        for one in (in_force if isinstance(in_force, list) else [])
    ]
    return page(
        "Faults",
        tag("p", "Seed of the schedule: ", tag("code", document["seed"]), class_="faint"),
        table(["Kind", "When", "Requests", "Fired"], rows, "No fault is in force."),
        tag("h2", "Kinds"),
        tag("p", "Wrong answers: ", chips(list(RESPONSE_KINDS))),
        tag("p", "Changes by somebody else: ", chips(list(CHANGE_KINDS))),
        tag(
            "p",
            "At the start: ",
            tag("code", "loader sandbox --fault 503_html=0.1"),
            ". While it runs: ",
            tag("code", "PUT /_control/faults"),
            class_="faint",
        ),
    )


def requests(server: ServerState, _: Call) -> str:
    """Show what was asked of the API since the start or the last reset."""
    document = server.request_counts.document()
    return page(
        "Requests",
        tag(
            "p",
            "What was asked of the API since the start, or since ",
            tag("code", "POST /_control/requests/reset"),
            class_="faint",
        ),
        tag("div", *(_count(name, document[name]) for name in COUNTS), class_="counts"),
        *_counted("Routes", document["by_route"], "Nothing was asked yet."),
        *_counted("Answers by status", document["by_status"], "Nothing was answered yet."),
        *_counted("Changes of status", document["moves"], "No contact changed its status."),
    )


def control(help_texts: Document, call: Call) -> str:
    """Show the addresses of the admin API; those that can be looked at are links."""
    rows: list[list[object]] = []
    for name, meaning in help_texts.items():
        method, path = name.split(" ", 1)
        is_link = method == "GET" and "{" not in path
        code = tag("code", path)
        rows.append([method, tag("a", code, href=path) if is_link else code, _prose(meaning)])
    home = call.url.removesuffix("/3.0")
    return page(
        "Control",
        tag(
            "p",
            "What a rehearsal can do that Mailchimp's API cannot. Each address begins with ",
            tag("code", home),
            ", takes JSON, and wants the key that the sandbox printed, as ",
            tag("code", "Authorization: Bearer"),
            " or as password with any user name.",
            class_="faint",
        ),
        table(["Method", "Address", "What it does, and what its body holds"], rows, "Nothing."),
    )


def _prose(meaning: object) -> Markup:
    """A text that may take several lines in a cell."""
    return tag("div", re.sub(r"\s+", " ", str(meaning)), class_="prose")


def _when(fault: Document) -> str:
    rate = fault.get("rate")
    return f"at request {fault['at']}" if rate is None else f"{float(str(rate)):.1%} of them"


def _which(fault: Document) -> str:
    kind = fault.get("method") or ("writes" if fault["writes"] else "any")
    return f"{kind} {fault.get('path') or ''}".strip()


def _count(name: str, number: object) -> Markup:
    return tag("span", tag("b", f"{number:,}"), name.replace("_", " "), class_="count")


def _counted(title: str, counts: object, empty: str) -> tuple[Markup, Markup]:
    rows = [[key, f"{count:,}"] for key, count in dict(counts).items()]  # type: ignore[call-overload]  # a mapping
    return tag("h2", title), table(["", "Times"], rows, empty)
