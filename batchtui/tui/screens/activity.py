"""Everything that happened since the dashboard was opened, newest first."""

from collections.abc import Sequence

from batchtui.domain.words import several
from batchtui.present.activity import newest
from batchtui.present.cells import Cell, Span, cell
from batchtui.present.facts import FactLine
from batchtui.present.scene import Scene
from batchtui.tui.bridge import NOTICES_SHOWN
from batchtui.tui.screens.reading import ReadingScreen


class ActivityScreen(ReadingScreen):
    """The log."""

    TITLE_WORDS = "activity"

    def lines(self, scene: Scene, width: int) -> Sequence[Cell]:
        return newest(scene, NOTICES_SHOWN) or [cell("nothing has happened yet", "dim")]

    def note_words(self, scene: Scene) -> str:
        return super().note_words(scene) or "newest first"

    def place_line(self, scene: Scene) -> FactLine:
        where = (Span("activity", "head", True), Span("  since this dashboard was opened", "dim"))
        return FactLine(left=(where, cell(f"{several(len(scene.notices), 'event')}", "dim")), gap=3)

    def do_activity(self) -> None:
        self.dashboard.go_back()
