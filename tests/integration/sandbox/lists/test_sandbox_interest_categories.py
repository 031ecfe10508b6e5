"""Interests as the list has them: in categories, at most sixty."""

import pytest

from sandbox_process import SandboxProcess


def category(sandbox: SandboxProcess, list_id: str, title: str = "Topics", **more: object) -> str:
    body = {"title": title, "type": "checkboxes", **more}
    path = f"/lists/{list_id}/interest-categories"
    return f"{path}/{sandbox.must('POST', path, body)['id']}"


def interest(sandbox: SandboxProcess, path: str, name: str) -> str:
    found: str = sandbox.must("POST", f"{path}/interests", {"name": name})["id"]
    return found


def test_a_category_shows_what_it_was_made_with(sandbox: SandboxProcess, list_id: str) -> None:
    path = category(sandbox, list_id, type="radio", display_order=7)
    found = sandbox.get(path)
    assert len(found["id"]) == len(bytes.fromhex(found["id"])) * 2 == 10
    assert {key: found[key] for key in ("title", "type", "display_order", "list_id")} == {
        "title": "Topics",
        "type": "radio",
        "display_order": 7,
        "list_id": list_id,
    }


def test_an_interest_shows_its_category_and_counts_subscribers_as_text(
    sandbox: SandboxProcess, list_id: str
) -> None:
    path = category(sandbox, list_id)
    shoes, hats = (interest(sandbox, path, name) for name in ("Shoes", "Hats"))
    for name, status in (("anna", "subscribed"), ("ben", "unsubscribed")):
        sandbox.put(
            list_id,
            {"email_address": f"{name}@shop.de", "status": status, "interests": ["Shoes"]},
        )
    page = sandbox.get(f"{path}/interests")
    counts = {each["id"]: each["subscriber_count"] for each in page["interests"]}
    assert counts == {shoes: "1", hats: "0"}
    assert (page["total_items"], page["list_id"]) == (2, list_id)
    first = page["interests"][0]
    assert (first["name"], first["list_id"], len(first["id"])) == ("Shoes", list_id, 10)
    assert page["category_id"] == first["category_id"] == path.rpartition("/")[2]
    assert sandbox.get(f"{path}/interests/{shoes}") == first


def test_categories_and_interests_come_ten_a_page(sandbox: SandboxProcess, list_id: str) -> None:
    paths = [category(sandbox, list_id, f"C{number}", type="hidden") for number in range(12)]
    category(sandbox, list_id)
    for number in range(12):
        interest(sandbox, paths[0], f"I{number}")
    above = f"/lists/{list_id}/interest-categories"
    for path, name, total in (
        (above, "categories", 13),
        (f"{paths[0]}/interests", "interests", 12),
    ):
        first = sandbox.get(path)
        assert (len(first[name]), first["total_items"]) == (10, total)
        rest = sandbox.get(path, offset=10, count=5000)
        assert (len(rest[name]), rest["total_items"]) == (total - 10, total)
        assert sandbox.get(path, fields=f"{name}.id", count=1) == {
            name: [{"id": first[name][0]["id"]}]
        }
    hidden = sandbox.get(above, type="hidden", count=100)
    assert (hidden["total_items"], len(hidden["categories"])) == (12, 12)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"type": "radio"}, ""),
        ({"title": "Topics"}, ""),
        ({"title": " ", "type": "radio"}, "title"),
        ({"title": "Topics", "type": "colour"}, "type"),
        ({"title": "Topics", "type": "radio", "display_order": "1"}, "display_order"),
        ({"title": "Topics", "type": "radio", "display_order": True}, "display_order"),
    ],
)
def test_a_category_that_cannot_be_is_refused(
    sandbox: SandboxProcess, list_id: str, body: object, field: str
) -> None:
    answer = sandbox.request("POST", f"/lists/{list_id}/interest-categories", body)
    assert (answer.status, answer.body["title"]) == (400, "Invalid Resource")
    assert answer.body["errors"][0]["field"] == field


def test_a_title_and_a_name_within_a_category_are_taken_whatever_their_case(
    sandbox: SandboxProcess, list_id: str
) -> None:
    path, other = (category(sandbox, list_id, title) for title in ("Topics", "Sizes"))
    above = f"/lists/{list_id}/interest-categories"
    again = {"title": "TOPICS", "type": "radio"}
    assert sandbox.request("POST", above, again).status == 400
    interest(sandbox, path, "Shoes")
    assert sandbox.request("POST", f"{path}/interests", {"name": "shoes"}).status == 400
    assert sandbox.request("POST", f"{other}/interests", {"name": "shoes"}).status == 200


def test_the_sixty_first_interest_of_a_list_is_refused(
    sandbox: SandboxProcess, list_id: str
) -> None:
    for title in ("A", "B"):
        names = [f"{title}{number}" for number in range(30)]
        made = [{"title": title, "type": "radio", "interests": names}]
        sandbox.control("PUT", f"/lists/{list_id}", {"interest_categories": made})
    answer = sandbox.request("POST", f"{category(sandbox, list_id)}/interests", {"name": "more"})
    assert (answer.status, "60" in answer.body["detail"]) == (400, True)


def test_what_is_not_there_is_a_404(sandbox: SandboxProcess, list_id: str) -> None:
    path, other = category(sandbox, list_id), category(sandbox, list_id, "Other")
    shoes = interest(sandbox, path, "Shoes")
    nowhere = f"/lists/{list_id}/interest-categories/0123456789"
    for method, where in (
        *(("GET", nowhere), ("DELETE", nowhere), ("GET", f"{nowhere}/interests")),
        *(("DELETE", f"{other}/interests/{shoes}"), ("GET", f"{other}/interests/{shoes}")),
        ("GET", "/lists/nosuch/interest-categories"),
    ):
        assert sandbox.request(method, where).status == 404, where
