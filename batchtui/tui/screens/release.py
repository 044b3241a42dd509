"""Letting a held run go on: a plan, since what waits of it is sent then."""

from collections.abc import Sequence

from batchtui.domain.words import several
from batchtui.engine import verbs_runs
from batchtui.engine.plans import size_reasons
from batchtui.engine.verbs_runs import plan_release
from batchtui.present.cells import Cell
from batchtui.present.plan.consent import Consent, count_of
from batchtui.present.settle import release_lines
from batchtui.tui.screens.sheet import Sheet


class ReleaseSheet(Sheet):
    """Releases a run that somebody, or the service's answer, held."""

    def __init__(self, run: str) -> None:
        super().__init__()
        self._run = run

    def on_mount(self) -> None:
        self._plan = plan_release(self.dashboard.scene.state, self._run)

    def title_words(self) -> str:
        return f"let {self._run} go on"

    def lines(self) -> Sequence[Cell]:
        return tuple(release_lines(self._plan, self._run, self.command()))

    def consent(self) -> Consent:
        if self._plan is None:
            return Consent()
        reasons = size_reasons(self._plan.requests, self._plan.cost, self.dashboard.scene.settings.confirm)
        return count_of(self._plan.requests, ", ".join(reasons)) if reasons else Consent()

    def yes_words(self) -> str:
        return "send what waits, as the limits allow"

    def command(self) -> str:
        return f"batchtui retry {self._run} --lost"

    def is_outdated(self) -> bool:
        newer = plan_release(self.dashboard.scene.state, self._run)
        is_same, self._plan = newer == self._plan, newer
        return not is_same

    def agreed(self) -> None:
        plan = self._plan
        if plan is not None:
            words = f"{plan.run} goes on: {several(plan.requests, 'request')} wait for their turn"
            self.dashboard.do(lambda engine: verbs_runs.release(engine, plan.run), said=words)
