"""Sending again what was sent and never showed up: the one plan that may pay twice, so it says so."""

from collections.abc import Sequence

from batchtui.domain.words import several
from batchtui.engine import verbs_submissions
from batchtui.engine.plans import size_reasons
from batchtui.engine.verbs_submissions import plan_lost
from batchtui.present.cells import Cell
from batchtui.present.plan.consent import Consent, count_of
from batchtui.present.settle import lost_lines
from batchtui.tui.screens.sheet import Sheet


class LostSheet(Sheet):
    """Returns chunks that were not found to held, in their own run."""

    def __init__(self, run: str) -> None:
        super().__init__()
        self._run = run

    def on_mount(self) -> None:
        self._plan = plan_lost(self.dashboard.scene.state, self._run)

    def title_words(self) -> str:
        return f"send again what was lost of {self._run}"

    def lines(self) -> Sequence[Cell]:
        return tuple(lost_lines(self.dashboard.scene, self._plan, self.command()))

    def consent(self) -> Consent:
        reasons = size_reasons(self._plan.requests, self._plan.cost, self.dashboard.scene.settings.confirm)
        return count_of(self._plan.requests, ", ".join(reasons)) if reasons else Consent()

    def yes_words(self) -> str:
        return "hold it again, to be sent"

    def command(self) -> str:
        return f"batchtui retry {self._run} --lost"

    def is_outdated(self) -> bool:
        newer = plan_lost(self.dashboard.scene.state, self._run)
        is_same, self._plan = newer == self._plan, newer
        return not is_same

    def agreed(self) -> None:
        plan = self._plan
        words = f"{several(plan.requests, 'request')} wait for their turn to be sent again"
        self.dashboard.do(lambda engine: verbs_submissions.return_lost(engine, plan), said=words)
