"""From a request file to a plan to a run: `S`, a path, what would be sent, `y`."""

import shlex
from functools import partial
from pathlib import Path
from typing import ClassVar

from batchtui.domain.ids import is_run_name
from batchtui.engine.counting import COUNTED
from batchtui.engine.engine import Engine
from batchtui.engine.plans import Plan
from batchtui.engine.submit_options import SubmitOptions
from batchtui.present.cells import Cell, Span, cell
from batchtui.present.clean import clean
from batchtui.present.facts import FactLine, key_cell
from batchtui.present.formats import brief, size
from batchtui.present.plan.plan_facts import Fact
from batchtui.present.plan.submit import LABEL_WIDTH, submit_command, submit_facts
from batchtui.present.scene import Scene
from batchtui.tui.screens.outside import run_outside
from batchtui.tui.screens.path import PathScreen, file_name
from batchtui.tui.screens.plan_ahead import NOTHING_AHEAD, Ahead
from batchtui.tui.screens.plan_stage import Stage, canary_typing
from batchtui.tui.widgets.typing_line import Typing

AGE_STEP = 5
OPTIONS = ("canary", "warm", "count_tokens")
"""Actions that have the plan made anew with something else in it."""


class SubmitScreen(PathScreen):
    """The plan of a file, with its name, what goes ahead, and what is counted to choose."""

    LABEL_WIDTH: ClassVar[int] = LABEL_WIDTH
    WORDS: ClassVar[dict[str, str]] = {"other_pane": "name", "editor": "line"}

    def __init__(self, path: Path | None = None) -> None:
        super().__init__(path)
        self._name: str | None = None
        self._ahead: Ahead = NOTHING_AHEAD
        self._counts = False
        self._problem = -1
        """The one whose line was opened last."""

    # The plan

    def working_title(self) -> str:
        return f"reading, checking and splitting {clean(file_name(self.file))}"

    async def make(self) -> Plan:
        path, name, sink = self.file, self._name, self.watched.sink()
        ahead, counts = self._ahead, self._counts

        async def plan(engine: Engine) -> Plan:
            options = SubmitOptions(
                name=name,
                counts=COUNTED if counts else 0,
                pilot=ahead.pilot,
                cache_control=ahead.cache_control,
                rules=await engine.fresh_rules(),
            )
            made = await engine.planner.plan_submit([path], options, builds=True, progress=sink)
            return await engine.counter.count(made) if counts else made

        made: Plan = await self.dashboard.bridge.call(plan)
        return made

    def facts(self, scene: Scene, plan: Plan, width: int, height: int) -> list[Fact]:
        return submit_facts(scene, plan, Path(file_name(self.file)), width, height)

    async def accept(self, plan: Plan) -> str:
        run: str = await self.dashboard.bridge.call(partial(_accept, plan=plan))
        return run

    # What goes ahead, and counting

    def do_canary(self) -> None:
        """Ask how many requests go first; none sends all at once."""
        if self.plan is None:
            self._take_canary("0")
            return
        size = self._ahead.canary_size(self.plan.requests)
        self.drawn_at, self.stage = None, Stage.ASKING
        self.ask(canary_typing(size), self._take_canary, canceled=self.ask_for_it)
        self.paint_frame()

    def _take_canary(self, text: str) -> None:
        self._ahead = self._ahead.with_canary(int(text or "0"))
        super().begin()

    def do_warm(self) -> None:
        """A warm-up, one with marks added, or neither."""
        self._ahead = self._ahead.warmer()
        super().begin()

    def do_count_tokens(self) -> None:
        """Have the service count a sample, or guess again."""
        self._counts = not self._counts
        super().begin()

    # The name

    def do_other_pane(self) -> None:
        """Edit the name; the file is checked again under it."""
        if self.stage is Stage.READY and self.plan is not None:
            self.drawn_at = None
            after = cell("enter keeps it   esc: as it was", "dim")
            self.stage = Stage.ASKING
            self.ask(
                Typing(prompt=cell("name", "dim"), after=after, initial=self.plan.run),
                self._name_typed,
                canceled=self.ask_for_it,
            )
            self.paint_frame()

    def _name_typed(self, text: str) -> None:
        name = text.strip()
        if not is_run_name(name):
            self.ask_for_it()
            self.dashboard.say(
                f"{name!r} is no run name: a-z, 0-9, '.', '_' and '-', at most 64, first a letter or figure", "warn"
            )
        elif self.plan is not None and name == self.plan.run:
            self.ask_for_it()
        else:
            self._name = name
            super().begin()

    # Problems

    def do_editor(self) -> None:
        """Open the file at the line of a problem; the next time at the next one."""
        plan = self.plan
        problems = [each for each in plan.report.problems if each.line] if plan is not None else []
        if not problems:
            self.dashboard.say("there is no problem to open")
            return
        self._problem = (self._problem + 1) % len(problems)
        problem = problems[self._problem]
        run_outside(self.dashboard, "EDITOR", Path(problem.file), line=problem.line)
        self.dashboard.say(f"line {problem.line:,}: {problem.message}; S plans the file again")

    def why_off(self, action_id: str) -> str:
        has_plan = self.plan is not None and self.stage is Stage.READY
        if action_id == "other_pane":
            return "" if has_plan else "there is no plan yet"
        if action_id in OPTIONS:
            return self._why_no_option()
        if action_id == "editor":
            has_problems = self.plan is not None and any(each.line for each in self.plan.report.problems)
            return "" if has_problems else "there is no problem to open"
        return super().why_off(action_id)

    def _why_no_option(self) -> str:
        if self.path is None or self.stage not in (Stage.READY, Stage.FAILED):
            return "there is no plan yet"
        return "nothing can be sent: v opens the first line" if self.plan and not self.plan.report.ok else ""

    # The frame

    def place_line(self, scene: Scene) -> FactLine:
        if self.path is None:
            return FactLine(
                left=((Span("submit", "head", True),), cell("a file of requests, one JSON object a line", "dim"))
            )
        return self.place_of("submit", file_name(self.path), *self._read_facts(scene))

    def _read_facts(self, scene: Scene) -> tuple[Cell, ...]:
        if self.plan is None or self.planned_at is None:
            return ()
        age = int((scene.now - self.planned_at).total_seconds()) // AGE_STEP * AGE_STEP
        total = sum(entry.bytes for entry in self.plan.inputs)
        return (cell(f"{size(total)}, read {brief(age)} ago", "dim"),)

    def own_keys(self) -> tuple[Cell, ...]:
        if self.stage is Stage.ASKING and not self.is_asking_path:
            return (key_cell("enter", "take it"), key_cell("esc", "as it was"))
        return super().own_keys()

    def footer_ids(self) -> tuple[str, ...]:
        return (*(name for name in ("other_pane", "editor", *OPTIONS) if not self.why_off(name)), *super().footer_ids())

    def command_words(self) -> str:
        plan = self.plan
        return shlex.join(submit_command(plan, self.file)) if plan is not None else "batchtui submit FILE"


def _accept(engine: Engine, plan: Plan) -> str:
    """What was shown over budget, or sent before, was agreed to as such."""
    return engine.planner.accept(plan, over_budget=plan.exceeds is not None, allows_twin=plan.same_content is not None)
