"""All keys, those that are off just now with the reason, and a search that leads to doing."""

from collections.abc import Sequence
from typing import ClassVar, Protocol

from textual.binding import BindingType

from batchtui.domain.actions.table import Place
from batchtui.present.cells import Cell, Span, cell
from batchtui.present.facts import FactLine
from batchtui.present.help import HelpPage
from batchtui.present.scene import Scene
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.asking import prompt
from batchtui.tui.screens.reading import ReadingScreen
from batchtui.tui.widgets.typing_line import Typing


class Helped(Protocol):
    """What help is about."""

    PLACE: ClassVar[Place]

    def why_off_here(self, action_id: str) -> str:
        """Why an action can't be done there now; empty when it can."""

    async def action_act(self, action_id: str) -> None:
        """Do it."""


class HelpScreen(ReadingScreen):
    """For the page it was called from."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.ANYWHERE, "filter", "open", "pager")
    WORDS: ClassVar[dict[str, str]] = {"open": "do it", "pager": "all in a list", "back": "close", "filter": "search"}
    TITLE_WORDS = "keys"

    def __init__(self, page: Helped, *, is_palette: bool = False) -> None:
        super().__init__()
        self._page = page
        self._is_palette = is_palette
        self._is_list = False

    def on_mount(self) -> None:
        if self._is_palette:
            self.call_after_refresh(self._ask_what)

    def _ask_what(self) -> None:
        before, after = prompt("do", "enter does the first   esc: no")
        self.ask(Typing(prompt=before, after=after), self._do_first, changed=self.narrow, canceled=self.do_back)

    async def _do_first(self, query: str) -> None:
        await self.do_open()

    @property
    def help_page(self) -> HelpPage:
        return HelpPage(place=self._page.PLACE, label=self.dashboard.key_label, why_off=self._page.why_off_here)

    def lines(self, scene: Scene, width: int) -> Sequence[Cell]:
        return self.help_page.all_lines(width) if self._is_list else self.help_page.lines(width)

    def found(self, scene: Scene, width: int) -> Sequence[Cell]:
        if not self.query_words:
            return self.lines(scene, width)
        lines = self.help_page.found(self.query_words, width, mark=scene.glyphs.cursor if self._is_palette else "")
        return lines or [cell(f"no key or word matches {self.query_words}", "dim")]

    def note_words(self, scene: Scene) -> str:
        plain = "what sends or stops opens a plan first"
        return super().note_words(scene) or (plain if self.dashboard.look.theme.is_mono else "amber can send or stop")

    def place_line(self, scene: Scene) -> FactLine:
        where = (Span("help", "head", True), Span(f"  for {self._page.PLACE.value}", "dim"))
        count, words = f"{self.help_page.count()} actions", self.query_words
        found = f"{self.help_page.count_of(words)} of {count}" if words else count
        return FactLine(left=(where, cell(found, "dim")), gap=3)

    def selection_line(self, scene: Scene) -> FactLine:
        return FactLine(left=(cell("remap any of these by name under [keys] in batchtui.toml", "dim"),))

    def footer_ids(self) -> tuple[str, ...]:
        return ("back", "filter", "down", "open", "pager")

    def why_off(self, action_id: str) -> str:
        if action_id == "open" and not self.query_words:
            return "search for an action first: /"
        return ""

    def do_back(self) -> None:
        if self._is_palette:
            self.dashboard.go_back()
        else:
            super().do_back()

    async def do_open(self) -> None:
        """Carry out the first action found, on the page help was called from."""
        found = self.help_page.first(self.query_words)
        self.dashboard.go_back()
        if found is not None:
            await self._page.action_act(found)

    def do_pager(self) -> None:
        """Every action on a line of its own, or the columns again."""
        self._is_list = not self._is_list
        self.repaint()

    def do_help(self) -> None:
        self.dashboard.go_back()
