"""An audience, as dbt registered it for one of the lists that it feeds."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

UNFINISHED = "unfinished"  # of an audience that dbt has built, and has not come to its end since
REMOVED = "removed"  # of an audience whose model is gone, or disabled in dbt
MIGRATED = "migrated"  # of an audience that dbt has not built since its tables are of a new version
NOT_BUILT = "not built yet"  # of an audience that is in the project, and no dbt run has come to
ON_LEAVE = ("keep", "unsubscribe", "archive")  # what may happen to a contact of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeField:
    """A merge field that an audience fills.

    Attributes:
        tag: the key of its values.
        kind: what its column holds: text, number, boolean, date, timestamp or address.
        type: what the values are, and what it is made as when it is missing.
        name: its label; this and the following are for a field that is made.
        choices: of a radio or dropdown.
        default: what Mailchimp uses where a contact has no value.
        format: of a phone, date or birthday.
    """

    tag: str
    kind: str
    type: str
    name: str
    choices: tuple[str, ...] = ()
    default: str | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """What keeps an audience at rest; or its runs in a row that stopped, before they do.

    Attributes:
        audience: its name.
        list_id: the list; None is every list, of a pause by a person.
        reason: why it is at rest, or why the last run stopped.
        stops: how many runs in a row stopped for a reason that lasts; 0 of a pause by a person.
        stopped_at: when the last of them did.
        exit_code: of the last of those runs.
        configuration: the fingerprint of the audience when it stopped; None of a pause by a person.
        paused_at: in UTC without a zone; None while there were too few stops.
    """

    audience: str
    list_id: str | None
    reason: str
    stops: int = 0
    stopped_at: datetime | None = None
    exit_code: int = 0
    configuration: str | None = None
    paused_at: datetime | None = None

    @property
    def is_by_person(self) -> bool:
        """Whether a person has paused the audience, and not the loader."""
        return self.list_id is None

    @property
    def paused_by(self) -> str | None:
        """Who has paused the audience: person or loader; None while nobody has."""
        if self.paused_at is None:
            return None
        return "person" if self.is_by_person else "loader"

    @property
    def command(self) -> str:
        """What ends it."""
        return f"loader resume {shlex.quote(self.audience)}"

    @property
    def until(self) -> str:
        """What is sent meanwhile, and what ends it."""
        sent = "Nothing is sent" if self.is_by_person else "Only withdrawals of consent are sent"
        return f"{sent} until `{self.command}`."

    def __str__(self) -> str:
        """Since when, by whom, why, and what ends it."""
        why = self.reason.removeprefix(f"{self.audience}: ").removesuffix(".")
        at = f"{self.paused_at:%Y-%m-%d %H:%M} UTC"
        if self.is_by_person:
            return f"paused by a person since {at}: {why}. {self.until}"
        return (
            f"paused since {at}, after {self.stops} runs in a row that stopped: {why}. {self.until}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """One audience and one list that it feeds, as dbt validated and registered it.

    Attributes:
        name: of the model.
        path: of the file, below the folder of models.
        tags: dbt's, by which it is selected.
        enabled: whether it is to be sent.
        status: how its last build ended: success, error, unfinished, not built yet, or removed from
            the project.
        failed_tests: the ids of its tests that failed.
        history: the table of its rows; "" while it was never built.
        delta: the view of what Mailchimp has not confirmed yet.
        list_id: the list.
        contacts: what may happen to contacts: upsert, create, update or none.
        segment: the static segment that mirrors it, if there is one.
        on_leave: what happens to a contact of ours that nobody wants any more: keep, unsubscribe or
            archive.
        status_if_new: of contacts that it creates.
        merge_fields: that it fills.
        missing_merge_fields: whether those are made: create or require.
        interests: the names of those that its contacts are switched on and off for.
        permissions: the same for marketing permissions, by their texts.
        has_tags: whether its rows name tags.
        schedule: when it is due, as a cron expression.
        timezone: whose clock the schedule means, as an IANA name.
        max_leave: how many may leave at once: a percentage, a share or a count.
        account: the name of the Mailchimp user.
        adopt: whether a segment that somebody else made is taken over.
        mirror: whether contacts of the list that no audience wants are archived.
        targets: the targets of the profile that may send it; none named is any.
        package_version: of the dbt package that built it; "" while it was never built.
        pause: what keeps it at rest, or how often in a row it has stopped.
    """

    name: str
    path: str
    tags: tuple[str, ...]
    enabled: bool
    status: str
    failed_tests: tuple[str, ...]
    history: str
    delta: str
    list_id: str
    contacts: str
    segment: str | None
    on_leave: str
    status_if_new: str
    merge_fields: tuple[MergeField, ...]
    missing_merge_fields: str
    interests: tuple[str, ...]
    permissions: tuple[str, ...]
    has_tags: bool
    schedule: str | None
    timezone: str
    max_leave: str
    account: str
    adopt: bool
    mirror: bool
    targets: tuple[str, ...]
    package_version: str = ""
    pause: Pause | None = None

    @property
    def is_paused(self) -> bool:
        """Whether it is at rest until somebody resumes it."""
        return self.pause is not None and self.pause.paused_at is not None

    @property
    def writes_contacts(self) -> bool:
        """Whether contacts may be touched at all, and not only a segment."""
        return self.contacts != "none"

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of rows that it has in the ledger, beside those of its segment."""
        has = {
            "contact": self.writes_contacts,
            "tag": self.has_tags,
            "permissions": bool(self.permissions),
        }
        return tuple(kind for kind, is_had in has.items() if is_had)

    def is_in_segment(self, other: "Audience") -> bool:
        """Whether its segment is that of another audience; Mailchimp compares without letter case.

        Args:
            other: which may be of another list.

        Returns:
            False where either has none.
        """
        # two audiences without a segment share none
        if self.segment is None or other.segment is None:
            return False
        return (self.list_id, self.segment.lower()) == (other.list_id, other.segment.lower())

    @property
    def can_resubscribe(self) -> bool:
        """Whether somebody whom we archived is subscribed again when they are wanted again."""
        return self.contacts in ("upsert", "create") and self.status_if_new == "subscribed"

    @property
    def maintained_status(self) -> str:
        """The status, besides subscribed, in which this audience keeps contacts up to date.

        Somebody who asks for transactional or unsubscribed contacts wants them updated as such;
        a pending contact has not said yes yet, and is held until then.
        """
        asked = self.status_if_new
        return asked if asked in ("transactional", "unsubscribed") else "subscribed"

    def initial_status(self, *, is_double_optin: bool) -> str:
        """The status in which a contact is created.

        An audience that only updates creates nobody on purpose: somebody who vanished since the
        list was read must not be mailed. On a double opt-in list `subscribed` would skip the
        confirmation mail
        (https://mailchimp.com/developer/marketing/api/lists/get-list-info/).

        Args:
            is_double_optin: whether the list asks newcomers to confirm.

        Returns:
            What `status_if_new` is in a request.
        """
        if self.contacts == "update":
            return "unsubscribed"
        if is_double_optin and self.status_if_new == "subscribed":
            return "pending"
        return self.status_if_new

    @property
    def is_in_project(self) -> bool:
        """Whether its model is still in the dbt project."""
        return self.status != REMOVED

    @property
    def is_failed(self) -> bool:
        """Whether it should be sent and cannot be, for dbt could not build or test it."""
        is_meant = self.enabled and self.is_in_project and self.status != NOT_BUILT
        if self.pause is not None and self.pause.is_by_person:
            return False
        return is_meant and self.skip_reason is not None

    @property
    def skip_reason(self) -> str | None:
        """Why this audience is not sent, or None when it is."""
        if not self.is_in_project:
            return "its model is not in the dbt project any more, or is disabled there"
        if not self.enabled:
            return "it is switched off (enabled: false)"
        if self.status != "success":
            return {
                NOT_BUILT: "dbt has not built it yet; run dbt",
                UNFINISHED: f"dbt has not finished with {self.name}; run dbt",
            }.get(self.status, f"its last build in dbt ended as '{self.status}'; build it again")
        if self.failed_tests:
            tests = ", ".join(map(_name_of_test, self.failed_tests))
            return f"its tests failed in dbt: {tests}; fix them and run dbt build"
        return None


def owners_of_segments(audiences: Iterable[Audience]) -> list[Audience]:
    """Of each segment the one audience that it belongs to now.

    An audience that is switched off gives way to one that is not.

    Args:
        audiences: of any lists.

    Returns:
        The owners; a segment that two dispute has none.
    """
    # a model that is gone from the project owns nothing, so that another may take its segment over
    named: dict[tuple[str, str], list[Audience]] = {}
    for one in audiences:
        if one.is_in_project and one.segment is not None:
            named.setdefault((one.list_id, one.segment.lower()), []).append(one)
    owners = []
    for found in named.values():
        # who is switched off only for a while keeps the segment, when nobody else wants it
        claiming = [one for one in found if one.enabled] or found
        if len(claiming) == 1:
            owners += claiming
    return owners


def _name_of_test(unique_id: str) -> str:
    """The id of a unit test has its model before its name, that of a data test a hash after it."""
    kind, _, *rest = unique_id.split(".")
    return rest[1] if kind == "unit_test" else rest[0]
