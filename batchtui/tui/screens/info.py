"""Account, session, folder and every setting."""

from collections.abc import Sequence
from typing import Final

from batchtui.present.cells import Cell, Span, cell
from batchtui.present.facts import FactLine
from batchtui.present.info import in_two_columns, info_lines
from batchtui.present.scene import Scene
from batchtui.tui.screens.reading import ReadingScreen

_TWO_COLUMNS: Final = 140
_GAP: Final = 6


class InfoScreen(ReadingScreen):
    """What `batchtui info` prints."""

    TITLE_WORDS = "info"

    def lines(self, scene: Scene, width: int) -> Sequence[Cell]:
        if width < _TWO_COLUMNS or self.query_words:
            return list(info_lines(scene, width, folder=self.dashboard.folder_words))
        half = (width - _GAP) // 2
        return in_two_columns(list(info_lines(scene, half, folder=self.dashboard.folder_words)), half + _GAP)

    def place_line(self, scene: Scene) -> FactLine:
        what = cell("account, session, cost and settings", "dim")
        return FactLine(left=((Span("info", "head", True),), what, cell("bold is not the default", "dim")))

    def do_info(self) -> None:
        self.dashboard.go_back()

    def command_words(self) -> str:
        return "batchtui info"
