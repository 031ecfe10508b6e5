"""What a run found of each audience, and of itself. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from loader.commands.verify.command import VerifiedAudience
from loader.model.audience import Pause
from loader.model.batch import Outcome
from loader.model.errors import GuardTripped, Interrupted
from loader.model.reasons import DRIFT_TYPES
from loader.model.settings import Settings
from loader.model.trouble import NotBegun, Subject, TroubleKind
from loader.model.wording import counted, without_name
from loader.notices.transitions import Finding, State
from loader.text.audience_report import AudienceReport
from loader.text.report import RunReport

REJECTED_SHARE = 0.05  # of the rows that a run sent, from which on rejections are told
REJECTED_ROWS = 10  # fewer are never told
FIRST = 3  # reasons of rejections and kinds of differences that are told, the most frequent ones

OfAudience = AudienceReport | NotBegun | VerifiedAudience


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run, as far as its findings depend on it.

    Attributes:
        command: sync, retire or verify.
        settings: what it was asked to do.
        argument: what was named without an option.
        rejected_share: of the rows sent, from which on rejections are told.
        recent: audiences and lists of which a sync was completed lately. A trouble of the others
            does not wait: their runs are rare, or have been failing for hours.
    """

    command: str
    settings: Settings
    argument: str = ""
    rejected_share: float = REJECTED_SHARE
    recent: frozenset[tuple[str, str]] = frozenset()

    @property
    def subject(self) -> Subject:
        """The run as a whole; one with another selection is another one."""
        settings = self.settings
        words = [self.command, *(["--due"] if settings.due else [])]
        words += [self.argument] if self.argument else []
        words += [f"--select {one}" for one in settings.select]
        words += [f"--exclude {one}" for one in settings.exclude]
        failure = TroubleKind.FAILURE
        return Subject(command=" ".join(words), audience="", list_id="", kind=failure)

    def failed(self, message: str, *, is_temporary: bool) -> Finding:
        """The run as a whole stopped.

        Args:
            message: why.
            is_temporary: whether it may pass although nobody does anything.

        Returns:
            The finding.
        """
        state = State.PASSING if is_temporary else State.THERE
        return Finding(subject=self.subject, state=state, message=message)

    def came_through(self) -> Finding:
        """The run as a whole came to its end.

        Returns:
            The finding.
        """
        return Finding(subject=self.subject, state=State.ABSENT)

    def of_report(self, report: RunReport) -> list[Finding]:
        """What a sync or a retirement found.

        Args:
            report: of the run.

        Returns:
            The findings; an audience that was not due, or was interrupted, has none.
        """
        paused = {(one.audience, one.list_id) for one in report.paused}
        # a pause says what stopped the audience
        found = [
            self._stop(one, one.message, is_temporary=one.is_temporary)
            for one in report.not_begun
            if (one.audience, one.list_id) not in paused
        ]
        for one in report.audiences:
            if (one.audience, one.list_id) not in paused:
                found += self._of_audience(one)
        return [*found, *self._pauses(report, found)]

    def of_drift(self, verified: Iterable[VerifiedAudience]) -> list[Finding]:
        """What a comparison with the lists found.

        Args:
            verified: what was found of each audience and list.

        Returns:
            The findings. Differences that were recorded for the next sync are in order.
        """
        found = []
        for one in verified:
            if one.exit_code == Interrupted.exit_code:
                continue
            if one.message is not None:
                found.append(self._stop(one, one.message, is_temporary=one.is_temporary))
                continue
            found.append(self._at(one, TroubleKind.FAILURE, State.ABSENT))
            affected = 0 if one.is_healed else sum(row["contacts"] for row in one.drift)
            found.append(
                self._at(
                    one,
                    TroubleKind.DRIFT,
                    State.THERE if affected else State.ABSENT,
                    message=_differences(one),
                    affected=affected,
                )
            )
        return found

    def _of_audience(self, report: AudienceReport) -> Iterator[Finding]:
        """What became of one audience and list."""
        at = partial(self._at, report)
        if report.is_stopped and report.exit_code == Interrupted.exit_code:
            return
        if report.is_at_rest:
            return
        if report.exit_code == GuardTripped.exit_code:
            # the account, the list and the configuration were in order, or no guard had been asked
            yield at(TroubleKind.FAILURE, State.MOOT)
            yield at(TroubleKind.GUARD, State.THERE, message=_why(report))
            return
        if report.is_stopped:
            yield self._stop(report, _why(report), is_temporary=report.is_temporary)
            return
        if report.total(Outcome.UNKNOWN):
            yield self._stop(report, _why(report), is_temporary=True)
        else:
            yield at(TroubleKind.FAILURE, State.ABSENT)
        yield at(TroubleKind.GUARD, State.ABSENT)
        yield at(TroubleKind.PAUSE, State.ABSENT)
        yield from self._rejections(report)

    def _pauses(self, report: RunReport, found: Iterable[Finding]) -> Iterator[Finding]:
        """Who is paused; a pause takes the place of what stopped the audience before."""
        paused = {self._subject_of(one): one for one in (*report.resting, *report.paused)}
        stopped = {
            replace(one.subject, kind=TroubleKind.PAUSE): one.state
            for one in found
            if one.subject.kind in (TroubleKind.FAILURE, TroubleKind.GUARD)
            and one.state in (State.THERE, State.PASSING)
        }
        for subject, pause in paused.items():
            why = without_name(pause.audience, pause.reason)
            message = f"{pause.stops} runs in a row stopped: {why}"
            yield Finding(subject=replace(subject, kind=TroubleKind.GUARD), state=State.MOOT)
            # what keeps even its withdrawals from being sent is news
            if subject not in stopped:
                yield Finding(subject=replace(subject, kind=TroubleKind.FAILURE), state=State.MOOT)
            yield Finding(subject=subject, state=State.THERE, message=message)
        for subject, state in stopped.items():
            # it was resumed, and that it stopped again is told
            if state == State.THERE and subject not in paused:
                yield Finding(subject=subject, state=State.MOOT)

    def _subject_of(self, pause: Pause) -> Subject:
        return Subject(
            command=self.command,
            audience=pause.audience,
            list_id=pause.list_id or "",
            kind=TroubleKind.PAUSE,
        )

    def _rejections(self, report: AudienceReport) -> Iterator[Finding]:
        """Whether Mailchimp refused a large share; a few more or less say nothing new."""
        new, refused = report.new_rejections, report.total(Outcome.REJECTED)
        accepted = report.total(Outcome.ACCEPTED) - report.settled.total()
        sent = accepted + new + report.total(Outcome.UNKNOWN)
        if new >= max(REJECTED_ROWS, self.rejected_share * sent):
            message = f"{new:,} of {counted(sent, 'row')} sent were rejected: {_refusals(report)}"
            kind = TroubleKind.REJECTIONS
            yield self._at(report, kind, State.THERE, message=message, affected=refused)
        elif refused < REJECTED_ROWS:
            yield self._at(report, TroubleKind.REJECTIONS, State.ABSENT)

    def _stop(self, one: OfAudience, message: str, *, is_temporary: bool) -> Finding:
        # a sync of what is due is called more often than anything is due
        is_next_soon = self.settings.due or (one.audience, one.list_id) in self.recent
        may_wait = is_temporary and is_next_soon
        state = State.PASSING if may_wait else State.THERE
        said = without_name(one.audience, message)
        return self._at(one, TroubleKind.FAILURE, state, message=said)

    def _at(
        self,
        one: OfAudience,
        kind: TroubleKind,
        state: State,
        *,
        message: str = "",
        affected: int = 0,
    ) -> Finding:
        subject = Subject(
            command=self.command, audience=one.audience, list_id=one.list_id, kind=kind
        )
        return Finding(subject=subject, state=state, message=message, affected=affected)


def _why(report: AudienceReport) -> str:
    return without_name(report.audience, report.message or "")


def _refusals(report: AudienceReport) -> str:
    """The most frequent reasons of the rejections that are new in this run."""
    new: Counter[str] = Counter()
    for (outcome, reason), rows in report.reasons.items():
        if outcome == Outcome.REJECTED:
            new[reason or "without a reason"] += rows - report.earlier[reason]
    return _most_frequent(new)


def _differences(one: VerifiedAudience) -> str:
    """How many differences there are, and the most frequent ones."""
    found: Counter[str] = Counter()
    for row in one.drift:
        where = f" of {row['field']}" if row["field"] else f": {row['segment']}"
        found[DRIFT_TYPES[row["drift_type"]] + where.removesuffix(": ")] += row["contacts"]
    by_people = sum(row["contacts"] for row in one.drift if row["is_manual_change"])
    said = f"{counted(found.total(), 'difference')} from what was confirmed"
    return f"{said}, {by_people:,} of them made by people: {_most_frequent(found)}"


def _most_frequent(counts: Counter[str]) -> str:
    first = [(what, number) for what, number in counts.most_common(FIRST) if number]
    said = [f"{what} ({number:,})" for what, number in first]
    if rest := counts.total() - sum(number for _, number in first):
        said.append(f"others ({rest:,})")
    return "; ".join(said)
