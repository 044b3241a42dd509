"""Strips taken apart into cells, one per column, so that they can be compared with what was painted."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Protocol

from rich.color import ColorSystem
from rich.segment import Segment

from batchtui.present.clean import clean
from batchtui.present.width import char_width
from batchtui.tui.wire.pens import Pen, pen_for_blank, pen_of

Cell = tuple[str, Pen]
"""A character with what combines with it, or "" for the right half of a wide one."""

UNKNOWN: Final[Cell] = ("\0", Pen("", "", 0))
MOST_CODE_POINTS: Final = 8
"""In one cell; a flood of marks would be drawn over other lines, and sent with every frame."""
_EMOJI_FROM: Final = 0x1F000
_SYMBOLS: Final = range(0x2600, 0x27C0)


class Painted(Protocol):
    """A strip of Textual's, or whatever else has segments and knows its length."""

    @property
    def cell_length(self) -> int: ...
    def __iter__(self) -> Iterator[Segment]: ...


def cells_of(strip: Painted, color_system: ColorSystem | None) -> list[Cell]:
    """The strip's cells, exactly as many as it says it has."""
    cells: list[Cell] = []
    for text, style, control in strip:
        if text and not control:
            cells += _cells_of_text(text, pen_of(style, color_system))
    length = strip.cell_length
    if len(cells) > length:
        del cells[length:]
        if cells and _width(cells[-1][0]) == 2:  # a wide one lost its right half
            cells[-1] = (" ", pen_for_blank(cells[-1][1]))
    elif len(cells) < length:
        cells += [(" ", pen_for_blank(pen_of(None, color_system)))] * (length - len(cells))
    return cells


def in_ascii(cells: list[Cell]) -> list[Cell]:
    """The same for a terminal that knows no other characters: each keeps its place."""
    return [(text if text and text.isascii() else "?", pen) for text, pen in cells]


@lru_cache(maxsize=8192)
def _cells_of_text(text: str, pen: Pen) -> tuple[Cell, ...]:
    blank: Cell = (" ", pen_for_blank(pen))
    if not text.isprintable():
        text = clean(text)  # the last net: nothing from outside may drive the terminal
    if text.isascii():
        return tuple(blank if char == " " else (char, pen) for char in text)
    cells: list[Cell] = []
    for char in text:
        width = char_width(char)
        if width:
            cells.append(blank if char == " " else (char, pen))
            if width == 2:
                cells.append(("", pen))
        elif cells:
            _combine(cells, char)
    return tuple(cells)


def _combine(cells: list[Cell], mark: str) -> None:
    place = -2 if cells[-1][0] == "" and len(cells) > 1 else -1
    char, pen = cells[place]
    if len(char) < MOST_CODE_POINTS:
        cells[place] = (char + mark, pen)


@lru_cache(maxsize=8192)
def _width(text: str) -> int:
    return char_width(text[0]) if text else 0


@lru_cache(maxsize=8192)
def is_risky(text: str) -> bool:
    """Whether terminals disagree on the width of a cell's text, so that the cursor may be elsewhere after it."""
    if text.isascii():
        return False
    return len(text) > 1 or ord(text) >= _EMOJI_FROM or (ord(text) in _SYMBOLS and char_width(text) == 2)
