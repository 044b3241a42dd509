"""The chunk under the cursor: two lines beneath the table, or a list of facts beside it."""

from collections.abc import Iterator
from datetime import datetime

from batchtui.domain.submission import ChunkState, Submission
from batchtui.present.activity import log_time
from batchtui.present.cells import Cell, Role, Span, blanks, cell, cut_cell
from batchtui.present.facts import FactLine, lay_facts
from batchtui.present.formats import duration, exact, lasted, money, short_id, size
from batchtui.present.home.home_lines import eta_facts
from batchtui.present.lines import labelled
from batchtui.present.preview.preview_facts import when
from batchtui.present.run.detail import chunk_note
from batchtui.present.run.standing import chunk_word
from batchtui.present.scene import Scene
from batchtui.present.views import BatchView, ChunkView
from batchtui.present.wrap import wrap

LABEL_WIDTH = 10


def chunk_lines(scene: Scene, view: ChunkView, width: int, *, is_tall: bool) -> Iterator[Cell]:
    """The panel's lines."""
    if is_tall:
        yield from _facts(scene, view, width)
        return
    yield lay_facts(FactLine(left=_short_facts(scene, view), gap=3), width, mark=scene.glyphs.cut)
    yield lay_facts(FactLine(left=_outlook(scene, view)), width, mark=scene.glyphs.cut)


def _short_facts(scene: Scene, view: ChunkView) -> tuple[Cell, ...]:
    batch = short_id(view.batch.batch_id, scene.glyphs) if view.batch else scene.glyphs.unknown
    return (
        (Span("batch   ", "dim"), Span(batch)),
        (Span("body ", "dim"), Span(size(view.bytes))),
        (Span("cost ", "dim"), Span(cost_words(view))),
    )


def cost_words(view: ChunkView) -> str:
    """Measured once collected, else the high estimate."""
    if view.batch is not None and view.batch.cost_usd is not None:
        return money(view.batch.cost_usd)
    return money(view.cost_high_usd, is_estimate=True) if view.cost_high_usd is not None else "not known"


def _outlook(scene: Scene, view: ChunkView) -> tuple[Cell, ...]:
    facts: list[Cell] = [cell(chunk_note(scene, view), "dim")] if view.note else []
    if view.state is ChunkState.UNKNOWN:
        facts.append(cell("not sent again until settled", "dim"))
    if view.eta is not None:
        facts.append((Span("done by ", "dim"), Span(f"~{scene.minute(view.eta.at)}")))
        facts += eta_facts(scene, view.eta)[1:]
    if view.batch is not None and view.batch.ended_at is not None:
        took = lasted((view.batch.ended_at - view.batch.created_at).total_seconds())
        facts.append(cell(f"ended {scene.moment(view.batch.ended_at)} after {took}", "dim"))
        facts.append(cell(_where(view.batch), "dim"))
    return tuple(facts)


def _where(batch: BatchView) -> str:
    """Of the results of what has ended."""
    if batch.are_results_pruned:
        return "results pruned here"
    return "results on disk" if batch.is_collected else "results not here yet"


def _facts(scene: Scene, view: ChunkView, width: int) -> Iterator[Cell]:
    def line(label: str, value: Cell) -> list[Cell]:
        return labelled(label, value, label_width=LABEL_WIDTH, width=width)

    batch = view.batch
    yield from line("state", _state(scene, view))
    yield from line("batch", _id(scene, batch.batch_id, width) if batch else cell("none", "dim"))
    yield from line("requests", cell(exact(view.requests)))
    yield from line("body", cell(size(view.bytes)))
    yield from line("cost", _cost(scene, view))
    submission = scene.state.submissions.get(view.submission or "")
    if submission is not None:
        yield from line("sent", _sent(scene, submission, width))
    if batch is not None and batch.ended_at is not None:
        yield from _ended(scene, view, line("ended", _when_ended(scene, batch, batch.ended_at)), width)
    elif batch is not None and batch.expires_at is not None:
        yield from line("expires", cell(when(scene, batch.expires_at)))
    if view.eta is not None:
        basis = eta_facts(scene, view.eta)[1]
        yield from line("done by", (Span(f"~{scene.minute(view.eta.at)} "), *basis))
    if view.note:
        yield ()
        yield from (cell(text, "dim") for text in wrap(chunk_note(scene, view), width))
    if view.state is ChunkState.UNKNOWN:
        yield from _remedy(width)


def _state(scene: Scene, view: ChunkView) -> Cell:
    word = chunk_word(view)
    if view.batch is None:
        return word
    age = duration(view.batch.age_seconds)
    return (*word, Span(f"  {age} ago" if view.status.is_over else f"  {age} of 24h", "dim"))


def _id(scene: Scene, batch_id: str, width: int) -> Cell:
    """On one line; its last characters tell it from others, and `y` copies all of it."""
    return cut_cell(cell(batch_id), width - LABEL_WIDTH, "middle", mark=scene.glyphs.cut, tail=4)


def _cost(scene: Scene, view: ChunkView) -> Cell:
    """Of the chunk, and of the whole run beside it where that has more."""
    run = scene.views.run(scene.state.runs[view.run])
    if run.chunks < 2 or run.cost_high_usd is None:
        return cell(cost_words(view))
    whole = money(run.cost_high_usd, is_estimate=not run.is_cost_measured)
    return (Span(cost_words(view)), Span(f" of {whole}", "dim"))


def _sent(scene: Scene, submission: Submission, width: int) -> Cell:
    at = log_time(scene, submission.intended_at)
    fits = LABEL_WIDTH + len(at) + 2 + len(submission.id) <= width
    return (Span(at), *cell(f"  {submission.id}" if fits else "", "dim"))


def _when_ended(scene: Scene, batch: BatchView, ended_at: datetime) -> Cell:
    took = lasted((ended_at - batch.created_at).total_seconds())
    return (Span(when(scene, ended_at)), Span(f", after {took}", "dim"))


def _ended(scene: Scene, view: ChunkView, first: list[Cell], width: int) -> Iterator[Cell]:
    yield from first
    batch = view.batch
    assert batch is not None, "only chunks with a batch end"
    counts = batch.counts
    kinds: tuple[tuple[str, int, Role], ...] = (
        ("ok", counts.succeeded, "ok"),
        ("errored", counts.errored, "err"),
        ("expired", counts.expired, "expired"),
        ("canceled", counts.canceled, "canceled"),
    )
    for label, amount, role in kinds:
        if amount:
            yield from labelled(label, cell(exact(amount), role), label_width=LABEL_WIDTH, width=width)
    words = "on disk, verified" if batch.is_collected else "not collected yet"
    words = "pruned here; d fetches them" if batch.are_results_pruned else words
    yield from labelled("results", cell(words), label_width=LABEL_WIDTH, width=width)


def _remedy(width: int) -> Iterator[Cell]:
    """What becomes of a submission without an answer, and who decides that."""
    yield from (cell(text, "dim") for text in wrap("It is not sent again until that is settled.", width))
    yield ()
    yield (Span("A", "head", True), *blanks(2), Span("settles it", "dim"))
