"""The type of a JSON object, in a request or in an answer."""

from typing import TypeAlias

Document: TypeAlias = dict[str, object]
