"""A list that words narrow while they are typed: `/` asks for them, esc first shows all rows again, then leaves."""

from batchtui.present.cells import NOTHING, Cell, Span
from batchtui.present.clean import clean
from batchtui.tui.screens.asking import prompt
from batchtui.tui.screens.one_table import OneTable
from batchtui.tui.widgets.typing_line import Typing


class NarrowedScreen(OneTable):
    """A subclass shows the rows that match `query` when it paints."""

    def __init__(self) -> None:
        super().__init__()
        self.query_typed = ""

    @property
    def query_words(self) -> str:
        """What was typed, as it is shown; empty while nothing narrows the list."""
        return clean(self.query_typed.strip())

    def narrowed_note(self) -> Cell:
        """For the list's border: what narrows it, and its order."""
        narrowed_by = (Span(f"/{self.query_words}", "head"), Span("  ")) if self.query_words else NOTHING
        return (*narrowed_by, *self.order_note())

    def do_filter(self) -> None:
        before, after = prompt("/", "enter keeps   esc shows all")
        typing = Typing(prompt=before, after=after, initial=self.query_typed)
        self.ask(typing, lambda _text: None, changed=self.narrow, canceled=lambda: self.narrow(""))

    def narrow(self, query: str) -> None:
        """Show the rows that match."""
        self.query_typed = query
        self.repaint()

    def do_back(self) -> None:
        if self.query_typed:
            self.narrow("")
        else:
            self.dashboard.go_back()
