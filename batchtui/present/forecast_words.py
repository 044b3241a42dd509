"""A forecast in words, the same in commands and in the dashboard: every figure says what it rests on."""

from batchtui.domain.cost import CostRange
from batchtui.domain.forecasting.durations import Range
from batchtui.domain.forecasting.forecast import Forecast
from batchtui.domain.forecasting.pace import OwnPace, Pace
from batchtui.domain.money import BELOW_A_CENT
from batchtui.domain.words import several
from batchtui.present.formats import count, duration, exact, money_between


def range_words(seconds: Range) -> str:
    """`~3h05, from ~1h10 to ~8h20`"""
    return f"~{duration(seconds.likely)}, from ~{duration(seconds.low)} to ~{duration(seconds.high)}"


def basis_words(pace: Pace) -> str:
    """Where the times come from, and whether anybody has verified them."""
    if isinstance(pace, OwnPace):
        return f"fitted to {pace.batches} ended {pace.line} batches of this workspace"
    if not pace.own:
        return "public figures, unverified"
    return (
        f"public figures, unverified, and the slowest of {several(len(pace.own), 'batch', 'batches')} that ended here"
    )


def beyond_words(forecast: Forecast) -> str:
    """A caution where batches of that size were never seen here."""
    pace = forecast.pace
    if not isinstance(pace, OwnPace) or not pace.is_beyond(forecast.job.batch_requests):
        return ""
    return f"seen here: {exact(pace.smallest)} to {exact(pace.largest)} requests a batch; this is beyond that"


def batches_words(forecast: Forecast) -> str:
    """`10 of at most 10,000 requests, 10 at a time; 2 more with retries`"""
    job, more = forecast.job, len(forecast.trips) - forecast.batches
    largest = max((trip.requests for trip in forecast.trips), default=0)
    at_once = min(job.open_batches, forecast.batches)
    words = f"{exact(forecast.batches)} of {'' if forecast.batches == 1 else 'at most '}{several(largest, 'request')}"
    words += f", {exact(at_once)} at a time" if forecast.batches > 1 else ""
    return words + (f"; {exact(more)} more for retries" if more else "")


def failures_words(forecast: Forecast) -> str:
    """What is expected to fail, to be sent again, and to stay failed."""
    if not forecast.job.failure_rate:
        return "none expected: the failure rate is 0"
    return (
        f"~{exact(forecast.failed_first)} fail at first, ~{exact(forecast.retried)} sent again, "
        f"~{exact(forecast.failed_finally)} stay failed after {attempts_words(forecast.job.max_attempts)}"
    )


def attempts_words(number: int) -> str:
    """So many attempts, in words."""
    return "1 attempt" if number == 1 else f"{number} attempts"


def risk_words(forecast: Forecast) -> str:
    """The chance to miss 24 h, and what one batch can lose by it."""
    share = share_words(forecast.risk_share)
    lost, requests = forecast.lost_if_one_misses, forecast.job.requests
    part = "all of them" if lost >= requests else f"{100 * lost / requests:.0f} % of all"
    return f"{share} of requests in batches past 24 h; one such batch loses up to {count(lost)}, {part}"


def share_words(share: float) -> str:
    """A small share without pretending to be exact."""
    if share < 0.0005:
        return "<0.1 %"
    return f"~{100 * share:.1f} %" if share < 0.095 else f"~{100 * share:.0f} %"


def has_price(cost: CostRange) -> bool:
    """False where nothing has a known price: an unknown price is not 0."""
    return cost.high_usd > 0 or not cost.unknown_models


def saving_words(cost: CostRange) -> str:
    """`$3,000.00 less than $6,000.00 at standard price`, or nothing where no price is known or it is below a cent."""
    saving = money_between(cost.standard_low_usd - cost.low_usd, cost.standard_high_usd - cost.high_usd)
    if not has_price(cost) or saving == BELOW_A_CENT:
        return ""
    return f"{saving} less than {money_between(cost.standard_low_usd, cost.standard_high_usd)} at standard price"
