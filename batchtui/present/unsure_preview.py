"""A submission without an answer, as it stands beside a list: what is known of it, and what settles it."""

from collections.abc import Iterator

from batchtui.domain.submission import Submission
from batchtui.present.cells import Cell, Span, blanks, cell
from batchtui.present.formats import exact
from batchtui.present.lines import labelled
from batchtui.present.preview_facts import LABEL_WIDTH, when
from batchtui.present.scene import Scene


def unsure_lines(scene: Scene, submission: Submission) -> Iterator[Cell]:
    """The lines of the pane."""
    yield (Span("unsure", "alert", True), Span(f"   {submission.why or 'no answer'}"))
    yield ()
    yield from labelled("requests", cell(exact(submission.requests)), label_width=LABEL_WIDTH)
    yield from labelled("sent", cell(when(scene, submission.intended_at)), label_width=LABEL_WIDTH)
    yield from labelled("candidates", cell(exact(len(submission.candidates))), label_width=LABEL_WIDTH)
    for candidate in submission.candidates:
        yield (*blanks(LABEL_WIDTH), Span(candidate))
    yield ()
    yield cell("The body was sent whole and no answer came: it may", "dim")
    yield cell("or may not be a batch there. It is not sent again", "dim")
    yield cell("until that is settled.", "dim")
    yield ()
    yield (Span("A", "head", True), Span("  settles it: adopt a candidate, or give it up", "dim"))
