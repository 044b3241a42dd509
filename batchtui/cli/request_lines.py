"""One request for people: facts, then request and result side by side, or one after the other where it is narrow."""

from collections.abc import Iterator

from batchtui.cli import output, tables
from batchtui.cli.request_detail import Attempt, RequestDetail
from batchtui.present.cells import Cell, Span, cell, fit_cell
from batchtui.present.glyphs import Glyphs
from batchtui.present.request.json_text import JsonText
from batchtui.present.request.usage import cost_words, token_words

SIDE_BY_SIDE_WIDTH = 120
PIPE_WIDTH = 100


def request_lines(detail: RequestDetail, glyphs: Glyphs) -> Iterator[output.Line]:
    """Everything about one request."""
    own = detail.own
    yield (Span(detail.custom_id, "text", True), Span(f"  {own.cls or own.outcome or 'no result yet'}"))
    yield from tables.facts(
        [
            ("run", own.run),
            ("chunk", own.chunk or ""),
            ("batch", own.batch_id or ""),
            ("source", f"{detail.file}:{detail.line}" if detail.file else ""),
            ("tokens", token_words(detail.usage) if detail.usage is not None else ""),
            ("cost", cost_words(detail.usage, detail.cost_usd) if detail.usage is not None else ""),
            ("attempts", "; ".join(_attempt_words(attempt) for attempt in detail.attempts)),
        ]
    )
    width = tables.terminal_width() or PIPE_WIDTH
    panes = [("request", detail.request), ("result", own.result)]
    if width >= SIDE_BY_SIDE_WIDTH and all(text is not None for _, text in panes):
        yield from _side_by_side(detail.request or b"", own.result or b"", width, glyphs)
        return
    for title, text in panes:
        yield ""
        yield cell(title if text is not None else f"{title}: not here", "head", bold=True)
        if text is not None:
            yield from _document(text, width, glyphs)


def _attempt_words(attempt: Attempt) -> str:
    return f"{attempt.run} {attempt.cls or attempt.outcome or 'no result yet'}"


def _document(text: bytes, width: int, glyphs: Glyphs) -> Iterator[Cell]:
    document = _unfolded(text)
    for index in range(document.height(width)):
        yield document.line(index, width, glyphs)


def _side_by_side(request: bytes, result: bytes, width: int, glyphs: Glyphs) -> Iterator[output.Line]:
    gap = (Span(f" {glyphs.vertical.strip() or '|'} ", "rule"),)
    half = (width - len(gap[0].text)) // 2
    left, right = _unfolded(request), _unfolded(result)
    yield ""
    yield (*fit_cell(cell("request", "head", bold=True), half), *gap, *cell("result", "head", bold=True))
    heights = left.height(half), right.height(half)
    for index in range(max(heights)):
        first = left.line(index, half, glyphs) if index < heights[0] else ()
        second = right.line(index, half, glyphs) if index < heights[1] else ()
        yield (*fit_cell(first, half), *gap, *second)


def _unfolded(text: bytes) -> JsonText:
    document = JsonText(text)
    document.toggle_folds()
    return document
