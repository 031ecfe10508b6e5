"""A plan as a file: what somebody approves, and what a sync is held to."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import orjson

from loader.commands.plan.plan_report import AudiencePlan
from loader.model.approved_plan import PLANNED_OPTIONS, ApprovedPlan, ApprovedRows, Work
from loader.model.errors import ConfigurationError
from loader.model.settings import Settings
from loader.text.foreign_text import as_json

FORMAT = 1  # of the file
LARGEST = 16 * 2**20  # bytes; a plan of a thousand audiences has one of them
AGAIN = "Nothing was sent. Make a plan with loader plan --out, and do not edit it."


def as_file(
    plans: Iterable[AudiencePlan],
    unsent: Mapping[str, str],
    settings: Settings,
    *,
    schema: str,
    version: str,
    now: datetime,
) -> bytes:
    """The content of a plan file.

    Args:
        plans: of the audiences; the people of a sample stay out.
        unsent: why audiences are left out, by name.
        settings: what the plan was asked for.
        schema: of the target.
        version: of the loader.
        now: in UTC without a zone.

    Returns:
        JSON without an address, with a digest that an edit does not fit any more.
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "plan_id": str(uuid.uuid4()),
        "created_at": now.replace(tzinfo=UTC, microsecond=0),
        "loader_version": version,
        "target": settings.target,
        "schema": schema,
        "options": {name: getattr(settings, name) for name in PLANNED_OPTIONS},
        "audiences": [
            {key: value for key, value in asdict(one).items() if key != "people"} for one in plans
        ],
        "unsent": dict(unsent),
    }
    # as it will be read: a tuple is a list then
    return as_json(content | {"digest": _digest(orjson.loads(as_json(content)))})


def from_file(content: bytes) -> ApprovedPlan:
    """Read the content of a plan file.

    Args:
        content: of the file.

    Returns:
        The plan.

    Raises:
        ConfigurationError: it is none, was edited, or is of another version of the loader.
    """
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise ConfigurationError(f"The plan file is no JSON. {AGAIN}") from None
    if not isinstance(found, dict) or "format" not in found:
        raise ConfigurationError(f"The file is no plan of loader plan --out. {AGAIN}")
    if found["format"] != FORMAT:
        raise ConfigurationError(
            f"The plan file has another format than this loader reads ({FORMAT}): another version"
            f" of the loader made it. {AGAIN}"
        )
    if found.pop("digest", None) != _digest(found):
        raise ConfigurationError(f"The plan file was edited after it was made. {AGAIN}")
    try:
        return _plan(found)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ConfigurationError(f"The file is no plan of loader plan --out. {AGAIN}") from None


def _plan(found: dict[str, Any]) -> ApprovedPlan:
    """A plan of what stands in a file that nobody edited."""
    created_at = datetime.fromisoformat(found["created_at"]).astimezone(UTC).replace(tzinfo=None)
    given = {name: found["options"][name] for name in PLANNED_OPTIONS}
    options = {name: tuple(one) if isinstance(one, list) else one for name, one in given.items()}
    return ApprovedPlan(
        plan_id=found["plan_id"],
        created_at=created_at,
        target=found["target"],
        schema=found["schema"],
        options=options,
        work={
            (one["audience"], one["list_id"]): _work(one["operations"])
            for one in found["audiences"]
        },
    )


def _work(operations: dict[str, dict[str, Any]]) -> Work:
    return {name: ApprovedRows(**rows) for name, rows in operations.items()}


def _digest(content: dict[str, Any]) -> str:
    """The same however the file is indented; no seal: who edits on purpose can make another."""
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
