"""The vocabulary between what is known and the faces that draw it: spans, cells, rows and columns.

A span says what its text means (a role), never how that looks; themes decide the looks.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, Protocol

from msgspec import Struct, structs

from batchtui.present.glyphs import Glyphs
from batchtui.present.width import Align, Cut, head_of, tail_of, text_width

Role = Literal[
    "text", "dim", "rule", "head", "run", "ok", "warn", "err", "expired", "canceled", "alert", "selection", "background"
]


class Span(Struct, frozen=True):
    """A stretch of text with one look."""

    text: str
    role: Role = "text"
    bold: bool | None = None
    """None leaves it to the theme's attributes of the role."""
    on: Role | None = None
    """The role whose colour is the background: "selection" under the cursor, "head" for the open tab."""


Cell = tuple[Span, ...]
NOTHING: Cell = ()


class Filling(Protocol):
    """What draws itself to the width its column turned out to have, as a bar does."""

    def fill(self, width: int, glyphs: Glyphs) -> Cell:
        """Spans of exactly that width, or less."""
        ...


class Row(Struct, frozen=True, kw_only=True):
    """One line of a table: cells by column key, and what its gutter shows."""

    id: str
    cells: Mapping[str, Cell | Filling]
    sign: Span | None = None
    """The gutter's second cell: alert, unsure or stale."""
    joins: Mapping[str, str] = {}
    """Cells that reach over their neighbours: key of the first column to key of the last."""
    wants: Mapping[str, int] = {}
    """How wide a cell has to be to say its words: it takes what the one before it leaves free."""
    yields: tuple[str, ...] = ()
    """Cells that go where one that wants more room stands behind them."""


class Column(Struct, frozen=True, kw_only=True):
    """How one column is headed, aligned, cut, and what becomes of it when there is more or less room."""

    key: str
    head: str
    width: int
    align: Align = "left"
    cut: Cut = "never"
    least: int | None = None
    """Down to this it shrinks once no column can go any more; None: it keeps its width."""
    most: int | None = None
    """Up to this it grows when there is room; None: it keeps its width."""
    goes: int | None = None
    """Columns with the lowest number go first when there is no room; None: it stays."""
    is_lit: bool = False
    """The cursor's background reaches to the last such column."""
    cut_tail: int = 2
    """Cells kept at the end by a cut in the middle."""


def cell(text: str, role: Role = "text", *, bold: bool | None = None) -> Cell:
    """A cell of one span."""
    return (Span(text, role, bold),) if text else NOTHING


def blanks(count: int) -> Cell:
    """A cell of blanks, or nothing."""
    return (Span(" " * count, "text", False),) if count > 0 else NOTHING


def cell_width(spans: Cell) -> int:
    """Cells taken by all spans together."""
    return sum(text_width(span.text) for span in spans)


def plain(spans: Iterable[Span]) -> str:
    """The text alone."""
    return "".join(span.text for span in spans)


def with_role(spans: Cell, role: Role) -> Cell:
    """The same text with one role, as for rows that are stale or settled."""
    return tuple(structs.replace(span, role=role, bold=None) for span in spans)


def on_role(spans: Cell, on: Role, *, bold: bool | None = None) -> Cell:
    """The same spans on another background; bold, if given, holds for all of them."""
    return tuple(Span(span.text, span.role, span.bold if bold is None else bold, on) for span in spans)


def head_cell(spans: Cell, width: int) -> Cell:
    """The first width cells, with no sign that more follows."""
    kept: list[Span] = []
    for span in spans:
        text = head_of(span.text, width)
        if text:
            kept.append(span if text == span.text else structs.replace(span, text=text))
        width -= text_width(text)
        if text != span.text:
            break
    return tuple(kept)


def tail_cell(spans: Cell, width: int) -> Cell:
    """The last width cells, with no sign that more came before."""
    kept: list[Span] = []
    for span in reversed(spans):
        text = tail_of(span.text, width)
        if text:
            kept.append(span if text == span.text else structs.replace(span, text=text))
        width -= text_width(text)
        if text != span.text:
            break
    return tuple(reversed(kept))


def cut_cell(spans: Cell, width: int, where: Cut = "end", *, mark: str = "…", tail: int = 2) -> Cell:
    """Shorten a cell to width; the mark takes the look of what it stands beside."""
    if cell_width(spans) <= width:
        return spans
    room = width - text_width(mark)
    if room < 1 or where == "never":
        return (Span(head_of(mark, width), "dim"),)
    match where:
        case "front":
            end = tail_cell(spans, room)
            return (structs.replace(end[0] if end else spans[-1], text=mark), *end)
        case "middle":
            end = tail_cell(spans, min(tail, room - 1))
            start = head_cell(spans, room - cell_width(end))
            return (*start, structs.replace((start or spans)[-1], text=mark), *end)
        case "end":
            start = head_cell(spans, room)
            return (*start, structs.replace((start or spans)[-1], text=mark))


def fit_cell(
    spans: Cell, width: int, align: Align = "left", where: Cut = "end", *, mark: str = "…", tail: int = 2
) -> Cell:
    """Cut or fill a cell to exactly width."""
    fitted = cut_cell(spans, width, where, mark=mark, tail=tail)
    space = blanks(width - cell_width(fitted))
    return (*fitted, *space) if align == "left" else (*space, *fitted)
