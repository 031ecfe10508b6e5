"""The routes below /_control: they want the key that the sandbox printed at its start.

`GET /_control` shows this table; every body is JSON.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from loader.sandbox.admin_api.campaigns import delete_campaign, put_campaign
from loader.sandbox.admin_api.contacts import delete_contacts, mark_addresses, put_contacts
from loader.sandbox.admin_api.events import add_events
from loader.sandbox.admin_api.export import contacts, events, stream_handler
from loader.sandbox.admin_api.faults import put_connections, put_faults
from loader.sandbox.admin_api.generate_events import generate_events
from loader.sandbox.admin_api.lists import delete_list, put_list
from loader.sandbox.faults.fault import KINDS
from loader.sandbox.faults.parse import is_integer
from loader.sandbox.http.endpoints import decode_request, json_response
from loader.sandbox.problems import invalid_field
from loader.sandbox.state.campaigns.events import ACTIONS
from loader.sandbox.state.clock import Clock

if TYPE_CHECKING:
    from aiohttp import web
    from aiohttp.typedefs import Handler

    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call, Endpoint
    from loader.sandbox.http.server_state import ServerState

BASE = "/_control"
LIST = BASE + "/lists/{list_id}"
CAMPAIGN = BASE + "/campaigns/{campaign_id}"
HELP: Document = {
    "GET /_control": "this table",
    "PUT /_control/lists/{id}": (
        "make or change a list: {name, double_optin, merge_field_limit, "
        "merge_fields: [{tag, name, type, required, default_value, options: {choices, "
        "phone_format, date_format, default_country}}], interest_categories: [{title, type, "
        "interests: [name]}], marketing_permissions: [text]}; what the list lacks is added, and "
        "a merge field that it has is changed in all but its type"
    ),
    "DELETE /_control/lists/{id}": "delete a list and everything on it",
    "POST /_control/lists/{id}/members": (
        "put contacts straight in: {members: [{email_address, status, "
        "unsubscribed_by: person|admin, merge_fields, tags, vip, language, last_changed, "
        "interests: [name] or {name: true}, marketing_permissions: {text: true}}]}; a name that "
        "several categories have is written Category: name"
    ),
    "DELETE /_control/lists/{id}/members": "take contacts off without a trace: {addresses}",
    "POST /_control/lists/{id}/marks": (
        "{mark: forgotten|too_many_signups|poison, addresses, undo: false}"
    ),
    "GET /_control/lists/{id}/export": (
        "every contact with all it has, one JSON object a line; interests are {name: bool} and "
        "marketing_permissions {text: bool}"
    ),
    "PUT /_control/campaigns/{id}": (
        "make or change a campaign: {list_id, title, subject_line, type: regular, status: sent, "
        "create_time, send_time, empty_activity: true}; empty_activity tells whether "
        "email-activity names recipients without activity"
    ),
    "DELETE /_control/campaigns/{id}": "delete a campaign and everything that happened to it",
    "POST /_control/campaigns/{id}/events": (
        "{events: [{email_address, action: "
        + "|".join(ACTIONS)
        + ", timestamp, url, ip, reason}], "
        "quiet: false}; whoever has an event was sent the campaign, on the list or not; "
        "unsubscribe and abuse unsubscribe the contact by the person, hard_bounce cleans it, "
        "unless quiet"
    ),
    "POST /_control/campaigns/{id}/generate": (
        "events for the first subscribed contacts of the list: {recipients: all, opens_per: 0, "
        "clicks_per: 0, bounces: 0..1, unsubscribes: 0..1, seed: 0, days: 7, quiet: false}"
    ),
    "GET /_control/campaigns/{id}/events": (
        "every event, one JSON object a line: {campaign_id, list_id, email_address, action, "
        "timestamp, url, ip, reason}"
    ),
    "PUT /_control/key": "change the key, which revokes the old one: {api_key}",
    "POST /_control/clock": "put the clock forward: {advance: seconds}",
    "POST /_control/state": (
        "keep a copy of all lists and campaigns until the sandbox ends, and tell its number: "
        "{kept}; with {put_back: kept} they are as they were then"
    ),
    "PUT /_control/connections": (
        "how many of the connections another integration of the user holds: {taken}"
    ),
    "PUT /_control/faults": (
        "replace all faults: {seed: 0, faults: [{kind, rate: 0..1 or at: n, method, path, "
        "writes: true, seconds: 0.05}]}; a fault meets requests that are not GET, unless writes "
        "is false, of that method and of that path (a template of by_route); rate is drawn for "
        "each, at is the n-th since the PUT; seconds belong to slow; kinds: " + ", ".join(KINDS)
    ),
    "GET /_control/faults": "the faults, and how often each fired",
    "GET /_control/requests": (
        "what was asked of /3.0 since the start or the last reset, and the status changes (moves)"
    ),
    "POST /_control/requests/reset": (
        "begin to count anew; {by_contact: true} counts for each contact the writes that reached "
        "their endpoint"
    ),
}


def add_routes(app: web.Application, server: ServerState) -> None:
    """Put the admin API into an application."""
    routes: tuple[tuple[str, str, Endpoint], ...] = (
        ("GET", BASE, lambda _: HELP),
        ("PUT", LIST, put_list),
        ("DELETE", LIST, delete_list),
        ("POST", LIST + "/members", put_contacts),
        ("DELETE", LIST + "/members", delete_contacts),
        ("POST", LIST + "/marks", mark_addresses),
        ("PUT", CAMPAIGN, put_campaign),
        ("DELETE", CAMPAIGN, delete_campaign),
        ("POST", CAMPAIGN + "/events", add_events),
        ("POST", CAMPAIGN + "/generate", generate_events),
        ("PUT", BASE + "/key", partial(_change_key, server)),
        ("POST", BASE + "/clock", partial(_advance_clock, server)),
        ("POST", BASE + "/state", partial(_save_or_restore_copy, server)),
        ("PUT", BASE + "/connections", partial(put_connections, server)),
        ("PUT", BASE + "/faults", partial(put_faults, server)),
        ("GET", BASE + "/faults", lambda _: server.faults.document()),
        ("GET", BASE + "/requests", lambda _: server.request_counts.document()),
        ("POST", BASE + "/requests/reset", partial(_reset_counts, server)),
    )
    for method, path, function in routes:
        app.router.add_route(method, path, _handler(server, function))
    app.router.add_route("GET", LIST + "/export", stream_handler(server, contacts))
    app.router.add_route("GET", CAMPAIGN + "/events", stream_handler(server, events))


def _change_key(server: ServerState, call: Call) -> Document:
    fresh = call.document().get("api_key")
    if not isinstance(fresh, str):
        raise invalid_field("api_key", "Please enter a key")
    server.api_key = fresh
    return {"api_key": fresh}


def _advance_clock(server: ServerState, call: Call) -> Document:
    seconds = call.document().get("advance")
    if not isinstance(seconds, int | float):
        raise invalid_field("advance", "Please enter a number")
    if isinstance(server.store.clock, Clock):  # a clock that was brought along goes its own way
        server.store.clock.advance(seconds)
    return {"now": server.store.now()}


def _save_or_restore_copy(server: ServerState, call: Call) -> Document:
    number = call.document().get("put_back") if call.body is not None else None
    if number is None:
        return {"kept": server.store.save_copy()}
    if not is_integer(number, 1) or not server.store.restore_copy(number):
        raise invalid_field("put_back", "There is no such copy")
    return {"kept": number}


def _reset_counts(server: ServerState, call: Call) -> Document:
    asked = call.document() if call.body is not None else {}
    server.request_counts.reset(by_contact=asked.get("by_contact") is True)
    return server.request_counts.document()


def _handler(server: ServerState, function: Endpoint) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        return json_response(function(await decode_request(server, request)))

    return handle
