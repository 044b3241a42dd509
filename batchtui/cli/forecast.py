"""A forecast for programs and for people."""

from collections.abc import Iterator, Sequence

from batchtui.cli import output, shapes, tables
from batchtui.cli.plan_lines import cost_words
from batchtui.domain.forecasting.durations import Range
from batchtui.domain.forecasting.forecast import Forecast, Trip
from batchtui.domain.forecasting.job import Job
from batchtui.domain.forecasting.pace import OwnPace, Pace
from batchtui.domain.forecasting.sizes import purpose
from batchtui.domain.forecasting.token_forecast import TokenForecast
from batchtui.present import formats
from batchtui.present.cells import Cell, Column, Row, cell
from batchtui.present.forecast_words import (
    basis_words,
    batches_words,
    beyond_words,
    failures_words,
    has_price,
    range_words,
    risk_words,
    saving_words,
    share_words,
)

MOST_TRIPS = 200
"""Batches listed in JSON; a longer plan says that it was cut."""

COLUMNS = (
    Column(key="size", head="BATCH SIZE", width=10, align="right"),
    Column(key="batches", head="BATCHES", width=7, align="right"),
    Column(key="first", head="FIRST", width=6, align="right"),
    Column(key="done", head="DONE", width=6, align="right"),
    Column(key="worst", head="AT WORST", width=8, align="right"),
    Column(key="risk", head="PAST 24 H", width=9, align="right"),
    Column(key="lost", head="ONE LOSES", width=9, align="right"),
    Column(key="for", head="USUAL FOR", width=24),
)


def shape(made: Forecast, sizes: Sequence[Forecast], tokens: TokenForecast | None) -> shapes.Shape:
    """All that is known of a forecast, with other batch sizes beside it.

    Args:
        tokens: of all requests, when each is answered once.
    """
    return {
        "job": _job(made.job),
        "basis": _basis(made.pace),
        **_outcome(made, tokens),
        "sizes": [_size(other) for other in sizes],
        "queue": [_trip(trip) for trip in made.trips[:MOST_TRIPS]],
        "queue_cut": len(made.trips) > MOST_TRIPS,
    }


def _job(job: Job) -> shapes.Shape:
    return {
        "batch_requests": job.batch_requests,
        "open_batches": job.open_batches,
        "queue_limit": job.queue_limit,
        "failure_rate": job.failure_rate,
        "max_attempts": job.max_attempts,
        "backoff": str(job.backoff),
        "delay_seconds": job.delay_seconds,
        "poll_seconds": job.poll_seconds,
    }


def _basis(pace: Pace) -> shapes.Shape:
    is_own = isinstance(pace, OwnPace)
    return {
        "kind": "own" if is_own else "public",
        "verified": is_own,
        "batches": pace.batches if isinstance(pace, OwnPace) else len(pace.own),
        "words": basis_words(pace),
    }


def _outcome(made: Forecast, tokens: TokenForecast | None) -> shapes.Shape:
    every, answered, billed = made.job.requests, made.answered, made.billed_at_most
    over_attempts = tokens.of(answered / every, billed / every) if tokens is not None else None
    return {
        "batches": made.batches,
        "batches_with_retries": len(made.trips),
        "finish": _range(made.finish),
        "first_results": _range(made.first_results),
        "cost": shapes.cost(made.cost, over_attempts),
        "saving_usd": shapes.usd(made.cost.standard_low_usd - made.cost.low_usd) if has_price(made.cost) else None,
        "failed_first": made.failed_first,
        "retried": made.retried,
        "failed_finally": made.failed_finally,
        "risk_24h_share": round(made.risk_share, 6),
        "lost_if_one_misses_24h": made.lost_if_one_misses,
    }


def _size(made: Forecast) -> shapes.Shape:
    return {
        "batch_requests": made.job.batch_requests,
        "usual_for": purpose(made.job.batch_requests) or None,
        "batches": made.batches,
        "finish": _range(made.finish),
        "first_results": _range(made.first_results),
        "risk_24h_share": round(made.risk_share, 6),
        "lost_if_one_misses_24h": made.lost_if_one_misses,
    }


def _trip(trip: Trip) -> shapes.Shape:
    return {
        "batch": trip.number,
        "attempt": trip.attempt,
        "requests": trip.requests,
        "goes_seconds": round(trip.goes),
        "ends_seconds": round(trip.ends),
        "ends_at_worst_seconds": round(trip.ends_at_worst),
    }


def _range(seconds: Range) -> shapes.Shape:
    return {
        "low_seconds": round(seconds.low),
        "likely_seconds": round(seconds.likely),
        "high_seconds": round(seconds.high),
    }


def lines(made: Forecast, sizes: Sequence[Forecast]) -> Iterator[output.Line]:
    """For people: the forecast, then the sizes beside each other."""
    yield from tables.facts(
        [
            ("  batches", batches_words(made)),
            ("  done in", f"{range_words(made.finish)}; first results after ~{_first(made)}"),
            ("  basis", basis_words(made.pace)),
            ("", beyond_words(made)),
            ("  failures", failures_words(made)),
            ("  cost", cost_words(made.cost)),
            ("  saving", saving_words(made.cost)),
            ("  24 h", risk_words(made)),
        ]
    )
    yield ""
    yield from tables.lay_table(
        COLUMNS,
        [_row(other, is_chosen=other.job.batch_requests == made.job.batch_requests) for other in sizes],
        width=tables.terminal_width(),
        glyphs=tables.glyphs_for(),
    )


def _first(made: Forecast) -> str:
    return formats.duration(made.first_results.likely)


def _row(made: Forecast, *, is_chosen: bool) -> Row:
    size = made.job.batch_requests

    def figure(text: str) -> Cell:
        return cell(text, "text" if is_chosen else "dim", bold=is_chosen)

    return Row(
        id=str(size),
        cells={
            "size": figure(("> " if is_chosen else "") + formats.exact(size)),
            "batches": figure(formats.exact(made.batches)),
            "first": figure(f"~{_first(made)}"),
            "done": figure(f"~{formats.duration(made.finish.likely)}"),
            "worst": figure(f"~{formats.duration(made.finish.high)}"),
            "risk": figure(share_words(made.risk_share)),
            "lost": figure(formats.count(made.lost_if_one_misses)),
            "for": figure(purpose(size)),
        },
    )
