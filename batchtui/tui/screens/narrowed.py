"""A list that words narrow while they are typed."""

from batchtui.present.cells import NOTHING, Cell, Span
from batchtui.tui.screens.narrowing import NarrowingScreen
from batchtui.tui.screens.one_table import OneTable


class NarrowedScreen(NarrowingScreen, OneTable):
    """A subclass shows the rows that match when it paints."""

    def narrowed_note(self) -> Cell:
        """For the list's border: what narrows it, and its order."""
        narrowed_by = (Span(f"/{self.query_words}", "head"), Span("  ")) if self.query_words else NOTHING
        return (*narrowed_by, *self.order_note())
