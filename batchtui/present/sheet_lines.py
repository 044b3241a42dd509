"""Lines of a sheet: what, how many, and what becomes of it."""

from collections.abc import Iterable, Iterator

from batchtui.present.cells import Cell, Role, Span, blanks, cell_width
from batchtui.present.lines import wrap_cell
from batchtui.present.wrap import slice_cell

LABEL_WIDTH, NUMBER_WIDTH = 12, 5
TEXT_AT = LABEL_WIDTH + NUMBER_WIDTH + 2


def amount_line(label: str, amount: str, words: Cell, role: Role = "text") -> Cell:
    """A dim label, a bold figure at one edge, and words behind it."""
    return (
        Span(f"{label:<{LABEL_WIDTH}}", "dim"),
        Span(f"{amount:>{NUMBER_WIDTH}}", role, True),
        *blanks(2),
        *words,
    )


def word_line(label: str, words: Cell, *, bold: bool = False) -> Cell:
    """A label that may be long, and words at the same edge as everywhere."""
    return (Span(f"{label:<{TEXT_AT}}", "text" if bold else "dim", True if bold else None), *words)


def said(first: str, rest: str = "") -> Cell:
    """What counts, and dim what explains it."""
    return (Span(first), *((Span(rest, "dim"),) if rest else ()))


def hung(lines: Iterable[Cell], width: int, text_at: int = TEXT_AT) -> Iterator[Cell]:
    """The same lines for a sheet of that width: words that do not fit go on under themselves, none is cut."""
    for line in lines:
        if cell_width(line) <= width:
            yield line
            continue
        label, words = slice_cell(line, 0, text_at), slice_cell(line, text_at, sum(len(span.text) for span in line))
        first, *more = wrap_cell(words, max(1, width - text_at))
        yield (*label, *first)
        yield from ((*blanks(text_at), *row) for row in more)
