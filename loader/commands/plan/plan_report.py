"""What a sync would do, as values, as text, as JSON and as Markdown. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from loader.model.approved_plan import Work
from loader.model.list_schema import LeftBehind
from loader.model.wording import counted, left_out, people, stays, was_given_up, without_name
from loader.text.foreign_text import as_json as dumped
from loader.text.foreign_text import in_markdown, one_line

# what a sync does to people, of one and of several, in the order in which it is reported
ACTIONS = {
    "joins": ("joins", "join"),
    "returns": ("returns from the archive", "return from the archive"),
    "changes": ("changes", "change"),
    "changes_of_address": ("gets a new address", "get a new address"),
    "withdrawals": (
        "withdraws their consent: unsubscribed",
        "withdraw their consent: unsubscribed",
    ),
    "leaves": ("leaves", "leave"),
    "permissions": ("gets other marketing permissions", "get other marketing permissions"),
}
REASONS = {
    "refused": "known to be refused by Mailchimp",
    "doubtful": "of these may be refused by Mailchimp",
    "held": "held",
    "invalid": "invalid",
    "rejected": "rejected earlier, not retried yet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Memberships:
    """How many people get into a segment or a tag, and out of it."""

    given: int = 0
    taken: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AudiencePlan:
    """What a sync would do for one audience and list.

    Attributes:
        is_double_optin: whether the list asks newcomers to confirm.
        wanted: people whom the audience selects with consent and a usable row.
        deeds: people by what is done, of those in `ACTIONS`.
        reasons: contacts and why, by those in `REASONS`; doubtful contacts are among the others.
        no_write: rows that are settled without a write, as leaves of who is gone already.
        segments, tags: who gets in and out, by name.
        staying: who would leave, and stays because other audiences want them: how many, by those.
        given_up: who stays on leaving the audience, for a `loader retire` released them.
        dropped_rows: rows of the model whose address another row had.
        to_make: what is missing on the list: merge fields, segments and tags.
        writes: requests that write, and seconds that they take at the `pace` that is told.
        before, after: contacts of the list by status, before the run and after all of it.
        stops: the guards that would stop it, in the words of the sync.
        mirrors: the reading of the list that its mirror stands on, where it has one.
        error: why it could not be foreseen, and the exit code that goes with it.
        people: some of the people, when they were asked for.
        operations: what is sent, by operation; of an audience that a guard stops what still goes.
        is_sent: whether a sync would send it at all: it is not paused, and may be sent from here.
    """

    audience: str
    list_id: str
    list_name: str = ""
    is_double_optin: bool = False
    wanted: int = 0
    deeds: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, dict[str, int]] = field(default_factory=dict)
    no_write: int = 0
    segments: dict[str, Memberships] = field(default_factory=dict)
    tags: dict[str, Memberships] = field(default_factory=dict)
    staying: dict[str, int] = field(default_factory=dict)
    given_up: int = 0
    dropped_rows: int = 0
    to_make: dict[str, tuple[str, ...]] = field(default_factory=dict)
    writes: int = 0
    seconds: float = 0.0
    pace: str = ""
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)
    stops: tuple[str, ...] = ()
    mirrors: str | None = None
    error: str | None = None
    exit_code: int = 0
    people: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    operations: Work = field(default_factory=dict)
    is_sent: bool = True

    @property
    def has_changes(self) -> bool:
        """Whether a sync has something to send, even where a guard would stop it."""
        changes = (self.operations, self.deeds, self.segments, self.tags, self.to_make)
        return self.is_sent and any(changes)


def as_json(
    plans: Iterable[AudiencePlan],
    unsent: dict[str, str],
    left_behind: Iterable[LeftBehind],
    notes: Iterable[str] = (),
) -> str:
    """The plan for machines.

    Args:
        plans: of the audiences, in the order in which they are printed.
        unsent: why audiences are left out, by name.
        left_behind: what audiences have in places that they do not name any more.
        notes: what the plan stands on, where that is not what a sync would begin with.

    Returns:
        An object with audiences, unsent, left_behind and notes; `seconds` is the time that the
        writes take.
    """
    audiences = [asdict(one) for one in plans]
    told = {"audiences": audiences, "unsent": unsent, "left_behind": list(map(asdict, left_behind))}
    return dumped(told | {"notes": list(notes)}).decode()


def as_text(
    plans: Iterable[AudiencePlan],
    unsent: dict[str, str],
    left_behind: Iterable[LeftBehind],
    notes: Iterable[str] = (),
) -> str:
    """The plan for people: a paragraph an audience and list.

    Args:
        plans: of the audiences, in the order in which they are printed.
        unsent: why audiences are left out, by name.
        left_behind: what audiences have in places that they do not name any more.
        notes: what the plan stands on.

    Returns:
        Lines, in which nothing of others moves the terminal.
    """
    lines = [*notes]
    for one in plans:
        named = f" '{one.list_name}'" if one.list_name else ""
        lines.append(f"{one.audience} -> {one.list_id}{named}")
        lines += [f"  {line}" for line in _sentences(one, _quoted, str)]
    lines += left_out(unsent)
    lines += map(str, left_behind)
    lines.append("Nothing was written.")
    return "\n".join(map(one_line, lines))


def as_markdown(
    plans: Iterable[AudiencePlan],
    unsent: dict[str, str],
    left_behind: Iterable[LeftBehind],
    notes: Iterable[str] = (),
    *,
    shows_addresses: bool = False,
) -> str:
    """The plan for a pull request: a table of all audiences, and what to look at below.

    Args:
        plans: of the audiences, in the order in which they are printed.
        unsent: why audiences are left out, by name.
        left_behind: what audiences have in places that they do not name any more.
        notes: what the plan stands on.
        shows_addresses: whether the people of a sample are named; else nobody can be known by them.

    Returns:
        Markdown, in which nothing of others is more than text.
    """
    every = list(plans)
    names = ("joins", "changes", "leaves", "withdrawals")
    lines = [
        *(part for note in notes for part in (in_markdown(note), "")),
        "| audience | list | " + " | ".join(names) + " | segment and tags | held | invalid |"
        " refused | list now | list then |",
        "| --- | --- |" + " ---: |" * 10,
    ]
    lines += [_row(one, names) for one in every]
    for one in every:
        audience, name, id_ = map(in_markdown, (one.audience, one.list_name, one.list_id))
        lines += ["", f"**{audience}**, list {name} ({id_})", ""]
        told = one if shows_addresses else replace(one, people=tuple(map(_redacted, one.people)))
        lines += [f"- {line}" for line in _sentences(told, in_markdown, in_markdown)]
    said = [(in_markdown(name), in_markdown(why)) for name, why in unsent.items()]
    lines += ["", *(f"- {name}: not sent: {why}" for name, why in said)]
    lines += [f"- {in_markdown(one)}" for one in left_behind]
    return "\n".join(lines)


def _row(one: AudiencePlan, names: tuple[str, ...]) -> str:
    moved = [*one.segments.values(), *one.tags.values()]
    cells = [
        in_markdown(one.audience),
        in_markdown(one.list_id),
        *(f"{one.deeds.get(name, 0):,}" for name in names),
        f"+{sum(each.given for each in moved):,} -{sum(each.taken for each in moved):,}",
        *(
            f"{sum(one.reasons.get(name, {}).values()):,}"
            for name in ("held", "invalid", "refused")
        ),
        f"{sum(one.before.values()):,}",
        f"{sum(one.after.values()):,}",
    ]
    return "| " + " | ".join(cells) + " |"


def _sentences(
    one: AudiencePlan, name: Callable[[object], str], text: Callable[[object], str]
) -> list[str]:
    """What is reported of an audience; `name` and `text` write what is not ours."""
    if one.error is not None:
        return [f"cannot be sent: {text(without_name(one.audience, one.error))}"]
    said = [
        counted(one.deeds[deed], *words) for deed, words in ACTIONS.items() if deed in one.deeds
    ]
    lines = [f"{people(one.wanted)} wanted: {', '.join(said) or 'no contact changes'}"]
    for what, moved in (("segment", one.segments), ("tag", one.tags)):
        lines += [
            f"{what} {name(each)}: {moved[each].given:,} in, {moved[each].taken:,} out"
            for each in moved
        ]
    for category, words in REASONS.items():
        lines += [
            f"{contacts:,} {words}: {text(reason)}"
            for reason, contacts in one.reasons.get(category, {}).items()
        ]
    lines += [stays(contacts, text(by)) for by, contacts in one.staying.items()]
    lines += [was_given_up(one.given_up)] * bool(one.given_up)
    if one.dropped_rows:
        rows, their = ("row", "its") if one.dropped_rows == 1 else ("rows", "their")
        lines.append(f"{one.dropped_rows:,} {rows} dropped: another row has {their} address")
    if one.no_write:
        lines.append(f"{counted(one.no_write, 'row needs', 'rows need')} no write")
    for what, names in one.to_make.items():
        made = what if len(names) > 1 else what.removesuffix("s")
        lines.append(f"will create the {made} {', '.join(map(text, names))}")
    lines.append(
        f"list now: {_statuses(one.before, text)}; after the sync: {_statuses(one.after, text)}"
    )
    writes = counted(one.writes, "request that writes", "requests that write")
    lines.append(f"{writes}, about {_time(one.seconds)} ({one.pace})")
    if one.mirrors:
        lines.append(f"mirrors the list as read by {text(one.mirrors)}")
    stops = (without_name(one.audience, stop) for stop in one.stops)
    lines += [f"would stop: {text(stop)}" for stop in stops]
    lines += [f"  {text(each)}" for each in map(_person, one.people)]
    return lines


def _quoted(name: object) -> str:
    return f"'{name}'"


def _statuses(contacts: dict[str, int], text: Callable[[object], str]) -> str:
    return ", ".join(f"{count:,} {text(status)}" for status, count in contacts.items()) or "nobody"


def _redacted(person: dict[str, Any]) -> dict[str, Any]:
    """Somebody of a sample, of whose address the first letters stay: `a…@s….de`."""
    local_part, _, domain = str(person["email_address"]).rpartition("@")
    name, dot, country = domain.rpartition(".")
    address = f"{local_part[:1]}…@{name[:1]}…{dot}{country}" if local_part and name else "…"
    return person | {"email_address": address, "person_id": None}


def _person(person: dict[str, Any]) -> str:
    what = person["category"].replace("_", " ")
    words = [what, person["segment"], person["reason"], person["person_id"]]
    return f"{person['email_address']}: {', '.join(str(word) for word in words if word)}"


def _time(seconds: float) -> str:
    minute = 60
    return f"{seconds:.0f} s" if seconds < 2 * minute else f"{seconds / minute:.0f} min"
