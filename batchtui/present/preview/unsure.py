"""A submission without an answer, as it stands beside a list: what is known of it, and what settles it."""

from collections.abc import Iterator
from typing import Final

from batchtui.domain.submission import Submission
from batchtui.present.cells import Cell, Span, blanks, cell, cut_cell
from batchtui.present.formats import exact
from batchtui.present.lines import wrap_cell
from batchtui.present.preview.preview_facts import LABEL_WIDTH, fact_lines, when
from batchtui.present.scene import Scene
from batchtui.present.settle import candidates_of
from batchtui.present.wrap import wrap

_READABLE: Final = 52


_FATE: Final = (
    "The body was sent whole and no answer came: it may or may not be a batch there. "
    "It is not sent again until that is settled."
)


def unsure_lines(scene: Scene, submission: Submission, width: int) -> Iterator[Cell]:
    """The lines of the pane."""
    yield from wrap_cell((Span("unsure", "alert", True), Span(f"   {submission.why or 'no answer'}")), width)
    yield ()
    yield from fact_lines("requests", cell(exact(submission.requests)), width)
    yield from fact_lines("sent", cell(when(scene, submission.intended_at)), width)
    candidates = candidates_of(scene.state, submission)
    yield from fact_lines("candidates", cell(exact(len(candidates))), width)
    for candidate in candidates:
        whole = cut_cell(cell(candidate.batch.id), max(1, width - LABEL_WIDTH), "middle", mark=scene.glyphs.cut, tail=4)
        yield (*blanks(LABEL_WIDTH), *whole)
    yield ()
    yield from (cell(line, "dim") for line in wrap(_FATE, min(width, _READABLE)))
    yield ()
    for number, words in enumerate(wrap("settles it: adopt a candidate, or give it up", max(1, width - 3))):
        yield (*(() if number else (Span("A", "head", True),)), *blanks(3 if number else 2), Span(words, "dim"))
