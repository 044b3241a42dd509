"""A sheet over the lower rows of a page: what a line that is being typed may become."""

from collections.abc import Sequence
from typing import ClassVar, Final

from batchtui.present.cells import Cell, cell
from batchtui.present.lines import ListLines
from batchtui.tui.widgets.text import TextPanel

MOST_ROWS: Final = 8
FOOTER_ROWS: Final = 2
BORDERS: Final = 2


class CandidatePanel(TextPanel):
    """As high as the page allows for as long as it is there, so that nothing but its own lines changes."""

    DEFAULT_CSS: ClassVar[str] = """
    CandidatePanel { layer: asking; dock: bottom; margin-bottom: 2; display: none; }
    """
    can_focus = False

    def open(self, page_height: int) -> int:
        """Take the rows there are for it; returns the first row of the page that it covers."""
        rows = max(2, min(MOST_ROWS, page_height // 3))
        self.styles.height = rows + BORDERS
        self.styles.display = "block"
        return page_height - FOOTER_ROWS - rows - BORDERS

    def close(self) -> None:
        self.styles.display = "none"

    def show_candidates(self, title: str, lines: Sequence[Cell], count: int) -> None:
        """The first ones, and of how many."""
        self.set_title(title, count=f"{count:,}", note=f"the first {len(lines)}" if len(lines) < count else "")
        self.show_lines(ListLines(lines or [cell("nothing begins like that", "dim")]), top=0)
