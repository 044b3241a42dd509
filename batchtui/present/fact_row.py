"""Facts in a row with blanks between them: what does not fit is cut at the front, or left out."""

from collections.abc import Iterable

from batchtui.present.cells import NOTHING, Cell, blanks, cell_width, cut_cell
from batchtui.present.glyphs import Glyphs

GAP = 3
SHORTEST = 12
"""A fact, as a file's name, is cut at the front down to this; then it goes."""


def fact_row(facts: Iterable[Cell], width: int, glyphs: Glyphs) -> Cell:
    """As many of the facts as fit, in their order; empty ones take no room."""
    spans: Cell = NOTHING
    for fact in facts:
        gap = blanks(GAP) if spans and fact else NOTHING
        room = width - cell_width((*spans, *gap))
        if fact and room >= min(SHORTEST, cell_width(fact)):
            spans = (*spans, *gap, *cut_cell(fact, room, "front", mark=glyphs.cut))
    return spans
