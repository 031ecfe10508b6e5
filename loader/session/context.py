"""What every command runs with, made once and handed on whole."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from loader.model.settings import RetryPolicy, Settings, utc_now
from loader.session.accounts import Accounts
from loader.text.events import OnProgress
from loader.warehouse.base import Warehouse


@dataclass(frozen=True, kw_only=True)
class RunContext:
    """Where a command runs, how, and until when.

    Attributes:
        warehouse: the target's.
        settings: the options of the command.
        environment: where the credentials are.
        stopping: set when somebody asks the run to end.
        on_progress: hears about rows as they are read, planned and acknowledged.
        retry_policy: how long Mailchimp is waited for.
        now: the time of day in UTC, without a zone.
    """

    warehouse: Warehouse
    settings: Settings
    environment: Mapping[str, str] = field(repr=False)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    on_progress: OnProgress = lambda _: None
    retry_policy: RetryPolicy = field(default_factory=RetryPolicy)
    now: Callable[[], datetime] = utc_now

    @property
    def accounts(self) -> Accounts:
        """What opens the Mailchimp users that audiences name."""
        return Accounts(
            environment=self.environment,
            connections=self.settings.connections,
            retry_policy=self.retry_policy,
            stopping=self.stopping,
        )
