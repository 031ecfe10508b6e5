"""One audience on its way to one list: what it needs, and what became of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from loader.commands.sync.list_setup import ListSetup
from loader.mailchimp.transport.client import Client
from loader.model.audience import Audience
from loader.model.batch import BatchResult
from loader.model.checks.guards import check_first_sync, check_leaves, check_loss, check_withdrawals
from loader.model.checks.mirror import check_mirror
from loader.model.errors import ConfigurationError, GuardTripped, LoaderError
from loader.model.list_schema import ListSchema, Reading
from loader.model.pauses import check_pause_by_loader, check_pause_by_person
from loader.model.plan_counts import PlanCounts
from loader.model.settings import Settings
from loader.text.audience_report import AudienceReport
from loader.text.events import OnProgress, ProgressEvent

NOTHING = PlanCounts(rows=(), leaving=0, withdrawing=0, sent=0, is_first=False)


def tripped_guards(guards: Iterable[Callable[[], None]]) -> Iterator[GuardTripped]:
    """Those of some guards that a person has to confirm, in their order.

    Args:
        guards: each raises GuardTripped.

    Yields:
        What they raised.
    """
    for guard in guards:
        try:
            guard()
        except GuardTripped as tripped_by:
            yield tripped_by


@dataclass(slots=True, kw_only=True)
class AudienceSync:
    """Everything that one audience needs for its way to Mailchimp.

    Attributes:
        registered: every audience there is.
        client: counts what is asked for this audience.
        setup: where it puts things on the list, when that was read.
        plan: its rows in numbers, when they were decided.
        is_stopped: whether it goes no further in this run; its report says why.
        fault: what is wrong with the configuration of an audience that is paused already.
    """

    audience: Audience
    registered: tuple[Audience, ...]
    client: Client
    settings: Settings
    report: AudienceReport
    on_progress: OnProgress
    setup: ListSetup = field(init=False)
    plan: PlanCounts = NOTHING
    is_stopped: bool = False
    fault: ConfigurationError | None = None

    async def check(self, setup: ListSetup, imagined: ListSchema, reading: Reading | None) -> None:
        """See what is on the list and what has to be made, before anything is decided.

        Args:
            setup: where this audience puts things on the list.
            imagined: the list with what the audiences before this one make there.
            reading: the last one of its contacts with all that they hold.

        Raises:
            LoaderError: the list is not as the audience says, or cannot be seen.
        """
        self.setup = setup
        await setup.check(imagined)
        if self.audience.mirror:
            self.report.mirrors = str(check_mirror(self.audience, self.registered, reading))
        # before the plan, which then finds everything owed; a run that is killed goes on with it
        if self.settings.historical_refresh:
            await setup.mark_refresh()

    def guards(self) -> tuple[Callable[[], None], ...]:
        """The guards that a person may have to confirm; each raises GuardTripped.

        They stop everything.

        Returns:
            Calls without arguments, in the order in which they are looked at.
        """
        audience, plan, settings = self.audience, self.plan, self.settings
        return (
            partial(check_pause_by_person, audience),
            partial(check_first_sync, audience, plan, allow_first_sync=settings.allow_first_sync),
            partial(check_withdrawals, audience, plan, allow_leaves=settings.allow_leaves),
        )

    def guards_of_rest(self) -> tuple[Callable[[], None], ...]:
        """The same for what stops whatever is no withdrawal of consent.

        Returns:
            Calls without arguments, in the order in which they are looked at.
        """
        allow_leaves = self.settings.allow_leaves
        return (
            partial(check_pause_by_loader, self.audience),
            self._check_fault,
            partial(check_leaves, self.audience, self.plan, allow_leaves=allow_leaves),
            *(
                partial(check_loss, self.audience, self.plan, loss, allow_leaves=allow_leaves)
                for loss in self.plan.losses
            ),
        )

    def _check_fault(self) -> None:
        if self.fault is not None:
            raise GuardTripped(str(self.fault))

    def sets_aside(self, error: LoaderError) -> bool:
        """Whether withdrawals of consent go all the same: those of a paused audience need no more.

        Args:
            error: what stops the audience otherwise.

        Returns:
            False where it is not paused by the loader, or its configuration is not to blame.
        """
        pause = self.audience.pause
        is_paused = pause is not None and self.audience.is_paused and not pause.is_by_person
        if is_paused and isinstance(error, ConfigurationError):
            self.fault = error
        return self.fault is error

    def stop(self, error: LoaderError) -> None:
        """Go no further.

        Args:
            error: what stops it.
        """
        self.is_stopped = True
        self.report.fail(
            error.exit_code,
            str(error),
            is_temporary=error.is_temporary,
            leads_to_pause=error.leads_to_pause,
        )

    def count(self, answers: BatchResult) -> None:
        """Take the answers for rows of this audience into its report.

        Args:
            answers: of rows of this audience alone.
        """
        self.report.add(answers.route.action, answers.counts)
        self.emit("answered", answers.rows.num_rows)

    def emit(self, kind: str, rows: int) -> None:
        """Tell whoever waits of rows.

        Args:
            kind: as in `ProgressEvent`.
            rows: how many.
        """
        self._tell(ProgressEvent(kind=kind, rows=rows))

    def emit_finished(self) -> None:
        """Tell whoever waits how it ended, as its report says."""
        code, message = self.report.exit_code, self.report.message
        self._tell(ProgressEvent(kind="finished", exit_code=code, message=message))

    def _tell(self, event: ProgressEvent) -> None:
        name = self.audience.name
        self.on_progress(replace(event, subject=name, audience=name, list_id=self.audience.list_id))
