"""A new attempt of what deserves one, shown before it is sent: `R`, the plan, `y`."""

import asyncio
import shlex
from functools import partial
from typing import ClassVar

from msgspec.structs import replace
from textual.binding import BindingType

from batchtui.domain.actions.table import Place
from batchtui.domain.issues.triage import verdicts
from batchtui.domain.retry import RetryPolicy
from batchtui.engine.engine import Engine
from batchtui.engine.plans import Plan
from batchtui.engine.submit_options import SubmitOptions
from batchtui.engine.verbs_batches import collect_ended
from batchtui.engine.verbs_submissions import plan_lost
from batchtui.present.cells import Cell, Span
from batchtui.present.clean import clean
from batchtui.present.errors.retry_choice import retry_command
from batchtui.present.facts import FactLine
from batchtui.present.plan.plan_facts import Fact
from batchtui.present.plan.retry import LABEL_WIDTH, RetryFacts, count_included, editable, retry_facts
from batchtui.present.scene import Scene
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.edit_retry import EditedRequests, edit_again, edit_and_retry, forget
from batchtui.tui.screens.lookups import Gathering, gather_issues
from batchtui.tui.screens.plan import PlanScreen
from batchtui.tui.screens.plan_stage import Stage


class RetryScreen(PlanScreen):
    """Plans a retry of a run, or of the requests that an editor changed."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.PLAN, "edit_retry")
    LABEL_WIDTH: ClassVar[int] = LABEL_WIDTH
    WORDS: ClassVar[dict[str, str]] = {"edit_retry": "edit"}

    def __init__(self, run: str, policy: RetryPolicy, edited: EditedRequests | None = None) -> None:
        super().__init__()
        self.run_name = run
        self.policy = policy
        self.edited = edited
        self._gathering: Gathering | None = None
        self._included: dict[str, int] = {}

    def on_unmount(self) -> None:
        """What the editor wrote is private and not needed any more."""
        if self.edited is not None:
            forget(self.dashboard, self.edited)

    # The plan

    def working_title(self) -> str:
        return f"choosing what of {clean(self.run_name)} is sent again"

    async def make(self) -> Plan:
        call = self.dashboard.bridge.call
        self.policy = replace(self.policy, rules=verdicts(self.scene.settings.retry.rules))
        await call(lambda engine: collect_ended(engine, (self.run_name,)))
        gathering = await call(lambda engine: gather_issues(engine, self.run_name))
        self._gathering = gathering
        self._included = await asyncio.to_thread(count_included, gathering.groups, self.policy, gathering.live_ids)
        sink = self.watched.sink()
        edited = self.edited.file if self.edited is not None else None

        async def plan(engine: Engine) -> Plan:
            options = SubmitOptions(rules=await engine.fresh_rules())
            return await engine.planner.plan_retry(
                self.run_name, self.policy, edited=edited, builds=True, options=options, progress=sink
            )

        made: Plan = await call(plan)
        self._look_for_lost(made)
        return made

    def _look_for_lost(self, plan: Plan) -> None:
        """Nothing failed, but something never arrived: that has a plan of its own."""
        if not plan.included and not self.policy.custom_ids and plan_lost(self.scene.state, self.run_name).requests:
            self.dashboard.go_back()
            self.dashboard.open_lost(self.run_name)

    @property
    def known(self) -> RetryFacts:
        """What the page knows besides the plan."""
        gathering = self._gathering
        return RetryFacts(
            policy=self.policy,
            groups=gathering.groups if gathering is not None else (),
            included=self._included,
            edits=self.edited.summary if self.edited is not None else None,
        )

    def facts(self, scene: Scene, plan: Plan, width: int, height: int) -> list[Fact]:
        return retry_facts(scene, plan, self.known, width, height)

    async def accept(self, plan: Plan) -> str:
        run: str = await self.dashboard.bridge.call(partial(_accept, plan=plan))
        return run

    # The frame

    def place_line(self, scene: Scene) -> FactLine:
        becomes: tuple[Cell, ...] = ()
        if self.plan is not None and self.plan.included:
            becomes = ((Span("becomes  ", "dim"), Span(clean(self.plan.run), bold=True)),)
        line = self.place_of("retry", self.run_name, *becomes)
        return FactLine(left=line.left, gap=2)

    def footer_ids(self) -> tuple[str, ...]:
        return (*(name for name in ("edit_retry",) if not self.why_off(name)), *super().footer_ids())

    def why_off(self, action_id: str) -> str:
        if action_id == "edit_retry":
            can_edit = self.edited is not None or bool(editable(self.known))
            return "" if self.stage is Stage.READY and can_edit else "there is nothing to edit"
        return super().why_off(action_id)

    def command_words(self) -> str:
        plan = self.plan
        edits = plan.edits if plan is not None else ()
        return shlex.join(retry_command(self.run_name, self.policy, edits, is_edited=self.edited is not None))

    # Editing

    def do_edit_retry(self) -> None:
        """Back to the editor; or edit what the plan is about, then plan anew."""
        if self.edited is None:
            issues = editable(self.known)
            self.dashboard.go_back()
            edit_and_retry(self.dashboard, self.run_name, issues)
            return
        problems = self.plan.report.problems if self.plan is not None else ()
        edit_again(self.dashboard, self.edited, problems, self._take_edited)

    def _take_edited(self, edited: EditedRequests | None) -> None:
        """Plan anew from what came back, unless the page was left meanwhile."""
        if edited is not None and self.is_there:
            self.edited = edited
            self.begin()


def _accept(engine: Engine, plan: Plan) -> str:
    """What was shown over budget was agreed to as such."""
    return engine.planner.accept(plan, over_budget=plan.exceeds is not None)
