"""What stands beside a list: what enter would open, at a glance. The list of counts is the legend of the bar."""

from collections.abc import Iterator, Sequence

from batchtui.domain.alert import Alert
from batchtui.domain.status import Status, is_unknown_there
from batchtui.domain.submission import Submission
from batchtui.domain.words import chunk_name, several
from batchtui.present.alert_words import alert_words
from batchtui.present.cells import Cell, Span, blanks, cell, cell_width
from batchtui.present.clean import clean
from batchtui.present.doubts import waits_for
from batchtui.present.formats import money
from batchtui.present.home.home_lines import eta_facts
from batchtui.present.home.rows import shown_status
from batchtui.present.lines import labelled
from batchtui.present.preview.legend import legend
from batchtui.present.preview.pace_line import pace_line, share_line
from batchtui.present.preview.preview_facts import LABEL_WIDTH, fact_lines, picture_line, standing_words, when
from batchtui.present.preview.unsure import unsure_lines
from batchtui.present.preview_batch import batch_lines
from batchtui.present.run.standing import Standing, standing
from batchtui.present.scene import Scene
from batchtui.present.spent import measured_beside_estimate
from batchtui.present.view_notes import WAITS_FOR_COUNTS
from batchtui.present.views import BatchView, ChunkView, RunView
from batchtui.present.wrap import wrap

WIDE_ENOUGH = 46


def preview_lines(
    scene: Scene, view: RunView | BatchView | Submission | None, width: int, *, told: Alert | None = None
) -> Iterator[Cell]:
    """The lines of the pane.

    Args:
        told: an alert that is told above them already.
    """
    match view:
        case RunView():
            yield from _run(scene, view, width, told)
        case BatchView():
            yield from batch_lines(scene, view, width)
        case Submission():
            yield from unsure_lines(scene, view, width)
        case None:
            return


def preview_title(view: RunView | BatchView | Submission | None) -> str:
    """What the panel beside the list is about."""
    match view:
        case RunView():
            return view.run
        case BatchView():
            return view.batch_id
        case Submission():
            return f"{view.run} chunk {chunk_name(view.chunk)}"
        case None:
            return "nothing selected"


def _run(scene: Scene, view: RunView, width: int, told: Alert | None) -> Iterator[Cell]:
    yield standing_words(shown_status(view), view.age_seconds, is_out=view.expires_at is not None)
    if view.status in (Status.IN_PROGRESS, Status.SENDING, Status.UNKNOWN):
        yield _joined(eta_facts(scene, view.eta))
    yield ()
    parts = scene.views.chunks(scene.state.runs[view.run])
    if view.status is Status.ARCHIVED:
        is_unknown = is_unknown_there(scene.state, scene.state.runs[view.run])
        why = "the service no longer knows its batch" if is_unknown else "not collected within 29 days"
        yield from (cell(line, "dim") for line in wrap(f"results gone: {why}", width))
    else:
        yield from picture_line(scene, view.counts, width, has_ended=view.status.is_over)
        yield from (cell(line, "dim") for line in wrap(_ended_words(view), width))
        yield ()
        chunks = standing(parts) if view.chunks > 1 else []
        is_wide = width >= WIDE_ENOUGH
        yield from legend(
            view.counts,
            scene.glyphs,
            given=view.are_counts_given,
            is_own=is_wide or bool(view.counts.unknown or view.counts.unsent),
            chunks=chunks if is_wide else (),
            has_ended=view.status.is_over,
        )
        if chunks and not is_wide:
            for number, line in enumerate(_rows_of_facts([_chunk_fact(each) for each in chunks], width - LABEL_WIDTH)):
                yield from labelled("" if number else "chunks", line, label_width=LABEL_WIDTH)
    yield ()
    yield from _run_facts(scene, view, parts, width)
    yield from _needs(scene, [alert for alert in scene.alerts if alert.run == view.run and alert != told], width)


def _joined(facts: tuple[Cell, ...], gap: int = 3) -> Cell:
    spans: list[Span] = []
    for fact in facts:
        spans += (*(blanks(gap) if spans else ()), *fact)
    return tuple(spans)


def _rows_of_facts(facts: Sequence[Cell], width: int) -> list[Cell]:
    """Over as many lines as they need; none is broken."""
    lines: list[Cell] = [()]
    for fact in facts:
        longer = _joined((lines[-1], fact), 2) if lines[-1] else fact
        if lines[-1] and cell_width(longer) > width:
            lines.append(fact)
        else:
            lines[-1] = longer
    return lines


def _chunk_fact(one: Standing) -> Cell:
    return (Span(f"{one.amount} "), Span(one.word, one.role))


def _ended_words(view: RunView) -> str:
    if view.status.is_over:
        return f"all {view.chunks} chunks ended" if view.chunks > 1 else "ended"
    if view.expires_at is None and not view.chunks_ended:
        return "it may be with the API: nobody answered" if view.unknown else "nothing is with the API"
    if view.chunks == 1:
        return WAITS_FOR_COUNTS
    return f"{view.chunks_ended} of {several(view.chunks, 'chunk')} ended; counts come when a chunk ends"


def _run_facts(scene: Scene, view: RunView, chunks: Sequence[ChunkView], width: int) -> Iterator[Cell]:
    yield from fact_lines("models", cell(", ".join(view.models)), width)
    yield from fact_lines("created", cell(when(scene, view.created_at)), width)
    if view.expires_at is not None:
        first = "from " if view.chunks - view.chunks_ended > 1 else ""
        yield from fact_lines("expires", cell(f"{first}{when(scene, view.expires_at)}"), width)
    yield from fact_lines("results", _results(scene, view), width)
    yield from fact_lines("cost", _cost(scene, view), width)
    yield from fact_lines("lineage", _lineage(scene, view), width)
    waits = view.held_reason or (_waits(scene, view.run) if view.held else "")
    if waits:
        yield from fact_lines("held", cell(clean(waits)), width)
    for label, line in (
        ("ended", pace_line(view, chunks, scene.server_now, scene.glyphs, room=width - LABEL_WIDTH)),
        ("bad", share_line(view)),
    ):
        if line:
            yield from fact_lines(label, line, width)


def _waits(scene: Scene, run: str) -> str:
    """What the first held chunk waits for."""
    reason = scene.views.waits.first(run)
    held = (chunk.requests for chunk in scene.state.runs[run].live_chunks if chunk.may_still_be_sent)
    shorter = waits_for(scene, run, next(held, 0), reason)
    return f"{shorter}, which has no answer" if shorter else reason


def _results(scene: Scene, view: RunView) -> Cell:
    here = "all collected" if view.is_collected else "not all collected"
    here = "pruned here, d fetches them" if view.are_results_pruned else here
    if not view.chunks_ended:
        return cell("none yet", "dim")
    if view.results_until is None:
        return cell("none there any more", "dim")
    if view.are_results_lost:
        return cell("gone from the service", "warn")
    left = view.results_until - scene.server_now
    return (Span(f"kept {max(0, left.days)}d more; "), Span(here, "text" if view.is_collected else "dim"))


def _cost(scene: Scene, view: RunView) -> Cell:
    high = f"up to {money(view.cost_high_usd, is_estimate=True)}" if view.cost_high_usd is not None else "not known"
    if view.cost_usd is None:
        return (Span(high),)
    if view.is_cost_measured:
        beside = measured_beside_estimate(scene.state, scene.state.runs[view.run])
        return (Span(f"{money(view.cost_usd)} measured"), *beside)
    return (Span(f"{money(view.cost_usd)} measured"), Span(f"  {high} in all", "dim"))


def _lineage(scene: Scene, view: RunView) -> Cell:
    arrow = f" {scene.glyphs.lineage} "
    if view.parent is None and not view.retries:
        return cell("first attempt")
    names = [*([view.parent] if view.parent else []), "this", *view.retries]
    return cell(arrow.join(names))


def _needs(scene: Scene, alerts: Sequence[Alert], width: int) -> Iterator[Cell]:
    """What of a run waits for a person."""
    if not alerts:
        return
    yield ()
    yield cell("needs you", "dim")
    for alert in alerts:
        mark = scene.glyphs.unsure if alert.kind == "unsure" else scene.glyphs.alert
        words = alert_words(alert, scene.zone).removeprefix(alert.run or "").lstrip(": ")
        for number, line in enumerate(wrap(words, max(1, width - 3))):
            yield (Span("   " if number else f"{mark}  ", "alert", True), Span(line))
