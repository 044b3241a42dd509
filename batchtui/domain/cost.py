"""Money: what requests may cost before they are sent, and what results did cost. USD; batch is half of standard."""

from collections.abc import Iterable

import msgspec

from batchtui.domain.requests import ModelTally
from batchtui.domain.results import Usage

BATCH_SHARE = 0.5
"""Batch halves every token price (pricing page of the service)."""

US_ONLY_FACTOR = 1.1
"""`inference_geo: "us"` on 4.6 and newer (pricing page of the service)."""

LONG_PROMPT_TOKENS = 100_000

BYTES_PER_TOKEN_LOW, BYTES_PER_TOKEN_HIGH = 5.0, 2.5
"""A coarse bound for JSON text: at most one token in 2.5 bytes, at least one in 5."""

OUTPUT_SHARE_LOW = 0.05
"""Of max_tokens, the least that is assumed to be generated when nothing has been measured."""


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """Standard USD per million tokens; each is stored, none derived (a cache read is not always a tenth)."""

    input: float
    output: float
    cache_write_5m: float
    cache_write_1h: float
    cache_read: float
    us_only: bool = False
    """True where `inference_geo: "us"` costs 1.1 times as much."""


class PriceTable(msgspec.Struct, frozen=True, kw_only=True):
    """Prices by model id, with another band for long prompts where a model has one."""

    as_of: str
    """The day the table was checked, `YYYY-MM-DD`."""
    standard: dict[str, Price]
    long_prompt: dict[str, Price] = {}

    def find(self, model: str, *, is_long: bool = False) -> Price | None:
        """The price of a model, also under a dated id such as `claude-sonnet-4-5-20250929`; None when unknown."""
        for table in (self.long_prompt, self.standard) if is_long else (self.standard,):
            if model in table:
                return table[model]
            undated = model.rsplit("-", 1)
            if len(undated) == 2 and len(undated[1]) == 8 and undated[1].isdigit() and undated[0] in table:
                return table[undated[0]]
        return None


class CostRange(msgspec.Struct, frozen=True, kw_only=True):
    """Low and high estimate for a plan; `unknown_models` are not in the figures, so they are no bound then."""

    low_usd: float = 0.0
    high_usd: float = 0.0
    standard_low_usd: float = 0.0
    standard_high_usd: float = 0.0
    priced_at: str = ""
    unknown_models: tuple[str, ...] = ()

    def share(self, part: int, whole: int) -> "CostRange":
        """The part of this range that `part` of `whole` requests stand for."""
        ratio = part / whole if whole else 0.0
        return msgspec.structs.replace(
            self,
            low_usd=self.low_usd * ratio,
            high_usd=self.high_usd * ratio,
            standard_low_usd=self.standard_low_usd * ratio,
            standard_high_usd=self.standard_high_usd * ratio,
        )


def estimate(tallies: Iterable[ModelTally], prices: PriceTable) -> CostRange:
    """A coarse range from bytes and max_tokens: low assumes long tokens and short answers, high the opposite."""
    low = high = 0.0
    unknown: set[str] = set()
    for tally in tallies:
        price = prices.find(tally.model, is_long=tally.is_long)
        if price is None:
            unknown.add(tally.model)
            continue
        geo = _geo_factor(price, tally)
        low += geo * _usd(price, tally.input_bytes / BYTES_PER_TOKEN_LOW, tally.max_tokens * OUTPUT_SHARE_LOW)
        high += geo * _usd(price, tally.input_bytes / BYTES_PER_TOKEN_HIGH, tally.max_tokens)
    return CostRange(
        low_usd=low * BATCH_SHARE,
        high_usd=high * BATCH_SHARE,
        standard_low_usd=low,
        standard_high_usd=high,
        priced_at=prices.as_of,
        unknown_models=tuple(sorted(unknown)),
    )


def exact(*, requests: int, input_tokens: int, output_tokens: int, model: str, prices: PriceTable) -> CostRange:
    """The cost of a planned load with known token counts per request; low equals high."""
    is_long = input_tokens > LONG_PROMPT_TOKENS
    price = prices.find(model, is_long=is_long)
    if price is None:
        return CostRange(priced_at=prices.as_of, unknown_models=(model,))
    standard = _usd(price, requests * input_tokens, requests * output_tokens)
    return CostRange(
        low_usd=standard * BATCH_SHARE,
        high_usd=standard * BATCH_SHARE,
        standard_low_usd=standard,
        standard_high_usd=standard,
        priced_at=prices.as_of,
    )


def measured(usage: Usage, model: str, prices: PriceTable) -> float | None:
    """What one succeeded batch request cost, from its own usage; None when the model's price is unknown."""
    writes_5m, writes_1h = _cache_writes(usage)
    read = usage.cache_read_input_tokens or 0
    fresh = usage.input_tokens or 0
    price = prices.find(model, is_long=fresh + read + writes_5m + writes_1h > LONG_PROMPT_TOKENS)
    if price is None:
        return None
    standard = _usd(price, fresh, usage.output_tokens or 0) + 1e-6 * (
        writes_5m * price.cache_write_5m + writes_1h * price.cache_write_1h + read * price.cache_read
    )
    geo = US_ONLY_FACTOR if price.us_only and usage.inference_geo == "us" else 1.0
    return standard * geo * BATCH_SHARE


def _cache_writes(usage: Usage) -> tuple[int, int]:
    """Tokens written to the 5 minute and the 1 hour cache; without the split all count as 5 minute writes."""
    if usage.cache_creation is None:
        return usage.cache_creation_input_tokens or 0, 0
    split = usage.cache_creation
    return split.ephemeral_5m_input_tokens or 0, split.ephemeral_1h_input_tokens or 0


def _usd(price: Price, input_tokens: float, output_tokens: float) -> float:
    return 1e-6 * (input_tokens * price.input + output_tokens * price.output)


def _geo_factor(price: Price, tally: ModelTally) -> float:
    if not price.us_only or not tally.requests:
        return 1.0
    return 1.0 + (US_ONLY_FACTOR - 1.0) * tally.us_only_requests / tally.requests
