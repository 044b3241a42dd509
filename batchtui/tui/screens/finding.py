"""A page with documents in which words can be found, and long strings folded."""

from typing import Final

from batchtui.present.cells import cell
from batchtui.present.clean import clean
from batchtui.present.footer import Absent
from batchtui.present.request.json_text import JsonText
from batchtui.tui.screens.asking import AskingScreen
from batchtui.tui.screens.inspector_panel import InspectorPanel
from batchtui.tui.widgets.typing_line import Typing

NO_DOCUMENT: Final = "words are found in requests and responses: 2 and 3"
NOTHING_FOLDED: Final = "nothing in view is folded"
NEEDS_DOCUMENT: Final = {"find": NO_DOCUMENT, "unfold": NOTHING_FOLDED, "unfold_all": NOTHING_FOLDED}
"""Actions, and why they do nothing to a text that is no document: their keys are not in the footer then."""


class FindingScreen(AskingScreen):
    """Looks in the panel that has the keyboard."""

    _words = ""
    _found_at = -1
    """The place in the document where the words were found last."""

    def panel_in_view(self) -> InspectorPanel:
        """The one that keys are for."""
        raise NotImplementedError

    def forget_found(self) -> None:
        """Another document is shown: looking begins at its beginning."""
        self._found_at = -1

    def why_off(self, action_id: str) -> str:
        if action_id in NEEDS_DOCUMENT and self.panel_in_view().json is None:
            return Absent(NEEDS_DOCUMENT[action_id])
        return super().why_off(action_id)

    def do_find(self) -> None:
        """Look for words in the text in view."""
        typing = Typing(prompt=cell("find", "dim"), after=cell("enter finds   esc: no", "dim"), initial=self._words)
        self.ask(typing, self._find_anew)

    def _find_anew(self, words: str) -> None:
        if words != self._words:
            self._words, self._found_at = words, -1
        self.do_find_next()

    def do_find_next(self) -> None:
        """The next place."""
        text = self._document()
        if text is not None:
            self._show_found(text, text.find(self._words, self._found_at))

    def do_find_previous(self) -> None:
        """The place before."""
        text = self._document()
        if text is not None:
            self._show_found(text, text.find_back(self._words, self._found_at))

    def _document(self) -> JsonText | None:
        """What is looked in; None, and the reason said, where nothing can be found."""
        text = self.panel_in_view().json
        if text is None:
            self.dashboard.say(NO_DOCUMENT)
        elif not self._words:
            self.dashboard.say("/ asks for words first")
        return text if self._words else None

    def _show_found(self, text: JsonText, place: int | None) -> None:
        if place is None:
            self.dashboard.say(f"{clean(self._words)} is not in it")
            return
        self._found_at = place
        panel = self.panel_in_view()
        row = text.row_of(place, panel.text_width)
        panel.measure()
        panel.scroll_to_line(row)
        self.dashboard.say(f"line {text.line_of(place) + 1:,}; n finds the next")

    def do_unfold(self) -> None:
        """The first folded string in view in full, or those opened there folded again."""
        panel = self.panel_in_view()
        text = panel.json
        if text is None or not text.toggle_in_view(panel.view.top, panel.page, panel.text_width):
            self.dashboard.say(NOTHING_FOLDED)
            return
        panel.measure()
        panel.sync()

    def do_unfold_all(self) -> None:
        """Long strings in full, or folded."""
        panel = self.panel_in_view()
        if panel.json is not None:
            panel.json.toggle_folds()
            panel.measure()
            panel.sync()
