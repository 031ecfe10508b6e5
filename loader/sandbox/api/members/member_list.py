"""The contacts of a list, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from loader.sandbox.problems import invalid_field
from loader.sandbox.state import interests, lists
from loader.sandbox.state.contacts.member_json import MEMBER, MemberJson

if TYPE_CHECKING:
    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.http.query import Query
    from loader.sandbox.state.database import Store
    from loader.sandbox.state.lists import ListRow

# SANDBOX choice: without `sort_field` the oldest contact comes first.
SORTS = {"timestamp_opt", "timestamp_signup", "last_changed"}
MOMENTS = {
    "since_timestamp_opt": "timestamp_opt > ?",
    "before_timestamp_opt": "timestamp_opt < ?",
    "since_last_changed": "last_changed > ?",
    "before_last_changed": "last_changed < ?",
}
TOGETHER = ("interest_category_id", "interest_ids", "interest_match")
HAS_ONE = """
EXISTS (SELECT 1 FROM json_each(?) WHERE value IN (SELECT key FROM json_each(preferences)))
"""
LACKS_ONE = """
EXISTS (SELECT 1 FROM json_each(?) WHERE value NOT IN (SELECT key FROM json_each(preferences)))
"""
INTERESTED = {"any": HAS_ONE, "all": f"NOT {LACKS_ONE}", "none": f"NOT {HAS_ONE}"}
MATCHES = tuple(INTERESTED)


def page(call: Call) -> Document:
    """Marketing API, List members info: archived contacts only when `status` asks for them."""
    list_row = lists.get(call.store, call.path["list_id"])
    wants = call.query.fields.wants
    where, arguments = _filter(call.store, list_row, call.query)
    document: Document = {"members": [], "list_id": list_row.id}
    if wants("members"):
        document["members"] = _members(call, list_row, where, arguments)
    if wants("total_items"):
        count = f"SELECT count(*) FROM members WHERE {where}"  # noqa: S608 - terms of ours
        document["total_items"] = call.store.count(count, arguments)
    document["_links"] = []
    return call.query.fields.apply(document)


def _members(
    call: Call, list_row: ListRow, where: str, arguments: tuple[object, ...]
) -> list[Document]:
    """Return one page: first the numbers from an index, then the contacts themselves."""
    ids = f"SELECT id FROM members WHERE {where} {_order(call.query)} LIMIT ? OFFSET ?"  # noqa: S608 - terms of ours
    rows = call.store.rows(ids, (*arguments, call.query.count, call.query.offset))
    keys = call.query.fields.wanted_of(MEMBER, "members")
    return MemberJson(call.store, list_row, keys, call.url).of([row[0] for row in rows])


def _filter(store: Store, list_row: ListRow, query: Query) -> tuple[str, tuple[object, ...]]:
    """Return the filter. SANDBOX choice: the filters by campaign filter nothing."""
    status = query.choice("status", lists.STATUSES)
    terms: list[tuple[str, object]] = [("list_key = ?", list_row.key)]
    if status:
        terms.append(("status = ?", status))
    for name, term in MOMENTS.items():
        moment = query.since(name) if name.startswith("since") else query.before(name)
        if moment:
            terms.append((term, moment))
    if query.choice("email_type", ("html", "text")):
        terms.append(("email_type = ?", query.text("email_type")))
    if query.text("unique_email_id"):
        terms.append(("substr(subscriber_hash, 23) = ?", query.text("unique_email_id")))
    if query.flag("vip_only"):
        terms.append(("vip = ?", 1))
    if query.text("unsubscribed_since"):
        terms.append(("last_changed > ?", _unsubscribed_since(query, status)))
    terms += _by_interests(store, list_row, query)
    where = " AND ".join(term for term, _ in terms)
    listed = "" if status else " AND status <> 'archived'"
    return where + listed, tuple(argument for _, argument in terms)


def _by_interests(store: Store, list_row: ListRow, query: Query) -> list[tuple[str, object]]:
    """Return the filter by interests: three parameters, all of them or none.

    SANDBOX choice: an id that is not of that category is refused, and the words.
    """
    category, match = query.text("interest_category_id"), query.choice("interest_match", MATCHES)
    ids = [each.strip() for each in query.text("interest_ids").split(",") if each.strip()]
    given = [bool(category), bool(match), bool(ids)]
    if not any(given):
        return []
    if not all(given):
        raise invalid_field("interest_ids", f"{', '.join(TOGETHER)} go together.")
    every = interests.of_list(store, list_row)
    known = {each.id for each in every if interests.category_id(each.category) == category}
    if not known.issuperset(ids):
        raise invalid_field("interest_ids", "This category has no interest with this id.")
    return [(INTERESTED[match], orjson.dumps(ids).decode())]


def _unsubscribed_since(query: Query, status: str) -> str:
    """Return the moment. SANDBOX choice: the last change stands for the unsubscription."""
    if status != "unsubscribed":
        raise invalid_field("unsubscribed_since", "This filter needs the status unsubscribed.")
    return query.since("unsubscribed_since")


def _order(query: Query) -> str:
    field = query.choice("sort_field", tuple(SORTS))
    direction = query.choice("sort_dir", ("ASC", "DESC")) or "ASC"
    # Within one second the status goes first, as it does in the index that gives the order.
    then = "status" if field == "last_changed" else "id"
    return (
        f"ORDER BY {field} {direction}, {then} {direction}, id {direction}"
        if field
        else "ORDER BY id"
    )
