"""What a list must show of a person after a sync that nothing disturbed, in ten lines."""

from dataclasses import dataclass, replace

from laws.settings import Feed

LIVE = ("subscribed", "pending")  # statuses that a leave or a withdrawal ends
LEFT = {
    ("unsubscribe", "subscribed"): "unsubscribed",
    ("unsubscribe", "pending"): "unsubscribed",
    ("archive", "subscribed"): "archived",
    ("archive", "pending"): "unsubscribed",  # Mailchimp archives no pending contact
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a list shows of a person: without a status they are not on it."""

    status: str | None = None
    value: str | None = None
    segments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What one audience says of a person, and what the loader had to do with them before.

    Attributes:
        wants: the row of the last build is there, consents and can be sent.
        refuses: it does not consent, or did not when it was last seen.
        is_stuck: two audiences want different values.
        is_carried: the loader told Mailchimp of them for this audience, and not of an end.
        is_ours: the list did not show them before the loader's first attempt.
        is_revivable: it was the loader that archived them, and nobody touched them since.
        is_unsure: whether their creation was ever confirmed.
        elsewhere: another audience of the list wants them.
    """

    wants: bool
    refuses: bool
    is_stuck: bool
    is_carried: bool
    is_managed: bool
    is_revivable: bool
    is_unsure: bool
    elsewhere: bool
    value: str | None


def expected(feed: Feed, new_status: str, person: Person, shown: Shown) -> Shown:
    """What the list shows after a sync of this audience."""
    status, value, kept = (
        shown.status,
        shown.value,
        {"subscribed", feed.status_if_new} - {"pending"},
    )
    may_create, told = feed.contacts in ("upsert", "create"), person.value or shown.value
    if feed.contacts != "none" and person.is_carried and person.refuses:
        status = "unsubscribed" if status in LIVE else status
    elif feed.contacts != "none" and not person.wants and not person.is_stuck:
        leaves = person.is_carried and person.is_managed and not person.elsewhere
        status = LEFT.get((feed.on_leave, str(status)), status) if leaves else status
    elif person.wants and status is None and may_create:
        status, value = new_status, person.value
    elif person.wants and status == "archived" and person.is_revivable and may_create:
        status, value = "subscribed", told
    elif (person.wants and status in kept and feed.contacts in ("upsert", "update")) or (
        person.wants and status in kept and feed.contacts == "create" and person.is_unsure
    ):
        value = told
    own = frozenset([feed.segment] if feed.segment else [])
    hides = shown.status == status == "archived"  # nobody sees what an archived contact is in
    stays = own & shown.segments if person.wants or person.is_stuck or hides else frozenset()
    mine = own if person.wants and status in kept else stays
    return replace(shown, status=status, value=value, segments=shown.segments - own | mine)
