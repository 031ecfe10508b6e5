"""Carry out a plan that somebody approved: exactly what it says on every list, or nothing."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

from loader.model.approved_plan import (
    Approve,
    ApprovedPlan,
    Key,
    Work,
    check_age,
    check_audiences,
    check_place,
    check_unused,
    difference,
)
from loader.model.audience import Audience
from loader.model.errors import LoaderError
from loader.session.context import RunContext
from loader.text.report import RunReport
from loader.warehouse.reports.runs import plan_used, use_plan

AGAIN = "Nothing was sent. Look at what changed, and make a new plan: loader plan --out."


class Approval:
    """One plan that was approved, for the time of the run that carries it out.

    Each list waits here, when it is planned and before its first write, until every list is. What
    is sent is compared then, and the plan is noted as used, once.

    Args:
        plan: that somebody approved.
        max_age: how old it may be; None is any age.
    """

    def __init__(self, plan: ApprovedPlan, *, max_age: timedelta | None = None) -> None:
        self._plan = plan
        self._max_age = max_age
        self._found: dict[Key, Work] = {}
        self._faults: dict[Key, str] = {}
        self._planning = 0  # lists that are not planned yet
        self._is_over = asyncio.Event()
        self._refused: dict[Key, str] = {}
        self._error: LoaderError | None = None

    async def begin(
        self, context: RunContext, report: RunReport, lists: Sequence[Sequence[Audience]]
    ) -> None:
        """See whether the plan can be carried out at all, before anything is asked of a list.

        Args:
            context: of the run.
            report: of the run; says why other audiences are left out.
            lists: the audiences that would be sent, list by list.

        Raises:
            ConfigurationError: it was made for another target.
            GuardTripped: it was carried out already, is too old, or is of other audiences.
        """
        plan, warehouse = self._plan, context.warehouse
        check_place(plan, target=context.settings.target, schema=warehouse.schema)
        check_unused(await plan_used(warehouse, plan.plan_id))
        check_age(plan, self._max_age, context.now())
        ready = dict.fromkeys((one.name, one.list_id) for own in lists for one in own)
        check_audiences(plan, ready, report.unsent)
        self._context, self._report = context, report
        self._planning = len(lists)

    @contextmanager
    def of(self, audiences: Sequence[Audience]) -> Iterator[Approve]:
        """What the audiences of one list ask before their first write.

        Args:
            audiences: all of one list.

        Yields:
            It waits until every list is planned; a list that ends before cannot be as approved.
        """
        keys = {one.name: (one.name, one.list_id) for one in audiences}
        is_planned = False

        async def approve(work: Mapping[str, Work], faults: Mapping[str, str]) -> dict[str, str]:
            nonlocal is_planned
            is_planned = True
            self._found |= {keys[name]: work.get(name, {}) for name in keys}
            self._faults |= {keys[name]: fault for name, fault in faults.items()}
            self._planning -= 1
            if not self._planning:
                await self._decide()
            await self._is_over.wait()
            if self._error is not None:
                raise self._error
            return {name: self._refused[key] for name, key in keys.items() if self._refused}

        try:
            yield approve
        finally:
            if not is_planned:
                self._planning -= 1
                if not self._planning:
                    self._compare()
                    self._is_over.set()

    async def _decide(self) -> None:
        """Compare all lists; where nothing differs the plan is noted as used from here on."""
        self._compare()
        try:
            if not self._refused:
                await use_plan(
                    self._context.warehouse,
                    self._plan,
                    run_id=self._report.run_id,
                    now=self._context.now(),
                )
        except LoaderError as error:
            self._error = error
        finally:
            self._is_over.set()

    def _compare(self) -> None:
        """Of each audience why it is not sent; nobody's where every one is as approved."""
        said = {key: self._difference(key, work) for key, work in self._plan.work.items()}
        changed = [name for (name, _), why in said.items() if why is not None]
        if changed:
            others = f"the plan does not fit {', '.join(dict.fromkeys(changed))} any more"
            self._refused = {key: f"{why or others}. {AGAIN}" for key, why in said.items()}

    def _difference(self, key: Key, approved: Work) -> str | None:
        if key in self._faults:
            return f"it was approved and cannot be sent: {self._faults[key]}"
        if key not in self._found:
            return "it was approved, and its list could not be planned"
        return difference(approved, self._found[key])
