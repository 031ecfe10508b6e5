"""One person's story as text and as JSON. Pure."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from loader.commands.explain.story import Nobody, Part, Place, Selection, Story
from loader.model.addresses import is_like_address
from loader.model.reasons import DRIFT_TYPES
from loader.model.wording import counted, moment
from loader.text.foreign_text import as_json as dumped
from loader.text.foreign_text import one_line

FIRST_ANSWERS = 10  # that a text has; JSON has all
OTHERWISE = "Anything else"  # what the last rule of a list asks, which says nothing here
LINKS = {
    "given": "as asked",
    "person_id": "the same person_id had it",
    "change_of_address": "a change of address leads to it",
}
NOTHING_ASKED = (
    "Nothing was sent to Mailchimp or asked of it. `loader plan` compares with the lists as they"
    " are now, with their merge fields, and with the guards."
)


def as_json(told: Story | Nobody, given: str) -> str:
    """The story for machines.

    Args:
        told: the story, or that there is none.
        given: what was asked for.

    Returns:
        An object, which docs/reference/explain.md describes.
    """
    if isinstance(told, Nobody):
        found: dict[str, Any] = {"is_found": False, "looked_in": asdict(told)}
    else:
        places = [asdict(one) | _verdict(one.verdict) for one in told.places]
        found = {"is_found": True, **asdict(told), "places": places}
    return dumped({"given": given, **found}).decode()


def as_text(told: Story | Nobody, given: str) -> str:
    """The story for people: who it is, a paragraph an audience and list, and what Mailchimp shows.

    Args:
        told: the story, or that there is none.
        given: what was asked for.

    Returns:
        Lines, in which nothing of others moves the terminal.
    """
    lines = _nobody(told, given) if isinstance(told, Nobody) else _story(told)
    return "\n".join(map(one_line, lines))


def _verdict(part: Part) -> dict[str, str]:
    return {"verdict": part.verdict, "says": part.says, "changed_by": part.changed_by}


def _story(told: Story) -> Iterator[str]:
    yield from _who(told)
    is_one = len(told.addresses) == 1
    for place in told.places:
        if not place.is_untouched:
            yield ""
            yield from _place(place, is_one=is_one)
    if untouched := dict.fromkeys(one.audience for one in told.places if one.is_untouched):
        yield ""
        yield f"Not selected by {', '.join(untouched)}, now or earlier."
    yield ""
    yield from _mailchimp(told)
    yield from _answers(told)
    yield ""
    yield NOTHING_ASKED


def _who(told: Story) -> Iterator[str]:
    for row in told.addresses:
        link = "" if row["link"] == "given" else f" ({LINKS[row['link']]})"
        yield f"{_address(row['email_address'])}{link}"
    for row in told.ids:
        named = f"person_id '{row['person_id']}' in {row['audience']}"
        if row["rows_now"] > 1:
            times = counted(row["rows_now"], "row")
            yield f"  {named}: it occurs in {times}, so it does not say who somebody is"
        else:
            yield f"  {named}"


def _address(key: str) -> str:
    return "no address" if key.startswith("(none) ") else key


def _place(place: Place, *, is_one: bool) -> Iterator[str]:
    named = f" '{place.list_name}'" if place.list_name else ""
    whose = "" if is_one else f", {_address(place.email_address)}"
    yield f"{place.audience} -> {place.list_id or 'no list yet'}{named}{whose}"
    first, *others = place.parts
    yield f"  {first.says.rstrip('.')}."
    yield f"  What would change it: {_lower(first.changed_by)}."
    if place.stopped and place.stopped not in first.says:
        yield f"  The audience is not sent: {place.stopped.rstrip('.')}."
    if place.selection is not None:
        yield from _selection(place.selection)
    yield from (f"  {line}" for line in _details(first))
    for part in others:
        yield f"  {_named(part)}: {_lower(part.says)}"
        if part.verdict != "in_step":
            yield f"    what would change it: {_lower(part.changed_by)}"
        yield from (f"    {line}" for line in _details(part))
    yield f"  {_last_run(place.last_run)}"


def _selection(selection: Selection) -> Iterator[str]:
    is_now = selection.until is None
    during = f"since {moment(selection.since)}"
    if selection.until is not None:
        during = f"from {moment(selection.since)} to {moment(selection.until)}"
    consent = "with consent" if selection.consent else "without consent"
    if is_now and selection.consent_since != selection.since:
        consent += f" since {moment(selection.consent_since)}"
    yield f"  {'selected' if is_now else 'was selected'} {during}, {consent}"
    if selection.dropped_rows:
        rows = counted(selection.dropped_rows, "more row")
        have = "has" if selection.dropped_rows == 1 else "have"
        yield f"  {rows} of the model {have} this address; they consent only together"
    if is_now and selection.consent and selection.fault is None:
        yield from _wanted(selection)


def _wanted(selection: Selection) -> Iterator[str]:
    """What the contact should hold."""
    if selection.wanted:
        yield f"  wanted: {_json(selection.wanted)}"
    if selection.tags:
        yield f"  wanted tags: {', '.join(map(str, selection.tags))}"
    if selection.marketing_permissions:
        yield f"  wanted marketing permissions: {_json(selection.marketing_permissions)}"


def _details(part: Part) -> Iterator[str]:
    """Facts behind a verdict, each with its time and run."""
    if part.rule is not None and part.rule_means != OTHERWISE:
        yield f"rule {part.rule}: {part.rule_means}"
    if part.previous_email is not None:
        yield f"the list has it under an earlier address, {part.previous_email}"
    if part.resend_reason is not None:
        yield f"sent again because of: {part.resend_reason}"
    if part.confirmed_at is not None:
        yield f"confirmed {moment(part.confirmed_at)} in run {part.confirmed_in}"
    is_said = part.answered_in == part.confirmed_in and part.answered_at == part.confirmed_at
    if part.answered_at is not None and not is_said:
        why = f" ({part.answered_reason})" if part.answered_reason else ""
        attempts = part.attempts or 1
        times = f", {counted(attempts, 'time')} in a row" if attempts > 1 else ""
        yield (
            f"last answer: {part.answered_action} {part.answered_outcome}{why},"
            f" {moment(part.answered_at)} in run {part.answered_in}{times}"
        )
    if part.retried_at is not None:
        yield f"retried from {moment(part.retried_at)}"


def _named(part: Part) -> str:
    if part.kind == "permissions":
        return "marketing permissions"
    return f"{part.kind} '{part.segment}'" if part.segment else part.kind


def _last_run(run: dict[str, Any] | None) -> str:
    if run is None:
        return "never synced"
    ended = "not finished" if run["exit_code"] is None else f"exit code {run['exit_code']}"
    message = f": {run['message']}" if run["message"] else ""
    return (
        f"last {run['command']}: {moment(run['started_at'])}, run {run['run_id']}, {ended}{message}"
    )


def _mailchimp(told: Story) -> Iterator[str]:
    yield "What Mailchimp last showed:"
    for row in told.mailchimp:
        named = f" '{row['list_name']}'" if row["list_name"] else ""
        where = f"  list {row['list_id']}{named}"
        read_at: datetime | None = row["list_read_at"]
        if row["status"] is None:
            yield f"{where}: {'not on it, as read' if read_at else 'never read'}{_at(read_at)}"
            yield from _events(told, row)
            continue
        yield f"{where}: {row['email_address']} {row['status']}{_changed(row)}, read{_at(read_at)}"
        yield from (f"    {line}" for line in _contact(row))
        yield from _segments(told, row)
        yield from _events(told, row)
    yield from _differences(told)


def _differences(told: Story) -> Iterator[str]:
    """Where Mailchimp was seen to differ from what was confirmed."""
    for row in told.differences:
        where = f"list {row['list_id']}, {row['audience']}"
        what = " ".join(str(row[one]) for one in ("kind", "segment", "field") if row[one])
        drift = DRIFT_TYPES.get(row["drift_type"], row["drift_type"])
        healed = f", repaired{_at(row['healed_at'])}" if row["healed_at"] else ""
        yield f"  {where}: {what}: {drift}, found{_at(row['found_at'])}{healed}"


def _contact(row: dict[str, Any]) -> Iterator[str]:
    if row["unsubscribe_reason"]:
        yield f"unsubscribed because: {row['unsubscribe_reason']}"
    if row["source"]:
        yield f"came from: {row['source']}"
    if values := {tag: value for tag, value in (row["merge_fields"] or {}).items() if value}:
        yield f"merge fields: {_json(values)}"
    if row["tags"]:
        yield f"tags: {', '.join(map(str, row['tags']))}"


def _segments(told: Story, contact: dict[str, Any]) -> Iterator[str]:
    names = [row["name"] for row in told.segments if _is_of(row, contact)]
    if names:
        yield f"    in the segments and tags: {', '.join(names)}"


def _events(told: Story, contact: dict[str, Any]) -> Iterator[str]:
    """What campaigns did to a contact, or to anybody of the person who is not on the list."""
    for row in told.events:
        is_gone = contact["status"] is None and row["list_id"] == contact["list_id"]
        if is_gone or _is_of(row, contact):
            times = counted(row["times"], "time")
            yield f"    {row['event']} {times}, the last time{_at(row['last_at'])}"


def _is_of(row: dict[str, Any], contact: dict[str, Any]) -> bool:
    return all(row[name] == contact[name] for name in ("list_id", "email_address"))


def _answers(told: Story) -> Iterator[str]:
    if not told.answers:
        return
    yield ""
    yield "Answers, the newest first:"
    is_one = len(told.addresses) == 1
    for row in told.answers[:FIRST_ANSWERS]:
        whose = "" if is_one else f", {_address(row['email_address'])}"
        why = f" ({row['reason']})" if row["reason"] else ""
        segment = f" '{row['segment']}'" if row["segment"] else ""
        yield (
            f"  {moment(row['acked_at'])} {row['audience']} -> {row['list_id']}{whose}:"
            f" {row['action']}{segment} {row['outcome']}{why}, run {row['run_id']}"
        )
    if (rest := len(told.answers) - FIRST_ANSWERS) > 0:
        yield f"  {counted(rest, 'more answer')}: --json"


def _nobody(told: Nobody, given: str) -> Iterator[str]:
    yield "Nothing is recorded of this person."
    yield f"  looked through: {', '.join(told.audiences) or 'no audience, for dbt has built none'}"
    for list_id, read_at in told.lists.items():
        yield f"  list {list_id}: {'as read' if read_at else 'never read'}{_at(read_at)}"
    yield "  and the ledger, all answers, and what was pulled or verified"
    if told.is_other_case:
        yield (
            "A person_id is recorded that differs in letter case alone. Letter case counts in a"
            " person_id, and not in an address."
        )
    if not is_like_address(given):
        yield "It was looked for as a person_id: it is no address."
    yield (
        "If the person should be there: does the table that the model selects from have them, under"
        " this very address? Then run dbt. Erased people leave nothing to be found."
    )


def _changed(row: dict[str, Any]) -> str:
    return f" since{_at(row['last_changed'])}" if row["last_changed"] else ""


def _at(time: datetime | None) -> str:
    return "" if time is None else f" {moment(time)}"


def _json(value: Any) -> str:  # noqa: ANN401 - JSON is anything
    return dumped(value, is_indented=False).decode()


def _lower(sentence: str) -> str:
    """A sentence behind a colon; a word in capitals stays."""
    return sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]
