"""Breaking text into lines by cells, at blanks where there are some. Offsets, so that spans can be cut alike."""

from batchtui.present.cells import Cell, Span
from batchtui.present.width import head_of, text_width

BREAKS_AFTER = (" ", "\\n", ",", "/", "-")


def wrap_offsets(text: str, first: int, rest: int, *, most: int | None = None) -> list[tuple[int, int]]:
    """Where lines start and end when the first has a width and the others another; at most so many lines."""
    lines: list[tuple[int, int]] = []
    start, width = 0, first
    while start < len(text) and (most is None or len(lines) < most):
        # A character that is wider than the line still takes one, or there would be lines without end.
        end = start + max(1, len(head_of(text[start : start + max(1, width)], max(1, width))))
        if end < len(text):
            end = _break_before(text, start, end)
        lines.append((start, end))
        start, width = end, rest
    return lines or [(0, 0)]


def wrap(text: str, width: int) -> list[str]:
    """The lines of text, new lines kept, none wider than width; blanks at the ends of lines go."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += [paragraph[start:end].rstrip() for start, end in wrap_offsets(paragraph, width, width)]
    return lines


def slice_cell(spans: Cell, start: int, end: int) -> Cell:
    """The characters from start to end, each with its look."""
    kept: list[Span] = []
    at = 0
    for span in spans:
        text = span.text[max(0, start - at) : max(0, end - at)]
        if text:
            kept.append(Span(text, span.role, span.bold, span.on))
        at += len(span.text)
        if at >= end:
            break
    return tuple(kept)


def without_last_blanks(spans: Cell) -> Cell:
    """The same without blanks at the end of the last span, where a line was broken."""
    if not spans or not spans[-1].text.endswith(" "):
        return spans
    last = spans[-1]
    return (*spans[:-1], Span(last.text.rstrip(), last.role, last.bold, last.on))


def _break_before(text: str, start: int, end: int) -> int:
    """The last good place to break at or before end, unless that wastes more than half of the line."""
    if text[end] == " ":
        return end + 1
    found = max(text.rfind(mark, start, end) + len(mark) if mark in text[start:end] else 0 for mark in BREAKS_AFTER[:2])
    if not found:
        found = max(text.rfind(mark, start, end) + 1 for mark in BREAKS_AFTER[2:])
    return found if text_width(text[start:found]) * 2 > text_width(text[start:end]) else end
