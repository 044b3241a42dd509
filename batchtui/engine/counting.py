"""Asking the service how many tokens a few of the requests have: free, but rate limited, and it sends their prompts.

Nothing is recorded, and nothing of it is a submission: whatever goes wrong, the plan stands on what it stood on.
"""

import msgspec

from batchtui.domain.budget import plan_exceeds
from batchtui.domain.forecasting.costs import priced
from batchtui.domain.forecasting.lessons import lessons
from batchtui.domain.forecasting.token_forecast import Counted
from batchtui.domain.forecasting.token_guess import forecast_tokens
from batchtui.domain.prices import PriceTable
from batchtui.engine.account import meet_account
from batchtui.engine.core import Core
from batchtui.engine.jobs import Countable
from batchtui.engine.plans import Plan
from batchtui.engine.ports import Service, ServiceProblem

COUNTED = 24
"""Requests that are counted; more make the interval hardly narrower, and calls are rate limited."""

OF_THE_REQUEST = frozenset({"not_found", "refused"})
"""Problems of one request, as a model that is not there: the others are counted all the same."""


class Counter:
    """Improves plans by counting."""

    def __init__(self, core: Core, service: Service, prices: PriceTable) -> None:
        self._core = core
        self._service = service
        self._prices = prices

    async def count(self, plan: Plan) -> Plan:
        """The plan with its input tokens by `count_tokens`; with a note where that did not work out.

        Raises:
            OtherAccount: prompts go to nobody else's account.
        """
        if not plan.report.ok or not plan.countable:
            return plan
        counted: list[Counted] = []
        refused: list[str] = []
        stopped = ""
        try:
            await meet_account(self._core, self._service)
            for sample in plan.countable:
                try:
                    counted.append(await self._count(sample))
                except ServiceProblem as problem:
                    if problem.kind not in OF_THE_REQUEST:
                        raise
                    refused.append(problem.message)
        except ServiceProblem as problem:
            stopped = problem.message
        return self._improved(plan, counted, _note(len(plan.countable), len(counted), refused, stopped))

    async def _count(self, sample: Countable) -> Counted:
        tokens = await self._service.count_tokens(sample.body.encode())
        return Counted(model=sample.model, guessed=sample.guessed, tokens=tokens)

    def _improved(self, plan: Plan, counted: list[Counted], note: str) -> Plan:
        state = self._core.state
        expected = forecast_tokens(plan.report.tallies, lessons(state), counted)
        cost = priced(expected, self._prices)
        exceeds = plan_exceeds(state, cost, self._core.settings.budget, self._core.clock.now())
        return msgspec.structs.replace(plan, forecast=expected, cost=cost, exceeds=exceeds, count_note=note)


def _note(asked: int, counted: int, refused: list[str], stopped: str) -> str:
    """What did not work out; empty where all did."""
    if stopped:
        return f"count_tokens stopped after {counted} of {asked}: {stopped}"
    return f"count_tokens did not count {len(refused)} of {asked}: {refused[0]}" if refused else ""
