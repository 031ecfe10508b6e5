"""Let audiences rest, and let them go on: in the warehouse alone."""

from datetime import datetime

from loader.model.audience import Audience, Pause
from loader.model.errors import ConfigurationError
from loader.session.dbt_target import filter_audiences
from loader.text.foreign_text import without_secrets
from loader.warehouse.base import Warehouse
from loader.warehouse.records.pauses import current_pauses
from loader.warehouse.records.pauses import pause as write_pauses
from loader.warehouse.records.pauses import resume as write_resume
from loader.warehouse.registry import registered_audiences


async def pause(
    warehouse: Warehouse, selectors: tuple[str, ...], reason: str, *, now: datetime
) -> list[str]:
    """Pause audiences on all their lists, until somebody resumes them.

    Args:
        warehouse: where the audiences are registered.
        selectors: as for `--select`.
        reason: for whoever finds them paused; addresses and keys are left out.
        now: in UTC without a zone.

    Returns:
        What became of each audience.

    Raises:
        ConfigurationError: a selector matches nothing, or there is no reason.
    """
    if not reason.strip():
        raise ConfigurationError("The reason is empty. Say with --reason why it is paused.")
    found = {one.name: one for one in await _selected(warehouse, selectors)}
    pauses = {
        name: Pause(
            audience=name, list_id=None, reason=without_secrets(reason.strip()), paused_at=now
        )
        for name, one in found.items()
        if not _is_paused_by_person(one)
    }
    if pauses:
        await write_pauses(warehouse, list(pauses.values()))
    return [
        f"{name}: paused. {pauses[name].until} Withdrawals of consent wait, too."
        if name in pauses
        else f"{name}: already {one.pause}"
        for name, one in found.items()
    ]


async def resume(warehouse: Warehouse, selectors: tuple[str, ...], *, now: datetime) -> list[str]:
    """Let audiences go on that a person or the loader has paused.

    Args:
        warehouse: where the audiences are registered.
        selectors: as for `--select`.
        now: in UTC without a zone.

    Returns:
        What became of each audience.

    Raises:
        ConfigurationError: a selector matches nothing.
    """
    names = dict.fromkeys(one.name for one in await _selected(warehouse, selectors))
    current = (await current_pauses(warehouse)).values()
    paused = {one.audience for one in current if one.paused_at is not None}
    for name in names:
        if name in paused:
            await write_resume(warehouse, name, now=now)
    return [
        f"{name}: resumed. The next sync sends what is pending."
        if name in paused
        else f"{name}: it is not paused"
        for name in names
    ]


async def _selected(warehouse: Warehouse, selectors: tuple[str, ...]) -> list[Audience]:
    return filter_audiences(await registered_audiences(warehouse), selectors, ())


def _is_paused_by_person(audience: Audience) -> bool:
    return audience.pause is not None and audience.pause.is_by_person
