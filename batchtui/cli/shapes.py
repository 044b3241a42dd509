"""Views as JSON objects. Names here are a contract with scripts: more may be added, none renamed."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from batchtui.domain.alert import Alert
from batchtui.domain.alerts import is_seen
from batchtui.domain.batch import RequestCounts
from batchtui.domain.cost import CostRange
from batchtui.domain.forecasting.token_forecast import TokenForecast
from batchtui.domain.link import Link
from batchtui.domain.money import MICRO, Usd, rounded
from batchtui.domain.requests import CheckReport
from batchtui.domain.run import ChunkPlan
from batchtui.engine import verbs_alerts
from batchtui.engine.engine import Engine
from batchtui.present.viewing import Views
from batchtui.present.views import BatchView, ChunkView, RunView

if TYPE_CHECKING:
    from batchtui.engine.plans import Plan

Shape = dict[str, Any]


def views_of(engine: Engine) -> Views:
    """Everything there is to show, as of now."""
    live = engine.core.live
    return Views(engine.state, live.link, engine.settings, engine.core.clock.now(), live.moving)


def utc(when: datetime | None) -> datetime | None:
    """The same moment in UTC, which JSON shows with a Z."""
    return when.astimezone(UTC) if when is not None else None


def usd(amount: Usd | None) -> float | None:
    """Money to a millionth of a dollar, rounded half up; JSON shows just these digits."""
    return float(rounded(amount, MICRO)) if amount is not None else None


def connection(link: Link) -> Shape:
    """How it stands with the service; `as_of` is the last good answer."""
    return {
        "state": str(link.state),
        "as_of": utc(link.as_of),
        "since": utc(link.since),
        "next_at": utc(link.next_at),
        "why": link.why,
    }


def alert_rows(engine: Engine) -> list[Shape]:
    """What needs somebody, the same as the dashboard marks; what was put aside says so."""
    state, now = engine.state, engine.core.clock.now()
    return [alert_row(alert, is_aside=is_seen(state, alert, now)) for alert in verbs_alerts.standing(engine)]


def alert_row(alert: Alert, *, is_aside: bool = False) -> Shape:
    """One alert; `alert` is the key that `alerts --acknowledge` takes."""
    return {
        "alert": alert.key,
        "kind": str(alert.kind),
        "text": alert.told,
        "run": alert.run,
        "batch_id": alert.batch_id,
        "submission": alert.submission,
        "acknowledged": is_aside,
    }


def counts(given: RequestCounts) -> Shape:
    """Requests of a batch by what became of them."""
    return msgspec.structs.asdict(given)


def run_row(views: Views, view: RunView) -> Shape:
    """A run over all its chunks; `counts.unknown` are requests in submissions without an answer."""
    return {
        "run": view.run,
        "status": str(view.status),
        "requests": view.requests,
        "counts": msgspec.structs.asdict(view.counts),
        "counts_given": view.are_counts_given,
        "chunks": view.chunks,
        "chunks_ended": view.chunks_ended,
        "created_at": utc(view.created_at),
        "expires_at": utc(view.expires_at),
        "results_until": utc(view.results_until),
        "collected": view.is_collected,
        "results_pruned": view.are_results_pruned,
        "cost_usd": usd(view.cost_usd),
        "cost_high_usd": usd(view.cost_high_usd),
        "parent": view.parent,
        "retries": list(view.retries),
        "fixed": view.is_fixed,
        "questionable": view.questionable,
        "unknown": view.unknown,
        "held": view.held,
        "held_reason": view.held_reason or (views.waits.first(view.run) if view.held else "") or None,
        "models": list(view.models),
        "bytes": view.bytes,
        "priority": view.priority,
        "eta": utc(view.eta.at) if view.eta is not None else None,
    }


def batch_row(view: BatchView) -> Shape:
    """A batch, ours or from elsewhere."""
    return {
        "batch_id": view.batch_id,
        "run": view.run,
        "chunk": view.chunk,
        "status": str(view.status),
        "requests": view.counts.total,
        "counts": counts(view.counts),
        "counts_given": view.are_counts_given,
        "created_at": utc(view.created_at),
        "ended_at": utc(view.ended_at),
        "expires_at": utc(view.expires_at),
        "results_until": utc(view.results_until),
        "collected": view.is_collected,
        "results_pruned": view.are_results_pruned,
        "cost_usd": usd(view.cost_usd),
        "proved": view.is_proved,
        "hidden": view.is_hidden,
        "deleted": view.is_deleted,
        "note": view.note,
    }


def chunk_row(view: ChunkView) -> Shape:
    """A chunk of a run, with what is known of its batch."""
    batch = view.batch
    return {
        "run": view.run,
        "chunk": view.chunk,
        "state": str(view.state),
        "status": str(view.status),
        "requests": view.requests,
        "bytes": view.bytes,
        "batch_id": batch.batch_id if batch is not None else None,
        "submission": view.submission,
        "counts": counts(batch.counts) if batch is not None else None,
        "created_at": utc(batch.created_at) if batch is not None else None,
        "ended_at": utc(batch.ended_at) if batch is not None else None,
        "expires_at": utc(batch.expires_at) if batch is not None else None,
        "results_until": utc(batch.results_until) if batch is not None else None,
        "collected": batch is not None and batch.is_collected,
        "cost_usd": usd(batch.cost_usd) if batch is not None else None,
        "cost_high_usd": usd(view.cost_high_usd),
        "eta": utc(view.eta.at) if view.eta is not None else None,
        "note": view.note,
    }


def check(report: CheckReport) -> Shape:
    """The verdict on request files."""
    return {
        "ok": report.ok,
        "requests": report.requests,
        "bytes": report.bytes,
        "models": report.models,
        "problems": [msgspec.to_builtins(problem) for problem in report.problems],
        "problem_counts": report.problem_counts,
        "models_as_of": utc(report.models_as_of),
    }


def cost(range_: CostRange, forecast: TokenForecast | None = None) -> Shape:
    """An estimate; models without a known price are not in its figures, and without any price there are none."""
    from batchtui.cli import estimate_shapes  # a listing does without it, and so starts sooner

    figures = {
        "low_usd": range_.low_usd,
        "high_usd": range_.high_usd,
        "standard_low_usd": range_.standard_low_usd,
        "standard_high_usd": range_.standard_high_usd,
    }
    return {
        **{name: usd(amount) if has_figures(range_) else None for name, amount in figures.items()},
        "priced_at": range_.priced_at,
        "unknown_models": list(range_.unknown_models),
        "unconfirmed_models": list(range_.unconfirmed_models),
        **estimate_shapes.money(range_),
        **estimate_shapes.tokens(forecast),
    }


def has_figures(range_: CostRange) -> bool:
    """False where nothing has a known price: an unknown price is not 0."""
    return range_.high_usd > 0 or not range_.unknown_models


def planned_chunk(chunk: ChunkPlan) -> Shape:
    """A chunk that is only planned."""
    return {"chunk": chunk.label, "requests": chunk.requests, "bytes": chunk.bytes}


def plan(made: "Plan") -> Shape:
    """A plan nobody has agreed to yet, in the shape of what `submit` and `retry` answer."""
    from batchtui.cli import estimate_shapes  # a listing does without it, and so starts sooner

    rows = [{**planned_chunk(chunk), "state": "planned", "batch_id": None} for chunk in made.chunks]
    shape: Shape = {
        "run": made.run,
        "parent": made.parent,
        "already": made.already is not None,
        "held": 0,
        "requests": made.requests,
        "chunks": rows,
        "check": check(made.report),
        "cost": cost(made.cost, made.forecast),
        "pilot": estimate_shapes.planned_pilot(made),
        "cache": estimate_shapes.cache(made.cache),
        "same_content": made.same_content,
        "exceeds": made.exceeds,
    }
    if made.is_retry:
        shape |= retry_fields(made)
    return shape


def retry_fields(made: "Plan") -> Shape:
    """What a retry says beyond a submission."""
    return {
        "included": made.included,
        "skipped": [{"reason": skip.reason, "requests": skip.requests} for skip in made.skipped],
        "classes": list(made.classes),
        "edits": list(made.edits),
        "not_included_running": made.not_included_running,
        "attempt": made.attempt,
        "attempts": {str(attempt): number for attempt, number in made.attempts.items()},
        "fingerprint": made.fingerprint,
        "smaller_chunks": made.smaller_chunks,
    }


def sent_chunks(engine: Engine, run: str) -> list[Shape]:
    """The chunks of a run as `submit` and `retry` report them."""
    views = views_of(engine)
    rows = [chunk_row(view) for view in views.chunks(engine.state.runs[run])]
    kept = ("chunk", "requests", "bytes", "state", "batch_id", "submission", "note")
    return [{name: row[name] for name in kept} for row in rows]
