"""What the laws are tried on: each setting is a list and the audiences that feed it."""

from dataclasses import dataclass
from typing import Any

from shop import Shop

EMAILS = "(a struct of emails)"  # in what a model selects


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One audience: what its configuration says, whether it selects a first name, and what more."""

    name: str
    contacts: str = "upsert"
    on_leave: str = "keep"
    segment: str | None = None
    status_if_new: str = "subscribed"
    has_names: bool = True
    more: tuple[str, ...] = ()
    nulls: str = "skip"

    def select(self, shop: Shop) -> str:
        """What its model selects: its own rows of the one table of people."""
        names = ("fname",) if self.has_names else ()
        columns = ", ".join(("email_address", *names, *self.more, "marketing_consent"))
        spelled = columns.replace(EMAILS, shop.struct({"Email": "emails"}))
        return f"select {spelled} from people where audience = '{self.name}'"

    @property
    def meta(self) -> dict[str, Any]:
        """Its `meta.mailchimp`, without the list; a crowd may leave only when that is meant."""
        given: dict[str, Any] = {
            "contacts": self.contacts,
            "on_leave": self.on_leave,
            "status_if_new": self.status_if_new,
            "nulls": self.nulls,
            "max_leave": "0",
        }
        return given | ({"segment": self.segment} if self.segment else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A list, and the audiences that feed it."""

    name: str
    feeds: tuple[Feed, ...]
    double_optin: bool = False

    def new_status(self, feed: Feed) -> str:
        """The status in which an audience creates contacts (README: `status_if_new`)."""
        if self.double_optin and feed.status_if_new == "subscribed":
            return "pending"
        return feed.status_if_new


def one(name: str, *, double_optin: bool = False, **said: Any) -> Setting:  # noqa: ANN401 - as in Feed
    """A list that one audience feeds."""
    return Setting(name=name, feeds=(Feed(name=name, **said),), double_optin=double_optin)


def several(name: str, *said: dict[str, Any]) -> Setting:
    """A list that several audiences feed."""
    feeds = (Feed(name=f"{name}_{number}", **each) for number, each in enumerate(said, 1))
    return Setting(name=name, feeds=tuple(feeds))


ALONE = (
    one("keeps", on_leave="keep", segment="Readers"),
    one("unsubscribes", on_leave="unsubscribe"),
    one("archives", on_leave="archive"),
    one("archives_readers", on_leave="archive", segment="Readers"),
    one("asks", on_leave="archive", segment="Readers", double_optin=True),
)
OTHERS = (
    one("creates", contacts="create", on_leave="unsubscribe", segment="Readers"),
    one("updates", contacts="update", on_leave="unsubscribe", segment="Readers"),
    one("labels", contacts="none", segment="Readers"),
    one("serves", status_if_new="transactional", on_leave="archive", segment="Readers"),
    several(
        "shared",
        {"on_leave": "unsubscribe", "segment": "First"},
        {"on_leave": "archive", "segment": "Second", "has_names": False},
    ),
    several("disputed", {"on_leave": "unsubscribe"}, {"segment": "Second"}),
    several(
        "together",
        {"contacts": "none", "segment": "First"},
        {"on_leave": "archive", "segment": "Second"},
        {"on_leave": "unsubscribe", "has_names": False},
    ),
)
EVERY = ALONE + OTHERS
