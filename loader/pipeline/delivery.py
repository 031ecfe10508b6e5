"""One audience on its way to one list: what it needs, and what became of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from loader.audience import Audience
from loader.checks.fuses import check_first, check_leaves, check_loss, check_withdrawals
from loader.checks.mirror import check_mirror
from loader.errors import FuseBlown, LoaderError
from loader.mailchimp.client import Client
from loader.model import Answers, Event, Plan, Tell
from loader.pipeline.places import Places
from loader.places import Reading, RemoteList
from loader.report import AudienceReport
from loader.settings import Settings

NOTHING = Plan(rows=(), leaving=0, withdrawing=0, sent=0, is_first=False)


def status_of_new(audience: Audience, remote: RemoteList) -> str:
    """The status in which a contact is created.

    An audience that only updates creates nobody on purpose: somebody who vanished since the list
    was read must not be mailed. On a double opt-in list `subscribed` would skip the confirmation
    mail (Marketing API, Lists: `double_optin`).
    """
    if audience.contacts == "update":
        return "unsubscribed"
    if remote.double_optin and audience.status_if_new == "subscribed":
        return "pending"
    return audience.status_if_new


def blown_of(guards: Iterable[Callable[[], None]]) -> Iterator[FuseBlown]:
    """Those of some guards that want a person to say that it is meant, in their order."""
    for guard in guards:
        try:
            guard()
        except FuseBlown as blown:
            yield blown


@dataclass(slots=True, kw_only=True)
class Delivery:
    """Everything that one audience needs for its way to Mailchimp.

    Attributes:
        registered: every audience there is.
        client: counts what is asked for this audience.
        places: where it puts things on the list, when that was read.
        plan: its rows in numbers, when they were decided.
        is_stopped: whether it goes no further in this run; its report says why.
    """

    audience: Audience
    registered: tuple[Audience, ...]
    client: Client
    settings: Settings
    report: AudienceReport
    tell: Tell
    places: Places = field(init=False)
    plan: Plan = NOTHING
    is_stopped: bool = False

    async def check(self, places: Places, imagined: RemoteList, reading: Reading | None) -> None:
        """See what is on the list and what has to be made, before anything is decided.

        `imagined` is the list with what the audiences before this one make there, `reading` the
        last one of its contacts with all that they hold.

        Raises:
            LoaderError: the list is not as the audience says, or cannot be seen.
        """
        self.places = places
        await places.check(imagined)
        if self.audience.mirror:
            self.report.mirrors = str(check_mirror(self.audience, self.registered, reading))
        if self.settings.historical_refresh:
            await places.refresh()

    def guards(self) -> tuple[Callable[[], None], ...]:
        """What looks whether a person has to say that it is meant; each raises FuseBlown.

        They stop everything.
        """
        audience, plan, settings = self.audience, self.plan, self.settings
        return (
            partial(check_first, audience, plan, first=settings.first),
            partial(check_withdrawals, audience, plan, force=settings.force_leave),
        )

    def guards_of_rest(self) -> tuple[Callable[[], None], ...]:
        """The same for what stops whatever is no withdrawal of consent."""
        force = self.settings.force_leave
        return (
            partial(check_leaves, self.audience, self.plan, force=force),
            *(
                partial(check_loss, self.audience, self.plan, loss, force=force)
                for loss in self.plan.losses
            ),
        )

    def stop(self, error: LoaderError) -> None:
        """Go no further."""
        self.is_stopped = True
        self.report.stop(error.exit_code, str(error))

    def count(self, answers: Answers) -> None:
        """Take the answers for rows of this audience into its report."""
        self.report.add(answers.route.action, answers.tally)
        self.say("answered", answers.rows.num_rows)

    def say(self, kind: str, rows: int) -> None:
        """Tell whoever waits."""
        self.tell(Event(kind=kind, subject=self.audience.name, rows=rows))
