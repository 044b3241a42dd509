"""The figures of an imagined job, changed one at a time: up and down their usual steps, or typed."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec

from batchtui.domain.cost import CostRange, exact
from batchtui.domain.forecasting.forecast import Forecast, forecast
from batchtui.domain.forecasting.job import QUEUE_LIMITS, Backoff, Job, job_from
from batchtui.domain.forecasting.lessons import check_estimate
from batchtui.domain.forecasting.pace import Pace
from batchtui.domain.forecasting.sizes import compared
from batchtui.domain.prices import PriceTable
from batchtui.domain.settings import MAX_CHUNK_REQUESTS, Settings
from batchtui.domain.state import AppState, Run


class Figure(StrEnum):
    """What can be changed, in the order it is shown."""

    REQUESTS = "requests"
    INPUT_TOKENS = "input tokens"
    OUTPUT_TOKENS = "output tokens"
    MODEL = "model"
    BATCH_SIZE = "batch size"
    OPEN_BATCHES = "open batches"
    QUEUE_LIMIT = "queue limit"
    FAILURE_RATE = "failure rate"
    ATTEMPTS = "attempts"
    DELAY = "retry delay"
    BACKOFF = "backoff"
    POLL = "poll every"


class WhatIf(msgspec.Struct, frozen=True, kw_only=True):
    """A job and what its requests are like."""

    job: Job
    model: str
    models: tuple[str, ...]
    """Those with a known price, to step through."""
    input_tokens: int
    output_tokens: int


_ROUND: Final = tuple(digit * 10**zeros for zeros in range(8) for digit in (1, 2, 5))
STEPS: Final[dict[Figure, tuple[float, ...]]] = {
    Figure.REQUESTS: _ROUND,
    Figure.INPUT_TOKENS: _ROUND,
    Figure.OUTPUT_TOKENS: _ROUND,
    Figure.BATCH_SIZE: (100, 200, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 50_000, 100_000),
    Figure.OPEN_BATCHES: (1, 2, 3, 5, 10, 20, 50, 100),
    Figure.QUEUE_LIMIT: QUEUE_LIMITS,
    Figure.FAILURE_RATE: (0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
    Figure.ATTEMPTS: tuple(range(1, 11)),
    Figure.DELAY: (0, 10, 30, 60, 120, 300, 600, 1_800, 3_600),
    Figure.POLL: (5, 10, 30, 60, 120, 300, 600),
}
MOST: Final[dict[Figure, float]] = {
    Figure.REQUESTS: 10_000_000,
    Figure.INPUT_TOKENS: 1_000_000,
    Figure.OUTPUT_TOKENS: 1_000_000,
    Figure.BATCH_SIZE: MAX_CHUNK_REQUESTS,
    Figure.OPEN_BATCHES: 1_000,
    Figure.QUEUE_LIMIT: 10_000_000,
    Figure.FAILURE_RATE: 1.0,
    Figure.ATTEMPTS: 20,
    Figure.DELAY: 86_400,
    Figure.POLL: 3_600,
}
LEAST: Final[dict[Figure, float]] = {Figure.INPUT_TOKENS: 0, Figure.FAILURE_RATE: 0, Figure.DELAY: 0}
_OF_JOB: Final[dict[Figure, str]] = {
    Figure.REQUESTS: "requests",
    Figure.BATCH_SIZE: "batch_requests",
    Figure.OPEN_BATCHES: "open_batches",
    Figure.QUEUE_LIMIT: "queue_limit",
    Figure.FAILURE_RATE: "failure_rate",
    Figure.ATTEMPTS: "max_attempts",
    Figure.DELAY: "delay_seconds",
    Figure.BACKOFF: "backoff",
    Figure.POLL: "poll_seconds",
}
_OWN: Final = {Figure.INPUT_TOKENS: "input_tokens", Figure.OUTPUT_TOKENS: "output_tokens", Figure.MODEL: "model"}
_FRACTIONS: Final = (Figure.FAILURE_RATE, Figure.DELAY, Figure.POLL)
_MOST_BATCHES: Final = 2_000
"""More batches than this are nobody's plan, and take too long to lay out at each key: they get larger instead."""


USUAL_MODEL, USUAL_REQUESTS, USUAL_INPUT, USUAL_OUTPUT = "claude-sonnet-4-6", 100_000, 2_000, 500
NORMAL_FAILURES = 0.001
"""Below this share errors are nothing out of the ordinary."""


def begin(state: AppState, settings: Settings, prices: PriceTable) -> WhatIf:
    """A job like the newest run, or one to begin with."""
    run = max(state.runs.values(), key=lambda entry: entry.created_at, default=None)
    model = max(run.models, key=lambda name: run.models[name]) if run is not None and run.models else USUAL_MODEL
    tokens_in, tokens_out = _tokens(state, run) if run is not None else (USUAL_INPUT, USUAL_OUTPUT)
    job = job_from(settings, requests=run.requests if run is not None else USUAL_REQUESTS)
    return WhatIf(
        job=msgspec.structs.replace(job, failure_rate=NORMAL_FAILURES),
        model=model,
        models=tuple(sorted(prices.standard)),
        input_tokens=tokens_in,
        output_tokens=tokens_out,
    )


def _tokens(state: AppState, run: Run) -> tuple[int, int]:
    """Of one request: as measured, else as its plan guessed, else usual ones."""
    measured = check_estimate(state, run)
    if measured is not None:
        return _each(measured.input_tokens, measured.requests), _each(measured.output_tokens, measured.requests)
    if run.forecast is not None and run.requests:
        return _each(run.forecast.input.likely, run.requests), _each(run.forecast.output.likely, run.requests)
    return USUAL_INPUT, USUAL_OUTPUT


def _each(tokens: float, requests: int) -> int:
    return max(1, round(tokens / requests))


def value(of: WhatIf, figure: Figure) -> Any:
    """What a figure is now."""
    return getattr(of.job, _OF_JOB[figure]) if figure in _OF_JOB else getattr(of, _OWN[figure])


def changed(of: WhatIf, figure: Figure, *, up: bool) -> WhatIf:
    """One step up or down; choices go round, amounts stop at their ends."""
    match figure:
        case Figure.MODEL:
            return _with(of, figure, _next(of.models, of.model, up=up))
        case Figure.BACKOFF:
            return _with(of, figure, _next(tuple(Backoff), of.job.backoff, up=up))
        case _:  # every other figure is an amount with steps
            return _with(of, figure, _step(STEPS[figure], value(of, figure), MOST[figure], up=up))


def typed(of: WhatIf, figure: Figure, text: str) -> WhatIf | None:
    """What was typed in place of a figure; None when it cannot be that."""
    words = text.strip()
    match figure:
        case Figure.MODEL:
            return _with(of, figure, words) if words else None
        case Figure.BACKOFF:
            return _with(of, figure, Backoff(words)) if words in tuple(Backoff) else None
        case _:
            return _typed_amount(of, figure, words)


def _typed_amount(of: WhatIf, figure: Figure, words: str) -> WhatIf | None:
    scale = 0.01 if figure is Figure.FAILURE_RATE else 1.0
    for ending, factor in (("%", 1.0), ("k", 1e3), ("K", 1e3), ("M", 1e6), ("m", 60.0), ("s", 1.0), ("h", 3600.0)):
        if words.endswith(ending):
            words, scale = words[:-1].strip(), scale * factor
            break
    try:
        amount = float(words.replace(",", "").replace("_", "")) * scale
    except ValueError:
        return None
    if not LEAST.get(figure, 1) <= amount <= MOST[figure]:
        return None
    return _with(of, figure, amount)


def limits(figure: Figure) -> tuple[float, float]:
    """The least and the most that can be typed."""
    return LEAST.get(figure, 1), MOST[figure]


def _with(of: WhatIf, figure: Figure, new: Any) -> WhatIf:
    if isinstance(new, int | float) and figure not in _FRACTIONS:
        new = round(new)
    if figure in _OWN:
        return msgspec.structs.replace(of, **{_OWN[figure]: new})
    job = msgspec.structs.replace(of.job, **{_OF_JOB[figure]: new})
    least = -(-job.requests // _MOST_BATCHES)
    return msgspec.structs.replace(of, job=msgspec.structs.replace(job, batch_requests=max(job.batch_requests, least)))


def _next(choices: Sequence[Any], now: Any, *, up: bool) -> Any:
    if now not in choices:
        return choices[0] if choices else now
    return choices[(choices.index(now) + (1 if up else -1)) % len(choices)]


def _step(steps: Sequence[float], now: float, most: float, *, up: bool) -> float:
    usual = [step for step in steps if step <= most]
    if up:
        at = bisect_right(usual, now)
        return usual[at] if at < len(usual) else now
    at = bisect_left(usual, now) - 1
    return usual[at] if at >= 0 else now


def one_pass(of: WhatIf, prices: PriceTable) -> CostRange:
    """What all requests cost when each is answered once."""
    return exact(
        requests=of.job.requests,
        input_tokens=of.input_tokens,
        output_tokens=of.output_tokens,
        model=of.model,
        prices=prices,
    )


def outcome(of: WhatIf, pace: Pace, prices: PriceTable) -> tuple[Forecast, list[Forecast]]:
    """What would come of it, and of the same in batches of other sizes."""
    cost = one_pass(of, prices)
    return forecast(of.job, pace, cost), compared(of.job, pace, cost)
