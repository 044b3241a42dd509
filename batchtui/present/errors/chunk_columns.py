"""A small chart of where a group's members are: a column a chunk, with a figure beneath each."""

from collections.abc import Mapping

from batchtui.domain.words import chunk_name
from batchtui.present.cells import Cell, Role, Span, blanks
from batchtui.present.glyphs import Glyphs

COLUMN_WIDTH = 6
HEIGHT = 2


def chunk_columns(counts: Mapping[str, int], width: int, glyphs: Glyphs, role: Role) -> list[Cell]:
    """Rows of columns, then figures, then chunk numbers; the fullest chunks when there is no room for all."""
    shown = _those_that_fit(counts, max(1, width // COLUMN_WIDTH))
    most = max(shown.values(), default=0)
    if not most:
        return []
    rows = [_level(shown, most, level, glyphs, role) for level in reversed(range(HEIGHT))]
    figures = tuple(Span(f"{number:<{COLUMN_WIDTH}}", "text") for number in shown.values())
    names = tuple(Span(f"{name:<{COLUMN_WIDTH}}", "dim") for name in shown)
    return [*rows, figures, names]


def _those_that_fit(counts: Mapping[str, int], most: int) -> dict[str, int]:
    fullest = sorted(counts, key=lambda name: -counts[name])[:most]
    return {chunk_name(name): counts[name] for name in counts if name in fullest}


def _level(shown: Mapping[str, int], most: int, level: int, glyphs: Glyphs, role: Role) -> Cell:
    """One row of the chart, counted from the bottom."""
    steps = len(glyphs.columns)
    spans: list[Span] = []
    for number in shown.values():
        filled = max(1, round(number / most * HEIGHT * steps)) - level * steps
        glyph = glyphs.columns[min(filled, steps) - 1] if filled > 0 else " "
        spans += (Span(glyph * (COLUMN_WIDTH - 2), role), *blanks(2))
    return tuple(spans)
