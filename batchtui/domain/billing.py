"""What results did cost, from the usage that came with them: per request, and summed by model. USD, exact."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from batchtui.domain.cost import BATCH_DIVISOR, US_ONLY_TENTHS, TokenCounts, standard_femto
from batchtui.domain.money import ZERO, Usd, as_written, from_femto, to_femto
from batchtui.domain.prices import LONG_PROMPT_TOKENS, PriceTable
from batchtui.domain.results import Usage

BATCH_TIER = "batch"


class Terms(NamedTuple):
    """What decides the price of a request besides its tokens."""

    model: str
    is_long: bool = False
    """The prompt is in the second price band."""
    is_us_only: bool = False
    tier: str | None = None
    """The service tier as reported; None where it is not named, which is not doubted."""

    @property
    def is_other_tier(self) -> bool:
        """The service names a tier, and it is not the batch tier."""
        return self.tier is not None and self.tier != BATCH_TIER


class Bill(NamedTuple):
    """Femto-dollars for requests on the same terms."""

    batch: int
    """What was billed: half of standard, or all of it where the service says that it ran at another tier."""
    standard: int
    """The same requests sent one by one."""


def bill(terms: Terms, tokens: TokenCounts, searches: int, prices: PriceTable) -> Bill | None:
    """What tokens and searches cost on these terms; None when the model's price is unknown.

    Searches cost the same in a batch. What the service reports at another tier than `batch` is priced in full: it did
    not come at half.
    """
    price = prices.find(terms.model, is_long=terms.is_long)
    if price is None:
        return None
    standard = standard_femto(price, tokens)
    if terms.is_us_only and price.us_only:
        standard = standard * US_ONLY_TENTHS // 10
    searched = searches * to_femto(as_written(prices.web_search_per_thousand)) // 1000
    return Bill((standard if terms.is_other_tier else standard // BATCH_DIVISOR) + searched, standard + searched)


def measured(usage: Usage, model: str, prices: PriceTable) -> Usd | None:
    """What one batch request cost, from its own usage; None when the model's price is unknown."""
    tokens = tokens_of(usage)
    found = bill(terms_of(usage, model, tokens.prompt), tokens, searches_of(usage), prices)
    return from_femto(found.batch) if found is not None else None


def terms_of(usage: Usage, model: str, prompt_tokens: int) -> Terms:
    """The terms that one request was billed on."""
    return Terms(model, prompt_tokens > LONG_PROMPT_TOKENS, usage.inference_geo == "us", usage.service_tier)


def is_other_tier(usage: Usage) -> bool:
    """Whether this request did not come at half of standard, as far as the service says."""
    return terms_of(usage, "", 0).is_other_tier


def tokens_of(usage: Usage) -> TokenCounts:
    """The tokens as they are priced; cache writes without the split all count as 5 minute ones."""
    split = usage.cache_creation
    if split is None:
        write_5m, write_1h = usage.cache_creation_input_tokens or 0, 0
    else:
        write_5m, write_1h = split.ephemeral_5m_input_tokens or 0, split.ephemeral_1h_input_tokens or 0
    return TokenCounts(
        input=usage.input_tokens or 0,
        output=usage.output_tokens or 0,
        cache_write_5m=write_5m,
        cache_write_1h=write_1h,
        cache_read=usage.cache_read_input_tokens or 0,
    )


def searches_of(usage: Usage) -> int:
    """Web searches that the service made for a request; the only server tool that is billed by the use."""
    return (usage.server_tool_use.web_search_requests or 0) if usage.server_tool_use is not None else 0


class ModelUsage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one model's requests used and cost; `cost_usd` None when a price or a usage among them is unknown."""

    requests: int = 0
    """Results that were billed: all succeeded ones, and others that came with usage."""
    succeeded: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_write_5m_tokens: int = 0
    cache_write_1h_tokens: int = 0
    cache_read_tokens: int = 0
    web_searches: int = 0
    us_only: int = 0
    """Requests that ran in the US alone, which costs more on newer models."""
    long_prompts: int = 0
    """Requests whose prompt was long enough for the second price band."""
    other_tier: int = 0
    """Requests that the service reports at another tier than batch: they did not come at half of standard."""
    tier_unsaid: int = 0
    """Requests whose usage names no tier: half of standard is assumed for them."""
    cost_usd: Usd | None = ZERO
    standard_usd: Usd | None = ZERO
    """The same requests at the standard price."""

    def plus(self, other: "ModelUsage") -> "ModelUsage":
        """Both together; unknown money makes the sum unknown, since a partial one would look like the whole."""
        fields = {name: _sum(getattr(self, name), getattr(other, name)) for name in self.__struct_fields__}
        return msgspec.structs.replace(self, **fields)


def _sum(one: int | Usd | None, other: int | Usd | None) -> int | Usd | None:
    return None if one is None or other is None else one + other


def together(usages: Iterable[ModelUsage]) -> ModelUsage:
    """The sum of all; nothing at all cost nothing."""
    whole: ModelUsage | None = None
    for usage in usages:
        whole = usage if whole is None else whole.plus(usage)
    return whole or ModelUsage()


def merge(usages: Iterable[Mapping[str, ModelUsage]]) -> dict[str, ModelUsage]:
    """Sums by model over several batches."""
    merged: dict[str, ModelUsage] = {}
    for usage in usages:
        for model, entry in usage.items():
            merged[model] = merged[model].plus(entry) if model in merged else entry
    return dict(sorted(merged.items()))
