"""A plan before it is carried out: agreed to as it was shown, and made anew when it has grown old.

Commit point: the acceptance of the plan, in `accept`. Leaving the page before it leaves nothing behind.
"""

from typing import ClassVar, Final

from textual.binding import BindingType
from textual.events import Event, Key

from batchtui.domain.actions.table import Place
from batchtui.domain.failures import Failure
from batchtui.engine.plans import Plan
from batchtui.present.cells import Cell, cell
from batchtui.present.facts import FactLine, key_cell
from batchtui.present.formats import to_the_second
from batchtui.present.plan.plan_facts import differs
from batchtui.present.plan.question import Question, question_of, short_line
from batchtui.present.scene import Scene
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.homeward import go_home
from batchtui.tui.screens.plan_page import PlanPage
from batchtui.tui.screens.plan_stage import SAFE_KEYS, Stage, count_typing
from batchtui.tui.widgets.typing_line import PasteRefused

OLD_SECONDS: Final = 60


class PlanScreen(PlanPage):
    """A subclass makes the plan in `make`, tells it in `facts`, and carries it out in `accept`."""

    PLACE = Place.PLAN
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.PLAN)
    CSS_PATH = "plan.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (136, "-wide")]  # noqa: RUF012  Textual declares it without ClassVar

    def __init__(self) -> None:
        super().__init__()
        self._wrong_count = ""

    async def accept(self, plan: Plan) -> str:
        """Carry the plan out; returns the run.

        Raises:
            Failure: what was built for it is gone.
        """
        raise NotImplementedError

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
        """Carry the plan out as it was shown; one that is old, or no longer true, is shown anew and asked again."""
        plan, age_seconds = self.plan, self._age_seconds
        assert plan is not None, "only a plan can be agreed to"
        if age_seconds > OLD_SECONDS:
            self.discard()
            await self._reopen(plan, age_seconds)
            return
        try:
            run = await self.accept(plan)
        except Failure as failure:
            self.plan = None
            await self._reopen(plan, age_seconds)
            self.dashboard.say(str(failure), "alert")
            return
        self.plan = None
        self.leave(run)

    def leave(self, run: str) -> None:
        """Where it goes on once the plan was carried out."""
        go_home(self.dashboard, run)

    @property
    def _age_seconds(self) -> float:
        assert self.planned_at is not None, "set with the plan"
        return (self.dashboard.now - self.planned_at).total_seconds()

    async def _reopen(self, told: Plan, age_seconds: float) -> None:
        """Make the plan anew and ask again, with what differs marked."""
        before = self.panel.facts_now(self.facts_of(told), None)
        self.stage, self.before, self.reopened = Stage.WORKING, None, ""
        await self.make_and_show()
        if self.plan is None:
            return
        if differs(self.panel.facts_now(self.facts_of(self.plan), before)):
            self.before = before
        else:
            self.reopened = f"read again after {to_the_second(age_seconds)}: nothing changed"
        self.repaint()

    def note(self) -> Cell:
        if self.before is not None:
            return cell("changed meanwhile: look again", "warn")
        question = self.question()
        if question is None or question.refusal:
            return cell("nothing to send", "dim")
        return cell(self.reopened, "warn") if self.reopened else cell("checked again when you send", "dim")

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
