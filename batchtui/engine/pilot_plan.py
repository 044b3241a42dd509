"""What goes ahead of a run, and what a warm cache may save: from options and a prepared file to a plan."""

import msgspec

from batchtui.domain.cost import BATCH_DIVISOR
from batchtui.domain.failures import BadInput
from batchtui.domain.forecasting.prompts import SharedPrefix
from batchtui.domain.money import ZERO, from_femto
from batchtui.domain.pilot import Pilot, PilotKind
from batchtui.domain.prices import PriceTable, rates
from batchtui.engine.jobs import PilotTask, Prepared
from batchtui.engine.plans import CachePlan


class PilotOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What goes ahead of the run, and when the rest follows by itself."""

    kind: PilotKind
    requests: int = 1
    max_errors: float | None = None
    max_usd: float | None = None


def pilot_task(options: PilotOptions | None) -> PilotTask | None:
    """What of the options the job needs."""
    return PilotTask(kind=options.kind, requests=options.requests) if options is not None else None


def pilot_of(options: PilotOptions | None, prepared: Prepared) -> Pilot | None:
    """The chunk that goes ahead; None where the file cannot be sent, or is all of it."""
    if options is None or not prepared.pilot_chunk or len(prepared.chunks) < 2:
        return None
    requests = next(chunk.requests for chunk in prepared.chunks if chunk.label == prepared.pilot_chunk)
    return Pilot(
        kind=options.kind,
        chunk=prepared.pilot_chunk,
        requests=requests,
        max_errors=options.max_errors,
        max_usd=options.max_usd,
    )


def must_be_warmable(options: PilotOptions | None, cache_control: str, prepared: Prepared) -> None:
    """Warming what nothing caches would be one batch for nothing.

    Raises:
        BadInput
    """
    if options is None or options.kind is not PilotKind.WARM or cache_control or not prepared.report.ok:
        return
    found = prepared.report.prefixes
    if not any(prefix.ttl for prefix in found):
        most = max((prefix.tokens for prefix in found), default=0.0)
        raise BadInput(
            f"the ~{most:,.0f} tokens that prompts begin with have no cache_control, so nothing would be cached",
            next="--cache-control 1h adds it to them",
        )


def plan_cache(prepared: Prepared, prices: PriceTable, cache_control: str) -> CachePlan | None:
    """What was found and what it may save, over all models; None where prompts have nothing in common."""
    found = prepared.report.prefixes
    if not found:
        return None
    requests = {prefix.model: _requests(prepared, prefix) for prefix in found}
    saves = loses = ZERO
    for prefix in found:
        price, ttl = prices.find(prefix.model), cache_control or prefix.ttl
        if price is None or not ttl:
            continue
        rate, number = rates(price), requests[prefix.model]
        write = rate.cache_write_1h if ttl == "1h" else rate.cache_write_5m
        plain = prefix.tokens * number * rate.input
        hits = prefix.tokens * (write + (number - 1) * rate.cache_read)
        saves += from_femto(round(plain - hits)) / BATCH_DIVISOR
        loses += from_femto(round(prefix.tokens * number * write - plain)) / BATCH_DIVISOR
    largest = max(found, key=lambda prefix: requests[prefix.model] * prefix.tokens)
    return CachePlan(
        prefix_tokens=largest.tokens,
        requests=sum(requests.values()),
        ttl=cache_control or largest.ttl,
        marked=prepared.marked,
        saves_usd=saves,
        loses_usd=loses,
    )


def _requests(prepared: Prepared, prefix: SharedPrefix) -> int:
    return round(prepared.report.models.get(prefix.model, 0) * prefix.requests / prefix.sampled)
