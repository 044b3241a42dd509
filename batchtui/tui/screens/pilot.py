"""What went ahead of a run is back: its figures, and whether the rest follows."""

from collections.abc import Sequence

from batchtui.domain.pilot_report import PilotReport
from batchtui.domain.words import several
from batchtui.engine.plans import size_reasons
from batchtui.present.cells import Cell
from batchtui.present.pilot import pilot_lines, rest_of
from batchtui.present.plan.consent import Consent, count_of
from batchtui.tui.screens.sheet import Sheet


class PilotSheet(Sheet):
    """Lets the rest of a run go on; `report` is None where nothing came back."""

    def __init__(self, run: str, report: PilotReport | None) -> None:
        super().__init__()
        self._run = run
        self._report = report

    def on_mount(self) -> None:
        self._rest = rest_of(self.dashboard.scene.state, self._run)

    def title_words(self) -> str:
        return f"let {self._run} go on"

    def lines(self) -> Sequence[Cell]:
        return tuple(pilot_lines(self.dashboard.scene, self._run, self._report, self.command()))

    def consent(self) -> Consent:
        rest = self._rest
        reasons = size_reasons(rest.requests, rest.cost, self.dashboard.scene.settings.confirm)
        return count_of(rest.requests, ", ".join(reasons)) if reasons else Consent()

    def yes_words(self) -> str:
        return "send the rest, as the limits allow"

    def command(self) -> str:
        return f"batchtui submit --continue {self._run}"

    def is_outdated(self) -> bool:
        newer = rest_of(self.dashboard.scene.state, self._run)
        is_same, self._rest = newer == self._rest, newer
        return not is_same

    def agreed(self) -> None:
        words = f"{self._run} goes on: {several(self._rest.requests, 'request')} wait for their turn"
        self.dashboard.do(lambda engine: engine.pilots.release(self._run), said=words)
