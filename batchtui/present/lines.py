"""Texts as lines of spans: where a panel gets them, and the label and value pairs that plans are made of."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from batchtui.present.cells import Cell, Span, blanks, cell, cell_width, cut_cell
from batchtui.present.glyphs import Glyphs
from batchtui.present.width import cut, head_of, text_width
from batchtui.present.wrap import slice_cell, without_last_blanks, wrap_offsets


class LineSource(Protocol):
    """Lines that depend on the width; a panel asks only for those in view."""

    def height(self, width: int) -> int:
        """How many lines there are at that width."""
        ...

    def line(self, index: int, width: int, glyphs: Glyphs) -> Cell:
        """One of them, at most width cells."""
        ...


class ListLines:
    """Lines that are all there and do not wrap."""

    def __init__(self, lines: Sequence[Cell] = ()) -> None:
        self._lines = tuple(lines)

    def height(self, width: int) -> int:
        """All lines, at any width."""
        return len(self._lines)

    def line(self, index: int, width: int, glyphs: Glyphs) -> Cell:
        """One line."""
        return self._lines[index]


class BuiltLines:
    """Lines laid out anew for each width, as plans and details are, and for each other measure they depend on."""

    def __init__(self, build: Callable[[int], Iterable[Cell]], measure: Callable[[], int] = lambda: 0) -> None:
        self._build = build
        self._measure = measure
        self._built: tuple[tuple[int, int], tuple[Cell, ...]] | None = None

    def height(self, width: int) -> int:
        """Lines at that width."""
        return len(self._at(width))

    def line(self, index: int, width: int, glyphs: Glyphs) -> Cell:
        """One line."""
        return self._at(width)[index]

    def _at(self, width: int) -> tuple[Cell, ...]:
        measured = (width, self._measure())
        if self._built is None or self._built[0] != measured:
            self._built = (measured, tuple(self._build(width)))
        return self._built[1]


def labelled(
    label: str, value: Cell, *, label_width: int = 13, width: int | None = None, mark: str = "…"
) -> list[Cell]:
    """A dim label, and a value at one edge that wraps under itself when a width is given.

    A label from outside may be longer than its column: then it is cut, with the mark, and a blank parts the two.
    """
    room = None if width is None else max(1, width - label_width)
    rows = [value] if room is None else wrap_cell(value, room)
    head = cell(cut(label, label_width - 1, mark=mark), "dim")
    return [
        (*(head if not number else ()), *blanks(label_width - (0 if number else cell_width(head))), *row)
        for number, row in enumerate(rows)
    ]


def cut_at_word(spans: Cell, width: int, mark: str) -> Cell:
    """A cell that ends behind its last whole word where it does not fit; within it where that would leave little."""
    if cell_width(spans) <= width:
        return spans
    text = "".join(span.text for span in spans)
    room = width - 1 - text_width(mark)
    end = text.rfind(" ", 0, len(head_of(text, max(1, room))) + 1)
    kept = without_last_blanks(slice_cell(spans, 0, end)) if end > 0 else ()
    if 2 * cell_width(kept) < width:
        return cut_cell(spans, width, mark=mark)
    return (*kept, Span(f" {mark}", kept[-1].role, kept[-1].bold))


def wrap_cell(spans: Cell, width: int) -> list[Cell]:
    """A cell's text over as many lines as it needs."""
    text = "".join(span.text for span in spans)
    return [without_last_blanks(slice_cell(spans, *offsets)) for offsets in wrap_offsets(text, width, width)]
