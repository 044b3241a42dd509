"""The two rows above and the two rows below every page, painted from facts that the screen gives."""

from collections.abc import Sequence

from batchtui.present.cells import Cell, blanks
from batchtui.present.facts import FactLine, lay_facts
from batchtui.tui.look import look_of
from batchtui.tui.widgets.lines import LineWidget


class FactBar(LineWidget):
    """Lines of facts with one blank at either side."""

    DEFAULT_CSS = """
    FactBar { height: 2; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._facts: tuple[FactLine, ...] = ()

    def show(self, lines: Sequence[FactLine]) -> None:
        """Show other facts."""
        self._facts = tuple(lines)
        self.sync()

    def line(self, y: int, width: int) -> Cell:
        """One line of facts."""
        if y >= len(self._facts) or width < 3:
            return blanks(width)
        return (*blanks(1), *lay_facts(self._facts[y], width - 2, mark=look_of(self).glyphs.cut), *blanks(1))


class PageHeader(FactBar):
    """Whose key, how the link is, and where in the program this is."""

    DEFAULT_CSS = """
    PageHeader { dock: top; }
    """


class PageFooter(FactBar):
    """Facts about the selection, and the keys."""

    DEFAULT_CSS = """
    PageFooter { dock: bottom; }
    """
