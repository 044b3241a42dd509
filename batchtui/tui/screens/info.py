"""Account, session, folder and every setting."""

from collections.abc import Sequence

from batchtui.present.cells import Cell, Span
from batchtui.present.facts import FactLine
from batchtui.present.info import info_lines
from batchtui.present.scene import Scene
from batchtui.tui.screens.reading import ReadingScreen


class InfoScreen(ReadingScreen):
    """What `batchtui info` prints."""

    TITLE_WORDS = "info"

    def lines(self, scene: Scene, width: int) -> Sequence[Cell]:
        return list(info_lines(scene, width, folder=self.dashboard.folder_words))

    def place_line(self, scene: Scene) -> FactLine:
        words = Span("  account, session, cost and settings; bold is not the default", "dim")
        return FactLine(left=((Span("info", "head", True), words),))

    def do_info(self) -> None:
        self.dashboard.go_back()

    def command_words(self) -> str:
        return "batchtui info"
