"""Rows of the page that lists every single batch, and the figures that runs and batches have in common."""

from datetime import datetime, timedelta
from typing import Final

from batchtui.domain.status import Status, all_sent
from batchtui.domain.words import chunk_name
from batchtui.present.bar import Bar
from batchtui.present.cells import Cell, Column, Role, Row, cell
from batchtui.present.formats import count_cell, days, duration, flagged_cell, money
from batchtui.present.scene import Scene
from batchtui.present.selection import of_batch
from batchtui.present.signs import sign
from batchtui.present.status_words import status_cell
from batchtui.present.views import BatchView

COLUMNS: Final = (
    Column(key="status", head="STATUS", width=9, is_lit=True, cut="end"),
    Column(key="batch", head="BATCH", width=14, most=16, least=13, is_lit=True, cut="middle", cut_tail=4),
    Column(key="run", head="RUN", width=17, most=24, least=8, cut="middle", cut_tail=4),
    Column(key="chunk", head="#", width=3, align="right"),
    Column(key="bar", head="PROGRESS", width=8, most=18, least=6, goes=6),
    Column(key="reqs", head="REQS", width=6, align="right", goes=3),
    Column(key="ok", head="OK", width=5, align="right"),
    Column(key="bad", head="BAD", width=5, align="right"),
    Column(key="created", head=" CREATED", width=13, goes=1),
    Column(key="ended", head="ENDED", width=12, goes=0),
    Column(key="age", head="AGE", width=5, align="right", goes=4),
    Column(key="left", head="LEFT ", width=6, align="right"),
    Column(key="cost", head="COST", width=8, align="right", goes=2),
)


def batch_row(scene: Scene, view: BatchView, *, needs_you: bool, is_unsettled: bool = False) -> Row:
    """One batch, whoever started it."""
    is_over = view.status.is_over
    is_stale = scene.is_stale and not is_over
    has_trouble = view.status in (Status.PARTIAL, Status.ERRORED, Status.EXPIRED) and is_unsettled
    calm: Role = "dim" if (is_over and not has_trouble) or is_stale else "text"
    glyphs, counts = scene.glyphs, view.counts
    ok, bad = (counts.succeeded, counts.bad) if view.are_counts_given else (None, None)
    is_gone = view.status is Status.ARCHIVED
    return Row(
        id=of_batch(view.batch_id).row_id,
        cells={
            "status": status_cell(view.status, is_quiet=is_stale),
            "batch": cell(view.batch_id, calm),
            "run": _owner(view, calm),
            "chunk": cell(chunk_name(view.chunk or ""), "dim"),
            "bar": cell("gone", "dim") if is_gone else Bar(all_sent(view.counts), is_over),
            "reqs": count_cell(counts.total, glyphs, calm),
            "ok": count_cell(None if is_gone else ok, glyphs, calm),
            "bad": count_cell(None if is_gone else bad, glyphs, bad_role_of(view)),
            "created": cell(f" {scene.dated(view.created_at)}", "dim"),
            "ended": cell(scene.dated(view.ended_at) if view.ended_at else glyphs.unknown, "dim"),
            "age": cell(duration(view.age_seconds), "dim"),
            "left": _left(scene, view, is_over=is_over, is_stale=is_stale),
            "cost": cell(money(view.cost_usd) if view.cost_usd is not None else glyphs.unknown, calm),
        },
        sign=sign(glyphs, needs_you=needs_you, is_stale=is_stale),
    )


def _owner(view: BatchView, calm: Role) -> Cell:
    if view.run is None:
        return cell("hidden" if view.is_hidden else "elsewhere", "dim")
    return cell(view.run, calm)


def _left(scene: Scene, view: BatchView, *, is_over: bool, is_stale: bool) -> Cell:
    if is_over:
        return days_left(scene, view.kept_until, is_collected=view.is_collected or view.run is None)
    return hours_left(scene, view.expires_at, is_stale=is_stale)


def bad_role_of(view: BatchView) -> Role:
    """The colour of the worst kind among a batch's bad results."""
    return "err" if view.counts.errored or view.counts.untold else "expired" if view.counts.expired else "canceled"


def hours_left(scene: Scene, expires_at: datetime | None, *, is_stale: bool = False) -> Cell:
    """Time to an expiry, in amber with `!` when it is near."""
    if expires_at is None:
        return flagged_cell(scene.glyphs.unknown, role="dim")
    left = expires_at - scene.server_now
    if left < timedelta(hours=scene.settings.alerts.expiry_hours):
        return flagged_cell(duration(left.total_seconds()), "!", "warn", bold=True)
    return flagged_cell(duration(left.total_seconds()), role="dim" if is_stale else "text")


def days_left(scene: Scene, until: datetime | None, *, is_collected: bool) -> Cell:
    """Days until results are gone from the service; loud only while they are not here."""
    if until is None or until <= scene.server_now:
        return flagged_cell(scene.glyphs.unknown, role="dim")
    left = until - scene.server_now
    if not is_collected and left < timedelta(days=scene.settings.alerts.results_days):
        return flagged_cell(days(left.total_seconds()), "!", "warn", bold=True)
    return flagged_cell(days(left.total_seconds()), role="dim")


def time_out(view: BatchView) -> float | None:
    """When it expires, or once it has ended when its results are gone; None where nothing can be lost."""
    if view.status.is_over:
        return None if view.is_collected else view.results_until.timestamp()
    return view.expires_at.timestamp() if view.expires_at else None
