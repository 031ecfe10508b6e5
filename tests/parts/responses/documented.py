"""Every request of the loader with the reader of its answer, and an answer as it is documented."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import pyarrow as pa

from fakes import batch_of
from loader.mailchimp import documented_fields as d
from loader.mailchimp.campaign_reports import (
    activity_events,
    activity_request,
    campaigns_request,
    complained_events,
    complaints_request,
    parse_campaigns,
    parse_reports,
    reports_request,
    sent_events,
    sent_request,
    unsubscribed_events,
    unsubscribed_request,
)
from loader.mailchimp.contacts import contacts_answers, contacts_request
from loader.mailchimp.http import Request, Response
from loader.mailchimp.list_fields import (
    interest_categories_request,
    interests_request,
    make_merge_field,
    merge_field_made,
    merge_fields_request,
    parse_merge_fields,
    parse_permissions,
    permissions_request,
)
from loader.mailchimp.list_metadata import every_segment_request, merge_field_rows, segment_rows
from loader.mailchimp.lists import (
    all_lists,
    members_request,
    one_list,
    parse_lists,
    parse_members,
    parse_segments,
    segments_request,
)
from loader.mailchimp.member_details import details_request, parse_details
from loader.mailchimp.member_status import (
    already_left,
    archive_refused,
    archived,
    exists,
    member_status_of_batch,
    member_status_request,
    touched,
)
from loader.mailchimp.response_checks import json_object, nothing, whole
from loader.mailchimp.segments import (
    delete_segment,
    make_segment,
    membership_answers,
    membership_request,
    segment_made,
    segment_members,
    segment_members_request,
)
from loader.model.audience import MergeField
from loader.model.batch import Operation
from loader.model.errors import RequestRejected

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


def _written(route: Operation) -> tuple[Request, Callable[[Response], object]]:
    batch = batch_of(route, [ANNA])
    if route is Operation.PERMISSIONS:
        body = '{"marketing_permissions":[{"marketing_permission_id":"x","enabled":true}]},'
        last = batch.rows.num_columns - 1
        rows = batch.rows.set_column(last, "body", pa.array([body], pa.string()))
        batch = type(batch)(route=route, rows=rows)
    if route.is_membership:
        return membership_request(LIST, 42, batch), partial(membership_answers, batch)
    return contacts_request(LIST, batch), partial(contacts_answers, batch)


def _writes() -> Iterator[tuple[str, Reading]]:
    kinds = {Operation.ARCHIVE: None, Operation.PERMISSIONS: d.MEMBER_PERMISSIONS}
    for route in Operation:
        other = d.MEMBER_STORED if route.is_single_call else d.CONTACTS
        shape = d.MEMBERSHIPS if route.is_membership else kinds.get(route, other)
        request, read = _written(route)
        yield (
            f"{'membership' if route.is_membership else 'contacts'}_request {route}",
            Reading(request, read, shape),
        )


_ARCHIVE = batch_of(Operation.ARCHIVE, [ANNA])
_REFUSAL = RequestRejected(405, "Method Not Allowed", "This list member cannot be removed.")
_FIELD = MergeField(tag="LTV", kind="number", type="number", name="Lifetime value")
_PEOPLE = members_request(LIST, since=NOON, archived=False, offset=0)
_ARCHIVED = members_request(LIST, since=NOON, archived=True, offset=0)
_DETAILS = details_request(LIST, since=NOON, status=None, offset=0)
_CLEANED = details_request(LIST, since=NOON, status="cleaned", offset=0)
READINGS: dict[str, Reading] = {
    "ping": Reading(d.ping(), lambda one: json_object(one, d.PING), d.PING),
    "all_lists": Reading(all_lists(), parse_lists, d.LISTS),
    "one_list": Reading(one_list(LIST), lambda one: json_object(one, d.LIST), d.LIST),
    "merge_fields_request": Reading(merge_fields_request(LIST), parse_merge_fields, d.MERGE_FIELDS),
    "merge_fields_request rows": Reading(
        merge_fields_request(LIST), merge_field_rows, d.MERGE_FIELDS
    ),
    "segments_request": Reading(segments_request(LIST), parse_segments, d.SEGMENTS),
    "every_segment_request": Reading(every_segment_request(LIST, 0), segment_rows, d.EVERY_SEGMENT),
    "make_merge_field": Reading(
        make_merge_field(LIST, _FIELD), partial(merge_field_made, "LTV"), d.MERGE_FIELD
    ),
    "interest_categories_request": Reading(
        interest_categories_request(LIST), lambda one: whole(one, d.CATEGORIES), d.CATEGORIES
    ),
    "interests_request": Reading(
        interests_request(LIST, "cafe"), lambda one: whole(one, d.INTERESTS), d.INTERESTS
    ),
    "permissions_request": Reading(permissions_request(LIST), parse_permissions, d.PERMISSIONS),
    "members_request": Reading(_PEOPLE, parse_members, d.MEMBERS),
    "members_request archived": Reading(_ARCHIVED, parse_members, d.MEMBERS),
    "details_request": Reading(_DETAILS, parse_details, d.DETAILS),
    "details_request cleaned": Reading(_CLEANED, parse_details, d.DETAILS),
    "member_status_request": Reading(member_status_request(LIST, ANNA), exists, d.MEMBER),
    "member_status_of_batch": Reading(
        member_status_of_batch(LIST, _ARCHIVE), partial(already_left, _ARCHIVE), d.MEMBER
    ),
    "member_status_of_batch refused": Reading(
        member_status_of_batch(LIST, _ARCHIVE),
        lambda one: archive_refused(_ARCHIVE, one, _REFUSAL),
        d.MEMBER,
    ),
    "member_status_of_batch archived": Reading(
        member_status_of_batch(LIST, _ARCHIVE), partial(archived, _ARCHIVE), d.MEMBER
    ),
    "member_status_of_batch touched": Reading(
        member_status_of_batch(LIST, _ARCHIVE), partial(touched, _ARCHIVE), d.MEMBER
    ),
    "segment_members_request": Reading(
        segment_members_request(LIST, 42, 0), segment_members, d.SEGMENT_MEMBERS
    ),
    "make_segment": Reading(
        make_segment(LIST, "Readers"), partial(segment_made, "Readers"), d.SEGMENT
    ),
    "delete_segment": Reading(delete_segment(LIST, 42), nothing, None),
    "sent_request": Reading(sent_request("c1", 0), partial(sent_events, sent_at=NOON), d.SENT_TO),
    "activity_request": Reading(activity_request("c1", NOON, 0), activity_events, d.ACTIVITY),
    "unsubscribed_request": Reading(
        unsubscribed_request("c1", 0), unsubscribed_events, d.UNSUBSCRIBES
    ),
    "complaints_request": Reading(complaints_request(LIST, 0), complained_events, d.COMPLAINTS),
    "campaigns_request": Reading(campaigns_request(LIST, NOON, 0), parse_campaigns, d.CAMPAIGNS),
    "reports_request": Reading(reports_request(0), parse_reports, d.REPORTS),
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
