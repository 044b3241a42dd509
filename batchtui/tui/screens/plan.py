"""A page that shows a plan before it is carried out: made, drawn, agreed to, and made anew when it has grown old.

Commit point: the acceptance of the plan, in `accept`. Leaving the page before it leaves nothing behind.
"""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import ClassVar, Final

from textual.binding import BindingType
from textual.containers import Container
from textual.events import Event, Key
from textual.getters import query_one
from textual.widget import Widget

from batchtui.domain.actions import Place
from batchtui.domain.failures import Failure
from batchtui.engine.jobs import Progress
from batchtui.engine.plans import Plan
from batchtui.engine.ports import ProgressSink
from batchtui.present.cells import Cell, Span, cell, plain
from batchtui.present.clean import clean
from batchtui.present.facts import FactLine, key_cell
from batchtui.present.formats import exact
from batchtui.present.lines import BuiltLines
from batchtui.present.plan_chunks import chunk_table
from batchtui.present.plan_facts import Fact, differs
from batchtui.present.plan_question import Question, question_of, short_line
from batchtui.present.scene import Scene
from batchtui.present.work_lines import Work
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.asking import AskingScreen, AskLine
from batchtui.tui.screens.guard import Guarded
from batchtui.tui.screens.homeward import go_home
from batchtui.tui.screens.outside import read_outside
from batchtui.tui.screens.plan_panel import Facts, PlanPanel
from batchtui.tui.screens.plan_stage import SAFE_KEYS, Stage, count_typing
from batchtui.tui.widgets.text import TextPanel
from batchtui.tui.widgets.typing_line import PasteRefused

OLD_SECONDS: Final = 60
OUTSIDE_WIDTH: Final = 100


class PlanScreen(Guarded, AskingScreen):
    """A subclass makes the plan in `make`, tells it in `facts`, and carries it out in `accept`."""

    PLACE = Place.PLAN
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.PLAN)
    CSS_PATH = "plan.tcss"
    LABEL_WIDTH: ClassVar[int]

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (136, "-wide")]  # noqa: RUF012  Textual declares it without ClassVar

    panel = query_one("#plan", PlanPanel)
    travel = query_one("#travel", TextPanel)

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage.WORKING
        self.plan: Plan | None = None
        self.planned_at: datetime | None = None
        self._before: list[Fact] | None = None
        """The facts of the plan that this one replaces, when they differ."""
        self._failure = Failure("")
        self._work = Work(title="")
        self._work_began = 0.0
        self._wrong_count = ""

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

    async def accept(self, plan: Plan) -> str:
        """Carry the plan out; returns the run.

        Raises:
            Failure: what was built for it is gone.
        """
        raise NotImplementedError

    def working_title(self) -> str:
        """What is being done while the plan is made."""
        raise NotImplementedError

    # Making it

    def compose_page(self) -> Iterator[Widget]:
        with Container(id="body"):
            yield PlanPanel(label_width=self.LABEL_WIDTH, id="plan")
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
        self.stage, self._before = Stage.WORKING, None
        self.run_worker(self._make_and_show(), exclusive=True, group="plan")
        self.repaint()

    def discard(self) -> None:
        """Remove what was built for the plan; nothing of it is sent."""
        plan, self.plan = self.plan, None
        if plan is not None and plan.stagings:
            self.dashboard.tidy(lambda engine: engine.planner.discard(plan))

    async def _make_and_show(self) -> None:
        self._work, self._work_began = Work(title=self.working_title()), asyncio.get_running_loop().time()
        try:
            plan = await self.make()
        except Failure as failure:
            self._fail(failure)
            return
        self.plan, self.planned_at = plan, self.dashboard.now
        self.ask_for_it()

    def _fail(self, failure: Failure) -> None:
        self.stage, self._failure = Stage.FAILED, failure
        self.repaint()
        self.panel.focus()
        self.arm_after_drawing()

    def sink(self) -> ProgressSink:
        """What hears of progress in the engine's thread and passes it on to this one."""
        loop = asyncio.get_running_loop()

        def tell(progress: Progress) -> None:
            with suppress(RuntimeError):  # the loop may be closed by now
                loop.call_soon_threadsafe(self._take_progress, progress)

        return tell

    def _take_progress(self, progress: Progress) -> None:
        if self.is_mounted and self.plan is None:
            seconds = asyncio.get_running_loop().time() - self._work_began
            self._work = Work(title=self._work.title, progress=progress, seconds=seconds)
            self.repaint()

    # Agreeing to it

    def question(self) -> Question | None:
        """What is asked, once there is a plan."""
        return question_of(self.plan, self.scene.settings.confirm) if self.plan is not None else None

    def ask_for_it(self) -> None:
        """Show the plan and ask; only what is typed after all of it was drawn counts."""
        self.stage, self._wrong_count = Stage.READY, ""
        self.dashboard.hush()
        self.repaint()
        self._put_question()
        self.arm_after_drawing()

    def _put_question(self) -> None:
        question = self.question()
        if question is not None and question.typed:
            self.ask(count_typing(question, self._wrong_count), self._count_typed, canceled=self.do_refuse)
            return
        if self.is_asking:
            self.stop_asking()
        self.panel.focus()

    def _count_typed(self, text: str) -> None:
        question = self.question()
        if question is not None and text == question.typed:
            self._agree()
        else:
            self._wrong_count = text or "nothing"
            self._put_question()

    def do_agree(self) -> None:
        """Agreed, if `y` is enough."""
        question = self.question()
        if self.stage is not Stage.READY or question is None or question.typed:
            return
        if question.refusal:
            self.dashboard.say(question.refusal, "warn")
        else:
            self._agree()

    def do_refuse(self) -> None:
        """Leave; nothing was sent."""
        if self.stage is not Stage.SENDING:
            self.dashboard.go_back()

    def do_back(self) -> None:
        """Esc means No."""
        self.do_refuse()

    def _agree(self) -> None:
        self.stage = Stage.SENDING
        self.run_worker(self._send(), exclusive=True, group="plan")

    async def _send(self) -> None:
        """Carry the plan out as it was shown; one that is old, or no longer true, is made anew first."""
        if self._is_old() and not await self._is_same_anew(self.plan):
            return
        plan = self.plan
        assert plan is not None, "only a plan can be agreed to"
        try:
            run = await self.accept(plan)
        except Failure as failure:
            self.plan = None
            if await self._is_same_anew(plan):
                self.ask_for_it()
            self.dashboard.say(str(failure), "alert")
            return
        self.plan = None
        self.leave(run)

    def leave(self, run: str) -> None:
        """Where it goes on once the plan was carried out."""
        go_home(self.dashboard, run)

    def _is_old(self) -> bool:
        assert self.planned_at is not None, "set with the plan"
        return (self.dashboard.now - self.planned_at).total_seconds() > OLD_SECONDS

    async def _is_same_anew(self, told: Plan | None) -> bool:
        """Make the plan anew. True when it says what it said; else it is shown with the difference marked."""
        assert told is not None, "only a plan that was shown can be compared"
        before = self.panel.facts_now(self._facts_of(told), None)
        self.discard()
        self.stage, self._before = Stage.WORKING, None
        await self._make_and_show()
        if self.plan is None:
            return False
        if not differs(self.panel.facts_now(self._facts_of(self.plan), before)):
            self.stage = Stage.SENDING
            return True
        self._before = before
        self.repaint()
        return False

    # Painting

    def _facts_of(self, plan: Plan) -> Facts:
        return lambda width, height: self.facts(self.scene, plan, width, height)

    def paint(self, scene: Scene) -> None:
        self.set_class(self.plan is not None, "has-plan")
        if self.plan is not None:
            self.panel.show_plan(self._facts_of(self.plan), self._before, self._note())
            self._paint_travel(scene, self.plan)
        elif self.stage is Stage.FAILED:
            self.panel.show_trouble(self._failure)
        else:
            self.panel.show_work(self._work)

    def _paint_travel(self, scene: Scene, plan: Plan) -> None:
        """A wide terminal has room for the chunks one by one."""
        self.travel.set_title("chunks", exact(len(plan.chunks)))
        self.travel.show_lines(BuiltLines(lambda width: chunk_table(scene, plan, self.travel.body_height - 1)))

    def _note(self) -> Cell:
        if self._before is not None:
            return cell("changed meanwhile: look again", "warn")
        question = self.question()
        return cell("nothing to send" if question is None or question.refusal else "checked again when you send", "dim")

    def place_of(self, word: str, name: str, *facts: Cell) -> FactLine:
        """The second header row of a plan."""
        head = (Span(word, "head", True), Span("  "), Span(clean(name), bold=True))
        return FactLine(left=(head, *facts, cell("nothing sent yet", "dim")), gap=3)

    def selection_line(self, scene: Scene) -> FactLine:
        question = self.question()
        if self.stage is not Stage.READY or question is None:
            return FactLine()
        return FactLine(left=short_line(question), gap=3)

    def own_keys(self) -> tuple[Cell, ...]:
        question = self.question()
        if self.stage is Stage.WORKING:
            return (key_cell("esc", "stop"),)
        if question is None or question.refusal:
            return (key_cell("esc", "back"),)
        no = key_cell("esc", "no")
        if question.typed:
            return (key_cell(f"{question.typed} y", "send", can_send=True), no)
        return (key_cell("y", f"send {question.requests:,}", can_send=True), no)

    def footer_ids(self) -> tuple[str, ...]:
        return ("pager", "copy_command") if self.plan is not None else ()

    # Keys

    def is_early(self, event: Event) -> bool:
        """A plan that is longer than the page can be scrolled, but not answered before its end was in view."""
        if self.stage is Stage.ASKING or (isinstance(event, Key) and event.key in SAFE_KEYS):
            return False
        if self.stage is Stage.READY and not self.panel.has_shown_all:
            return not (isinstance(event, Key) and event.key in ("j", "k"))
        return super().is_early(event)

    def takes_paste(self) -> bool:
        return self.stage is Stage.ASKING

    def on_paste_refused(self, message: PasteRefused) -> None:
        """A count is typed."""
        self.dashboard.say("it has to be typed, not pasted", "warn")

    def do_scroll_down(self) -> None:
        """Move the plan under the question."""
        self.panel.action_cursor_down()

    def do_scroll_up(self) -> None:
        """Move it back."""
        self.panel.action_cursor_up()

    def do_pager(self) -> None:
        """The plan as text, in $PAGER."""
        if self.plan is not None:
            rows = self.panel.rows(self._facts_of(self.plan), self._before, OUTSIDE_WIDTH)
            read_outside(self.dashboard, "\n".join(plain(row).rstrip() for row in rows), "PAGER")
