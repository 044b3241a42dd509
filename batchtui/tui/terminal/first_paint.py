"""The first frame on the terminal before Textual is imported, as the wire layer would have sent it."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from rich.color import ColorSystem
from rich.segment import Segment

from batchtui.present.cells import Cell
from batchtui.tui.palette import Palette
from batchtui.tui.terminal.preflight import size_notice
from batchtui.tui.wire.encoder import Encoder

ALTERNATE_SCREEN: Final = "\x1b[?1049h"
HIDE_CURSOR: Final = "\x1b[?25l"
LEAVE: Final = "\x1b[m\x1b[?1049l\x1b[?25h"


class Line:
    """What the encoder needs of a line."""

    def __init__(self, segments: Sequence[Segment], width: int) -> None:
        self._segments = segments
        self.cell_length = width

    def __iter__(self) -> Iterator[Segment]:
        return iter(self._segments)


class FirstPaint:
    """Paints once, and tells whoever paints next what the terminal shows."""

    def __init__(self, output_fd: int = 2) -> None:
        self._output_fd = output_fd
        self.encoder: Encoder | None = None
        """Its model of the screen; None where nothing was painted."""

    def size(self) -> tuple[int, int] | None:
        """Columns and rows; None where there is no room, or nobody knows."""
        with suppress(OSError):
            columns, rows = os.get_terminal_size(self._output_fd)
            return None if size_notice(columns, rows) else (columns, rows)
        return None

    def paint(self, lines: Sequence[Cell], palette: Palette, size: tuple[int, int], colors: ColorSystem) -> None:
        """Take the screen and write the frame."""
        encoder = Encoder.for_terminal(os.environ)
        strips = (Line(palette.segments(line, size[0]), size[0]) for line in lines)
        data = encoder.encode(((y, 0, strip) for y, strip in enumerate(strips)), size, colors)
        with suppress(OSError):
            _write(self._output_fd, f"{ALTERNATE_SCREEN}{HIDE_CURSOR}{data}".encode())
            self.encoder = encoder

    def undo(self) -> None:
        """Give the screen back, where nobody took over."""
        if self.encoder is not None:
            self.encoder = None
            with suppress(OSError):
                _write(self._output_fd, LEAVE.encode())


def color_system(environ: Mapping[str, str]) -> ColorSystem | None:
    """The colours Textual will use; None where it would have to be asked."""
    if environ.get("NO_COLOR") or environ.get("TEXTUAL_COLOR_SYSTEM", "auto") != "auto":
        return None
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return ColorSystem.TRUECOLOR
    return ColorSystem.EIGHT_BIT if environ.get("TERM", "").strip().lower().endswith("-256color") else None


def _write(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]
