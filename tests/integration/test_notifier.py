"""What stops a run is told, whatever it is, and goes on to stop it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from loader.model.errors import (
    ConfigurationError,
    Interrupted,
    LoaderError,
    WarehouseError,
    WarehouseLocked,
)
from loader.model.settings import Settings
from loader.notices.kept_file import KeptFile
from loader.notices.notifier import Notifier
from loader.session.context import RunContext
from loader.warehouse.base import Warehouse
from tests.package.notices.receivers import Webhook
from warehouses.database import Databases

NOW = datetime(2026, 11, 22, 2)  # noqa: DTZ001 - UTC


class Told:
    """A notifier of a warehouse that has no tables, and what arrives."""

    def __init__(self, folder: Path, warehouse: Warehouse, webhook: Webhook) -> None:
        self.said: list[str] = []
        self.webhook = webhook
        settings = Settings(target="prod")
        environment = {"MAILCHIMP_NOTICES": webhook.url}
        self.context = RunContext(
            warehouse=warehouse, settings=settings, environment=environment, now=lambda: NOW
        )
        self.notifier = Notifier(
            command="sync",
            settings=settings,
            environment=environment,
            kept=KeptFile(folder=folder),
            now=lambda: NOW,
            say=self.said.append,
        )

    async def watch(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do a run that finds nothing of any audience."""
        await self.notifier.watch(self.context, work, lambda _run, _found: [])


@pytest.fixture
def told(tmp_path: Path, databases: Databases) -> Iterator[Told]:
    database = databases.new(tmp_path)
    database.session().close()
    opened = database.open()
    with Webhook() as webhook:
        yield Told(tmp_path, opened, webhook)
    opened.close()


def failing(error: BaseException) -> Callable[[], Awaitable[None]]:
    async def work() -> None:
        await asyncio.sleep(0)
        raise error

    return work


async def working() -> None:
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("error", "titles"),
    [
        (ConfigurationError("a wrong key"), ["loader sync stopped"]),
        (WarehouseError("the disk is full"), ["loader sync stopped"]),
        (ZeroDivisionError("division by zero"), ["loader sync stopped"]),
        (WarehouseLocked("somebody holds it"), []),
        (Interrupted("stopped"), []),
        (asyncio.CancelledError(), []),
    ],
)
async def test_what_stops_a_run_is_told_unless_somebody_asked_for_it_or_it_may_pass(
    told: Told, error: BaseException, titles: list[str]
) -> None:
    with pytest.raises(type(error)):
        await told.watch(failing(error))
    assert told.webhook.titles() == titles
    await told.watch(working)
    assert told.webhook.titles() == (["loader sync recovered"] if titles else [])
    assert told.said == []


async def test_runs_that_somebody_interrupts_are_never_told(told: Told) -> None:
    for _ in range(3):
        with pytest.raises(Interrupted):
            await told.watch(failing(Interrupted("stopped")))
    assert told.webhook.titles() == []


async def test_of_an_error_that_nobody_thought_of_only_the_type_is_told(told: Told) -> None:
    await told.notifier.tell_failure(None, ValueError("ada@shop.de is no number"))
    (notice,) = told.webhook.received
    assert "Stopped: loader sync. An unexpected ValueError.\n" in notice["message"]
    assert "ada" not in notice["message"]


async def test_no_address_and_no_key_is_in_a_notice(told: Told) -> None:
    secrets = "ada@shop.de 'EVE%40SHOP.DE' <b@c.de> 0123456789abcdef0123456789abcdef-us1"
    await told.notifier.tell_failure(None, LoaderError(f"Mailchimp says: {secrets}."))
    (notice,) = told.webhook.received
    assert "Mailchimp says: (address) '(address)' <(address)> (key)" in notice["message"]
    kept = (told.notifier.kept.folder / "loader_notices.json").read_text()
    assert "shop.de" not in kept.lower()


async def test_an_interrupted_run_does_not_say_that_all_is_well(told: Told) -> None:
    await told.notifier.tell_failure(None, ConfigurationError("a wrong key"))
    told.webhook.titles()
    told.context.stopping.set()
    await told.watch(working)
    assert told.webhook.titles() == []


def test_nothing_of_where_notices_go_is_in_a_repr(told: Told) -> None:
    assert "hidden-word" not in repr(told.notifier)
    assert "hidden-word" not in repr(told.context)
