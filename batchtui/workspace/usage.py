"""Sums of tokens and money over results, by model."""

from batchtui.domain.cost import PriceTable, measured
from batchtui.domain.results import Message
from batchtui.engine.jobs import ModelUsage


class _Sum:
    __slots__ = ("cache_read", "cost", "input", "output", "requests", "write_1h", "write_5m")

    def __init__(self) -> None:
        self.requests = self.input = self.output = self.write_5m = self.write_1h = self.cache_read = 0
        self.cost: float | None = 0.0


class UsageSums:
    """Takes one succeeded result after another."""

    def __init__(self, prices: PriceTable) -> None:
        self._prices = prices
        self._sums: dict[str, _Sum] = {}

    def add(self, message: Message) -> None:
        """Count one message; without usage it counts as a request that nobody can price."""
        total = self._sums.get(message.model)
        if total is None:
            total = self._sums[message.model] = _Sum()
        total.requests += 1
        usage = message.usage
        if usage is None:
            total.cost = None
            return
        total.input += usage.input_tokens or 0
        total.output += usage.output_tokens or 0
        total.cache_read += usage.cache_read_input_tokens or 0
        if usage.cache_creation is None:
            total.write_5m += usage.cache_creation_input_tokens or 0
        else:
            total.write_5m += usage.cache_creation.ephemeral_5m_input_tokens or 0
            total.write_1h += usage.cache_creation.ephemeral_1h_input_tokens or 0
        cost = measured(usage, message.model, self._prices)
        total.cost = None if cost is None or total.cost is None else total.cost + cost

    def by_model(self) -> dict[str, ModelUsage]:
        """What was used and what it cost; the cost is None where a price or a usage is unknown."""
        return {
            model: ModelUsage(
                requests=total.requests,
                input_tokens=total.input,
                output_tokens=total.output,
                cache_write_5m_tokens=total.write_5m,
                cache_write_1h_tokens=total.write_1h,
                cache_read_tokens=total.cache_read,
                cost_usd=total.cost,
            )
            for model, total in sorted(self._sums.items())
        }
