"""One running sandbox: its options, its stored state, its request counts, its faults, its key."""

import asyncio
from dataclasses import dataclass, field

from loader.sandbox.faults.schedule import FaultSchedule
from loader.sandbox.http.request_counts import RequestCounts
from loader.sandbox.options import Options
from loader.sandbox.state.database import Store


@dataclass(slots=True, kw_only=True)
class ServerState:
    """What all requests share; the admin API may change the key, the faults and the connections."""

    options: Options
    store: Store
    request_counts: RequestCounts
    api_key: str = field(repr=False)
    faults: FaultSchedule
    connections_in_use: int = 0  # by another integration of the user
    stopping: asyncio.Event = field(default_factory=asyncio.Event)  # ends every wait
