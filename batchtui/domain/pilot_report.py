"""What a canary shows, and what it means for the whole run: measured figures and the intervals around them."""

from collections.abc import Iterable, Sequence
from math import sqrt

import msgspec

from batchtui.domain.billing import measured, tokens_of
from batchtui.domain.forecasting.intervals import student
from batchtui.domain.issues.triage import classify
from batchtui.domain.money import Usd, from_femto, in_words, limit_words, to_femto
from batchtui.domain.pilot import Pilot, PilotKind, Share, share
from batchtui.domain.prices import PriceTable
from batchtui.domain.results import Outcome, ResultLine
from batchtui.domain.words import share_words


class PilotReport(msgspec.Struct, frozen=True, kw_only=True):
    """The results of what went ahead, and the run extrapolated from them."""

    requests: int
    succeeded: int
    bad: dict[str, int]
    """What did not simply succeed, by class."""
    errors: Share
    output_tokens: tuple[int, int, int]
    """Of one request that succeeded: a tenth, half and nine tenths of them are below."""
    cost_usd: Usd | None
    """Of all of it; None where a price is unknown."""
    request_usd: Usd | None = None
    """The mean of one request, billed or not."""
    run_requests: int
    run_low_usd: Usd | None = None
    """The whole run, what went ahead included."""
    run_usd: Usd | None = None
    run_high_usd: Usd | None = None
    cache_reads: int = 0
    """Requests that read from a cache."""
    cache_writes: int = 0


def report(lines: Iterable[ResultLine], prices: PriceTable, *, run_requests: int) -> PilotReport:
    """Sum up the results of a pilot; a request that is not billed cost nothing, which is a fact about its kind too."""
    found = list(lines)
    bad: dict[str, int] = {}
    for line in found:
        issue = classify(line)
        if issue is not None:
            bad[issue[0]] = bad.get(issue[0], 0) + 1
    usages = [
        (line.result.message.usage, line.result.message.model)
        for line in found
        if line.result.message is not None and line.result.message.usage is not None
    ]
    costs = [measured(usage, model, prices) for usage, model in usages]
    known = [cost for cost in costs if cost is not None]
    whole = PilotReport(
        requests=len(found),
        succeeded=sum(line.result.type == Outcome.SUCCEEDED for line in found),
        bad=dict(sorted(bad.items(), key=lambda item: (-item[1], item[0]))),
        errors=share(sum(bad.values()), len(found)),
        output_tokens=_quantiles([tokens_of(usage).output for usage, _ in usages]),
        cost_usd=sum(known, Usd(0)) if len(known) == len(costs) else None,
        run_requests=run_requests,
        cache_reads=sum(tokens_of(usage).cache_read > 0 for usage, _ in usages),
        cache_writes=sum(_writes(tokens_of(usage)) > 0 for usage, _ in usages),
    )
    if whole.cost_usd is None or not found:
        return whole
    return _extrapolated(whole, [to_femto(cost) for cost in known] + [0] * (len(found) - len(known)))


def _writes(tokens: object) -> int:
    return getattr(tokens, "cache_write_5m", 0) + getattr(tokens, "cache_write_1h", 0)


def _quantiles(values: Sequence[int]) -> tuple[int, int, int]:
    if not values:
        return 0, 0, 0
    ordered = sorted(values)
    last = len(ordered) - 1
    return ordered[last // 10], ordered[last // 2], ordered[last * 9 // 10]


def _extrapolated(whole: PilotReport, femto: Sequence[int]) -> PilotReport:
    """The mean of one request times all, with a t interval; what went ahead is certain, the rest is not."""
    number, rest = len(femto), max(0, whole.run_requests - len(femto))
    mean = sum(femto) / number
    variance = sum((each - mean) ** 2 for each in femto) / (number - 1) if number > 1 else mean**2
    half = student(max(1, number - 1)) * sqrt(variance * (rest * rest / number + rest))
    likely = sum(femto) + mean * rest
    return msgspec.structs.replace(
        whole,
        request_usd=from_femto(round(mean)),
        run_low_usd=from_femto(round(max(float(sum(femto)), likely - half))),
        run_usd=from_femto(round(likely)),
        run_high_usd=from_femto(round(likely + half)),
    )


def objection(pilot: Pilot, found: PilotReport) -> str:
    """Why the rest of a run may not follow by the rule that came with it; "" where it may."""
    bad = sum(found.bad.values())
    if pilot.kind is PilotKind.WARM:
        return "" if found.succeeded else "the request that was to warm the cache did not succeed"
    if pilot.max_errors is not None and found.errors.seen > pilot.max_errors:
        return f"{bad:,} of {found.requests:,} canary requests were bad, more than {share_words(pilot.max_errors, 1)}"
    if pilot.max_usd is None:
        return ""
    if found.run_high_usd is None:
        return "the cost of the canary is not known, and there is a limit"
    if found.run_high_usd > Usd(str(pilot.max_usd)):
        cost = in_words(found.run_high_usd)
        return f"the run may cost {cost} by its canary, more than {limit_words(pilot.max_usd)}"
    return ""
