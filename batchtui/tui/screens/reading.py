"""Pages that are only read: lines, a search, and the way back."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.getters import query_one
from textual.widget import Widget

from batchtui.domain.actions import Place
from batchtui.present.cells import Cell, plain
from batchtui.present.facts import FactLine
from batchtui.present.lines import BuiltLines
from batchtui.present.scene import Scene
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.asking import AskingScreen, AskLine, prompt
from batchtui.tui.widgets.text import TextPanel
from batchtui.tui.widgets.typing_line import Typing


class ReadingScreen(AskingScreen):
    """A subclass gives title and lines; `/` leaves only lines that have all the words."""

    PLACE = Place.ANYWHERE
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.ANYWHERE, "filter")
    TITLE_WORDS: ClassVar[str]

    panel = query_one(TextPanel)

    def __init__(self) -> None:
        super().__init__()
        self.query_words = ""

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
        self.panel.show_lines(BuiltLines(lambda width: self.found(scene, width)))

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

    def do_filter(self) -> None:
        before, after = prompt("/", "enter keeps   esc shows all")
        typing = Typing(prompt=before, after=after, initial=self.query_words)
        self.ask(typing, lambda _text: None, changed=self._search, canceled=lambda: self._search(""))

    def _search(self, query: str) -> None:
        self.query_words = query
        self.repaint()

    def do_back(self) -> None:
        """First the whole text again, then leave."""
        if self.query_words:
            self._search("")
        else:
            self.dashboard.go_back()
