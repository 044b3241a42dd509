"""Bytes as they were sent and received, wrapped; what is too long for reading ends with what to press."""

from batchtui.present.cells import NOTHING, Cell, Span, cell
from batchtui.present.clean import clean
from batchtui.present.formats import size
from batchtui.present.wrap import without_last_blanks, wrap_offsets

MOST_BYTES = 200_000


def raw_lines(title: str, source: bytes | None, missing: str, width: int) -> list[Cell]:
    """A heading and the bytes below it."""
    if source is None:
        return [cell(title, "dim"), cell(missing, "dim"), NOTHING]
    text = clean(source[:MOST_BYTES].decode("utf-8", "replace"))
    lines = [without_last_blanks(cell(text[start:end])) for start, end in wrap_offsets(text, width, width)]
    if len(source) > MOST_BYTES:
        lines.append(
            (Span(f"{size(len(source) - MOST_BYTES)} more: ", "dim"), Span("o", "head"), Span(" pager", "dim"))
        )
    return [(Span(title, "dim"), Span(f"  {size(len(source))}", "dim")), *lines, NOTHING]
