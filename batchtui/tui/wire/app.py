"""An app whose screen goes over the wire as differences, and that lets frames go when the terminal cannot follow."""

import os
import sys
from collections.abc import Iterator
from typing import Any, Final

from rich.console import COLOR_SYSTEMS
from textual.app import App, ReturnType
from textual.driver import Driver
from textual.screen import Screen

from batchtui.tui.wire.encoder import Encoder, Fragment
from batchtui.tui.wire.parser import SafeParser, forgiving_decoder
from batchtui.tui.wire.pens import RESET
from batchtui.tui.wire.shifts import moves_lines
from batchtui.tui.wire.switch import is_stock

try:
    from textual._compositor import ChopsUpdate, LayoutUpdate
except ImportError:  # Textual moved them: paint as Textual does
    ChopsUpdate = LayoutUpdate = None  # type: ignore[assignment,misc]

MOST_QUEUED: Final = 4
LOOK_AGAIN_SECONDS: Final = 0.2
SMALL: Final = 512
"""Characters of a frame that a packet carries whole, so that no marks are needed to show it at once."""
ALTERNATE_SCREEN: Final = "\x1b[?1049h"
SYNC_START, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"

_READS_KEYS: Final = {"XTermParser": SafeParser, "getincrementaldecoder": forgiving_decoder}
_NEEDED: Final = ("_display", "_running", "_closed", "_batch_count", "_driver", "_sync_available", "post_display_hook")


class WireApp(App[ReturnType]):
    """Leans on names Textual keeps to itself: when one is missing, everything goes the stock way."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._encoder = Encoder.for_terminal(os.environ) if self._can_encode() else None
        self._writer: object = None
        self._is_ready = False
        self.terminal_attributes: list[Any] | None = None
        """How the terminal was set before anything was painted; None: as the driver finds it."""
        self.is_taking_over = False
        """Something of ours is on the screen already, and `_encoder` knows what."""
        self._is_behind = False
        self.frames_dropped = 0

    def take_over(self, painted: Encoder) -> None:
        """Go on from what was painted before the app was there."""
        if self._encoder is not None:
            self._encoder, self.is_taking_over = painted, True

    @property
    def moves_lines(self) -> bool:
        """Whether what scrolls may count on a terminal that moves lines by itself."""
        return not self.is_headless and moves_lines(os.environ)

    def forget_painted(self) -> None:
        """Something else wrote to the terminal: send everything the next time."""
        if self._encoder is not None:
            self._encoder.forget()

    def get_driver_class(self) -> type[Driver]:
        """The stock driver, which puts the pen back before it hands the terminal over."""
        return _tidy(super().get_driver_class())

    def on_resize(self, *_event: Any, **_options: Any) -> None:
        """Also after a resume: the terminal may have moved everything about, or cleared it.

        Those at the start only tell the size that was painted for. Apps that have a handler of their own need not
        call this one: Textual calls each class's.
        """
        if not self._is_ready and self._encoder is not None and self._encoder.size in ((0, 0), tuple(self.size)):
            return
        self.forget_painted()
        self.screen.refresh()

    def on_ready(self) -> None:
        """The first frame is out: from now on a size that is told is news."""
        self._is_ready = True

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if self._encoder is None or renderable is None or not self._is_painting():
            super()._display(screen, renderable)
            return
        if self._is_too_slow():
            self._drop_frame()
            self.post_display_hook()
            return
        try:
            data = self._encoded(self._encoder, renderable)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            self._encoder = data = None  # not what it was when this was written: the stock way from now on
        if data is None:
            self.forget_painted()
            super()._display(screen, renderable)
            return
        if data:
            assert self._driver is not None, "checked by _is_painting"
            self._driver.write(self._framed(data))
        self.post_display_hook()

    def _can_encode(self) -> bool:
        if is_stock(os.environ) or LayoutUpdate is None:
            return False
        return all(hasattr(self, name) for name in _NEEDED)

    def _is_painting(self) -> bool:
        driver = self._driver
        if driver is None or self.is_headless or driver.is_inline:
            return False
        return bool(self._running and not self._closed and not self._batch_count)

    def _encoded(self, encoder: Encoder, update: object) -> str | None:
        """The bytes for an update; None for one of another kind."""
        writer = getattr(self._driver, "_writer_thread", None)
        if writer is not self._writer:  # started or resumed: the terminal shows something else
            self._writer = writer
            if not self.is_taking_over:
                encoder.forget()
            self.is_taking_over = False
        if isinstance(update, LayoutUpdate):
            fragments = _of_layout(update)
        elif isinstance(update, ChopsUpdate):
            fragments = _of_chops(update)
        else:
            return None
        color_system = self.console.color_system
        colors = None if color_system is None else COLOR_SYSTEMS[color_system]
        return encoder.encode(fragments, (self.size.width, self.size.height), colors)

    def _framed(self, data: str) -> str:
        """With the cursor where it was asked for, and marked as one frame if it is more than a few cells."""
        if self.cursor_position != (0, 0):
            x, y = self.cursor_position
            data += f"\x1b[{y + 1};{x + 1}H"
        return f"{SYNC_START}{data}{SYNC_END}" if self._sync_available and len(data) > SMALL else data

    def _queued(self) -> int:
        queue = getattr(getattr(self._driver, "_writer_thread", None), "_queue", None)
        return 0 if queue is None else int(queue.qsize())

    def _is_too_slow(self) -> bool:
        return self._is_behind or self._queued() >= MOST_QUEUED

    def _drop_frame(self) -> None:
        self.frames_dropped += 1
        if not self._is_behind:
            self._is_behind = True
            self.set_timer(LOOK_AGAIN_SECONDS, self._catch_up)

    def _catch_up(self) -> None:
        """Once everything is written, paint what is on the screen by now: one frame for all that were let go."""
        if self._queued():
            self.set_timer(LOOK_AGAIN_SECONDS, self._catch_up)
            return
        self._is_behind = False
        self.screen.refresh()


def _tidy(stock: type[Driver]) -> type[Driver]:
    # The driver makes what reads keys from these names of its module; there is no other place to give it any.
    names = vars(sys.modules[stock.__module__])
    names.update({name: ours for name, ours in _READS_KEYS.items() if name in names})

    class TidyDriver(stock):  # type: ignore[misc,valid-type]
        """The pen stays as it is between frames, so it must not be left to whoever comes next."""

        def start_application_mode(self) -> None:
            super().start_application_mode()
            found = getattr(self._app, "terminal_attributes", None)
            if found is not None:  # until now it was without echo, so that nothing typed is seen in the first frame
                self.attrs_before = found

        def write(self, data: str) -> None:
            # A second time it would clear what is there already.
            if data != ALTERNATE_SCREEN or not getattr(self._app, "is_taking_over", False):
                super().write(data)

        def stop_application_mode(self) -> None:
            self.write(RESET)
            super().stop_application_mode()

    return TidyDriver


def _of_layout(update: Any) -> Iterator[Fragment]:
    for y, line in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in line:
            yield y, x, strip
            x += strip.cell_length


def _of_chops(update: Any) -> Iterator[Fragment]:
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=True):
            if strip is not None and x <= last and end > first:
                yield y, x, strip
