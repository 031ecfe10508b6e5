"""One sandbox while it runs: its options, its state, its traffic, its faults, its key."""

import asyncio
from dataclasses import dataclass, field

from loader.sandbox.faults.model import Faults
from loader.sandbox.options import Options
from loader.sandbox.state.database import Store
from loader.sandbox.wire.traffic import Traffic


@dataclass(slots=True, kw_only=True)
class World:
    """What the gates and the control interface share; key, faults and connections may change."""

    options: Options
    store: Store
    traffic: Traffic
    api_key: str = field(repr=False)
    faults: Faults
    taken: int = 0  # connections of the account that somebody else holds
    ending: asyncio.Event = field(default_factory=asyncio.Event)  # nobody has to wait any more
