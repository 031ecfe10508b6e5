"""Every request of the loader with the reader of its answer, and an answer as it is documented."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import pyarrow as pa

from fakes import batch_of
from loader.audience import MergeField
from loader.errors import Refused
from loader.mailchimp import documented as d
from loader.mailchimp.answers import document, nothing, whole
from loader.mailchimp.catalogue import every_segment_page, merge_field_rows, segment_rows
from loader.mailchimp.contacts import (
    archived,
    contacts_answers,
    contacts_request,
    ended,
    is_there,
    not_archived,
    status_now,
    status_of,
    touched,
)
from loader.mailchimp.details import details_of, details_page
from loader.mailchimp.lists import (
    all_lists,
    interest_categories_page,
    interests_page,
    lists_of,
    make_merge_field,
    members_of,
    members_page,
    merge_field_made,
    merge_fields_of,
    merge_fields_page,
    one_list,
    permissions_of,
    permissions_page,
    segments_of,
    segments_page,
)
from loader.mailchimp.reports import (
    activity_events,
    activity_page,
    campaigns_of,
    campaigns_page,
    complained_events,
    complaints_page,
    reports_of,
    reports_page,
    sent_events,
    sent_page,
    unsubscribed_events,
    unsubscribed_page,
)
from loader.mailchimp.segments import (
    delete_segment,
    make_segment,
    membership_answers,
    membership_request,
    segment_made,
    segment_members,
    segment_members_page,
)
from loader.mailchimp.wire import Request, Response
from loader.model import Route

Json = Any
LIST, ANNA, AT = "f00d", "anna@shop.de", "2026-10-21T12:00:00+00:00"
NOON = datetime(2026, 10, 21, 12)  # noqa: DTZ001 - UTC without a zone
ROWS = 3
TIMES: tuple[str, ...] = (
    "last_changed",
    "timestamp",
    "date",
    "date_created",
    "created_at",
    "updated_at",
)
TIMES += ("create_time", "send_time", "timestamp_signup", "timestamp_opt")
TEXTS = {
    "email_address": ANNA,
    "status": "subscribed",
    "tag": "LTV",
    "name": "Readers",
    **dict.fromkeys(TIMES, AT),
}


@dataclass(frozen=True)
class Reading:
    """A request, what reads its answer, and what is documented of that; None is no content."""

    request: Request
    read: Callable[[Response], object]
    documented: d.Documented | None


def _written(route: Route) -> tuple[Request, Callable[[Response], object]]:
    batch = batch_of(route, [ANNA])
    if route is Route.PERMISSIONS:
        body = '{"marketing_permissions":[{"marketing_permission_id":"x","enabled":true}]},'
        last = batch.rows.num_columns - 1
        rows = batch.rows.set_column(last, "body", pa.array([body], pa.string()))
        batch = type(batch)(route=route, rows=rows)
    if route.is_membership:
        return membership_request(LIST, 42, batch), partial(membership_answers, batch)
    return contacts_request(LIST, batch), partial(contacts_answers, batch)


def _writes() -> Iterator[tuple[str, Reading]]:
    kinds = {Route.ARCHIVE: None, Route.PERMISSIONS: d.MEMBER_PERMISSIONS}
    for route in Route:
        other = d.MEMBER_STORED if route.is_single else d.CONTACTS
        shape = d.MEMBERSHIPS if route.is_membership else kinds.get(route, other)
        request, read = _written(route)
        yield (
            f"{'membership' if route.is_membership else 'contacts'}_request {route}",
            Reading(request, read, shape),
        )


_ARCHIVE = batch_of(Route.ARCHIVE, [ANNA])
_REFUSAL = Refused(405, "Method Not Allowed", "This list member cannot be removed.")
_FIELD = MergeField(tag="LTV", kind="number", type="number", name="Lifetime value")
_PEOPLE = members_page(LIST, since=NOON, archived=False, offset=0)
_ARCHIVED = members_page(LIST, since=NOON, archived=True, offset=0)
_DETAILS = details_page(LIST, since=NOON, status=None, offset=0)
_CLEANED = details_page(LIST, since=NOON, status="cleaned", offset=0)
READINGS: dict[str, Reading] = {
    "ping": Reading(d.ping(), lambda one: document(one, d.PING), d.PING),
    "all_lists": Reading(all_lists(), lists_of, d.LISTS),
    "one_list": Reading(one_list(LIST), lambda one: document(one, d.LIST), d.LIST),
    "merge_fields_page": Reading(merge_fields_page(LIST), merge_fields_of, d.MERGE_FIELDS),
    "merge_fields_page rows": Reading(merge_fields_page(LIST), merge_field_rows, d.MERGE_FIELDS),
    "segments_page": Reading(segments_page(LIST), segments_of, d.SEGMENTS),
    "every_segment_page": Reading(every_segment_page(LIST, 0), segment_rows, d.EVERY_SEGMENT),
    "make_merge_field": Reading(
        make_merge_field(LIST, _FIELD), partial(merge_field_made, "LTV"), d.MERGE_FIELD
    ),
    "interest_categories_page": Reading(
        interest_categories_page(LIST), lambda one: whole(one, d.CATEGORIES), d.CATEGORIES
    ),
    "interests_page": Reading(
        interests_page(LIST, "cafe"), lambda one: whole(one, d.INTERESTS), d.INTERESTS
    ),
    "permissions_page": Reading(permissions_page(LIST), permissions_of, d.PERMISSIONS),
    "members_page": Reading(_PEOPLE, members_of, d.MEMBERS),
    "members_page archived": Reading(_ARCHIVED, members_of, d.MEMBERS),
    "details_page": Reading(_DETAILS, details_of, d.DETAILS),
    "details_page cleaned": Reading(_CLEANED, details_of, d.DETAILS),
    "status_of": Reading(status_of(LIST, ANNA), is_there, d.MEMBER),
    "status_now": Reading(status_now(LIST, _ARCHIVE), partial(ended, _ARCHIVE), d.MEMBER),
    "status_now refused": Reading(
        status_now(LIST, _ARCHIVE),
        lambda one: not_archived(_ARCHIVE, one, _REFUSAL),
        d.MEMBER,
    ),
    "status_now archived": Reading(
        status_now(LIST, _ARCHIVE), partial(archived, _ARCHIVE), d.MEMBER
    ),
    "status_now touched": Reading(status_now(LIST, _ARCHIVE), partial(touched, _ARCHIVE), d.MEMBER),
    "segment_members_page": Reading(
        segment_members_page(LIST, 42, 0), segment_members, d.SEGMENT_MEMBERS
    ),
    "make_segment": Reading(
        make_segment(LIST, "Readers"), partial(segment_made, "Readers"), d.SEGMENT
    ),
    "delete_segment": Reading(delete_segment(LIST, 42), nothing, None),
    "sent_page": Reading(sent_page("c1", 0), partial(sent_events, sent_at=NOON), d.SENT_TO),
    "activity_page": Reading(activity_page("c1", NOON, 0), activity_events, d.ACTIVITY),
    "unsubscribed_page": Reading(unsubscribed_page("c1", 0), unsubscribed_events, d.UNSUBSCRIBES),
    "complaints_page": Reading(complaints_page(LIST, 0), complained_events, d.COMPLAINTS),
    "campaigns_page": Reading(campaigns_page(LIST, NOON, 0), campaigns_of, d.CAMPAIGNS),
    "reports_page": Reading(reports_page(0), reports_of, d.REPORTS),
    **dict(_writes()),
}


def as_json(value: Json) -> bytes:
    """JSON as a server may write it, with numbers of any size."""
    return json.dumps(value, separators=(",", ":")).encode("utf-8", "surrogatepass")


def example(reading: Reading) -> dict[str, Json]:
    """An answer as it is documented."""
    if reading.documented is None:
        raise AssertionError("it has no content")
    request, rows = reading.request, reading.documented.rows
    parts = request.path.split("/")
    own = {"list_id": LIST, "campaign_id": "c1", "category_id": "cafe"}
    if "status" in request.params:
        own["status"] = request.params["status"]
    found: dict[str, Json] = _object(reading.documented.schema, own)
    if rows:
        shown = min(ROWS, int(request.params["count"]))
        found[rows] = found[rows] * shown
        found["total_items"] = shown
    elif not request.is_write and "id" in found:
        found["id"] = parts[-1]
    return found


def _object(fields: pa.Schema | pa.DataType, own: dict[str, str]) -> dict[str, Json]:
    return {one.name: _value(one.name, one.type, own) for one in fields}


def _value(name: str, kind: pa.DataType, own: dict[str, str]) -> Json:
    if pa.types.is_list(kind):
        return [_value(name, kind.value_type, own)]
    if pa.types.is_struct(kind):
        return _object(kind, own) if kind.num_fields else {"x": 1}
    if kind == d.TEXT:
        return own.get(name, TEXTS.get(name, "x"))
    return {d.NUMBER: 1, d.DEGREE: 1.5, d.SWITCH: True}[kind]
