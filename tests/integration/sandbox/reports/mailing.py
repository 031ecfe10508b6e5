"""A campaign in a sandbox, and plain ways to let things happen to it and to read its reports."""

from __future__ import annotations

from hashlib import md5
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox_process import Json, SandboxProcess

DAY = "2026-03-02T10:00:{:02}+00:00"
SENT_AT = "2026-03-02T09:00:00+00:00"
SHOES = "https://shop.de/shoes?a=1&b=2"
HATS = "https://shop.de/hats"


def hashed(name: str) -> str:
    return md5(f"{name}@shop.de".encode(), usedforsecurity=False).hexdigest()


def named(row: dict[str, Json]) -> str:
    name: str = row["email_address"].partition("@")[0]
    return name


class Mailing:
    """One campaign that was sent."""

    def __init__(self, sandbox: SandboxProcess, list_id: str, **settings: object) -> None:
        self.sandbox, self.list_id = sandbox, list_id
        self.id = f"of{list_id}"
        self.set(list_id=list_id, send_time=SENT_AT, **settings)

    def set(self, **settings: object) -> Json:
        return self.sandbox.control("PUT", f"/campaigns/{self.id}", settings)

    def happen(
        self, *events: tuple[str, str] | tuple[str, str, dict[str, str]], **body: object
    ) -> Json:
        """Let names do something: name, action, and what else the event has."""
        sent = [
            {"email_address": f"{name}@shop.de", "action": action, **(more[0] if more else {})}
            for name, action, *more in events
        ]
        return self.sandbox.control(
            "POST", f"/campaigns/{self.id}/events", {"events": sent, **body}
        )

    def generate(self, **body: object) -> Json:
        return self.sandbox.control("POST", f"/campaigns/{self.id}/generate", body)

    def report(self, part: str = "", **params: object) -> Json:
        return self.sandbox.get(f"/reports/{self.id}{part}", **params)

    def emails(self, **params: object) -> dict[str, list[dict[str, Json]]]:
        """Return the activity of everybody on a page by name."""
        rows = self.report("/email-activity", **params)["emails"]
        return {named(row): row["activity"] for row in rows}

    def export(self) -> list[dict[str, Json]]:
        return self.sandbox.lines(f"/campaigns/{self.id}/events")


def at(second: int, **more: str) -> dict[str, str]:
    return {"timestamp": DAY.format(second), **more}
