"""A page that can ask for a line of text, in place of its first footer row."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from msgspec.structs import replace
from textual.events import Key
from textual.getters import query_one
from textual.widget import Widget

from batchtui.present.cells import NOTHING, Cell, cell, plain
from batchtui.present.facts import FactLine, key_cell
from batchtui.present.footer import key_line
from batchtui.present.header import identity_line
from batchtui.tui.screens.base import PageScreen
from batchtui.tui.screens.candidates import CandidatePanel
from batchtui.tui.widgets.typing_line import (
    CompletionWanted,
    Typing,
    TypingAccepted,
    TypingCanceled,
    TypingChanged,
    TypingLine,
)

_ENDING: Final = ("enter", "esc", "tab")


class AskLine(TypingLine):
    """Lies over the first of the two footer rows while something is asked."""

    DEFAULT_CSS: ClassVar[str] = """
    AskLine { layer: asking; dock: bottom; margin-bottom: 1; display: none; }
    """

    async def _on_key(self, event: Key) -> None:
        """Where only some characters can be typed, the others keep the meaning they have on the page."""
        typing = self.typing
        is_other = typing.allowed is not None and event.is_printable and (event.character or "") not in typing.allowed
        if is_other and event.key != typing.accept_key:
            event.prevent_default()


class AskingScreen(PageScreen):
    """Yields `AskLine()` among its panels; `ask` shows it and gives the keyboard back when it is answered."""

    DEFAULT_CSS: ClassVar[str] = """
    AskingScreen { layers: default asking; }
    """

    ask_line = query_one("AskLine", AskLine)

    _accepted: Callable[[str], object] | None = None
    _changed: Callable[[str], object] | None = None
    _canceled: Callable[[], object] | None = None
    _completed: Callable[[str], str] | None = None
    _asked_from: Widget | None = None
    _typing_keys: tuple[Cell, ...] = ()

    def own_keys(self) -> tuple[Cell, ...]:
        """Keys of this page that are not in the table of actions, before all others."""
        return ()

    def paint_frame(self) -> None:
        scene, said = self.scene, self.dashboard.said
        self.page_header.show((identity_line(scene), self.place_line(scene)))
        self.page_footer.show((FactLine(left=(said,)) if said else self.selection_line(scene), self._keys()))

    def _keys(self) -> FactLine:
        """While anything can be typed, letters mean themselves: only what ends or completes it is a key."""
        if self.is_asking and self._typing_keys:
            return FactLine(left=self._typing_keys)
        keys = key_line(self.footer_ids(), self.dashboard.key_label, self.why_off_here, self.words())
        return FactLine(left=(*self.own_keys(), *keys.left), stays=keys.stays)

    def ask(
        self,
        typing: Typing,
        accepted: Callable[[str], object],
        *,
        changed: Callable[[str], object] | None = None,
        canceled: Callable[[], object] | None = None,
        completed: Callable[[str], str] | None = None,
    ) -> None:
        """Ask; what is typed goes to `changed` at each key and to `accepted` at the end, tab to `completed`."""
        if not self.is_asking:
            self._asked_from = self.focused
        self._accepted, self._changed, self._canceled = accepted, changed, canceled
        self._completed = completed
        self._typing_keys, after = keys_of(typing)
        self.ask_line.styles.display = "block"
        self.ask_line.ask(replace(typing, after=after))
        self.ask_line.focus()
        self.paint_frame()

    @property
    def is_asking(self) -> bool:
        """Whether the line is there."""
        return bool(self.ask_line.display)

    def show_candidates(self, title: str, lines: Sequence[Cell], count: int) -> None:
        """What the line may become, in a sheet above it that goes with the line; the cursor's row stays in sight."""
        found = self.query(CandidatePanel)
        panel = found.first() if found else CandidatePanel()
        if not found:
            self.mount(panel)
        if not panel.display:
            self.keep_cursor_above(panel.open(self.size.height))
        panel.show_candidates(title, lines, count)

    def stop_asking(self) -> None:
        """Take the line away, and what it could have become."""
        self.ask_line.styles.display = "none"
        for panel in self.query(CandidatePanel):
            panel.close()
        if self._asked_from is not None and self._asked_from.is_attached:
            self._asked_from.focus()
        self.paint_frame()

    async def on_typing_accepted(self, message: TypingAccepted) -> None:
        """Enter."""
        message.stop()
        self.stop_asking()
        if self._accepted is not None:
            accepted = self._accepted
            await self.dashboard.carry_out(lambda: accepted(message.text))

    def on_typing_changed(self, message: TypingChanged) -> None:
        """Any key."""
        message.stop()
        if self._changed is not None:
            self._changed(message.text)

    def on_completion_wanted(self, message: CompletionWanted) -> None:
        """Tab."""
        message.stop()
        if self._completed is not None:
            self.ask_line.put(self._completed(self.ask_line.text))

    async def on_typing_canceled(self, message: TypingCanceled) -> None:
        """Esc."""
        message.stop()
        self.stop_asking()
        if self._canceled is not None:
            await self.dashboard.carry_out(self._canceled)


def keys_of(typing: Typing) -> tuple[tuple[Cell, ...], Cell]:
    """What is said behind the strip, parted into keys for the last row and the rest; none where keys mean more."""
    if typing.allowed is not None or typing.accept_key != "enter":
        return (), typing.after
    parts = plain(typing.after).split("   ")
    keys = [part for part in parts if part.partition(" ")[0].rstrip(":") in _ENDING]
    if not any(key.startswith("enter") for key in keys):  # a page that is all about typing has it in its own row
        return (), typing.after
    rest = "   ".join(part for part in parts if part not in keys)
    cells = (key_cell(name.rstrip(":"), words) for name, _, words in (key.partition(" ") for key in keys))
    return tuple(cells), cell(rest, "dim") if rest else NOTHING


def prompt(words: str, after: str = "enter: yes   esc: no") -> tuple[Cell, Cell]:
    """What stands before and behind the strip."""
    return cell(words), cell(after, "dim") if after else NOTHING
