"""New attempts of several marked runs, shown as one plan: the sum is agreed to, each run is made by itself."""

import shlex
from typing import ClassVar

from batchtui.domain.retry import RetryPolicy
from batchtui.domain.words import several
from batchtui.engine.engine import Engine
from batchtui.engine.plans import Plan
from batchtui.engine.retry_several import Accepted, SeveralPlan, Wanted, accept_all, plan_several
from batchtui.engine.submit_options import SubmitOptions
from batchtui.engine.verbs_batches import collect_ended
from batchtui.present.clean import clean
from batchtui.present.facts import FactLine
from batchtui.present.plan.plan_facts import Fact
from batchtui.present.plan.retry import LABEL_WIDTH
from batchtui.present.plan.retry_marked import Marked, several_command, several_facts
from batchtui.present.scene import Scene
from batchtui.tui.screens.homeward import go_home, when_sent
from batchtui.tui.screens.plan import PlanScreen


class MarkedRetryScreen(PlanScreen):
    """Plans a retry of each marked run, and lists why the others are not in it."""

    LABEL_WIDTH: ClassVar[int] = LABEL_WIDTH

    def __init__(self, marked: Marked) -> None:
        super().__init__()
        self.marked = marked
        self._outcome = Accepted()

    def working_title(self) -> str:
        return f"choosing what of {several(len(self.marked.runs), 'run')} is sent again"

    async def make(self) -> Plan:
        sink, marked = self.watched.sink(), self.marked

        async def plan(engine: Engine) -> Plan:
            await collect_ended(engine, marked.runs)
            return await plan_several(
                engine.core,
                engine.planner,
                [Wanted(run=run, policy=RetryPolicy()) for run in marked.runs],
                builds=True,
                options=SubmitOptions(rules=await engine.fresh_rules()),
                left=marked.left,
                progress=sink,
            )

        made: Plan = await self.dashboard.bridge.call(plan)
        return made

    def facts(self, scene: Scene, plan: Plan, width: int, height: int) -> list[Fact]:
        return several_facts(scene, _of_several(plan), width)

    async def accept(self, plan: Plan) -> str:
        agreed = _of_several(plan)
        outcome: Accepted = await self.dashboard.bridge.call(lambda engine: accept_all(engine.planner, agreed))
        self._outcome = outcome
        return outcome.made[0].run

    def leave(self, run: str) -> None:
        """Say what was made, and what was not after all."""
        made, left = self._outcome.made, self._outcome.left
        words = f"{several(len(made), 'run')} accepted{when_sent(self.dashboard, 'their')}"
        if left:
            words = f"{len(made):,} of {len(made) + len(left):,} accepted; {left[0].id} was not: {left[0].reason}"
        go_home(self.dashboard, run, clean(words), [each.run for each in made])

    def place_line(self, scene: Scene) -> FactLine:
        line = self.place_of("retry", f"{len(self.marked.runs) + len(self.marked.left):,} marked")
        return FactLine(left=line.left, gap=2)

    def command_words(self) -> str:
        plan = self.plan
        return shlex.join(several_command(_of_several(plan) if plan is not None else None, self.marked.runs))


def _of_several(plan: Plan) -> SeveralPlan:
    assert isinstance(plan, SeveralPlan), "this page makes no other plans"
    return plan
