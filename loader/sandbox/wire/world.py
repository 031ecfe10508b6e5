"""One sandbox while it runs: its options, its state, its traffic, the key that opens it."""

from dataclasses import dataclass, field

from loader.sandbox.options import Options
from loader.sandbox.state.database import Store
from loader.sandbox.wire.traffic import Traffic


@dataclass(slots=True, kw_only=True)
class World:
    """What the gates and the control interface share; the key may be changed."""

    options: Options
    store: Store
    traffic: Traffic
    api_key: str = field(repr=False)
