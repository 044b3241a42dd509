"""Rows of a run's chunks, and the facts about the run around them."""

from collections.abc import Sequence
from typing import Final

from batchtui.domain.status import RunCounts, Status, all_sent
from batchtui.domain.submission import ChunkState
from batchtui.domain.words import chunk_name
from batchtui.present.bar import Bar
from batchtui.present.cells import Cell, Column, Filling, Row, Span, cell
from batchtui.present.doubts import waits_for
from batchtui.present.facts import FactLine
from batchtui.present.formats import count_cell, duration, exact, flagged_cell, money
from batchtui.present.home.batch_rows import days_left, hours_left, time_out
from batchtui.present.home.home_lines import eta_facts, fact, pace
from batchtui.present.home.rows import bad_role
from batchtui.present.ordering import Sorting
from batchtui.present.run.standing import ENDED, Standing, chunk_word, standing
from batchtui.present.scene import Scene
from batchtui.present.selection import of_chunk
from batchtui.present.signs import sign
from batchtui.present.spent import measured_beside_estimate
from batchtui.present.status_words import status_word
from batchtui.present.transfers import chunk_words
from batchtui.present.views import ChunkView, RunView

COLUMNS: Final = (
    Column(key="chunk", head="# ", width=3, align="right", is_lit=True),
    Column(key="status", head="STATUS", width=8, is_lit=True, cut="end"),
    Column(key="bar", head="PROGRESS", width=10, most=20),
    Column(key="batch", head="BATCH", width=16, most=34, cut="middle", goes=2),
    Column(key="reqs", head="REQS", width=5, align="right"),
    Column(key="ok", head="OK", width=5, align="right"),
    Column(key="errored", head="ERR", width=4, align="right"),
    Column(key="expired", head="EXP", width=4, align="right"),
    Column(key="canceled", head="CAN", width=4, align="right", goes=4),
    Column(key="age", head="AGE", width=5, align="right", goes=3),
    Column(key="left", head="LEFT ", width=6, align="right"),
    Column(key="note", head="NOTE", width=24, least=20, most=60, cut="end", goes=1),
)

SORTINGS: Final = (
    Sorting("number", "in the order of chunks", "last chunk first"),
    Sorting("status", "by status", "by status, z to a", lambda view: status_word(view.status)),
    Sorting("bad", "most bad first", "fewest bad first", lambda view: -view.batch.counts.bad if view.batch else None),
    Sorting("left", "least time left first", "most time left first", lambda view: _until(view)),
    Sorting("age", "oldest first", "newest first", lambda view: view.batch.created_at if view.batch else None),
    Sorting("requests", "most requests first", "fewest requests first", lambda view: -view.requests),
)


def _until(view: ChunkView) -> float | None:
    """When time runs out for it, as the column says; what is not sent has all the time."""
    return None if view.batch is None else time_out(view.batch)


def chunk_row(scene: Scene, view: ChunkView) -> Row:
    """One chunk."""
    is_stale = scene.is_stale and not view.status.is_over and view.batch is not None
    is_unsure = view.status is Status.UNKNOWN
    return Row(
        id=of_chunk(view.run, view.chunk).row_id,
        cells={
            "chunk": cell(f"{chunk_name(view.chunk)} ", "text" if not view.status.is_over else "dim"),
            "status": chunk_word(view, is_quiet=is_stale),
            "batch": cell(view.batch.batch_id if view.batch else scene.glyphs.unknown, "dim"),
            "reqs": count_cell(view.requests, scene.glyphs, "dim"),
            "note": cell(chunk_note(scene, view), "dim"),
            **_figures(scene, view),
            **_times(scene, view, is_stale=is_stale),
        },
        sign=sign(scene.glyphs, needs_you=needs_look(scene, view), is_unsure=is_unsure, is_stale=is_stale),
    )


def chunk_note(scene: Scene, view: ChunkView) -> str:
    """What goes on with it now, else its note, without words the status says already."""
    moving = chunk_words(scene, view.run, view.chunk, view.batch.batch_id if view.batch else None)
    if moving:
        return moving
    note = view.note.removeprefix("held: ")
    return waits_for(scene, view.run, view.requests, note) or note


def needs_look(scene: Scene, view: ChunkView) -> bool:
    """Whether an alert is about this very chunk's batch."""
    return view.batch is not None and any(alert.batch_id == view.batch.batch_id for alert in scene.alerts)


def _figures(scene: Scene, view: ChunkView) -> dict[str, Cell | Filling]:
    glyphs, batch = scene.glyphs, view.batch
    if batch is None:
        nothing = cell(glyphs.unknown, "dim")
        return {
            "bar": _no_batch(scene, view),
            "ok": nothing,
            "errored": nothing,
            "expired": nothing,
            "canceled": nothing,
        }
    if batch.status is Status.ARCHIVED:
        nothing = cell(glyphs.unknown, "dim")
        gone = cell("results gone", "dim")
        return {"bar": gone, "ok": nothing, "errored": nothing, "expired": nothing, "canceled": nothing}
    counts, given = batch.counts, batch.are_counts_given
    return {
        "bar": Bar(all_sent(batch.counts), view.status.is_over),
        "ok": count_cell(counts.succeeded if given else None, glyphs),
        "errored": count_cell(counts.errored if given else None, glyphs, "err"),
        "expired": count_cell(counts.expired if given else None, glyphs, "expired"),
        "canceled": count_cell(counts.canceled if given else None, glyphs, "canceled"),
    }


def _no_batch(scene: Scene, view: ChunkView) -> Cell | Filling:
    if view.may_have_arrived:
        return Bar(RunCounts(unknown=view.requests), False)
    match view.state:
        case ChunkState.UNKNOWN:
            return (Span(scene.glyphs.unsure, "alert", True), Span(" no answer"))
        case ChunkState.SENDING:
            return Bar(RunCounts(unknown=view.requests), False)
        case ChunkState.CONFIRMED | ChunkState.ADOPTED:  # its batch has not been listed yet
            return Bar(RunCounts(processing=view.requests), False)
        case (
            ChunkState.PLANNED
            | ChunkState.HELD
            | ChunkState.NOT_ACCEPTED
            | ChunkState.REFUSED
            | ChunkState.ABANDONED
            | ChunkState.SPLIT
        ):
            return Bar(RunCounts(unsent=view.requests), False)


def _times(scene: Scene, view: ChunkView, *, is_stale: bool) -> dict[str, Cell]:
    unknown = scene.glyphs.unknown
    batch = view.batch
    if batch is None:
        submission = scene.state.submissions.get(view.submission or "")
        since = submission.intended_at if submission and view.state is ChunkState.UNKNOWN else None
        age = duration((scene.now - since).total_seconds()) if since else unknown
        return {"age": cell(age, "dim"), "left": flagged_cell(unknown, role="dim")}
    age = duration(batch.age_seconds)
    if view.status.is_over:
        left = days_left(scene, batch.kept_until, is_collected=batch.is_collected)
    else:
        left = hours_left(scene, batch.expires_at, is_stale=is_stale)
    return {"age": cell(age, "dim"), "left": left}


def run_line(scene: Scene, view: RunView, *, is_wide: bool) -> FactLine:
    """The second header row."""
    models = [model if is_wide else model.removeprefix("claude-") for model in view.models]
    facts = [
        cell(view.run, bold=True),
        *([fact(exact(view.chunks), "chunk" if view.chunks == 1 else "chunks", bold=None)] if is_wide else []),
        fact(exact(view.requests), "requests", bold=None),
        cell(models[0] + (f" +{len(models) - 1}" if len(models) > 1 else "") if models else ""),
        (Span("created ", "dim"), Span(scene.moment(view.created_at))),
        _left(scene, view),
        *([cell(_lineage(scene, view), "dim")] if is_wide or view.parent else []),
    ]
    return FactLine(left=tuple(each for each in facts if each), gap=3)


def _left(scene: Scene, view: RunView) -> Cell:
    if view.expires_at is not None:
        left = duration((view.expires_at - scene.server_now).total_seconds())
        return (Span(left), Span(" left", "dim"))
    return (Span(duration(view.age_seconds)), Span(" ago", "dim"))


def _lineage(scene: Scene, view: RunView) -> str:
    arrow = f" {scene.glyphs.lineage} "
    if view.parent:
        return arrow.join((view.parent, "this", *view.retries))
    return arrow.join(("this", *view.retries)) if view.retries else "first attempt"


def kept_note(scene: Scene, view: RunView) -> Cell:
    """For the table's border: until when the service keeps results."""
    if view.results_until is None:
        return ()
    if view.are_results_lost:
        return cell("results gone", "dim")
    until = view.results_until if scene.zone is None else view.results_until.astimezone(scene.zone)
    return cell(f"results kept to {until:%b} {until.day}", "dim")


def standing_line(scene: Scene, view: RunView, chunks: Sequence[ChunkView]) -> FactLine:
    """The first footer row: how many chunks are where, and when the last may be done."""
    facts = [_standing(one) for one in standing(chunks)]
    if not view.status.is_over:
        facts += eta_facts(scene, view.eta)[:1] if view.eta is not None else ()
        facts += _bad_so_far(view)
        facts += pace(scene, view)
    if view.is_cost_measured and view.cost_usd is not None:
        beside = measured_beside_estimate(scene.state, scene.state.runs[view.run])
        facts.append((Span(f"{money(view.cost_usd)} measured"), *beside))
    return FactLine(left=tuple(facts))


def _bad_so_far(view: RunView) -> tuple[Cell, ...]:
    counts = view.counts
    if not counts.bad or not view.are_counts_given:
        return ()
    role = bad_role(counts.errored + counts.untold, counts.expired)
    return ((Span(exact(counts.bad), role), Span(" bad so far", "dim")),)


def _standing(one: Standing) -> Cell:
    words = f"{one.amount} {one.word}"
    if one.role == "alert" or one.word == ENDED:
        return cell(words, one.role, bold=True)
    return cell(words, "dim" if one.role in ("run", "text") else one.role)
