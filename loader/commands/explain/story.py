"""One person's story as values. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """How an audience selects an address, or selected it last.

    Attributes:
        since: when it began to, without a break.
        until: when it ended; None while it lasts.
        consent: whether the person consents.
        consent_since: when they began to, or ended to.
        person_id: what the audience has for it.
        fault: why the row can never be sent, if so.
        dropped_rows: how many other rows of the model have the address.
        wanted: what a contact should hold, as Mailchimp's API names it.
        tags: that the contact should have.
        marketing_permissions: that the contact should have.
    """

    since: datetime
    until: datetime | None
    consent: bool
    consent_since: datetime
    person_id: str | None
    fault: str | None
    dropped_rows: int
    wanted: Any = field(repr=False)
    tags: Any = field(repr=False)
    marketing_permissions: Any = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A contact, a membership, a tag or permissions, and what becomes of it.

    Attributes:
        kind: contact, segment, tag or permissions, as in the ledger.
        segment: the name of the segment or tag.
        verdict: a code.
        says: the verdict as a sentence.
        changed_by: what would change it.
        rule: the rule of the plan that decided, and what it asks.
        operation: what the next sync does.
        outcome: what the plan says of it, where it does not go; with `reason_code`.
        previous_email: the address that the contact has on the list until then.
        confirmed_at: when Mailchimp last accepted it, and in which run.
        answered_at: when the last answer came; the following say what it was.
        retried_at: when what Mailchimp rejected is retried.
        resend_reason: why what was confirmed is owed again.
    """

    kind: str
    segment: str
    verdict: str
    says: str
    changed_by: str
    rule: str | None
    rule_means: str | None
    operation: str | None
    outcome: str | None
    reason_code: str | None
    previous_email: str | None = field(repr=False)
    confirmed_at: datetime | None
    confirmed_in: str | None
    answered_at: datetime | None
    answered_in: str | None
    answered_action: str | None
    answered_outcome: str | None
    answered_reason: str | None
    attempts: int | None
    retried_at: datetime | None
    resend_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One audience and list, and one address of the person there.

    Attributes:
        is_named: whether the audience still names the list.
        stopped: why no sync sends the audience, if so.
        selection: how it selects the address; None where it never did.
        parts: the contact first; the verdict of the first is that of the place.
        last_run: the last run of the audience on the list; None before the first.
    """

    audience: str
    list_id: str
    list_name: str | None
    email_address: str = field(repr=False)
    is_named: bool
    stopped: str | None
    selection: Selection | None
    parts: tuple[Part, ...]
    last_run: dict[str, Any] | None

    @property
    def verdict(self) -> Part:
        """What is said of the place first."""
        return self.parts[0]

    @property
    def is_untouched(self) -> bool:
        """Whether the audience never had to do with the person."""
        return self.selection is None and self.verdict.verdict == "not_selected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What is known of one person.

    Attributes:
        addresses: all that the person has or had, and how each was found.
        ids: the `person_id` of each audience, and in how many of its rows it occurs now.
        places: what each audience has to do with the person.
        mailchimp: how Mailchimp last showed the person, list by list.
        segments: the segments and tags that a pull found the person in.
        answers: what was answered about the person, the newest first.
        events: what campaigns did to the person, in numbers.
        differences: where Mailchimp was seen to differ from what was confirmed.
    """

    addresses: Rows = field(repr=False)
    ids: Rows = field(repr=False)
    places: tuple[Place, ...]
    mailchimp: Rows = field(repr=False)
    segments: Rows = field(repr=False)
    answers: Rows = field(repr=False)
    events: Rows = field(repr=False)
    differences: Rows = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nobody:
    """Nothing is recorded of somebody, and where that was looked for.

    Attributes:
        audiences: whose histories were looked through.
        lists: the lists that were read, and when.
        is_other_case: whether a `person_id` is recorded that differs in letter case alone.
    """

    audiences: tuple[str, ...]
    lists: dict[str, datetime | None]
    is_other_case: bool
