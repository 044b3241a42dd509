"""What requests may cost before they are sent. USD, exact; batch is half of standard."""

from collections.abc import Iterable

import msgspec

from batchtui.domain.money import ZERO, Usd, from_femto, part_of, total
from batchtui.domain.prices import LONG_PROMPT_TOKENS, Price, PriceTable, rates
from batchtui.domain.requests import ModelTally

BATCH_DIVISOR = 2
"""Batch halves every token price (pricing page of the service)."""

US_ONLY_TENTHS = 11
"""`inference_geo: "us"` costs eleven tenths on 4.6 and newer (pricing page of the service)."""

BYTES_PER_TOKEN_LOW, BYTES_PER_TOKEN_HIGH = 5.0, 2.5
"""A coarse bound for JSON text: at most one token in 2.5 bytes, at least one in 5."""

OUTPUT_SHARE_LOW = 0.05
"""Of max_tokens, the least that is assumed to be generated when nothing has been measured."""


class CostRange(msgspec.Struct, frozen=True, kw_only=True):
    """Low and high estimate for a plan; `unknown_models` are not in the figures, so they are no bound then."""

    low_usd: Usd = ZERO
    high_usd: Usd = ZERO
    standard_low_usd: Usd = ZERO
    standard_high_usd: Usd = ZERO
    expected_usd: Usd | None = None
    """The best single guess; None while nothing of the kind was measured here."""
    expected_high_usd: Usd | None = None
    """`low_usd` to this should hold for nineteen of twenty runs, while `high_usd` is what `max_tokens` allow."""
    priced_at: str = ""
    unknown_models: tuple[str, ...] = ()
    unconfirmed_models: tuple[str, ...] = ()
    """Priced by figures that the service's own list did not confirm."""

    @property
    def guess_usd(self) -> Usd:
        """The best single figure; the middle where nothing was measured before."""
        return self.expected_usd if self.expected_usd is not None else (self.low_usd + self.high_usd) / 2

    @property
    def stated_high_usd(self) -> Usd:
        """The upper end of the interval that is stated: what is likely, or what `max_tokens` allow."""
        return self.expected_high_usd if self.expected_high_usd is not None else self.high_usd

    def holds(self, cost_usd: Usd) -> bool:
        """Whether a measured cost lies in the stated interval."""
        return self.low_usd <= cost_usd <= self.stated_high_usd

    def share(self, part: int, whole: int) -> "CostRange":
        """The part of this range that `part` of `whole` requests stand for."""
        return msgspec.structs.replace(
            self,
            low_usd=part_of(self.low_usd, part, whole),
            high_usd=part_of(self.high_usd, part, whole),
            standard_low_usd=part_of(self.standard_low_usd, part, whole),
            standard_high_usd=part_of(self.standard_high_usd, part, whole),
            expected_usd=_part(self.expected_usd, part, whole),
            expected_high_usd=_part(self.expected_high_usd, part, whole),
        )


def added(costs: Iterable[CostRange]) -> CostRange:
    """Several plans as one; a best guess only where each has one, and as old as the oldest prices."""
    given = tuple(costs)
    guesses = [each.expected_usd for each in given if each.expected_usd is not None]
    bounds = [each.expected_high_usd for each in given if each.expected_high_usd is not None]
    return CostRange(
        low_usd=total(each.low_usd for each in given),
        high_usd=total(each.high_usd for each in given),
        standard_low_usd=total(each.standard_low_usd for each in given),
        standard_high_usd=total(each.standard_high_usd for each in given),
        expected_usd=total(guesses) if given and len(guesses) == len(given) else None,
        expected_high_usd=total(bounds) if given and len(bounds) == len(given) else None,
        priced_at=min((each.priced_at for each in given), default=""),
        unknown_models=tuple(sorted({model for each in given for model in each.unknown_models})),
        unconfirmed_models=tuple(sorted({model for each in given for model in each.unconfirmed_models})),
    )


def _part(usd: Usd | None, part: int, whole: int) -> Usd | None:
    return part_of(usd, part, whole) if usd is not None else None


class TokenCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens of one request, or the sums of many that are priced alike."""

    input: int = 0
    """Neither read from nor written to a cache."""
    output: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0

    @property
    def prompt(self) -> int:
        """The whole prompt, whose length decides the price band."""
        return self.input + self.cache_write_5m + self.cache_write_1h + self.cache_read


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """The same tokens at the batch and at the standard price."""

    batch_usd: Usd
    standard_usd: Usd

    @property
    def saving_usd(self) -> Usd:
        return self.standard_usd - self.batch_usd


def standard_femto(price: Price, tokens: TokenCounts) -> int:
    """Femto-dollars at the standard price, before geography."""
    rate = rates(price)
    return (
        tokens.input * rate.input
        + tokens.output * rate.output
        + tokens.cache_write_5m * rate.cache_write_5m
        + tokens.cache_write_1h * rate.cache_write_1h
        + tokens.cache_read * rate.cache_read
    )


def quote(
    prices: PriceTable, model: str, tokens: TokenCounts, *, requests: int = 1, is_us_only: bool = False
) -> Quote | None:
    """What `requests` requests of these tokens each cost, exactly; None where the model's price is unknown."""
    price = prices.find(model, is_long=tokens.prompt > LONG_PROMPT_TOKENS)
    if price is None:
        return None
    tenths = US_ONLY_TENTHS if is_us_only and price.us_only else 10
    standard = from_femto(standard_femto(price, tokens) * requests * tenths) / 10
    return Quote(batch_usd=standard / BATCH_DIVISOR, standard_usd=standard)


def exact(*, requests: int, input_tokens: int, output_tokens: int, model: str, prices: PriceTable) -> CostRange:
    """The cost of a planned load with known token counts per request; low equals high."""
    found = quote(prices, model, TokenCounts(input=input_tokens, output=output_tokens), requests=requests)
    if found is None:
        return CostRange(priced_at=prices.as_of, unknown_models=(model,))
    return CostRange(
        low_usd=found.batch_usd,
        high_usd=found.batch_usd,
        standard_low_usd=found.standard_usd,
        standard_high_usd=found.standard_usd,
        priced_at=prices.as_of,
        unconfirmed_models=prices.unconfirmed((model,)),
    )


def estimate(tallies: Iterable[ModelTally], prices: PriceTable) -> CostRange:
    """A coarse range from bytes and max_tokens: low assumes long tokens and short answers, high the opposite."""
    low = high = ZERO
    unknown: set[str] = set()
    known = tuple(tallies)
    for tally in known:
        price = prices.find(tally.model, is_long=tally.is_long)
        if price is None:
            unknown.add(tally.model)
            continue
        low += _bound(price, tally, BYTES_PER_TOKEN_LOW, OUTPUT_SHARE_LOW)
        high += _bound(price, tally, BYTES_PER_TOKEN_HIGH, 1.0)
    return CostRange(
        low_usd=low / BATCH_DIVISOR,
        high_usd=high / BATCH_DIVISOR,
        standard_low_usd=low,
        standard_high_usd=high,
        priced_at=prices.as_of,
        unknown_models=tuple(sorted(unknown)),
        unconfirmed_models=prices.unconfirmed(tally.model for tally in known),
    )


def _bound(price: Price, tally: ModelTally, bytes_per_token: float, output_share: float) -> Usd:
    """Standard USD when so many bytes make a token, and so much of `max_tokens` is used."""
    prompt, answer = round(tally.input_bytes / bytes_per_token), round(tally.max_tokens * output_share)
    standard = from_femto(standard_femto(price, TokenCounts(input=prompt, output=answer)))
    if not price.us_only or not tally.requests:
        return standard
    return standard + part_of(standard * (US_ONLY_TENTHS - 10) / 10, tally.us_only_requests, tally.requests)
