"""Sends again by itself what the settings allow: an order is recorded; when it is due, a plan is made as for anybody.

Commit points: RetryOrdered, then RunPlanned (`planner`). A crash between them leaves the order, which the next leader
carries out; one after RunPlanned leaves a run whose held chunks are sent as any others are. Only who leads does this,
and a plan is accepted only if no other attempt was made since: so a retry is made once, whoever is killed when.
"""

import asyncio
from collections.abc import Sequence

from batchtui.domain.again import due, is_ordered, overtaken, policy_of, standing, to_order, wait_before
from batchtui.domain.failures import BadInput, Failure
from batchtui.domain.prices import PriceTable
from batchtui.domain.records import Record, RetryDeclined, RetryOrdered
from batchtui.domain.retry import ASIDE
from batchtui.domain.state import AppState, Run
from batchtui.domain.words import several
from batchtui.engine.check_rules import check_rules
from batchtui.engine.core import Core
from batchtui.engine.lineage import attempts
from batchtui.engine.planner import Planner
from batchtui.engine.plans import Plan, typed_reasons
from batchtui.engine.ports import Library, Store, Worth
from batchtui.engine.restored import Restored
from batchtui.engine.retry_policy import in_full
from batchtui.engine.submit_options import SubmitOptions

NOTHING_FOR_US = "nothing of it is sent again by itself"
PUT_ASIDE = "what would be sent again was put aside"
"""Nobody has to be told: it was somebody's wish."""


class Again:
    """Orders and carries out automatic retries, one at a time."""

    def __init__(
        self, core: Core, planner: Planner, store: Store, library: Library, prices: PriceTable, restored: Restored
    ) -> None:
        self._core = core
        self._restored = restored
        self._planner = planner
        self._store = store
        self._library = library
        self._prices = prices

    async def step(self) -> bool:
        """Order what can be ordered, then carry out one order that is due; False when there was nothing to do."""
        if not self._core.live.may_send or self._restored.is_to_be_looked_for:
            return False
        settings, state, now = self._core.settings.retry, self._core.state, self._core.clock.now()
        run = next(to_order(state, settings, now), None)
        if run is not None:
            await self._order(run)
            return True
        over = next(overtaken(state, settings, now), None)
        if over is not None:
            self._decline(*over)
            return True
        run = next(due(state, settings, now), None)
        if run is not None:
            await self._carry_out(run)
            return True
        return False

    async def _order(self, run: Run) -> None:
        family, why, is_quiet = len(self._core.state.lineage(run.name)), NOTHING_FOR_US, True
        try:
            worth = await self._count(run)
            count = worth.requests
            why = PUT_ASIDE if worth.put_aside else NOTHING_FOR_US
        except (Failure, OSError) as failure:
            count, why, is_quiet = 0, str(failure), False
        now = self._core.clock.now()
        due_at = now + wait_before(self._core.settings.retry, family)
        order = RetryOrdered(at=now, run=run.name, attempts=family, due_at=due_at, requests=count)
        records: list[Record] = [order]
        if not count:
            records.append(RetryDeclined(at=now, run=run.name, attempts=family, why=why, is_quiet=is_quiet))

        def decide(state: AppState) -> Sequence[Record]:
            still = any(each.name == run.name for each in to_order(state, self._core.settings.retry, now))
            return records if still and len(state.lineage(run.name)) == family else []

        self._core.transact(decide)

    async def _count(self, run: Run) -> Worth:
        """How many would be sent; their attempts are counted when the plan is made."""
        server_now = self._core.live.link.server_now(self._core.clock.now())
        lineage = attempts(self._core.state, self._store, run.name, server_now)
        policy = in_full(policy_of(self._core.settings.retry), self._core, self._store)
        return await asyncio.to_thread(self._library.worth_sending, lineage, (), policy)

    async def _carry_out(self, run: Run) -> None:
        options = SubmitOptions(
            rules=check_rules(self._core.settings, self._prices, today=self._core.clock.now().date())
        )
        policy = policy_of(self._core.settings.retry)
        try:
            plan = await self._planner.plan_retry(run.name, policy, builds=True, options=options)
        except (Failure, OSError) as failure:  # nobody mends it by waiting, and others wait behind it
            self._decline(run, str(failure))
            return
        why = self._why_not(plan)
        if why:
            self._planner.discard(plan)
            self._decline(run, why, is_quiet=why == PUT_ASIDE)
            return
        try:
            self._planner.accept(plan, unless=lambda state: self._is_off(state, run.name))
        except BadInput as failure:  # held, or another attempt was made meanwhile: there is nothing left to do
            self._core.announce("alert", f"{run.name} was not sent again by itself: {failure.what}", run=run.name)

    def _decline(self, run: Run, why: str, *, is_quiet: bool = False) -> None:
        """Leave what was ordered to a person, unless it has been dealt with since."""
        now, attempts_then = self._core.clock.now(), len(self._core.state.lineage(run.name))

        def decide(state: AppState) -> Sequence[Record]:
            is_still = is_ordered(state, state.runs[run.name]) and len(state.lineage(run.name)) == attempts_then
            declined = RetryDeclined(at=now, run=run.name, attempts=attempts_then, why=why, is_quiet=is_quiet)
            return [declined] if is_still else []

        self._core.transact(decide)

    def _is_off(self, state: AppState, name: str) -> str:
        """Words when its time has gone while it was planned, since somebody holds it."""
        settings, now = self._core.settings.retry, self._core.clock.now()
        if any(run.name == name for run in due(state, settings, now)):
            return ""
        found = standing(state, settings, name, now)
        return (found[1] if found is not None else "") or "it is held, or was sent again, since"

    def _why_not(self, plan: Plan) -> str:
        if not plan.included and any(ASIDE in skip.reason for skip in plan.skipped):
            return PUT_ASIDE
        if not plan.included:
            return plan.skipped[0].reason if plan.skipped else NOTHING_FOR_US
        if not plan.report.ok:
            return plan.report.problems[0].message
        reasons = typed_reasons(plan, self._core.settings.confirm)
        if not reasons:
            return ""
        verb = "waits" if plan.included == 1 else "wait"
        return f"{several(plan.included, 'request')} {verb} for a person: {', '.join(reasons)}"
