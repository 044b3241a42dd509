"""What collected runs teach: their tokens beside what was guessed, and how good each estimate was."""

from collections.abc import Mapping

import msgspec

from batchtui.domain.billing import ModelUsage, merge
from batchtui.domain.cost import CostRange
from batchtui.domain.forecasting.intervals import Interval
from batchtui.domain.forecasting.learned import Lesson
from batchtui.domain.money import Usd
from batchtui.domain.prices import undated
from batchtui.domain.state import AppState, Run

FEWEST = 5
"""Fewer measured requests than this teach nothing, unless they are all of the run."""


def lessons(state: AppState) -> tuple[Lesson, ...]:
    """Of every run that was estimated and, at least in part, collected; oldest first."""
    return tuple(lesson for run in state.runs.values() for lesson in _of_run(state, run))


def _of_run(state: AppState, run: Run) -> list[Lesson]:
    if run.forecast is None:
        return []
    usage = measured(state, run)
    found = []
    for entry in run.forecast.models:
        used = usage.get(undated(entry.model))
        same = [other for other in run.forecast.models if undated(other.model) == undated(entry.model)]
        requests = sum(other.requests for other in same)
        if used is None or entry is not same[0] or used.succeeded < min(FEWEST, requests):
            continue
        found.append(
            Lesson(
                run=run.name,
                model=entry.model,
                kind=entry.kind,
                prompt=entry.prompt,
                requests=used.requests,
                guessed=sum(other.guessed for other in same) / requests,
                input_tokens=prompt_tokens(used) / used.requests,
                output_tokens=used.output_tokens / used.requests,
                max_tokens=sum(other.max_tokens for other in same) / requests,
            )
        )
    return found


def measured(state: AppState, run: Run) -> Mapping[str, ModelUsage]:
    """Usage of what was collected of a run, by model without its date."""
    usages = []
    for chunk in run.live_chunks:
        known = state.batch_of(chunk)
        if known is not None and known.collected is not None:
            usages += [{undated(model): usage} for model, usage in known.collected.usage.items()]
    return merge(usages)


def prompt_tokens(usage: ModelUsage) -> int:
    """All input tokens, whatever they were billed as."""
    cached = usage.cache_write_5m_tokens + usage.cache_write_1h_tokens + usage.cache_read_tokens
    return usage.input_tokens + cached


class EstimateCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A run's estimate beside what was measured; scaled to the requests that were billed."""

    requests: int
    input: Interval
    output: Interval
    max_tokens: float
    input_tokens: int
    output_tokens: int
    cost: CostRange
    cost_usd: Usd | None

    @property
    def input_error(self) -> float:
        """Measured over the best guess, less one: +0.1 is a tenth more than was thought."""
        return self.input_tokens / self.input.likely - 1 if self.input.likely else 0.0

    @property
    def output_error(self) -> float:
        return self.output_tokens / self.output.likely - 1 if self.output.likely else 0.0

    @property
    def cost_error(self) -> float | None:
        """None where no likely cost was given, or none is known."""
        expected = self.cost.expected_usd
        return float(self.cost_usd / expected) - 1 if self.cost_usd is not None and expected else None

    @property
    def is_within(self) -> bool:
        """Whether the interval that was stated holds: the narrow one where there was one."""
        if self.cost_usd is None:
            return self.input.low <= self.input_tokens <= self.input.high and self.output_tokens <= self.max_tokens
        return self.cost.holds(self.cost_usd)


def check_estimate(state: AppState, run: Run) -> EstimateCheck | None:
    """How good the estimate of a run was, as far as it is collected; None where there is nothing to compare."""
    usage = list(measured(state, run).values())
    requests = sum(entry.requests for entry in usage)
    if run.forecast is None or not requests or not run.requests:
        return None
    share = requests / run.requests
    costs = [entry.cost_usd for entry in usage]
    known = [cost for cost in costs if cost is not None]
    is_priced = len(known) == len(costs) and not run.cost.unknown_models
    return EstimateCheck(
        requests=requests,
        input=_scaled(run.forecast.input, share),
        output=_scaled(run.forecast.output, share),
        max_tokens=run.forecast.max_tokens * share,
        input_tokens=sum(prompt_tokens(entry) for entry in usage),
        output_tokens=sum(entry.output_tokens for entry in usage),
        cost=run.cost.share(requests, run.requests),
        cost_usd=sum(known, Usd(0)) if is_priced else None,
    )


def _scaled(interval: Interval, share: float) -> Interval:
    return Interval(low=interval.low * share, likely=interval.likely * share, high=interval.high * share)
