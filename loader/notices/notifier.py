"""Tell people what changed in a run: READ THIS FIRST.

What the run found is compared with what was known before. What a person does not know yet goes out
as one notice, and then it is written down that they know. A notice never changes how a run ends.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from loader.model.errors import ConfigurationError, Interrupted, LoaderError
from loader.model.settings import Settings, utc_now
from loader.notices.configuration import (
    NOT_INSTALLED,
    NOT_UNDERSTOOD,
    notice_urls,
    rejected_share,
)
from loader.notices.findings import REJECTED_SHARE, Run
from loader.notices.kept_file import KeptFile
from loader.notices.memory import Memory
from loader.notices.message import message
from loader.notices.send import SendResult, is_installed, send
from loader.notices.transitions import Finding, after_notice, after_run
from loader.session.context import RunContext
from loader.text.foreign_text import in_notice
from loader.warehouse.base import Warehouse

RECENT = timedelta(hours=6)  # so old the last completed sync may be while a trouble may pass

Found = TypeVar("Found")
Find = Callable[[Run], Iterable[Finding]]


@dataclass(frozen=True, kw_only=True)
class Notifier:
    """Tells what one command found, if the environment says whom to tell.

    Attributes:
        command: sync, retire or verify.
        argument: what was named without an option.
        settings: what it was asked to do.
        environment: where the URLs of the receivers are.
        kept: where troubles are kept when the warehouse cannot be asked.
        say: hears what is wrong with the notices themselves; nothing of it is secret.
        now: the time of day in UTC, without a zone.
    """

    command: str
    argument: str = ""
    settings: Settings
    environment: Mapping[str, str] = field(repr=False)
    kept: KeptFile
    say: Callable[[str], None]
    now: Callable[[], datetime] = utc_now

    @asynccontextmanager
    async def opening(
        self, opened: AbstractAsyncContextManager[Warehouse]
    ) -> AsyncIterator[Warehouse]:
        """Open the warehouse of a run, and tell if it cannot be opened.

        Args:
            opened: the warehouse, which is not entered yet.

        Yields:
            The warehouse.

        Raises:
            LoaderError: it cannot be opened, which was told.
        """
        async with AsyncExitStack() as stack:
            try:
                warehouse = await stack.enter_async_context(opened)
            except LoaderError as error:
                await self.tell_failure(None, error)
                raise
            yield warehouse

    async def watch(
        self,
        context: RunContext,
        work: Callable[[], Awaitable[Found]],
        find: Callable[[Run, Found], Iterable[Finding]],
    ) -> Found:
        """Do a run, and tell what changed in it.

        Args:
            context: of the run; its warehouse is asked and written after the work.
            work: the run.
            find: what its result says of each audience.

        Returns:
            What the run gave.

        Raises:
            LoaderError: the run stopped, which was told.
        """
        if notice_urls(self.environment) and not is_installed():
            self.say(f"{NOT_INSTALLED} No notice is sent.")
        try:
            found = await work()
        except Interrupted:
            raise
        except Exception as error:
            await self.tell_failure(context.warehouse, error)
            raise
        is_interrupted = context.stopping.is_set()
        await self.tell(
            context.warehouse,
            lambda run: [*find(run, found), *([] if is_interrupted else [run.came_through()])],
        )
        return found

    async def tell_failure(self, warehouse: Warehouse | None, error: Exception) -> None:
        """Tell that the run as a whole stopped.

        Args:
            warehouse: None where it could not be opened.
            error: what stopped it. Of one that nobody thought of only the type is told.
        """
        # whoever names what to retire reads the answer
        if self.argument and isinstance(error, ConfigurationError):
            return
        text, is_temporary = f"An unexpected {type(error).__name__}.", False
        if isinstance(error, LoaderError):
            text, is_temporary = str(error), error.is_temporary
        await self.tell(warehouse, lambda run: [run.failed(text, is_temporary=is_temporary)])

    async def tell(self, warehouse: Warehouse | None, find: Find) -> None:
        """Tell what changed in a run, in one notice, and write it down.

        Args:
            warehouse: None where it could not be opened.
            find: what the run found.
        """
        if not notice_urls(self.environment) or not is_installed():
            return
        try:
            await self._tell(warehouse, find)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run and its report count
            what = str(error) if isinstance(error, LoaderError) else type(error).__name__
            self.say(f"The notices failed ({what}). The run goes on without them.")

    async def _tell(self, warehouse: Warehouse | None, find: Find) -> None:
        """Compare, send, and write down, in this order: who dies between sends again."""
        memory = await Memory.of(warehouse, self.kept)
        run = Run(
            command=self.command,
            argument=self.argument,
            settings=self.settings,
            rejected_share=self._rejected_share(),
            recent=await memory.recently_synced(self.now() - RECENT),
        )
        findings = [replace(one, message=in_notice(one.message)) for one in find(run)]
        findings += await memory.moot()
        troubles = after_run(memory.known, findings, now=self.now())
        said = message(troubles, self.settings.target)
        if said is not None:
            delivery = await send(said, notice_urls(self.environment))
            if delivery.accepted:
                troubles = after_notice(troubles, now=self.now())
            self._complain(delivery)
        await memory.keep(troubles)

    def _rejected_share(self) -> float:
        try:
            return rejected_share(self.environment)
        except ConfigurationError as error:
            self.say(f"{error} It is taken to be {REJECTED_SHARE:.0%}.")
            return REJECTED_SHARE

    def _complain(self, delivery: SendResult) -> None:
        """Say which receivers did not get a notice."""
        if not delivery.is_understood:
            self.say(NOT_UNDERSTOOD)
        if delivery.accepted and delivery.refused:
            self.say(f"A notice did not arrive at {', '.join(delivery.refused)}, but elsewhere.")
        elif not delivery.accepted:
            where = f" at {', '.join(delivery.refused)}" if delivery.refused else ""
            self.say(f"A notice did not arrive{where}. The next run sends it again.")
