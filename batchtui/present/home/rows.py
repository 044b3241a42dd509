"""Rows of the first page: runs, batches from elsewhere among them by time, submissions without an answer."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct, structs

from batchtui.domain.ids import retry_root
from batchtui.domain.status import Status, all_sent
from batchtui.domain.submission import Submission
from batchtui.domain.words import chunk_name
from batchtui.present.bar import Bar
from batchtui.present.cells import NOTHING, Cell, Column, Filling, Role, Row, Span, cell
from batchtui.present.formats import count_cell, duration, flagged_cell, fraction_cell, money, short_id
from batchtui.present.glyphs import Glyphs
from batchtui.present.home.batch_rows import days_left, hours_left
from batchtui.present.scene import Scene
from batchtui.present.selection import of_batch, of_run, of_unsure
from batchtui.present.signs import sign
from batchtui.present.status_words import FIXED, status_cell
from batchtui.present.views import BatchView, RunView
from batchtui.present.width import text_width

COLUMNS: Final = (
    Column(key="status", head="STATUS", width=9, is_lit=True, cut="end"),
    Column(key="run", head="RUN", width=17, most=18, least=10, is_lit=True, cut="middle", cut_tail=4),
    Column(key="bar", head="PROGRESS", width=16, most=18, least=8),
    Column(key="reqs", head="REQS", width=7, align="right", goes=2),
    Column(key="ok", head="OK", width=5, align="right"),
    Column(key="bad", head="BAD", width=5, align="right"),
    Column(key="age", head="AGE", width=5, align="right", goes=4),
    Column(key="left", head="LEFT ", width=6, align="right"),
    Column(key="chunk", head="CHUNK", width=5, align="right", goes=3),
    Column(key="cost", head="COST", width=8, align="right", goes=1),
)


def fitted(columns: Sequence[Column], scene: Scene) -> tuple[Column, ...]:
    """The columns with room for the largest number of chunks, which the bar gives up: a figure is never cut."""
    runs = scene.state.runs

    def most_chunks() -> int:
        return max((len(run.chunks) for run in runs.values()), default=0)

    more = 2 * max(0, len(str(scene.memory.get("most chunks", runs, None, most_chunks))) - 2)
    widths = {"chunk": 5 + more, "bar": 16 - more}
    return tuple(structs.replace(each, width=widths.get(each.key, each.width)) if more else each for each in columns)


def shown_status(view: RunView) -> Status:
    """A run's row says what the rest of it does: a chunk without an answer has a row of its own beneath."""
    if view.status is not Status.UNKNOWN:
        return view.status
    if view.counts.processing:
        return Status.IN_PROGRESS
    return Status.UNKNOWN


def is_quiet(view: RunView) -> bool:
    """Ended with nothing left to do, or looked at by somebody."""
    return view.status.is_over and (view.is_triaged or bool(view.retries) or view.status not in _CALLS)


_CALLS: Final = (Status.PARTIAL, Status.ERRORED, Status.EXPIRED)


def run_row(scene: Scene, view: RunView, *, needs_you: bool) -> Row:
    """A run."""
    glyphs, has_ended = scene.glyphs, view.status.is_over
    is_stale = scene.is_stale and not has_ended
    calm: Role = "dim" if is_quiet(view) or is_stale else "text"
    status = shown_status(view)
    cells: dict[str, Cell | Filling] = {
        "status": cell(FIXED, "dim")
        if view.is_fixed
        else status_cell(status, is_quiet=is_stale or (status is Status.PARTIAL and is_quiet(view))),
        "run": (*cell(view.run, calm), *_attempts(view)),
        "age": cell(duration(view.age_seconds), "dim"),
        "chunk": _Fraction(view.chunks_ended, view.chunks, "dim" if has_ended or is_stale else "text"),
        "cost": _cost(scene, view, calm),
        **_run_figures(scene, view, calm, is_stale=is_stale),
    }
    return Row(
        id=of_run(view.run).row_id,
        cells=cells,
        sign=sign(glyphs, needs_you=needs_you, is_stale=is_stale),
    )


def _attempts(view: RunView) -> Cell:
    """`r2` behind the name of a run that was sent again, for the newest attempt made directly from it."""
    if not view.retries:
        return ()
    return (Span(f" {view.retries[-1].removeprefix(retry_root(view.run)).removeprefix('.')}", "dim"),)


def _run_figures(scene: Scene, view: RunView, calm: Role, *, is_stale: bool) -> dict[str, Cell | Filling]:
    glyphs, counts = scene.glyphs, view.counts
    if view.status is Status.ARCHIVED:
        nothing = cell(glyphs.unknown, "dim")
        left = flagged_cell(glyphs.unknown, role="dim")
        return {"bar": cell("results gone", "dim"), "reqs": nothing, "ok": nothing, "bad": nothing, "left": left}
    has_ended, given = view.status.is_over, view.are_counts_given
    return {
        "bar": Bar(view.counts, has_ended),
        "reqs": count_cell(view.requests, glyphs, calm),
        "ok": count_cell(counts.succeeded if given else None, glyphs, calm),
        "bad": count_cell(
            counts.bad if given else None, glyphs, bad_role(counts.errored + counts.untold, counts.expired)
        ),
        "left": run_left(scene, view, is_stale=is_stale),
    }


def bad_role(errored: int, expired: int) -> Role:
    """The colour of a count of bad results: that of the worst kind in it."""
    return "err" if errored else "expired" if expired else "canceled"


def run_left(scene: Scene, view: RunView, *, is_stale: bool = False) -> Cell:
    """Time to the first expiry while it runs, days of retention afterwards."""
    if not view.status.is_over:
        return hours_left(scene, view.expires_at, is_stale=is_stale)
    return days_left(scene, view.results_until, is_collected=view.is_collected)


def _cost(scene: Scene, view: RunView, calm: Role) -> Cell:
    usd = view.cost_usd if view.is_cost_measured else view.cost_high_usd
    if usd is None or view.status is Status.ARCHIVED:
        return cell(scene.glyphs.unknown, "dim")
    return cell(money(usd, is_estimate=not view.is_cost_measured), calm)


def elsewhere_row(scene: Scene, view: BatchView, *, needs_you: bool) -> Row:
    """A batch that this workspace did not start; its word says so until it has ended."""
    is_over = view.status.is_over
    is_stale = scene.is_stale and not is_over
    calm: Role = "dim" if is_over or is_stale else "text"
    glyphs, counts = scene.glyphs, view.counts
    ok, bad = (counts.succeeded, counts.bad) if view.are_counts_given else (None, None)
    is_gone = view.status is Status.ARCHIVED
    return Row(
        id=of_batch(view.batch_id).row_id,
        cells={
            "status": cell("elsewhere", calm),
            "run": _BatchName(view.batch_id, calm),
            "bar": cell("results gone", "dim") if is_gone else Bar(all_sent(view.counts), is_over),
            "reqs": count_cell(counts.total, glyphs, calm),
            "ok": count_cell(ok, glyphs, calm),
            "bad": count_cell(bad, glyphs, bad_role(counts.errored + counts.untold, counts.expired)),
            "age": cell(duration(view.age_seconds), "dim"),
            "left": days_left(scene, view.kept_until, is_collected=True)
            if is_over
            else hours_left(scene, view.expires_at, is_stale=is_stale),
            "chunk": NOTHING,
            "cost": cell(money(view.cost_usd), calm) if view.cost_usd is not None else NOTHING,
        },
        sign=sign(glyphs, needs_you=needs_you, is_stale=is_stale),
    )


def unsure_row(scene: Scene, submission: Submission) -> Row:
    """A submission that nobody knows the fate of; its remedy stands where a figure would."""
    key, words = ("R", "sends again") if submission.is_not_found else ("A", "settles")
    said = "not found" if submission.is_not_found else "doubtful answer" if submission.is_doubted else "no answer"
    return Row(
        id=of_unsure(submission.id).row_id,
        cells={
            "status": cell("unsure", "alert", bold=True),
            "run": cell(submission.run),
            "bar": cell(f"chunk {chunk_name(submission.chunk)}: {said}"),
            "age": cell(duration((scene.now - submission.intended_at).total_seconds()), "dim"),
            "left": _Remedy(key, words),
        },
        sign=sign(scene.glyphs, needs_you=True, is_unsure=True),
        joins={"bar": "bad", "left": "chunk"},
        wants={"left": len(key) + 1 + len(words)},
        yields=("age",),
    )


class _Fraction(Struct, frozen=True):
    """Ended chunks of all, with the slash in the middle of the column, however wide that is."""

    done: int
    total: int
    role: Role

    def fill(self, width: int, glyphs: Glyphs) -> Cell:
        side = (width - 1) // 2
        return fraction_cell(self.done, self.total, self.role, left=side, right=side)


class _BatchName(Struct, frozen=True):
    """A batch's id where runs have their names: cut once, to as much as tells it from others."""

    batch_id: str
    role: Role

    def fill(self, width: int, glyphs: Glyphs) -> Cell:
        return cell(short_id(self.batch_id, glyphs, width=min(16, width + 1 - text_width(glyphs.cut))), self.role)


class _Remedy(Struct, frozen=True):
    """A key and what it does; the key alone where there is no room."""

    key: str
    words: str

    def fill(self, width: int, glyphs: Glyphs) -> Cell:
        key = Span(self.key, "head", True)
        return (key, Span(f" {self.words}", "dim")) if width > len(self.words) + 1 else (key,)
