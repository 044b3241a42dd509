"""What the page of errors says while it has no groups, with the next step."""

from batchtui.present.cells import NOTHING, Cell, Span, cell
from batchtui.present.clean import clean
from batchtui.present.errors.rows import Triage
from batchtui.present.formats import exact


def empty_lines(triage: Triage, *, is_reading: bool, trouble: str = "") -> tuple[Cell, ...]:
    """In place of groups."""
    if trouble:
        return (NOTHING, cell("the results cannot be read", "alert"), cell(clean(trouble), "dim"))
    if is_reading:
        return (NOTHING, cell("reading results", "dim"))
    if not triage.read:
        return (
            NOTHING,
            cell("no results on disk yet", bold=True),
            (Span("errors show once a batch has ended and its results are collected; ", "dim"), *_key("d", "collects")),
        )
    if not triage.is_all_read:
        return (
            NOTHING,
            (Span("nothing wrong so far: ", bold=True), Span(f"{exact(triage.read)} results read", "dim")),
            cell("this page follows as more come in", "dim"),
        )
    return (
        NOTHING,
        (Span(f"all {exact(triage.requests)} requests succeeded", "ok", True), Span(" or have since", "dim")),
        (*_key("esc", "goes back"), Span(", ", "dim"), *_key("w", "there exports the results")),
    )


def _key(key: str, words: str) -> Cell:
    return (Span(key, "head", True), Span(f" {words}", "dim"))
