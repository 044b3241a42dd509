"""Sums of tokens over results by model and by the terms they were billed on; reckoned into money at the end."""

from batchtui.domain.billing import ModelUsage, Terms, bill, merge, searches_of, terms_of, tokens_of
from batchtui.domain.cost import TokenCounts
from batchtui.domain.money import from_femto
from batchtui.domain.prices import PriceTable
from batchtui.domain.results import Message


class _Sum:
    """Requests on the same terms: tokens are added up first, since that is exact and quick."""

    __slots__ = ("input", "output", "read", "requests", "searches", "succeeded", "write_1h", "write_5m")

    def __init__(self) -> None:
        self.requests = self.succeeded = self.input = self.output = 0
        self.write_5m = self.write_1h = self.read = self.searches = 0

    def tokens(self) -> TokenCounts:
        return TokenCounts(
            input=self.input,
            output=self.output,
            cache_write_5m=self.write_5m,
            cache_write_1h=self.write_1h,
            cache_read=self.read,
        )


class UsageSums:
    """Takes one result with a message after another."""

    def __init__(self, prices: PriceTable) -> None:
        self._prices = prices
        self._sums: dict[Terms, _Sum] = {}
        self._unmeasured: dict[str, int] = {}
        """Model -> successes without usage, which nobody can price."""

    def add(self, message: Message, *, is_success: bool = True) -> None:
        """Count one message. What did not succeed is billed only if usage came with it."""
        usage = message.usage
        if usage is None:
            if is_success:
                self._unmeasured[message.model] = self._unmeasured.get(message.model, 0) + 1
            return
        tokens = tokens_of(usage)
        terms = terms_of(usage, message.model, tokens.prompt)
        total = self._sums.get(terms)
        if total is None:
            total = self._sums[terms] = _Sum()
        total.requests += 1
        total.succeeded += is_success
        total.input += tokens.input
        total.output += tokens.output
        total.write_5m += tokens.cache_write_5m
        total.write_1h += tokens.cache_write_1h
        total.read += tokens.cache_read
        total.searches += searches_of(usage)

    def by_model(self) -> dict[str, ModelUsage]:
        """What was used and what it cost; the cost is None where a price or a usage is unknown."""
        return merge([*self._priced(), *self._unpriced()])

    def _priced(self) -> list[dict[str, ModelUsage]]:
        return [{terms.model: self._usage(terms, total)} for terms, total in self._sums.items()]

    def _unpriced(self) -> list[dict[str, ModelUsage]]:
        return [
            {model: ModelUsage(requests=number, succeeded=number, cost_usd=None, standard_usd=None)}
            for model, number in self._unmeasured.items()
        ]

    def _usage(self, terms: Terms, total: _Sum) -> ModelUsage:
        found = bill(terms, total.tokens(), total.searches, self._prices)
        return ModelUsage(
            requests=total.requests,
            succeeded=total.succeeded,
            input_tokens=total.input,
            output_tokens=total.output,
            cache_write_5m_tokens=total.write_5m,
            cache_write_1h_tokens=total.write_1h,
            cache_read_tokens=total.read,
            web_searches=total.searches,
            us_only=total.requests if terms.is_us_only else 0,
            long_prompts=total.requests if terms.is_long else 0,
            other_tier=total.requests if terms.is_other_tier else 0,
            tier_unsaid=total.requests if terms.tier is None else 0,
            cost_usd=from_femto(found.batch) if found is not None else None,
            standard_usd=from_femto(found.standard) if found is not None else None,
        )
