"""The three pages of the web UI: the lists, one list, one contact."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import orjson

from loader.sandbox.http.request_contacts import get_member
from loader.sandbox.state import lists, merge_fields
from loader.sandbox.state.contacts.member_json import MEMBER, MemberJson, tags_of
from loader.sandbox.state.contacts.preferences import PreferenceNames
from loader.sandbox.state.segments import membership, segments
from loader.sandbox.web_ui.html import Markup, chips, join, page, pill, table, tag
from loader.sandbox.web_ui.search import PAGE, Search

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.contacts.members import Member
    from loader.sandbox.state.lists import ListRow

MORE = (
    (
        "/campaigns",
        "Campaigns",
        "The campaigns of the account, what their reports count, and their events.",
    ),
    (
        "/faults",
        "Faults",
        "How the sandbox misbehaves now, how often it did, and the kinds there are.",
    ),
    ("/requests", "Requests", "What was asked of the API: routes, answers, changes of status."),
    (
        "/control",
        "Control",
        "The addresses that make lists, contacts, campaigns, events and faults.",
    ),
    ("/_control/requests", "Requests as JSON", "The same counts for a program."),
    ("/_control/faults", "Faults as JSON", "The same faults for a program."),
)
COLUMNS = ("id", "email_address", "status", "merge_fields", "tags", "last_changed")


def index(call: Call) -> str:
    """Show every list with its counts."""
    rows: list[list[object]] = []
    for row in lists.all_lists(call.store):
        counts = lists.counts(call.store, row)
        name = tag("a", row.name, href=_list_url(row))
        rows.append([name, tag("code", row.id), *(f"{count:,}" for count in counts.values())])
    return page(
        "Lists",
        tag("p", "The API answers at ", tag("code", call.url), ".", class_="faint"),
        table(["List", "id", *lists.STATUSES], rows, "There is no list."),
        tag("h2", "What else it can do"),
        table(["Page", "What it shows"], [_row(*one) for one in MORE], "Nothing."),
    )


def _row(path: str, name: str, meaning: str) -> list[object]:
    return [tag("a", name, href=path), tag("div", meaning, class_="prose")]


def one_list(call: Call) -> str:
    """Show a list: its counts, its contacts, its segments."""
    list_row = lists.get(call.store, call.path["list_id"])
    search = Search.of(call)
    return page(
        list_row.name,
        tag("p", tag("code", list_row.id), _double_optin(list_row), class_="faint"),
        _counts(call, list_row),
        tag("h2", "Contacts"),
        _form(call, list_row, search),
        _contacts(call, list_row, search),
        tag("h2", "Segments and tags"),
        _segments(call, list_row),
        trail=join("/ ", list_row.name),
    )


def contact(call: Call) -> str:
    """Show everything that the list holds about one contact."""
    list_row = lists.get(call.store, call.path["list_id"])
    member = get_member(call, list_row)
    (document,) = MemberJson(call.store, list_row, MEMBER, call.url).of([member.id])
    every = tags_of(call.store, orjson.dumps([member.id]).decode()).get(member.id, [])
    hidden = {"_links", "stats", "tags", "tags_count", "merge_fields", "status", "email_address"}
    values = _dict(document["merge_fields"]).items()
    document |= _preferences(call, list_row, member)
    rest = [(key, value) for key, value in document.items() if key not in hidden]
    back = tag("a", list_row.name, href=_list_url(list_row))
    return page(
        member.email_address,
        tag("p", pill(member.status), " ", chips([str(each["name"]) for each in every])),
        tag("h2", "Merge fields"),
        table(["Field", "Value"], [[key, _value(value)] for key, value in values], "None."),
        tag("h2", "Contact"),
        table(["Field", "Value"], [[key, _value(value)] for key, value in rest], "None."),
        trail=join("/ ", back, " / ", member.email_address),
    )


def _preferences(call: Call, list_row: ListRow, member: Member) -> Document:
    """Return the names of what the contact has on, where the list has any."""
    names = PreferenceNames(call.store, list_row)
    preferences = {
        "interests": names.interests_of(member.preferences),
        "marketing_permissions": names.permissions_of(member.preferences),
    }
    return {
        key: ", ".join(name for name, on in by_name.items() if on)
        for key, by_name in preferences.items()
        if by_name
    }


def _counts(call: Call, list_row: ListRow) -> Markup:
    counts = lists.counts(call.store, list_row).items()
    return tag(
        "div", *(_count(list_row, status, count) for status, count in counts), class_="counts"
    )


def _count(list_row: ListRow, status: str, count: int) -> Markup:
    url = _list_url(list_row, status=status)
    return tag("a", tag("b", f"{count:,}"), status, href=url, class_="count")


def _form(call: Call, list_row: ListRow, search: Search) -> Markup:
    hint = "Part of an address"
    options = (_option(status, status, search.status) for status in lists.STATUSES)
    every = segments.of_list(call.store, list_row)
    names = (_option(str(segment.id), segment.name, search.segment) for segment in every)
    return tag(
        "form",
        tag("input", type="search", name="q", value=search.text, placeholder=hint, aria_label=hint),
        _choice("status", *options),
        _choice("segment", *names),
        tag("button", "Search"),
        action=_list_url(list_row),
    )


def _choice(name: str, *options: Markup) -> Markup:
    every = tag("option", f"any {name}", value="")
    return tag("select", every, *options, name=name, aria_label=name)


def _option(value: str, label: str, chosen: str) -> Markup:
    return tag("option", label, value=value, selected="" if value == chosen else None)


def _contacts(call: Call, list_row: ListRow, search: Search) -> Markup:
    total = search.total(call.store, list_row)
    fields = [field.tag for field in merge_fields.of_list(call.store, list_row)]
    rows: list[list[object]] = []
    for found in MemberJson(call.store, list_row, COLUMNS).of(search.page(call.store, list_row)):
        url = f"{_list_url(list_row)}/contacts/{found['id']}"
        values = _dict(found["merge_fields"])
        names = [str(each["name"]) for each in _dicts(found["tags"])]
        cells = [_value(values[field]) for field in fields]
        address = tag("a", found["email_address"], href=url)
        status = pill(str(found["status"]))
        rows.append([address, status, *cells, chips(names), found["last_changed"]])
    head = ["Address", "Status", *fields, "Tags", "Last changed"]
    return join(table(head, rows, "Nobody is like that."), _pager(list_row, search, total))


def _pager(list_row: ListRow, search: Search, total: int) -> Markup:
    first = search.offset + 1 if total else 0
    last = min(search.offset + PAGE, total)
    return tag(
        "p",
        f"{first:,} to {last:,} of {total:,}, the last changed first",
        _page_link(list_row, search, -1, "Before") if search.number > 1 else None,
        _page_link(list_row, search, +1, "Next") if last < total else None,
        class_="pager",
    )


def _page_link(list_row: ListRow, search: Search, step: int, label: str) -> Markup:
    given = {"q": search.text, "status": search.status, "segment": search.segment}
    number = str(search.number + step)
    return tag("a", label, href=_list_url(list_row, **given, page=number))


def _segments(call: Call, list_row: ListRow) -> Markup:
    every = segments.of_list(call.store, list_row)
    active = membership.counts(call.store, every, ["subscribed"])
    everybody = membership.counts(call.store, every, lists.STATUSES)
    rows: list[list[object]] = [
        [
            tag("a", each.name, href=_list_url(list_row, segment=str(each.id))),
            each.type,
            f"{active.get(each.id, 0):,}",
            f"{everybody.get(each.id, 0):,}",
            each.updated_at,
        ]
        for each in every
    ]
    head: list[object] = ["Name", "Type", "Subscribed", "In any status", "Updated"]
    return table(head, rows, "This list has no segment.")


def _list_url(list_row: ListRow, **parameters: str) -> str:
    given = urlencode({name: value for name, value in parameters.items() if value})
    return f"/lists/{quote(list_row.id, safe='')}{'?' if given else ''}{given}"


def _double_optin(list_row: ListRow) -> str:
    return " · double opt-in" if list_row.double_optin else ""


def _value(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values() if part)
    return "" if value is None else str(value)


def _dict(value: object) -> Document:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[Document]:
    return value if isinstance(value, list) else []
