"""An audience that a run did not begin."""

from dataclasses import dataclass
from typing import Self

from loader.model.audience import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class NotBegun:
    """An audience and list that should have been sent, and that a run did not begin.

    Attributes:
        exit_code: of what stops it.
        message: why, and what to do.
        is_temporary: whether it may pass although nobody does anything.
    """

    audience: str
    list_id: str
    exit_code: int
    message: str
    is_temporary: bool

    @classmethod
    def of(cls, audience: Audience, exit_code: int, message: str, *, is_temporary: bool) -> Self:
        """One of an audience as it is registered.

        Args:
            audience: what dbt registered of it for one list.
            exit_code: of what stops it.
            message: why, and what to do.
            is_temporary: whether it may pass although nobody does anything.

        Returns:
            The audience and list, and why.
        """
        return cls(
            audience=audience.name,
            list_id=audience.list_id,
            exit_code=exit_code,
            message=message,
            is_temporary=is_temporary,
        )
