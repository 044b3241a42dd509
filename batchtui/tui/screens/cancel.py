"""Cancel: what stops, what may still finish and be billed, what stays; then one key, or something typed."""

from collections.abc import Sequence

from batchtui.domain.state import AppState
from batchtui.engine import verbs_cancel
from batchtui.engine.verbs_cancel import CancelPlan, plan_cancel, stopped_of
from batchtui.present.cancel import (
    MOST_IDS,
    cancel_command,
    cancel_lines,
    cancel_title,
    cancel_words,
    figures,
    same_plan,
)
from batchtui.present.cells import Cell, cell
from batchtui.present.facts import FactLine
from batchtui.present.plan.consent import Consent, cancel_consent
from batchtui.tui.screens.sheet import Sheet


def have_ended(state: AppState, plan: CancelPlan) -> bool:
    """Whether the rows say more than that a cancel was asked for; what never was sent says so at once."""
    return bool(plan.batches) and not any(state.batches[known.batch.id].is_open for known in plan.batches)


class CancelSheet(Sheet):
    """About runs, batches or both."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__()
        self._ids = tuple(ids)

    def on_mount(self) -> None:
        self._plan = self._newest()

    def _newest(self) -> CancelPlan:
        scene = self.dashboard.scene
        self._stopped = stopped_of(scene.state, self._ids, scene.settings.retry, scene.now)
        return plan_cancel(scene.state, self._ids, scene.settings.retry, scene.now)

    def title_words(self) -> str:
        return cancel_title(self._ids, self._stopped)

    def lines(self) -> Sequence[Cell]:
        command = cancel_command(self._stopped or self._ids, MOST_IDS)
        return tuple(cancel_lines(self._plan, figures(self.dashboard.scene.state, self._plan), command))

    def consent(self) -> Consent:
        return cancel_consent(self._plan, self._ids)

    def hint(self) -> FactLine:
        return FactLine(left=(cell("one run: one key. Several want the request count typed", "dim"),))

    def yes_words(self) -> str:
        return cancel_words(self._plan)

    def command(self) -> str:
        return cancel_command(self._stopped or self._ids)

    def is_outdated(self) -> bool:
        newer = self._newest()
        is_same = same_plan(self._plan, newer)
        self._plan = newer
        return not is_same

    def agreed(self) -> None:
        plan = self._plan
        self.dashboard.say(f"asked to {cancel_words(plan)}", until=lambda scene: have_ended(scene.state, plan))
        self.dashboard.do(lambda engine: verbs_cancel.cancel(engine, plan))
