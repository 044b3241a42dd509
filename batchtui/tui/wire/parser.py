"""Textual's parser behind what keeps answers of the terminal, and what is pasted, from being keys."""

import re
import time
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from textual._xterm_parser import XTermParser
from textual.events import Key
from textual.message import Message

from batchtui.tui.wire.paste import END, START, PasteFilter
from batchtui.tui.wire.sequences import Sequences

_REPORT: Final = re.compile(
    r"\x1b\[(?:I|O|\d+;\d+R|\?\d+;\d\$y|48;[\d:]*;[\d:]*;[\d:]*;[\d:]*t|<?-?\d+;-?\d+;-?\d+[Mm]|M...)", re.DOTALL
)
"""What a terminal says that Textual listens to: focus, the cursor's place, modes, sizes, the mouse."""

STALLED_SECONDS: Final = 2.0
_ENOUGH: Final = ("\x1b", "\x03")
"""Alone and after a pause these are typed, not pasted: the end of the paste was lost on the way."""


def forgiving_decoder(encoding: str) -> Callable[[], IncrementalDecoder]:
    """As of `codecs`, for the keyboard: a byte that means nothing there is a character nobody has a key for."""
    return partial(getincrementaldecoder(encoding), errors="replace")


class SafeParser(XTermParser):
    """Textual's parser; only whole sequences that it knows reach it."""

    def __init__(self, debug: bool = False, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._fed_at = clock()
        self._pastes = PasteFilter()
        self._sequences = Sequences(self._is_known)
        super().__init__(debug)

    def feed(self, data: str) -> Iterable[Message]:
        """Messages for what came; empty data is the end."""
        if not data:
            return super().feed(data)
        now, before = self._clock(), self._fed_at
        self._fed_at = now
        if self._pastes.is_inside and data in _ENOUGH and now >= before + STALLED_SECONDS:
            data = END
        passed = self._sequences.pass_on(self._pastes.pass_on(data), now)
        return super().feed(passed) if passed else ()

    def tick(self) -> Iterable[Message]:
        """Messages for what nothing has followed: an ESC is the key of that name by now."""
        overdue = self._sequences.overdue(self._clock())
        if overdue:
            yield from super().feed(overdue)
            if self._timeout_time is not None:
                self._timeout_time = 0.0  # it was waited for already
        yield from super().tick()

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
        """No key here is one with alt: an ESC and a key that a slow link delivers together are both meant."""
        if alt:
            yield Key("escape", "\x1b")
        yield from super()._sequence_to_key_events(sequence)

    def _is_known(self, sequence: str) -> bool:
        return (
            sequence in (START, END)
            or _REPORT.fullmatch(sequence) is not None
            or any(True for _ in self._sequence_to_key_events(sequence))
        )
