"""One state, built from nothing, and the plans and syncs that come in it."""

from collections import Counter
from datetime import datetime
from hashlib import md5
from typing import Any

from in_process_loader import Inside
from laws.compiled_dbt import Project
from laws.plan_and_sync import foretold, reported
from laws.plan_states import AT, BAD, CROWD, FAKE, FATES, JOINED, Day, Rows, State, Value

Key = tuple[int, str]  # the place of an audience, and who


class Scene:
    """A list and the audiences that feed it."""

    def __init__(self, project: Project, state: State) -> None:
        self._project = project
        self._state = state
        self._sandbox = project.shop.sandbox
        self._list_id = project.lists[state.setting.name]
        self._inside = Inside(project.database, self._sandbox)
        self._rows: dict[Key, Value] = {}
        project.begin()
        self._sandbox.control("DELETE", f"/lists/{self._list_id}")
        made = {"double_optin": state.setting.double_optin, "marketing_permissions": ["Email"]}
        self._sandbox.control("PUT", f"/lists/{self._list_id}", made)
        self._meet(state.strangers)
        self._first_day()

    def compare(self) -> None:
        """Hold each sync to what the plan before it says."""
        for day in self._state.days:
            self._live(day)
            self._hold(**day.options)

    def _hold(self, **meant: bool) -> None:
        """Hold a sync to what the plan says, audience by audience and of the whole list."""
        options: dict[str, Any] = {"select": self._names, **meant}
        before = self._statuses()
        plans = {one.audience: one for one in self._inside.plan(**options)}
        report = self._inside.sync(**options)
        setting = self._state.setting
        new = {feed.name: setting.new_status(feed) for feed in setting.feeds}
        said = {name: foretold(one, new[name]) for name, one in plans.items()}
        assert {one.audience: reported(one) for one in report.audiences} == said
        first = next(iter(plans.values()))
        assert (first.before, first.after) == (before, self._statuses())
        writes = sum(one.writes for one in plans.values())
        assert sum(one.writes for one in report.audiences) == writes

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(feed.name for feed in self._state.setting.feeds)

    def _first_day(self) -> None:
        state = self._state
        for number, rows in enumerate(state.rows):
            self._put(number, rows)
        for number in state.crowds:
            self._put(number, dict.fromkeys(CROWD, JOINED))
        self._build()
        if state.syncs:
            self._inside.sync(select=self._names, allow_first_sync=True, allow_leaves=True)

    def _live(self, day: Day) -> None:
        """Let happen what happens on a day."""
        self._pass_days(day.passed)
        self._meet(day.by_hand)
        for number, rows in enumerate(day.changes):
            self._put(number, rows)
        for number in self._state.crowds:
            self._put(number, dict.fromkeys(CROWD, FATES[day.crowds[number]]))
        self._build()

    def _put(self, number: int, rows: Rows) -> None:
        place = number % len(self._names)
        for who, row in rows.items():
            if row is None:
                self._rows.pop((place, who), None)
            else:
                self._rows[place, who] = row

    def _build(self) -> None:
        feeds = self._state.setting.feeds
        rows = [
            (feeds[place].name, address(who, is_new=is_new), who, *row)
            for (place, who), (is_new, *row) in self._rows.items()
        ]
        self._project.replay(rows, feeds)
        self._project.close()

    def _meet(self, people: dict[str, str | None]) -> None:
        """What a marketer does, or people themselves."""
        self._pass_days(0)
        url = f"/lists/{self._list_id}/members"
        for who, what in people.items():
            there = address(who)
            if what == "deleted":
                self._sandbox.control("DELETE", url, {"addresses": [there]})
            elif what == "moved":
                hashed = md5(there.encode(), usedforsecurity=False).hexdigest()
                changed = {"email_address": address(who, is_new=True)}
                self._sandbox.request("PATCH", f"{url}/{hashed}", changed)
            elif what is not None:
                self._sandbox.put(self._list_id, {"email_address": there, "status": what})
        self._pass_days(0)

    def _pass_days(self, days: int) -> None:
        """Let days pass; at least some seconds, so that one thing comes after another."""
        now = self._sandbox.control("POST", "/clock", {"advance": days * 86_400 + 3})["now"]
        self._inside.now = datetime.fromisoformat(now).replace(tzinfo=None)

    def _statuses(self) -> dict[str, int]:
        return dict(Counter(one["status"] for one in self._sandbox.members(self._list_id)))


def address(who: str, *, is_new: bool = False) -> str:
    """Where somebody gets mail, or got it before."""
    if who == BAD:
        return "no address"
    return f"{who}{'.new' if is_new else ''}{'@example.com' if who == FAKE else AT}"
