"""A page with documents in which words can be found, and long strings folded."""

from typing import Final

from textual.binding import Binding

from batchtui.present.cells import cell
from batchtui.present.clean import clean
from batchtui.tui.screens.asking import AskingScreen
from batchtui.tui.screens.inspector_panel import InspectorPanel
from batchtui.tui.widgets.typing_line import Typing

FIND_BINDINGS: Final = (
    Binding("n", "find_next", "find next", id="inspector.find_next", show=False),
    Binding("z", "fold", "fold or unfold", id="inspector.fold", show=False),
)


class FindingScreen(AskingScreen):
    """Looks in the panel that has the keyboard."""

    _words = ""
    _found_line = -1
    """Where the words were found last."""

    def panel_in_view(self) -> InspectorPanel:
        """The one that keys are for."""
        raise NotImplementedError

    def do_filter(self) -> None:
        """Look for words in the text in view."""
        typing = Typing(prompt=cell("find", "dim"), after=cell("enter finds   esc: no", "dim"), initial=self._words)
        self.ask(typing, self.find)

    def action_find_next(self) -> None:
        """The next place."""
        self.find(self._words)

    def find(self, words: str) -> None:
        """The next place after the one found before."""
        panel, text = self.panel_in_view(), self.panel_in_view().json
        if text is None or not words:
            return
        line = text.find(words, self._found_line if words == self._words else -1)
        self._words, self._found_line = words, -1 if line is None else line
        if line is None:
            self.dashboard.say(f"{clean(words)} is not in it")
        else:
            panel.scroll_to_line(text.row_of_line(line, panel.text_width))
            self.dashboard.say(f"line {line + 1:,}; n finds the next")

    def action_fold(self) -> None:
        """Long strings in full, or folded."""
        panel = self.panel_in_view()
        if panel.json is not None:
            panel.json.toggle_folds()
            panel.measure()
            panel.sync()
