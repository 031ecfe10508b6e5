"""The contacts of a list, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.state import lists
from loader.sandbox.state.documents import MEMBER, Documents
from loader.sandbox.wire.problems import invalid_field

if TYPE_CHECKING:
    from loader.sandbox.state.lists import ListRow
    from loader.sandbox.wire.call import Call, Document
    from loader.sandbox.wire.query import Query

# SANDBOX choice: without `sort_field` the oldest contact comes first.
SORTS = {"timestamp_opt", "timestamp_signup", "last_changed"}
MOMENTS = {
    "since_timestamp_opt": "timestamp_opt > ?",
    "before_timestamp_opt": "timestamp_opt < ?",
    "since_last_changed": "last_changed > ?",
    "before_last_changed": "last_changed < ?",
}


def page(call: Call) -> Document:
    """Marketing API, List members info: archived contacts only when `status` asks for them."""
    of = lists.get(call.store, call.path["list_id"])
    wants = call.query.projection.wants
    where, arguments = _filter(of, call.query)
    document: Document = {"members": [], "list_id": of.id}
    if wants("members"):
        document["members"] = _members(call, of, where, arguments)
    if wants("total_items"):
        count = f"SELECT count(*) FROM members WHERE {where}"  # noqa: S608 - terms of ours
        document["total_items"] = call.store.count(count, arguments)
    document["_links"] = []
    return call.query.projection.cut(document)


def _members(call: Call, of: ListRow, where: str, arguments: tuple[object, ...]) -> list[Document]:
    """Return one page: first the numbers from an index, then the contacts themselves."""
    ids = f"SELECT id FROM members WHERE {where} {_order(call.query)} LIMIT ? OFFSET ?"  # noqa: S608 - terms of ours
    rows = call.store.rows(ids, (*arguments, call.query.count, call.query.offset))
    keys = call.query.projection.keys(MEMBER, "members")
    return Documents(call.store, of, keys, call.url).of([row[0] for row in rows])


def _filter(of: ListRow, query: Query) -> tuple[str, tuple[object, ...]]:
    """Return the filter; interests and campaigns, which the sandbox has not, filter nothing."""
    status = query.choice("status", lists.STATUSES)
    terms: list[tuple[str, object]] = [("list_key = ?", of.key)]
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
    where = " AND ".join(term for term, _ in terms)
    listed = "" if status else " AND status <> 'archived'"
    return where + listed, tuple(argument for _, argument in terms)


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
