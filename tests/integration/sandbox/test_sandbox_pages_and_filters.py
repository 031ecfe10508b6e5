"""Reading: pages, filters, order, and the parts of an answer that were asked for."""

import pytest

from sandbox_process import Json, SandboxProcess

DAY = "2026-01-01T00:00:{:02}+00:00"


def fill(sandbox: SandboxProcess, list_id: str, count: int) -> None:
    sandbox.put(
        list_id,
        *(
            {"email_address": f"a{number:04}@shop.de", "last_changed": DAY.format(number % 60)}
            for number in range(count)
        ),
    )


def page(sandbox: SandboxProcess, list_id: str, **params: object) -> list[str]:
    answer = sandbox.get(f"/lists/{list_id}/members", **params)
    return [member["email_address"].partition("@")[0] for member in answer["members"]]


def test_a_page_has_ten_rows_unless_told_and_never_more_than_a_thousand(
    sandbox: SandboxProcess, list_id: str
) -> None:
    fill(sandbox, list_id, 1001)
    assert len(page(sandbox, list_id)) == 10
    assert len(page(sandbox, list_id, count=5000)) == 1000
    assert page(sandbox, list_id, count=0) == []


def test_pages_follow_one_another_and_end_empty(sandbox: SandboxProcess, list_id: str) -> None:
    fill(sandbox, list_id, 25)
    pages = [page(sandbox, list_id, offset=offset) for offset in (0, 10, 20, 30)]
    assert [row for rows in pages for row in rows] == [f"a{number:04}" for number in range(25)]
    answer = sandbox.get(f"/lists/{list_id}/members", offset=30)
    assert (answer["members"], answer["total_items"]) == ([], 25)


@pytest.mark.parametrize("bad", [{"count": "ten"}, {"offset": -1}, {"status": "gone"}])
def test_a_parameter_that_means_nothing_is_refused(
    sandbox: SandboxProcess, list_id: str, bad: dict[str, object]
) -> None:
    assert sandbox.request("GET", f"/lists/{list_id}/members", None, None, **bad).status == 400


def test_since_last_changed_is_later_and_never_equal(sandbox: SandboxProcess, list_id: str) -> None:
    fill(sandbox, list_id, 6)
    assert page(sandbox, list_id, since_last_changed=DAY.format(3)) == ["a0004", "a0005"]
    assert page(sandbox, list_id, before_last_changed=DAY.format(2)) == ["a0000", "a0001"]


@pytest.mark.parametrize(
    ("moment", "found"),
    [
        ("2026-01-01T02:00:03+02:00", 2),
        ("2026-01-01 00:00:03", 2),
        ("2026-01-01T00:00:02.999Z", 3),
        ("2026-01-01T00:00:03.0000000Z", 6),  # seven digits: the filter is ignored
        ("2026-01-01T00:00:03 00:00", 6),  # a plus that was not encoded
        ("2027", 6),
    ],
)
def test_since_last_changed_reads_moments_as_mailchimp_does(
    sandbox: SandboxProcess, list_id: str, moment: str, found: int
) -> None:
    fill(sandbox, list_id, 6)
    assert len(page(sandbox, list_id, since_last_changed=moment)) == found


def test_before_last_changed_counts_the_second_that_a_fraction_cuts(
    sandbox: SandboxProcess, list_id: str
) -> None:
    fill(sandbox, list_id, 6)
    assert len(page(sandbox, list_id, before_last_changed="2026-01-01T00:00:02.5Z")) == 3


def test_rows_come_in_the_order_asked_for(sandbox: SandboxProcess, list_id: str) -> None:
    for number, address in enumerate(("c", "a", "b")):
        member = {"email_address": f"{address}@shop.de", "last_changed": DAY.format(9 - number)}
        sandbox.put(list_id, member)
    assert page(sandbox, list_id) == ["c", "a", "b"]
    assert page(sandbox, list_id, sort_field="last_changed") == ["b", "a", "c"]
    down = page(sandbox, list_id, sort_field="last_changed", sort_dir="DESC")
    assert down == ["c", "a", "b"]


def test_archived_contacts_are_listed_only_by_name(sandbox: SandboxProcess, list_id: str) -> None:
    statuses = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived")
    rows = ({"email_address": f"{status}@shop.de", "status": status} for status in statuses)
    sandbox.put(list_id, *rows)
    assert page(sandbox, list_id) == list(statuses[:5])
    assert [page(sandbox, list_id, status=each) for each in statuses] == [[s] for s in statuses]


def test_filters_combine(sandbox: SandboxProcess, list_id: str) -> None:
    sandbox.put(
        list_id,
        {"email_address": "a@shop.de", "vip": True},
        {"email_address": "b@shop.de", "vip": True, "status": "unsubscribed"},
        {"email_address": "c@shop.de", "email_type": "text"},
    )
    assert page(sandbox, list_id, vip_only="true", status="subscribed") == ["a"]
    assert page(sandbox, list_id, email_type="text") == ["c"]
    unique = sandbox.get(f"/lists/{list_id}/members/b@shop.de")["unique_email_id"]
    assert page(sandbox, list_id, unique_email_id=unique) == ["b"]


def test_unsubscribed_since_needs_that_status(sandbox: SandboxProcess, list_id: str) -> None:
    path, since = f"/lists/{list_id}/members", "2020-01-01T00:00:00Z"
    assert sandbox.request("GET", path, unsubscribed_since=since).status == 400
    asked = {"unsubscribed_since": since, "status": "unsubscribed"}
    assert sandbox.request("GET", path, None, None, **asked).status == 200


FIELDS: list[tuple[dict[str, str], Json]] = [
    ({"fields": "total_items"}, {"total_items": 1}),
    ({"fields": "members.status"}, {"members": [{"status": "subscribed"}]}),
    (
        {"fields": "members.merge_fields.FNAME,members.tags.name"},
        {"members": [{"merge_fields": {"FNAME": "Anna"}, "tags": [{"name": "x"}]}]},
    ),
    (
        {"fields": "members.stats,total_items", "exclude_fields": "members.stats.avg_open_rate"},
        {"members": [{"stats": {"avg_click_rate": 0}}], "total_items": 1},
    ),
    ({"fields": "nothing.such"}, {}),
    ({"exclude_fields": "members,_links,list_id"}, {"total_items": 1}),
]


@pytest.mark.parametrize(("asked", "expected"), FIELDS)
def test_an_answer_has_the_parts_that_were_asked_for(
    sandbox: SandboxProcess, list_id: str, asked: dict[str, str], expected: Json
) -> None:
    anna = {"email_address": "anna@shop.de", "merge_fields": {"FNAME": "Anna"}, "tags": ["x"]}
    sandbox.put(list_id, anna)
    path = f"/lists/{list_id}/members"
    assert sandbox.request("GET", path, None, None, **asked).body == expected


def test_excluding_links_leaves_everything_else(sandbox: SandboxProcess, list_id: str) -> None:
    sandbox.put(list_id, {"email_address": "anna@shop.de"})
    path = f"/lists/{list_id}/members"
    (whole,) = sandbox.get(path)["members"]
    (cut,) = sandbox.get(path, exclude_fields="members._links")["members"]
    assert whole.keys() - cut.keys() == {"_links"}


def test_lists_have_counts_by_status_and_no_archived_ones(
    sandbox: SandboxProcess, list_id: str
) -> None:
    for status in ("subscribed", "unsubscribed", "cleaned", "archived"):
        sandbox.put(list_id, {"email_address": f"{status}@shop.de", "status": status})
    stats = sandbox.get(f"/lists/{list_id}")["stats"]
    names = ("member_count", "unsubscribe_count", "cleaned_count", "total_contacts")
    assert [stats[name] for name in names] == [1, 1, 1, 3]
    found = sandbox.get("/lists", count=1000, fields="lists.id,lists.stats.member_count")
    assert {"id": list_id, "stats": {"member_count": 1}} in found["lists"]


@pytest.mark.parametrize("path", ["", "/members", "/merge-fields", "/segments", "/tag-search"])
def test_an_unknown_list_is_a_404(sandbox: SandboxProcess, path: str) -> None:
    answer = sandbox.request("GET", f"/lists/nosuchlist{path}")
    assert (answer.status, answer.body["title"]) == (404, "Resource Not Found")
