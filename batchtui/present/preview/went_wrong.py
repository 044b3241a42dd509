"""A short list of what went wrong, for the preview: counts by class, and what a retry would make of them."""

from collections.abc import Iterator, Sequence

from batchtui.domain.issues.triage import Group
from batchtui.domain.words import several
from batchtui.present.cells import Cell, Span, blanks, cell, cell_width
from batchtui.present.errors.issue_words import class_role, class_word, verdict_cell
from batchtui.present.formats import count

MOST = 6


def went_wrong_lines(groups: Sequence[Group], width: int, *, is_over: bool) -> Iterator[Cell]:
    """Nothing when nothing did."""
    if not groups:
        return
    yield ()
    yield cell("what went wrong" if is_over else "what went wrong so far", "dim")
    for entry in groups[:MOST]:
        verdict = verdict_cell(entry.verdict, is_dim=True)
        left = (
            Span(f"{count(entry.requests):>5}", class_role(entry.cls)),
            *blanks(2),
            Span(class_word(entry.cls, width - 16)),
        )
        yield (*left, *blanks(width - cell_width(left) - cell_width(verdict)), *verdict)
    if len(groups) > MOST:
        yield cell(f"       and {several(len(groups) - MOST, 'more group')}: e", "dim")
