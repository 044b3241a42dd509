"""One line to type in: a filter, a path, a count. A fixed strip whose cursor does not blink."""

from dataclasses import dataclass
from typing import ClassVar

from msgspec import Struct
from textual.events import Key, Paste
from textual.message import Message

from batchtui.present.cells import NOTHING, Cell, Span, blanks, cell_width, fit_cell
from batchtui.present.clean import clean
from batchtui.present.width import tail_of, text_width
from batchtui.tui.look import look_of
from batchtui.tui.widgets.edit import Edit
from batchtui.tui.widgets.lines import LineWidget


class Typing(Struct, frozen=True, kw_only=True):
    """What is asked for, and how an answer is given."""

    prompt: Cell = NOTHING
    after: Cell = NOTHING
    """Said behind the strip, as "esc or enter: no"."""
    strip_width: int | None = None
    """None: all the room there is."""
    allowed: str | None = None
    """The only characters that can be typed, as digits; None: any."""
    longest: int | None = None
    accept_key: str = "enter"
    """Where this is another key, enter means No."""
    takes_paste: bool = True
    initial: str = ""


@dataclass
class TypingChanged(Message):
    """The text is another."""

    text: str


@dataclass
class TypingAccepted(Message):
    """The operator is done and means it."""

    text: str


@dataclass
class TypingCanceled(Message):
    """The operator does not want to."""


@dataclass
class CompletionWanted(Message):
    """Tab was pressed."""

    text: str


@dataclass
class PasteRefused(Message):
    """Something was pasted where only typing counts."""


class TypingLine(LineWidget, can_focus=True):
    """The strip; hidden by its screen while nothing is asked."""

    DEFAULT_CSS: ClassVar[str] = """
    TypingLine { height: 1; }
    """

    def __init__(self, typing: Typing | None = None, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.ask(typing or Typing())

    def ask(self, typing: Typing) -> None:
        """Ask for something else, from the start."""
        self.typing = typing
        self._edit = Edit(typing.initial, len(typing.initial))
        self.sync()

    @property
    def text(self) -> str:
        """What has been typed."""
        return self._edit.text

    def put(self, text: str) -> None:
        """Replace the text, as a completion does."""
        self._take(Edit(text, len(text)))

    def line(self, y: int, width: int) -> Cell:
        """Prompt, strip and what stands behind it."""
        typing = self.typing
        left = (*blanks(1), *typing.prompt, *(blanks(1) if typing.prompt else NOTHING))
        right = (*blanks(2), *typing.after) if typing.after else NOTHING
        if typing.strip_width and width - cell_width(left) - cell_width(right) - 1 < typing.strip_width:
            right = NOTHING  # rather nothing than half of it: the last row has the keys
        room = width - cell_width(left) - cell_width(right) - 1
        strip = max(6, min(room, typing.strip_width or room))
        spans = (*left, *self._strip(strip), *right)
        return fit_cell(spans, width, mark=look_of(self).glyphs.cut)

    async def _on_key(self, event: Key) -> None:
        typing = self.typing
        if event.key == typing.accept_key:
            self._say(event, TypingAccepted(self.text))
        elif event.key in ("escape", "enter"):
            self._say(event, TypingCanceled())
        elif event.key == "tab":
            self._say(event, CompletionWanted(self.text))
        elif event.is_printable and event.character is not None:
            self._say(event)
            self._type(event.character)
        elif (edited := self._edit.pressed(event.key)) is not None:
            self._say(event)
            self._take(edited)

    async def _on_paste(self, event: Paste) -> None:
        event.stop()
        event.prevent_default()
        if self.typing.takes_paste:
            self._type(clean(event.text.strip()))
        else:
            self.post_message(PasteRefused())

    def _say(self, event: Key, message: Message | None = None) -> None:
        event.stop()
        event.prevent_default()
        if message is not None:
            self.post_message(message)

    def _type(self, characters: str) -> None:
        allowed, longest = self.typing.allowed, self.typing.longest
        taken = "".join(c for c in characters if allowed is None or c in allowed)
        if longest is not None:
            taken = taken[: max(0, longest - len(self.text))]
        if taken:
            self._take(self._edit.typed(taken))

    def _take(self, edit: Edit) -> None:
        has_changed, self._edit = edit.text != self._edit.text, edit
        self.sync()
        if has_changed:
            self.post_message(TypingChanged(edit.text))

    def _strip(self, width: int) -> Cell:
        """One blank, what fits of the text around the cursor, the cursor."""
        before, behind = self._edit.text[: self._edit.at], self._edit.text[self._edit.at :]
        before = tail_of(clean(before), width - 2)
        glyphs = look_of(self).glyphs
        end = "_" if glyphs.name == "ascii" else glyphs.cursor  # `>` would be taken for a letter that was typed
        cursor = end if not behind else behind[0]
        spans = (
            Span(" " + before, "text", False, "selection"),
            Span(cursor, "head" if not behind else "background", None, "selection" if not behind else "head"),
            Span(clean(behind[1:]), "text", False, "selection"),
        )
        used = text_width(before) + 2
        shown = fit_cell(spans, max(width, used), mark=look_of(self).glyphs.cut)
        return tuple(Span(s.text, s.role, s.bold, s.on or "selection") for s in shown)
