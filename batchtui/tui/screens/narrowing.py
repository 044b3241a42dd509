"""A page that words narrow while they are typed: `/` asks for them, esc first shows all again, then leaves."""

from batchtui.present.clean import clean
from batchtui.tui.screens.asking import AskingScreen, prompt
from batchtui.tui.widgets.typing_line import Typing


class NarrowingScreen(AskingScreen):
    """A subclass shows what matches `query_typed` when it paints."""

    def __init__(self) -> None:
        super().__init__()
        self.query_typed = ""

    @property
    def query_words(self) -> str:
        """What was typed, as it is shown; empty while nothing narrows the page."""
        return clean(self.query_typed.strip())

    def do_filter(self) -> None:
        before, after = prompt("/", "enter keeps   esc shows all")
        typing = Typing(prompt=before, after=after, initial=self.query_typed)
        self.ask(typing, lambda _text: None, changed=self.narrow, canceled=lambda: self.narrow(""))

    def narrow(self, query: str) -> None:
        """Show what matches."""
        self.query_typed = query
        self.repaint()

    def do_back(self) -> None:
        if self.query_typed:
            self.narrow("")
        else:
            self.dashboard.go_back()
