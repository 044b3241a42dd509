"""Strips of the live queue: a label, a line to scale, an amount, all on one left edge."""

from collections.abc import Sequence

from batchtui.present.canvas import Canvas
from batchtui.present.cells import NOTHING, Cell, Role, Span, blanks, cell, cell_width, fit_cell
from batchtui.present.clean import clean

LABEL, AMOUNT = 10, 17


def counted(number: int, words: str, role: Role) -> Cell:
    """A number in its colour, and what it counts."""
    return (Span(f"{number} ", role, False), Span(clean(words), "dim"))


def scaled(
    parts: Sequence[tuple[float, str, Role]], limit: float, room: int, rest: str, mark: str, *, at: float = 1.0
) -> Cell:
    """Parts one after another on a scale up to the limit, or up to their sum with the limit marked on it."""
    whole = max(limit, sum(amount for amount, _, _ in parts), 1e-9)
    canvas = Canvas(max(0, room))
    canvas.stroke(0, room, rest, "dim")
    x = 0.0
    for amount, glyph, role in parts:
        start, x = x, x + amount / whole * room
        if amount:
            canvas.stroke(round(start), max(round(start) + 1, round(x)), glyph, role)
    where = round(limit * at / whole * room)
    if where < room:
        canvas.put(where, cell(mark, "warn"))
    return canvas.cell()


def strip(label: str, strip: Cell, amount: str, width: int, role: Role = "text") -> Cell:
    """A whole line of it."""
    room = width - LABEL - AMOUNT
    return (
        *cell(f"{label:<{LABEL}}", "dim"),
        *fit_cell(strip, max(0, room)),
        *fit_cell(cell(amount, role), AMOUNT, "right"),
    )


def labelled(label: str, value: Cell) -> Cell:
    """Words in place of a strip."""
    return (*cell(f"{label:<{LABEL}}", "dim"), *value)


def indented(value: Cell) -> Cell:
    """Words beneath a strip."""
    return (*blanks(LABEL), *value)


def spaced(facts: Sequence[Cell], room: int) -> Cell:
    """As many as fit, parted by blanks."""
    spans: Cell = NOTHING
    for fact in facts:
        gap = blanks(3) if spans else NOTHING
        if cell_width((*spans, *gap, *fact)) > room:
            break
        spans = (*spans, *gap, *fact)
    return spans
