"""The report of a run as text. Pure."""

from loader.model.batch import Outcome
from loader.model.wording import counted, is_given_up, left_out, stays, was_given_up, without_name
from loader.text.audience_report import AudienceReport
from loader.text.foreign_text import one_line
from loader.text.report import RunReport


def as_text(report: RunReport) -> str:
    """The report for people: a paragraph an audience, and one line for the whole.

    Args:
        report: of the run.

    Returns:
        Lines, in which nothing of others moves the terminal.
    """
    lines = [line for one in report.audiences for line in _paragraph(one, is_plan=report.is_plan)]
    lines += left_out(report.unsent)
    lines += [
        f"{one.audience} -> {one.list_id}: paused after {one.stops} runs in a row that stopped."
        f" {one.until}"
        for one in report.paused
    ]
    lines += [
        f"{one.audience} -> {one.list_id}: resumed, because its configuration changed"
        for one in report.resumed
    ]
    lines += map(str, report.left_behind)
    lines.append("Nothing was written." if report.is_plan else _last_line(report))
    return "\n".join(map(one_line, lines))


def _last_line(report: RunReport) -> str:
    return (
        f"Run {report.run_id}: {counted(sum(one.requests for one in report.audiences), 'request')},"
        f" {sum(one.writes for one in report.audiences):,} of them"
        f" {'a write' if sum(one.writes for one in report.audiences) == 1 else 'writes'};"
        f" exit code {report.exit_code}."
    )


def _paragraph(report: AudienceReport, *, is_plan: bool) -> list[str]:
    lines = [f"{report.audience} -> {report.list_id}: {_accepted(report)}"]
    deleted = "would be deleted" if is_plan else "was deleted"
    lines += [
        f"  {rows:,} needed no write: {reason}" for reason, rows in sorted(report.settled.items())
    ]
    if report.mirrors:
        lines.append(f"  mirrors the list as read by {report.mirrors}")
    lines += [f"  {stays(contacts, by)}" for by, contacts in report.staying.items()]
    if report.given_up:
        lines.append(f"  {was_given_up(report.given_up)}")
    if report.gives_up:
        lines.append(f"  {is_given_up(report.gives_up)}")
    lines += [f"  the segment '{name}' {deleted}" for name in report.deleted]
    for (outcome, reason), rows in sorted(report.reasons.items()):
        # they are told apart, so that a new rejection is not overlooked among old ones
        earlier = report.earlier[reason] if outcome == Outcome.REJECTED else 0
        said = reason or "without a reason"
        if rows > earlier:
            lines.append(f"  {rows - earlier:,} {outcome}: {said}")
        if earlier:
            lines.append(f"  {earlier:,} rejected earlier, not retried yet: {said}")
    if report.message:
        message = without_name(report.audience, report.message)
        lines.append(f"  {'stopped: ' if report.is_stopped else ''}{message}")
    return lines


def _accepted(report: AudienceReport) -> str:
    """What Mailchimp accepted; else whether there was anything to send."""
    told = {
        action: rows - report.settled_actions[action]
        for (action, outcome), rows in sorted(report.counts.items())
        if outcome == Outcome.ACCEPTED
    }
    done = ", ".join(
        f"{rows:,} {action.replace('_', ' ')}" for action, rows in told.items() if rows
    )
    if done:
        return done
    if report.is_answered:
        return "nothing was accepted"
    return "nothing was sent" if report.is_stopped else "nothing to send"
