"""What is told of one batch: beside a list, and on a page of its own where it was not sent from here."""

from collections.abc import Iterator

from batchtui.domain.status import Status, all_sent
from batchtui.domain.words import chunk_name
from batchtui.present.cells import Cell, Span, blanks, cell
from batchtui.present.preview.legend import legend
from batchtui.present.preview.preview_facts import fact_lines, picture_line, standing_words, when
from batchtui.present.scene import Scene
from batchtui.present.view_notes import WAITS_FOR_COUNTS
from batchtui.present.views import BatchView
from batchtui.present.wrap import wrap


def batch_head(scene: Scene, view: BatchView, width: int) -> Iterator[Cell]:
    """How a batch stands, in a word and as a bar."""
    yield standing_words(view.status, view.age_seconds, is_out=not view.status.is_over)
    yield ()
    yield from picture_line(scene, all_sent(view.counts), width, has_ended=view.status.is_over)
    if not view.status.is_over:
        yield cell("counts so far" if view.are_counts_given else WAITS_FOR_COUNTS, "dim")


def batch_lines(scene: Scene, view: BatchView, width: int) -> Iterator[Cell]:
    """All that is told of a batch beside a list."""
    yield from batch_head(scene, view, width)
    yield ()
    counts = all_sent(view.counts)
    yield from legend(counts, scene.glyphs, given=view.are_counts_given, is_own=False, has_ended=view.status.is_over)
    yield ()
    whose = f"{view.run} chunk {chunk_name(view.chunk or '')}" if view.run else "not sent from this workspace"
    yield from fact_lines("run", cell(whose), width)
    yield from batch_facts(scene, view, width)
    if view.run is None:
        yield from adopt_hint(width)


def batch_facts(scene: Scene, view: BatchView, width: int) -> Iterator[Cell]:
    """A batch's times and results."""
    yield from fact_lines("created", cell(when(scene, view.created_at)), width)
    if view.ended_at is not None:
        yield from fact_lines("ended", cell(when(scene, view.ended_at)), width)
    elif view.expires_at is not None:
        yield from fact_lines("expires", cell(when(scene, view.expires_at)), width)
    yield from fact_lines("results", _batch_results(scene, view), width)
    if view.note and view.note != WAITS_FOR_COUNTS:  # that stands beneath the bar
        yield from fact_lines("note", cell(view.note, "dim"), width)


def adopt_hint(width: int) -> Iterator[Cell]:
    """What there is to do about a batch that was not sent from here."""
    yield ()
    for number, words in enumerate(wrap("adopts it as a run, or hides it", max(1, width - 3))):
        yield (*(() if number else (Span("A", "head", True),)), *blanks(3 if number else 2), Span(words, "dim"))


def _batch_results(scene: Scene, view: BatchView) -> Cell:
    if view.status is Status.ARCHIVED or view.kept_until is None:
        return cell("gone from the service", "dim")
    kept = f"kept until {when(scene, view.kept_until).partition(' ')[2]}"
    return cell(f"{kept}; {_where(view)}")


def _where(view: BatchView) -> str:
    if view.are_results_pruned:
        return "pruned here"
    return "collected" if view.is_collected else "not collected"
