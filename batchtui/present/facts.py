"""Lines of facts and keys: as many as fit, parted by blanks, some of them at the right edge."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from batchtui.present.cells import NOTHING, Cell, Span, blanks, cell_width, cut_cell, fit_cell
from batchtui.present.glyphs import Glyphs

GAP = 3
"""Between facts of a row."""

SHORTEST = 12
"""A fact, as a file's name, is cut at the front down to this; then it goes."""


class FactLine(Struct, frozen=True):
    """What one line says at the left and at the right; when there is no room facts go, none is cut in half."""

    left: tuple[Cell, ...] = ()
    right: tuple[Cell, ...] = ()
    gap: int = 2
    stays: int = 0
    """How many of the last facts at the left never go, as "? help"."""


def key_cell(keys: str, words: str, *, can_send: bool = False) -> Cell:
    """A key and what it does; amber when it can lead to sending or stopping something."""
    return (Span(keys, "warn" if can_send else "head", True), Span(f" {words}", "dim"))


def lay_facts(line: FactLine, width: int, *, mark: str = "…") -> Cell:
    """The line in exactly width cells."""
    right = _those_that_fit(line.right[::-1], width, line.gap)[::-1]
    right_cell = _joined(right, line.gap)
    room = width - (cell_width(right_cell) + line.gap if right_cell else 0)
    left = _those_that_fit(line.left, room, line.gap, stays=line.stays)
    left_cell = fit_cell(_joined(left or line.left[:1], line.gap), max(0, room), mark=mark)
    return (*left_cell, *blanks(width - cell_width(left_cell) - cell_width(right_cell)), *right_cell)


def _those_that_fit(facts: Sequence[Cell], width: int, gap: int, *, stays: int = 0) -> tuple[Cell, ...]:
    last = tuple(facts[len(facts) - stays :]) if stays else ()
    kept = list(facts[: len(facts) - stays] if stays else facts)
    while kept and cell_width(_joined((*kept, *last), gap)) > width:
        kept.pop()
    return (*kept, *last)


def _joined(facts: Sequence[Cell], gap: int) -> Cell:
    joined: list[Span] = []
    for fact in facts:
        joined += (*(blanks(gap) if joined else NOTHING), *fact)
    return tuple(joined)


def fact_row(facts: Iterable[Cell], width: int, glyphs: Glyphs) -> Cell:
    """As many of the facts as fit, in their order; empty ones take no room."""
    spans: Cell = NOTHING
    for fact in facts:
        gap = blanks(GAP) if spans and fact else NOTHING
        room = width - cell_width((*spans, *gap))
        if fact and room >= min(SHORTEST, cell_width(fact)):
            spans = (*spans, *gap, *cut_cell(fact, room, "front", mark=glyphs.cut))
    return spans
