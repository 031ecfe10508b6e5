"""What a notice says: a title, and a sentence for each thing that changed. Pure."""

import shlex
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from loader.model.trouble import Subject, Trouble, TroubleKind, TroubleStatus
from loader.model.wording import counted
from loader.notices.transitions import unsaid
from loader.text.foreign_text import in_notice

FIRST_NAMES = 3  # of the audiences of a sentence
SENTENCES = 10  # of a notice
LONGEST_NAME = 60  # characters of the name of an audience, a list or a target
# how a title says it, how a sentence begins, and what shows more; in the order of a notice
KINDS = {
    TroubleKind.FAILURE: ("{} stopped", "Stopped", "loader runs"),
    TroubleKind.GUARD: ("{} stopped by a guard", "Stopped by a guard", "loader plan"),
    TroubleKind.PAUSE: ("{} paused", "Paused", "loader ls"),
    TroubleKind.REJECTIONS: ("rejections in {}", "Rejections", "loader rejections"),
    TroubleKind.DRIFT: ("drift in {}", "Drift", "loader verify"),
}
OF_ONE_AUDIENCE = (TroubleKind.GUARD, TroubleKind.REJECTIONS, TroubleKind.DRIFT)
STOPS = (TroubleKind.FAILURE, TroubleKind.GUARD, TroubleKind.PAUSE)

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A notice as text, without addresses and keys.

    Attributes:
        level: of apprise: failure when something went wrong, success when nothing is wrong any
            more, info otherwise.
    """

    title: str
    body: str
    level: Literal["failure", "info", "success"]


def message(troubles: Iterable[Trouble], target: str) -> Message | None:
    """One notice for everything that changed in a run.

    Args:
        troubles: after the run.
        target: what the profile calls the target.

    Returns:
        The notice; None when a person knows everything already.
    """
    troubles = list(troubles)
    news = unsaid(troubles)
    if not news:
        return None
    bad = [one for one in news if one.status == TroubleStatus.PENDING]
    over = [one for one in news if one.status == TroubleStatus.OVER]
    said = [*_begun(bad), *_over(over)]
    shown = said[:SENTENCES]
    if len(said) > SENTENCES:
        shown.append(f"And {len(said) - SENTENCES:,} more.")
    shown.append(f"To see more: {', '.join(_commands(bad))}")
    is_well = all(one.status == TroubleStatus.OVER for one in troubles)
    return Message(
        title=_title(target, "; ".join(_headlines(bad, over))),
        body="\n".join(shown),
        level="failure" if bad else "success" if is_well else "info",
    )


def trial(target: str) -> Message:
    """A notice that says nothing but that it arrives.

    Args:
        target: what the profile calls the target.

    Returns:
        The notice.
    """
    body = "`loader check --notices` sent this. Nothing is wrong."
    return Message(title=_title(target, "this is a trial"), body=body, level="info")


def _title(target: str, text: str) -> str:
    return f"dbt-mailchimp ({in_notice(target, LONGEST_NAME)}): {text}"


def _headlines(bad: Iterable[Trouble], over: Sequence[Trouble]) -> list[str]:
    by_kind = _grouped(bad, lambda one: one.subject.kind)
    told = [
        title.format(_who(by_kind[kind]))
        for kind, (title, _, _) in KINDS.items()
        if kind in by_kind
    ]
    return [*told, f"{_who(over)} recovered"] if over else told


def _begun(bad: Iterable[Trouble]) -> list[str]:
    """A sentence for each thing that went wrong, and for whom."""
    alike = _grouped(bad, lambda one: (one.subject.kind, one.subject.command, one.message))
    said = []
    for kind, (_, begins, _) in KINDS.items():
        for (of_kind, _, text), group in alike.items():
            if of_kind == kind:
                again = f" Since {_time(group)}." if any(one.times > 1 for one in group) else ""
                until = f" {_until(group)}" if kind == TroubleKind.PAUSE else ""
                why = f"{text[:1].upper()}{text[1:]}{again}{until}"
                said.append(f"{begins}: {_names(group)}. {why}")
    return said


def _until(paused: Iterable[Trouble]) -> str:
    """What is sent of paused audiences meanwhile, and what ends it."""
    names = list(dict.fromkeys(in_notice(one.subject.audience, LONGEST_NAME) for one in paused))
    named = shlex.join(names) if len(names) <= FIRST_NAMES else "NAME"
    ends = f"you change the configuration or run `loader resume {named}`"
    return f"Only withdrawals of consent are sent until {ends}."


def _over(over: Sequence[Trouble]) -> list[str]:
    """A sentence for each thing that is over; an audience that stopped twice recovers once."""
    paused = {_place(one.subject) for one in over if one.subject.kind == TroubleKind.PAUSE}

    def was(one: Trouble) -> str:
        kind = one.subject.kind
        if kind in STOPS:
            is_paused = _place(one.subject) in paused
            kind = TroubleKind.PAUSE if is_paused else TroubleKind.FAILURE
        return KINDS[kind][1]

    alike = _grouped(over, was)
    return [
        f"Recovered: {_names(group)}. {was} since {_time(group)}." for was, group in alike.items()
    ]


def _commands(bad: Iterable[Trouble]) -> list[str]:
    """The commands that show more."""
    by_kind = _grouped(bad, lambda one: one.subject.kind)
    found = []
    for kind, (_, _, command) in KINDS.items():
        audiences = {one.subject.audience for one in by_kind.get(kind, ())}
        if audiences == {""}:
            found.append("`loader check`")
        elif len(audiences) == 1 and kind in OF_ONE_AUDIENCE:
            name = shlex.quote(in_notice(audiences.pop(), LONGEST_NAME))
            found.append(f"`{command} --select {name}`")
        elif audiences:
            found.append(f"`{command}`")
    return found or ["`loader ls`"]


def _who(troubles: Sequence[Trouble]) -> str:
    """One by its name, and several by their number."""
    names = {_name(one.subject) for one in troubles}
    return names.pop() if len(names) == 1 else counted(len(names), "audience")


def _names(troubles: Iterable[Trouble]) -> str:
    """The first names, each with its list, and the number of the others."""
    names = list(dict.fromkeys(_place(one.subject) for one in troubles))
    others = len(names) - FIRST_NAMES
    more = f" and {counted(others, 'other')}" if others > 0 else ""
    return f"{', '.join(names[:FIRST_NAMES])}{more}"


def _name(subject: Subject) -> str:
    if not subject.audience:
        return in_notice(f"loader {subject.command}", LONGEST_NAME)
    name = in_notice(subject.audience, LONGEST_NAME)
    # a sync is what everybody thinks of, and nothing else than verify finds drift
    is_plain = subject.command == "sync" or subject.kind == TroubleKind.DRIFT
    return name if is_plain else f"{subject.command} of {name}"


def _place(subject: Subject) -> str:
    on = f" -> {in_notice(subject.list_id, LONGEST_NAME)}" if subject.list_id else ""
    return f"{_name(subject)}{on}"


def _time(troubles: Iterable[Trouble]) -> str:
    return f"{min(one.since for one in troubles):%Y-%m-%d %H:%M} UTC"


def _grouped(
    troubles: Iterable[Trouble], key: Callable[[Trouble], Key]
) -> dict[Key, list[Trouble]]:
    found: dict[Key, list[Trouble]] = {}
    for one in troubles:
        found.setdefault(key(one), []).append(one)
    return found
