"""Which interests and marketing permissions a write turns on or off, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.problems import ARRAY_FOR_OBJECT, NULL_FOR_OBJECT, invalid_field

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

INTERESTS = "interests"
PERMISSIONS = "marketing_permissions"
NO_BOOLEAN = "Schema describes boolean, but it was not found"


class PreferenceRules:
    """What the contacts of a list may turn on or off.

    Args:
        interests: the ids of the list's interests.
        permissions: the ids of its marketing permissions.
        single: whether one contact is written by itself; the batch endpoint takes null for
            nothing, and does not know marketing permissions.
    """

    def __init__(
        self, interests: Collection[str], permissions: Collection[str] = (), *, single: bool
    ) -> None:
        self._interests = interests
        self._permissions = permissions
        self._single = single

    def changes_in(self, row: Mapping[str, object]) -> dict[str, bool]:
        """Return what a row turns on or off, by id; the others stay as they are.

        SANDBOX choice: of a category of type radio or dropdown several may be on.
        """
        wanted: dict[str, bool] = {}
        if INTERESTS in row:
            wanted |= self._of_interests(row[INTERESTS])
        if self._single and PERMISSIONS in row:
            wanted |= self._of_permissions(row[PERMISSIONS])
        return wanted

    def _of_interests(self, sent: object) -> dict[str, bool]:
        """Check the interests of a row. SANDBOX choice: an unknown id is refused, and the words."""
        if sent is None and not self._single:
            return {}
        if not isinstance(sent, dict):
            raise invalid_field(INTERESTS, NULL_FOR_OBJECT if sent is None else ARRAY_FOR_OBJECT)
        wanted: dict[str, bool] = {}
        for name, value in sent.items():
            if value is None and not self._single:
                continue
            if not isinstance(value, bool):
                raise invalid_field(f"{INTERESTS}.{name}", NO_BOOLEAN)
            if name not in self._interests:
                raise invalid_field(INTERESTS, f"This list has no interest with the id {name}.")
            wanted[name] = value
        return wanted

    def _of_permissions(self, sent: object) -> dict[str, bool]:
        """Check the permissions of a contact. SANDBOX choice: the words of every refusal here."""
        if not isinstance(sent, list) or not all(isinstance(each, dict) for each in sent):
            raise invalid_field(PERMISSIONS, "This value should be of type iterable/array")
        if sent and not self._permissions:
            raise invalid_field(PERMISSIONS, "Marketing permissions are off for this list.")
        wanted: dict[str, bool] = {}
        for number, each in enumerate(sent):
            name, value = each.get("marketing_permission_id"), each.get("enabled")
            if not isinstance(name, str) or name not in self._permissions:
                field = f"{PERMISSIONS}.{number}.marketing_permission_id"
                raise invalid_field(field, "This list has no marketing permission with this id.")
            if not isinstance(value, bool):
                raise invalid_field(f"{PERMISSIONS}.{number}.enabled", NO_BOOLEAN)
            wanted[name] = value
        return wanted
