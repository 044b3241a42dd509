"""Estimates, what went ahead of a run, and how good an estimate was, as JSON objects."""

from typing import Any

from batchtui.domain.cost import CostRange
from batchtui.domain.failures import Failure
from batchtui.domain.forecasting.intervals import Interval
from batchtui.domain.forecasting.lessons import EstimateCheck, check_estimate
from batchtui.domain.forecasting.token_forecast import ModelForecast, TokenForecast
from batchtui.domain.money import MICRO, Usd, rounded
from batchtui.domain.pilot import Pilot, Stage, stage
from batchtui.domain.pilot_report import PilotReport
from batchtui.engine.engine import Engine
from batchtui.engine.plans import CachePlan, Plan

Shape = dict[str, Any]


def usd(amount: Usd | None) -> float | None:
    """An amount as JSON has it, to a millionth of a dollar; None where it is unknown."""
    return float(rounded(amount, MICRO)) if amount is not None else None


def tokens(found: TokenForecast | None) -> Shape:
    """The tokens that a cost is reckoned from; None where there is no forecast, as for figures or older runs."""
    if found is None:
        names = ("low", "likely", "high")
        nothing = {f"{what}_tokens_{name}": None for what in ("input", "output") for name in names}
        return {**nothing, "max_output_tokens": None, "basis": [], "is_bounded": None}
    return {
        **_interval("input_tokens", found.input),
        **_interval("output_tokens", found.output),
        "max_output_tokens": found.max_tokens,
        "basis": [_basis(entry) for entry in found.models],
        "is_bounded": found.is_bounded,
    }


def _interval(name: str, interval: Interval) -> Shape:
    return {f"{name}_{end}": round(getattr(interval, end)) for end in ("low", "likely", "high")}


def _basis(entry: ModelForecast) -> Shape:
    return {
        "model": entry.model,
        "requests": entry.requests,
        "input": entry.input_basis.words,
        "input_source": entry.input_basis.source,
        "output": entry.output_basis.words,
        "output_source": entry.output_basis.source,
        "kind": str(entry.kind),
        "images": entry.images,
        "documents": entry.documents,
        "unseen": entry.unseen,
        "thinking": entry.thinking,
        "cached_share": round(entry.marked_5m_share + entry.marked_1h_share, 4),
    }


def money(range_: CostRange) -> Shape:
    """What the estimate says beyond low and high."""
    has_figures = range_.high_usd > 0 or not range_.unknown_models
    return {
        "expected_usd": usd(range_.expected_usd),
        "expected_high_usd": usd(range_.expected_high_usd),
        "saving_low_usd": usd(range_.standard_low_usd - range_.low_usd) if has_figures else None,
        "saving_high_usd": usd(range_.standard_high_usd - range_.high_usd) if has_figures else None,
    }


def planned_pilot(plan: Plan) -> Shape | None:
    """What would go ahead."""
    return _pilot(plan.pilot, Stage.UNSENT, why="", report=None) if plan.pilot is not None else None


def pilot(engine: Engine, run: str) -> Shape | None:
    """What went ahead of a run, and where it is."""
    entry = engine.state.runs[run]
    if entry.pilot is None:
        return None
    return _pilot(entry.pilot, stage(engine.state, entry), why=entry.pilot_why, report=_report_or_none(engine, run))


def _pilot(ahead: Pilot, at: Stage, *, why: str, report: Shape | None) -> Shape:
    return {
        "kind": str(ahead.kind),
        "chunk": ahead.chunk,
        "requests": ahead.requests,
        "max_errors": ahead.max_errors,
        "max_usd": ahead.max_usd,
        "stage": str(at),
        "why": why,
        "report": report,
    }


def _report_or_none(engine: Engine, run: str) -> Shape | None:
    try:
        return report(engine.pilots.report(run))
    except Failure:
        return None


def report(found: PilotReport) -> Shape:
    """The results of what went ahead, and the run by them."""
    p10, p50, p90 = found.output_tokens
    return {
        "requests": found.requests,
        "succeeded": found.succeeded,
        "bad": found.bad,
        "error_share": round(found.errors.seen, 6),
        "error_share_low": round(found.errors.low, 6),
        "error_share_high": round(found.errors.high, 6),
        "output_tokens": {"p10": p10, "p50": p50, "p90": p90},
        "cost_usd": usd(found.cost_usd),
        "request_usd": usd(found.request_usd),
        "run_low_usd": usd(found.run_low_usd),
        "run_usd": usd(found.run_usd),
        "run_high_usd": usd(found.run_high_usd),
        "cache_reads": found.cache_reads,
        "cache_writes": found.cache_writes,
    }


def cache(found: CachePlan | None) -> Shape | None:
    """What most prompts begin with, and what caching it may save."""
    if found is None:
        return None
    return {
        "prefix_tokens": round(found.prefix_tokens),
        "requests": found.requests,
        "ttl": found.ttl,
        "marked": found.marked,
        "saves_usd": usd(found.saves_usd),
        "loses_usd": usd(found.loses_usd),
    }


def check(engine: Engine, run: str) -> Shape | None:
    """How good the estimate of a run was, once something is measured."""
    found = check_estimate(engine.state, engine.state.runs[run])
    return check_shape(found) if found is not None else None


def check_shape(found: EstimateCheck) -> Shape:
    """An estimate beside what was measured, as JSON."""
    return {
        "requests": found.requests,
        "cost_usd": usd(found.cost_usd),
        "low_usd": usd(found.cost.low_usd),
        "high_usd": usd(found.cost.high_usd),
        "expected_usd": usd(found.cost.expected_usd),
        "expected_high_usd": usd(found.cost.expected_high_usd),
        "cost_error": round(found.cost_error, 4) if found.cost_error is not None else None,
        "input_tokens": found.input_tokens,
        "input_error": round(found.input_error, 4),
        "output_tokens": found.output_tokens,
        "output_error": round(found.output_error, 4),
        "within": found.is_within,
    }
