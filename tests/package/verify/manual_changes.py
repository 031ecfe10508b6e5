"""Somebody who changes a list in Mailchimp by hand, and what `loader verify` has to find of it."""

from collections.abc import Callable
from hashlib import md5

from shop import Shop

AT = "@drift.shop.de"
Found = tuple[str, str, str, str, str]  # who, about what, how it differs, the field, what is there


def hashed(who: str) -> str:
    return md5(f"{who}{AT}".encode(), usedforsecurity=False).hexdigest()


class Hand:
    """Somebody who changes things in Mailchimp."""

    def __init__(self, shop: Shop) -> None:
        self._sandbox = shop.sandbox
        self._list = f"/lists/{shop.list_id}"
        self._list_id = shop.list_id

    def change(self, who: str, **changes: object) -> None:
        self._sandbox.must("PATCH", f"{self._list}/members/{who}{AT}", changes)

    def put(self, who: str, **held: object) -> None:
        self._sandbox.put(self._list_id, {"email_address": f"{who}{AT}", **held})

    def archive(self, who: str) -> None:
        self._sandbox.must("DELETE", f"{self._list}/members/{who}{AT}")

    def delete(self, who: str) -> None:
        path = f"{self._list}/members/{hashed(who)}/actions/delete-permanent"
        self._sandbox.must("POST", path)

    def lose(self, who: str) -> None:
        self._sandbox.control("DELETE", f"{self._list}/members", {"addresses": [f"{who}{AT}"]})

    def move(self, name: str, **members: str) -> None:
        """Put somebody into a segment (`add`) or take them out (`remove`)."""
        known = self._sandbox.get(f"{self._list}/segments", count=100)["segments"]
        (number,) = (one["id"] for one in known if one["name"] == name)
        body = {f"members_to_{what}": [f"{who}{AT}"] for what, who in members.items()}
        self._sandbox.must("POST", f"{self._list}/segments/{number}", body)

    def join(self, who: str, name: str) -> None:
        """Put somebody new on the list, and into a segment."""
        self.put(who)
        self.move(name, add=who)

    def tag(self, who: str, name: str) -> None:
        path = f"{self._list}/members/{hashed(who)}/tags"
        self._sandbox.must("POST", path, {"tags": [{"name": name, "status": "active"}]})

    def interest(self, name: str) -> str:
        (category,) = self._sandbox.get(f"{self._list}/interest-categories")["categories"]
        path = f"{self._list}/interest-categories/{category['id']}/interests"
        (found,) = (
            one["id"] for one in self._sandbox.get(path)["interests"] if one["name"] == name
        )
        return str(found)


def value(who: str, field: str, found: str) -> Found:
    return (who, "contact", "value_changed", field, found)


def gone(who: str) -> tuple[Found, ...]:
    """Who is not on the list is in no segment of it either."""
    memberships = ((who, segment, "missing_member", "", "") for segment in ("Readers", "loyal"))
    return ((who, "contact", "missing_contact", "", ""), *memberships)


def status(who: str, found: str) -> Found:
    return (who, "contact", "status_changed", "", found)


PLANTS: tuple[tuple[Callable[[Hand], None], tuple[Found, ...]], ...] = (
    (lambda by: by.change("p1", merge_fields={"FNAME": "Other"}), (value("p1", "FNAME", "Other"),)),
    (lambda by: by.change("p2", merge_fields={"FNAME": ""}), (value("p2", "FNAME", ""),)),
    (lambda by: by.change("p3", merge_fields={"LTV": 31}), (value("p3", "LTV", "31"),)),
    (
        lambda by: by.change("p4", merge_fields={"SINCE": "2026-02-01"}),
        (value("p4", "SINCE", "2026-02-01"),),
    ),
    (lambda by: by.change("p6", language="fr"), (value("p6", "language", "fr"),)),
    (lambda by: by.change("p7", vip=False), (value("p7", "vip", "false"),)),
    (lambda by: by.change("p8", email_type="text"), (value("p8", "email_type", "text"),)),
    (
        lambda by: by.change("p9", interests={by.interest("Sports"): False}),
        (value("p9", "interest Sports", "false"),),
    ),
    (lambda by: by.move("Loyal", remove="p10"), (("p10", "loyal", "missing_member", "", ""),)),
    (lambda by: by.move("Readers", remove="p11"), (("p11", "Readers", "missing_member", "", ""),)),
    (lambda by: by.archive("p12"), (status("p12", "archived"),)),
    (lambda by: by.delete("p13"), gone("p13")),
    (lambda by: by.lose("p14"), gone("p14")),
    (
        lambda by: by.put("p15", status="unsubscribed", unsubscribed_by="person"),
        (status("p15", "unsubscribed"),),
    ),
    (lambda by: by.put("p16", status="cleaned"), (status("p16", "cleaned"),)),
    (
        lambda by: by.put("p17", marketing_permissions={"Email": False}),
        (("p17", "permissions", "permission_changed", "Email", "false"),),
    ),
    (
        lambda by: by.change("p18", email_address=f"moved{AT}"),
        (("p18", "contact", "email_changed", "", f"moved{AT}"),),
    ),
    (
        lambda by: by.change("p19", merge_fields={"FNAME": "Other", "LTV": 0}, vip=False),
        (value("p19", "FNAME", "Other"), value("p19", "LTV", "0"), value("p19", "vip", "false")),
    ),
    (
        lambda by: by.join("stranger", "Readers"),
        (("stranger", "Readers", "unexpected_member", "", ""),),
    ),
    (lambda by: by.move("Readers", add="p38"), (("p38", "Readers", "unexpected_member", "", ""),)),
    (
        lambda by: by.put("p38", status="subscribed"),
        (("p38", "contact", "resubscribed", "", "subscribed"),),
    ),
    (
        lambda by: by.put("p35", status="subscribed"),
        (("p35", "contact", "resubscribed", "", "subscribed"),),
    ),
    (lambda by: by.move("Loyal", add="p39"), (("p39", "loyal", "unexpected_member", "", ""),)),
    # and what is nobody's business
    (lambda by: by.change("p20", interests={by.interest("Culture"): True}), ()),
    (lambda by: by.change("theirs", merge_fields={"FNAME": "Other"}, language="fr"), ()),
    (lambda by: by.tag("p21", "By hand"), ()),
    (lambda by: by.change("p36", merge_fields={"CITY": "Other"}), ()),
)


def plant(shop: Shop) -> set[Found]:
    """Change a list by hand in more than twenty ways; what there is to find."""
    for change, _ in PLANTS:
        change(Hand(shop))
    return {one for _, found in PLANTS for one in found}
