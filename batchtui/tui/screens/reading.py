"""Pages that are only read: lines, a search, and the way back."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.getters import query_one
from textual.widget import Widget

from batchtui.domain.actions.table import Place
from batchtui.present.cells import Cell, plain
from batchtui.present.facts import FactLine
from batchtui.present.lines import BuiltLines
from batchtui.present.scene import Scene
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.asking import AskLine
from batchtui.tui.screens.narrowing import NarrowingScreen
from batchtui.tui.widgets.text import TextPanel


class ReadingScreen(NarrowingScreen):
    """A subclass gives title and lines; `/` leaves only lines that have all the words."""

    PLACE = Place.ANYWHERE
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.ANYWHERE, "filter")
    TITLE_WORDS: ClassVar[str]

    panel = query_one(TextPanel)

    def compose_page(self) -> Iterator[Widget]:
        yield TextPanel(id="text")
        yield AskLine()

    def on_mount(self) -> None:
        self.panel.focus()

    def lines(self, scene: Scene, width: int) -> Sequence[Cell]:
        """Everything there is to read."""
        raise NotImplementedError

    def paint(self, scene: Scene) -> None:
        self.panel.set_title(self.TITLE_WORDS, note=self.note_words(scene))
        self.panel.show_lines(BuiltLines(lambda width: self.found(scene, width), lambda: self.panel.body_height))

    def note_words(self, scene: Scene) -> str:
        return f"/{self.query_words}" if self.query_words else ""

    def found(self, scene: Scene, width: int) -> Sequence[Cell]:
        """The lines that match the search."""
        words = self.query_words.lower().split()
        return [line for line in self.lines(scene, width) if all(word in plain(line).lower() for word in words)]

    def place_line(self, scene: Scene) -> FactLine:
        return FactLine(left=())

    def footer_ids(self) -> tuple[str, ...]:
        return ("back", "filter", "down", "copy_command")
