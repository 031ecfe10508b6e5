"""What is asked of a list, and what is read from its answers."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import response
from loader.mailchimp.http import Request
from loader.mailchimp.list_fields import make_merge_field, merge_fields_request, parse_merge_fields
from loader.mailchimp.lists import (
    all_lists,
    members_request,
    one_list,
    parse_lists,
    parse_members,
    parse_segments,
    segments_request,
)
from loader.model.audience import MergeField
from loader.model.errors import Unavailable
from loader.model.list_schema import ListField, ListSegment

NOON = datetime(2026, 10, 21, 12, 0, 0)  # noqa: DTZ001 - UTC without a zone, as the warehouse has it


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        (all_lists(2000), "/lists"),
        (merge_fields_request("f00d", 2000), "/lists/f00d/merge-fields"),
        (segments_request("f00d", 2000), "/lists/f00d/segments"),
        (members_request("f00d", since=None, archived=False, offset=2000), "/lists/f00d/members"),
    ],
)
def test_pages_are_as_large_as_mailchimp_allows(request_: Request, path: str) -> None:
    params = request_.params
    assert request_.path == path
    assert (params["count"], params["offset"]) == ("1000", "2000")


def test_a_list_is_asked_for_its_settings_alone() -> None:
    request = one_list("f00d")
    assert (request.method, request.path) == ("GET", "/lists/f00d")
    assert "double_optin" in request.params["fields"].split(",")
    assert "count" not in request.params


def test_only_static_segments_are_asked_for() -> None:
    assert segments_request("f00d").params["type"] == "static"


def test_every_page_asks_for_the_total() -> None:
    pages = [
        all_lists(),
        merge_fields_request("f00d"),
        segments_request("f00d"),
        members_request("f00d", since=None, archived=True, offset=0),
    ]
    assert ["total_items" in page.params["fields"].split(",") for page in pages] == [True] * 4


def test_contacts_are_asked_for_in_the_order_of_their_changes() -> None:
    params = members_request("f00d", since=None, archived=False, offset=0).params
    assert (params["sort_field"], params["sort_dir"]) == ("last_changed", "ASC")
    assert not {"since_last_changed", "status"} & set(params)


def test_contacts_since_a_moment_are_asked_for_in_whole_seconds_with_an_offset() -> None:
    since = NOON + timedelta(microseconds=987_654)
    params = members_request("f00d", since=since, archived=False, offset=0).params
    assert params["since_last_changed"] == "2026-10-21T12:00:00+00:00"


def test_archived_contacts_are_asked_for_by_name() -> None:
    assert (
        members_request("f00d", since=None, archived=True, offset=0).params["status"] == "archived"
    )


def test_a_page_may_be_as_small_as_one_contact() -> None:
    page = members_request("f00d", since=None, archived=False, offset=0, count=1)
    assert page.params["count"] == "1"


def test_contacts_come_with_their_key_status_last_change_and_id() -> None:
    answer = {
        "list_id": "f00d",
        "members": [
            {
                "email_address": " Anna@Shop.de",
                "status": "cleaned",
                "last_changed": "2026-10-21T14:00:00+02:00",
                "contact_id": "c0ffee",
            },
            {
                "email_address": "b@shop.de",
                "status": "subscribed",
                "last_changed": "",
                "contact_id": "d0d0",
            },
        ],
        "total_items": 7,
    }
    last = members_request("f00d", since=None, archived=False, offset=5)
    found, total = parse_members(response(answer, to=last))
    assert total == 7
    assert [tuple(row.values()) for row in found.to_pylist()] == [
        ("anna@shop.de", "cleaned", NOON, "c0ffee"),
        ("b@shop.de", "subscribed", None, "d0d0"),
    ]


@given(
    st.lists(
        st.datetimes(
            min_value=datetime(1990, 1, 1),  # noqa: DTZ001
            max_value=datetime(2100, 1, 1),  # noqa: DTZ001
            timezones=st.just(UTC),
        ).map(lambda moment: moment.replace(microsecond=0)),
        max_size=5,
    )
)
def test_the_last_change_is_kept_to_the_second(moments: list[datetime]) -> None:
    answer = {
        "list_id": "f00d",
        "members": [
            {
                "email_address": f"{place}@shop.de",
                "status": "subscribed",
                "last_changed": moment.isoformat(),
                "contact_id": "c0ffee",
            }
            for place, moment in enumerate(moments)
        ],
        "total_items": len(moments),
    }
    found, _ = parse_members(response(answer))
    assert found.column("last_changed").to_pylist() == [
        moment.replace(tzinfo=None) for moment in moments
    ]


@pytest.mark.parametrize("body", [b'{"members":[{"email', b"", b"null"])
def test_a_page_that_was_cut_off_is_no_page(body: bytes) -> None:
    with pytest.raises(Unavailable):
        parse_members(response(body))


def test_merge_fields_are_known_by_their_upper_case_tag() -> None:
    field = {"merge_id": 1, "name": "", "type": "text", "required": False}
    choices = {"type": "dropdown", "required": True, "options": {"choices": ["Pro"]}}
    answer = {
        "list_id": "f00d",
        "merge_fields": [field | {"tag": "FNAME"}, field | {"tag": "plan"} | choices],
        "total_items": 2,
    }
    fields, limit = parse_merge_fields(response(answer))
    assert fields == {
        "FNAME": ListField(type="text", id=1),
        "PLAN": ListField(type="dropdown", id=1, is_required=True, choices=("Pro",)),
    }
    assert limit is None
    limited = parse_merge_fields(response(answer | {"merge_field_limit": 30}))
    assert limited[1] == 30


def test_a_merge_field_is_made_so_that_nobody_has_to_fill_it_in() -> None:
    field = MergeField(tag="LTV", kind="number", type="number", name="Lifetime value")
    request = make_merge_field("f00d", field)
    assert (request.method, request.path) == ("POST", "/lists/f00d/merge-fields")
    assert orjson.loads(request.body) == {
        "tag": "LTV",
        "name": "Lifetime value",
        "type": "number",
        "required": False,
    }


def test_segments_are_known_by_id_and_name() -> None:
    answer = {"list_id": "f00d", "segments": [{"id": 7, "name": "Readers"}], "total_items": 1}
    assert parse_segments(response(answer)) == ([ListSegment(id=7, name="Readers")], 1)


def test_lists_come_as_mailchimp_shows_them() -> None:
    stats = {"member_count": 3, "unsubscribe_count": 2, "cleaned_count": 1}
    switches = {"double_optin": False, "marketing_permissions": True}
    shown = {"id": "f00d", "name": "Shop", "stats": stats, **switches}
    answer = {"lists": [{**shown, "date_created": "2026-10-21T12:00:00+00:00"}], "total_items": 12}
    found = parse_lists(response(answer, to=all_lists(11)))
    assert found == ([{**shown, "date_created": NOON}], 12)


@pytest.mark.parametrize("read", [parse_lists, parse_segments, parse_merge_fields])
@pytest.mark.parametrize("body", [b'{"lists":[', b"", b"null", b'{"total_items":3}'])
def test_a_small_page_that_was_cut_off_is_no_page(read: object, body: bytes) -> None:
    assert callable(read)
    with pytest.raises(Unavailable):
        read(response(body))
