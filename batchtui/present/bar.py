"""The progress bar: one line whose cells are shared out among the kinds of requests."""

from msgspec import Struct

from batchtui.domain.status import RunCounts
from batchtui.present.cells import Cell, Role, Span
from batchtui.present.glyphs import Glyphs


class Bar(Struct, frozen=True):
    """A bar as a table's cell: drawn when the column's width is known."""

    counts: RunCounts
    has_ended: bool

    def fill(self, width: int, glyphs: Glyphs) -> Cell:
        """The bar in that width."""
        return bar(self.counts, width, glyphs, has_ended=self.has_ended)


def bar(counts: RunCounts, width: int, glyphs: Glyphs, *, has_ended: bool) -> Cell:
    """Draw counts in width cells; the ok part of what has ended is grey, so that only trouble calls."""
    looks: tuple[tuple[str, Role], ...] = (
        (glyphs.succeeded, "dim" if has_ended else "ok"),
        (glyphs.errored, "err"),
        (glyphs.untold, "warn"),
        (glyphs.expired, "expired"),
        (glyphs.canceled, "canceled"),
        (glyphs.processing, "run"),
        (glyphs.unsure, "alert"),
        (glyphs.unsent, "dim"),
    )
    shares = share_out(_in_order(counts), width)
    return tuple(Span(glyph * cells, role) for (glyph, role), cells in zip(looks, shares, strict=True) if cells)


def _in_order(counts: RunCounts) -> tuple[int, ...]:
    return (
        counts.succeeded,
        counts.errored,
        counts.untold,
        counts.expired,
        counts.canceled,
        counts.processing,
        counts.unknown,
        counts.unsent,
    )


def share_out(amounts: tuple[int, ...], width: int) -> tuple[int, ...]:
    """Cells for each amount by largest remainder, where every amount but the first gets at least one if it is not 0.

    So a bar is all of the first kind (succeeded) only when nothing else is left: one error in a million shows, and
    no bar looks full while a request is still out.
    """
    total = sum(amounts)
    if not total or width <= 0:
        return (0,) * len(amounts)
    least = _least(amounts, width)
    cells = [max(floor, amount * width // total) for amount, floor in zip(amounts, least, strict=True)]
    while sum(cells) != width:
        _step(cells, least, amounts, width / total, width)
    return tuple(cells)


def _least(amounts: tuple[int, ...], width: int) -> list[int]:
    least = [0, *(1 if amount else 0 for amount in amounts[1:])]
    for index in range(len(least) - 1, 0, -1):  # too narrow for one cell each: the last kinds go without
        if sum(least) > width:
            least[index] = 0
    return least


def _step(cells: list[int], least: list[int], amounts: tuple[int, ...], scale: float, width: int) -> None:
    """Give a cell to the kind that lacks most, or take one from the kind that has most too much."""
    lacks = [amount * scale - cell for amount, cell in zip(amounts, cells, strict=True)]
    if sum(cells) < width:
        cells[lacks.index(max(lacks))] += 1
        return
    spare = [index for index, cell in enumerate(cells) if cell > least[index]]
    cells[min(spare, key=lacks.__getitem__)] -= 1
