"""A page with a plan on it: made, drawn, made anew. What is asked about it is its subclass's (`plan`)."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar, Final

from textual.containers import Container
from textual.getters import query_one
from textual.widget import Widget

from batchtui.domain.failures import Failure
from batchtui.engine.plans import Plan
from batchtui.present.cells import Cell, Span, cell, plain
from batchtui.present.clean import clean
from batchtui.present.facts import FactLine
from batchtui.present.formats import exact
from batchtui.present.lines import BuiltLines
from batchtui.present.plan.chunks import chunk_table
from batchtui.present.plan.plan_facts import Fact
from batchtui.present.scene import Scene
from batchtui.tui.screens.asking import AskingScreen, AskLine
from batchtui.tui.screens.first_panel import FirstPanel
from batchtui.tui.screens.guard import Guarded
from batchtui.tui.screens.outside import read_outside
from batchtui.tui.screens.plan_panel import Facts, PlanPanel, Remeasured
from batchtui.tui.screens.plan_stage import Stage
from batchtui.tui.screens.watched_work import WatchedWork
from batchtui.tui.widgets.text import TextPanel

OUTSIDE_WIDTH: Final = 100


class PlanPage(Guarded, AskingScreen):
    """Makes a plan in `make`, tells it in `facts`, and shows how far that is or why there is none."""

    LABEL_WIDTH: ClassVar[int]

    panel = query_one("#plan", PlanPanel)
    first = query_one("#first", FirstPanel)
    travel = query_one("#travel", TextPanel)

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage.WORKING
        self.plan: Plan | None = None
        self.planned_at: datetime | None = None
        self.before: list[Fact] | None = None
        """The facts of the plan that this one replaces, when they differ."""
        self.reopened = ""
        """What is said of one that was made anew, and says what the one before said."""
        self.watched = WatchedWork(self)
        self._failure = Failure("")

    # What a subclass says

    async def make(self) -> Plan:
        """Make the plan, with everything built that it would send.

        Raises:
            Failure
        """
        raise NotImplementedError

    def facts(self, scene: Scene, plan: Plan, width: int, height: int) -> list[Fact]:
        """The rows of the plan."""
        raise NotImplementedError

    def working_title(self) -> str:
        """What is being done while the plan is made."""
        raise NotImplementedError

    def ask_for_it(self) -> None:
        """Show the plan that was just made, and ask."""
        raise NotImplementedError

    def note(self) -> Cell:
        """What the panel's border says of the plan."""
        raise NotImplementedError

    # Making it

    def compose_page(self) -> Iterator[Widget]:
        with Container(id="body"):
            with Container(id="column"):
                yield PlanPanel(label_width=self.LABEL_WIDTH, id="plan")
                yield FirstPanel(id="first")
            yield TextPanel(indent=0, id="travel")
        yield AskLine()

    def on_mount(self) -> None:
        refusal = self.scene.refusal
        if refusal:
            self._fail(Failure(refusal, next="nothing can be sent from it"))
        else:
            self.begin()

    def on_unmount(self) -> None:
        """However the page is left, what was built and not sent goes."""
        self.discard()

    def begin(self) -> None:
        """Make the plan for the first time, or for another name or path."""
        self.discard()
        self.stage, self.before, self.reopened = Stage.WORKING, None, ""
        self.run_worker(self.make_and_show(), exclusive=True, group="plan")
        self.repaint()

    def discard(self) -> None:
        """Remove what was built for the plan; nothing of it is sent."""
        plan, self.plan = self.plan, None
        if plan is not None and plan.stagings:
            self.dashboard.tidy(lambda engine: engine.planner.discard(plan))

    async def make_and_show(self) -> None:
        """Make the plan, telling how far that is; then ask, or say why there is none."""
        self.watched.begin(self.working_title())
        try:
            plan = await self.make()
        except Failure as failure:
            self._fail(failure)
            return
        self.watched.end()
        self.plan, self.planned_at = plan, self.dashboard.now
        self.first.look(plan)
        self.ask_for_it()

    def _fail(self, failure: Failure) -> None:
        self.watched.end()
        self.stage, self._failure = Stage.FAILED, failure
        self.repaint()
        self.panel.focus()
        self.arm_after_drawing()

    # Painting

    def facts_of(self, plan: Plan) -> Facts:
        """Its rows for any width and height."""
        return lambda width, height: self.facts(self.scene, plan, width, height)

    def paint(self, scene: Scene) -> None:
        self.set_class(self.plan is not None and bool(self.plan.chunks), "has-chunks")
        if self.plan is not None:
            self.panel.show_plan(self.facts_of(self.plan), self.before, self.note())
            self._paint_travel(scene, self.plan)
            self.first.show_in(self.panel.spare)
            return
        self.first.hide()
        if self.stage is Stage.FAILED:
            self.panel.show_trouble(self._failure)
        else:
            self.panel.show_work(self.watched.work)

    def on_remeasured(self, message: Remeasured) -> None:
        """What stands beneath the plan takes no row of it."""
        if self.plan is not None:
            self.first.show_in(self.panel.spare)

    def _paint_travel(self, scene: Scene, plan: Plan) -> None:
        """A wide terminal has room for the chunks one by one."""
        self.travel.set_title("chunks", exact(len(plan.chunks)))
        self.travel.show_lines(BuiltLines(lambda width: chunk_table(scene, plan, self.travel.body_height - 1)))

    def place_of(self, word: str, name: str, *facts: Cell) -> FactLine:
        """The second header row of a plan."""
        head = (Span(word, "head", True), Span("  "), Span(clean(name), bold=True))
        return FactLine(left=(head, *facts, cell("nothing sent yet", "dim")), gap=3)

    # Keys

    def do_scroll_down(self) -> None:
        """Move the plan under the question."""
        self.panel.action_cursor_down()

    def do_scroll_up(self) -> None:
        """Move it back."""
        self.panel.action_cursor_up()

    def do_pager(self) -> None:
        """The plan as text, in $PAGER."""
        if self.plan is not None:
            rows = self.panel.rows(self.facts_of(self.plan), self.before, OUTSIDE_WIDTH)
            read_outside(self.dashboard, "\n".join(plain(row).rstrip() for row in rows), "PAGER")
