"""Counts by kind with the glyph each has in the bar: a legend and a table in one."""

from collections.abc import Iterator, Sequence
from typing import Final

from batchtui.domain.status import RunCounts
from batchtui.present.cells import NOTHING, Cell, Role, Span, blanks, cell, cell_width
from batchtui.present.formats import exact
from batchtui.present.glyphs import Glyphs
from batchtui.present.run.standing import Standing

SECOND_COLUMN: Final = 30
RULE_CELLS: Final = 26

_Kind = tuple[str, Role, str, int, bool]


def legend(
    counts: RunCounts,
    glyphs: Glyphs,
    *,
    given: bool,
    is_own: bool = True,
    chunks: Sequence[Standing] = (),
    has_ended: bool = False,
) -> Iterator[Cell]:
    """A line a kind, and beside it how the chunks stand.

    Args:
        given: False while the service has not said more than "in processing".
        is_own: a run may have requests that are unsure or not sent; a batch is there or it is not.
        has_ended: the ok part of the bar is grey then, and so is its key here.
    """
    for number, (glyph, role, words, amount, is_given) in enumerate(_kinds(counts, glyphs, given, is_own)):
        role = "dim" if has_ended and role == "ok" else role
        calm: Role = "text" if amount else "dim"
        figure = exact(amount) if is_given else glyphs.unknown
        left = (Span(glyph * 2, role), Span("  "), Span(f"{words:<13}", calm), Span(f"{figure:>9}", calm))
        yield (*left, *_beside(left, number, chunks))
    yield cell(glyphs.horizontal * RULE_CELLS, "rule")
    yield (Span(f"    {'requests':<13}", "dim"), Span(f"{exact(counts.total):>9}", "text", True))


def _kinds(counts: RunCounts, glyphs: Glyphs, given: bool, is_own: bool) -> tuple[_Kind, ...]:
    untold: _Kind = (glyphs.untold, "warn", "unknown type", counts.untold, given)
    everybodys: tuple[_Kind, ...] = (
        (glyphs.succeeded, "ok", "ok", counts.succeeded, given),
        (glyphs.errored, "err", "errored", counts.errored, given),
        *((untold,) if counts.untold else ()),
        (glyphs.expired, "expired", "expired", counts.expired, given),
        (glyphs.canceled, "canceled", "canceled", counts.canceled, given),
        (glyphs.processing, "run", "with the API", counts.processing, True),
    )
    if not is_own:
        return everybodys
    return (
        *everybodys,
        (glyphs.unsure, "alert", "unsure", counts.unknown, True),
        (glyphs.unsent, "dim", "not sent", counts.unsent, True),
    )


def _beside(left: Cell, number: int, chunks: Sequence[Standing]) -> Cell:
    pad = blanks(SECOND_COLUMN - cell_width(left))
    if not chunks or number > len(chunks):
        return NOTHING
    if number == 0:
        return (*pad, Span(" chunks", "dim"))
    one = chunks[number - 1]
    return (*pad, Span(f"{one.amount:>3}  "), Span(one.word, one.role))
