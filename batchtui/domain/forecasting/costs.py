"""Tokens that a plan may take, in money: low with every cache hit, high with none, and what is likely between."""

from collections.abc import Callable, Iterable

from batchtui.domain.cost import BATCH_DIVISOR, US_ONLY_TENTHS, CostRange, TokenCounts, standard_femto
from batchtui.domain.forecasting.token_forecast import ModelForecast, TokenForecast
from batchtui.domain.money import ZERO, Usd, from_femto, part_of
from batchtui.domain.prices import LONG_PROMPT_TOKENS, Price, PriceTable

LIKELY_HITS = 0.5
"""Of what can be read from a cache, the share that likely is: hits in batches are best effort."""


def priced(forecast: TokenForecast, prices: PriceTable) -> CostRange:
    """What the tokens cost. Models without a known price are named, and are in none of the figures."""
    known = [entry for entry in forecast.models if prices.find(entry.model) is not None]
    unknown = {entry.model for entry in forecast.models} - {entry.model for entry in known}
    low = _standard(known, prices, _low_tokens, lambda entry: entry.input.low)
    high = _standard(known, prices, _high_tokens, lambda entry: entry.input.high)
    expected = expected_high = None
    if known and all(entry.output_basis.is_measured for entry in known):
        expected = _standard(known, prices, _likely_tokens, lambda entry: entry.input.likely) / BATCH_DIVISOR
        expected_high = _standard(known, prices, _rather_high_tokens, lambda entry: entry.input.high) / BATCH_DIVISOR
    return CostRange(
        low_usd=low / BATCH_DIVISOR,
        high_usd=high / BATCH_DIVISOR,
        standard_low_usd=low,
        standard_high_usd=high,
        expected_usd=expected,
        expected_high_usd=expected_high,
        priced_at=prices.as_of,
        unknown_models=tuple(sorted(unknown)),
        unconfirmed_models=prices.unconfirmed(entry.model for entry in known),
    )


Tokens = Callable[[ModelForecast], TokenCounts]


def _standard(
    entries: Iterable[ModelForecast], prices: PriceTable, tokens: Tokens, prompt: Callable[[ModelForecast], float]
) -> Usd:
    return sum((_model_usd(entry, prices, tokens(entry), prompt(entry)) for entry in entries), ZERO)


def _model_usd(entry: ModelForecast, prices: PriceTable, tokens: TokenCounts, prompt: float) -> Usd:
    """At the standard price; the band is that of the mean prompt."""
    is_long = prompt > LONG_PROMPT_TOKENS * entry.requests
    price = prices.find(entry.model, is_long=is_long)
    assert price is not None, "only models with a price are asked for"
    standard = from_femto(standard_femto(price, tokens))
    return standard + _geography(price, entry, standard)


def _geography(price: Price, entry: ModelForecast, standard: Usd) -> Usd:
    if not price.us_only or not entry.us_only_requests:
        return ZERO
    return part_of(standard * (US_ONLY_TENTHS - 10) / 10, entry.us_only_requests, entry.requests)


def _low_tokens(entry: ModelForecast) -> TokenCounts:
    """All that others may have written is read; the rest of what is marked is too short to be cached at all."""
    return _split(entry, entry.input.low, read=1.0, written=0.0, output=entry.output.low)


def _likely_tokens(entry: ModelForecast) -> TokenCounts:
    return _split(entry, entry.input.likely, read=LIKELY_HITS, written=1.0, output=entry.output.likely)


def _rather_high_tokens(entry: ModelForecast) -> TokenCounts:
    return _split(entry, entry.input.high, read=0.0, written=1.0, output=entry.output.high)


def _high_tokens(entry: ModelForecast) -> TokenCounts:
    """No hit at all, and every answer as long as it may be."""
    return _split(entry, entry.input.high, read=0.0, written=1.0, output=float(entry.max_tokens))


def _split(entry: ModelForecast, tokens: float, *, read: float, written: float, output: float) -> TokenCounts:
    """Input tokens by what becomes of them: shares `read` of the shared and `written` of the other marked ones."""
    marked_5m, marked_1h = tokens * entry.marked_5m_share, tokens * entry.marked_1h_share
    hit = read * entry.shared_share
    write_5m, write_1h = marked_5m * (1 - hit) * written, marked_1h * (1 - hit) * written
    from_cache = (marked_5m + marked_1h) * hit
    return TokenCounts(
        input=round(tokens - write_5m - write_1h - from_cache),
        output=round(output),
        cache_write_5m=round(write_5m),
        cache_write_1h=round(write_1h),
        cache_read=round(from_cache),
    )
