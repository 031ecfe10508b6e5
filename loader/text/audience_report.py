"""What became of one audience and list in a run. Pure."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from loader.model.audience import Pause
from loader.model.batch import Operation, Outcome, Tally
from loader.model.plan_counts import PlanCounts

SEVERITY = (0, 1, 4, 2, 5, 3)  # which exit code wins when audiences end differently


@dataclass(kw_only=True)
class AudienceReport:
    """What became of one audience and list in a run: filled while it goes on.

    Attributes:
        counts: rows by action and outcome; what an earlier run recorded is in it too.
        reasons: rows that were not accepted, by outcome and reason; of a refusal, Mailchimp's text.
        settled: rows that were accepted because nothing had to be done, by reason;
            settled_actions the same by action.
        earlier: rows that an earlier run was refused, and that were not offered again, by reason.
        new_rejections: rows that Mailchimp refused in this run.
        mirrors: the reading of the list that its mirror stands on, where it has one.
        staying: who would leave, and stays because other audiences want them: how many, by those.
        given_up: who stays on leaving the audience, because a `loader retire` released them.
        gives_up: who stays in this retirement, and is not ours any more.
        deleted: the segments that this retirement deleted, for nobody was in them any more.
        is_answered: whether Mailchimp answered any write.
        is_stopped: whether it ended before its time.
        is_at_rest: whether it is paused, and all was sent that goes in spite of that.
        is_temporary: whether what stopped it may pass although nobody does anything.
        leads_to_pause: whether what stopped it lasts until a person does something about the
            audience.
    """

    audience: str
    list_id: str
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    settled: Counter[str] = field(default_factory=Counter)
    settled_actions: Counter[str] = field(default_factory=Counter)
    earlier: Counter[str] = field(default_factory=Counter)
    new_rejections: int = 0
    staying: dict[str, int] = field(default_factory=dict)
    given_up: int = 0
    gives_up: int = 0
    deleted: list[str] = field(default_factory=list)
    requests: int = 0
    writes: int = 0
    retries: int = 0
    max_in_flight: int = 0
    seconds: float = 0.0
    exit_code: int = 0
    message: str | None = None
    mirrors: str | None = None
    is_answered: bool = False
    is_stopped: bool = False
    is_at_rest: bool = False
    is_temporary: bool = False
    leads_to_pause: bool = False

    @property
    def accepted(self) -> int:
        """Rows that Mailchimp has now, or that needed no write."""
        return self.total(Outcome.ACCEPTED)

    @property
    def held(self) -> int:
        """Rows that wait for the person or for our payload to change."""
        return self.total(Outcome.HELD)

    @property
    def rejected(self) -> int:
        """Rows that Mailchimp refused, in this run or before."""
        return self.total(Outcome.REJECTED)

    @property
    def invalid(self) -> int:
        """Rows that were not sent, for Mailchimp could not take them."""
        return self.total(Outcome.INVALID)

    @property
    def unknown(self) -> int:
        """Rows without a usable answer; the next run offers them again."""
        return self.total(Outcome.UNKNOWN)

    def add_plan(self, plan: PlanCounts) -> None:
        """Count what the plan settled without asking Mailchimp.

        Args:
            plan: of this audience.
        """
        for row in plan.rows:
            if row.outcome is not None:
                self._count(Operation(row.route).action, row.outcome, row.reason, row.contacts)
                if row.outcome == Outcome.REJECTED and row.is_new:
                    self.new_rejections += row.contacts
                elif row.outcome == Outcome.REJECTED:
                    self.earlier[row.reason or ""] += row.contacts

    def add(self, action: str, tally: Tally) -> None:
        """Count the answers for a batch.

        Args:
            action: the word for it in acknowledgements.
            tally: rows by outcome and reason.
        """
        for outcome, reason, rows in tally:
            self._count(action, outcome, reason, rows)
            # what needed no write is accepted with a reason, and nobody was asked
            self.is_answered |= outcome != Outcome.ACCEPTED or not reason
            if outcome == Outcome.REJECTED:
                self.new_rejections += rows

    def set_counters(self, counted: tuple[int, int, int]) -> None:
        """Take what a client has counted.

        Args:
            counted: the requests, those of them that write, and those that repeat one.
        """
        self.requests, self.writes, self.retries = counted

    def total(self, outcome: Outcome) -> int:
        """How many rows ended like this.

        Args:
            outcome: that is counted.

        Returns:
            A number of rows.
        """
        return sum(count for (_, one), count in self.counts.items() if one == outcome)

    def fail(
        self,
        exit_code: int,
        message: str,
        *,
        is_temporary: bool = False,
        leads_to_pause: bool = False,
    ) -> None:
        """Say why the audience ended before its time; the worst reason stays.

        Args:
            exit_code: of the reason.
            message: what a person reads.
            is_temporary: whether it may pass although nobody does anything.
            leads_to_pause: whether it lasts until a person does something about the audience.
        """
        # of two that are as grave the later one is told
        if SEVERITY.index(exit_code) >= SEVERITY.index(self.exit_code):
            self.exit_code, self.message, self.is_stopped = exit_code, message, True
            self.is_temporary = is_temporary
            self.leads_to_pause = leads_to_pause

    def rest(self, pause: Pause) -> None:
        """Say that the audience is paused, and nothing of what stopped it: that was told before.

        Args:
            pause: what keeps it at rest.
        """
        self.exit_code, self.message = 0, str(pause)
        self.is_stopped = self.leads_to_pause = False
        self.is_at_rest = True

    def finish(self) -> None:
        """Say what a run that came to its end left undone."""
        if self.new_rejections:
            rejected = f"{self.new_rejections:,} rejected; `loader rejections` has the reasons"
            self._leave_undone(1, rejected)
        if unknown := self.total(Outcome.UNKNOWN):
            self._leave_undone(4, f"{unknown:,} without a usable answer; run again to retry them")

    def _leave_undone(self, exit_code: int, message: str) -> None:
        """Say what is left, unless what stopped the audience says as much."""
        if SEVERITY.index(exit_code) > SEVERITY.index(self.exit_code):
            self.exit_code, self.message = exit_code, message

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values, for JSON.

        Returns:
            The fields, and the number of rows by each outcome.
        """
        return {
            "audience": self.audience,
            "list_id": self.list_id,
            **{outcome.value: self.total(outcome) for outcome in Outcome},
            "counts": _nested(self.counts),
            "reasons": _nested(self.reasons),
            "settled": dict(sorted(self.settled.items())),
            "new_rejections": self.new_rejections,
            "staying": self.staying,
            "given_up": self.given_up,
            "gives_up": self.gives_up,
            "deleted": self.deleted,
            "requests": self.requests,
            "writes": self.writes,
            "retries": self.retries,
            "max_in_flight": self.max_in_flight,
            "seconds": round(self.seconds, 3),
            "exit_code": self.exit_code,
            "message": self.message,
            "mirrors": self.mirrors,
        }

    def _count(self, action: str, outcome: str, reason: str | None, rows: int) -> None:
        self.counts[action, outcome] += rows
        if outcome != Outcome.ACCEPTED:
            self.reasons[outcome, reason or ""] += rows
        elif reason:
            self.settled[reason] += rows
            self.settled_actions[action] += rows


def _nested(counts: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for (outer, inner), count in sorted(counts.items()):
        nested.setdefault(outer, {})[inner] = count
    return nested
