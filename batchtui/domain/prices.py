"""What tokens cost, by model: a dated table, since no endpoint of the service gives prices."""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache

import msgspec

from batchtui.domain.money import as_written

LONG_PROMPT_TOKENS = 100_000
"""A prompt of more tokens than this has another price, for models that have a second band."""

STALE_DAYS = 90
"""A table older than this says so wherever it is used."""

_DATED = re.compile(r"-(?:\d{8}|latest)\Z")


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """Standard USD per million tokens; each is stored, none derived (a cache read is not always a tenth)."""

    input: float
    output: float
    cache_write_5m: float
    cache_write_1h: float
    cache_read: float
    us_only: bool = False
    """True where `inference_geo: "us"` costs 1.1 times as much."""


class Rates(msgspec.Struct, frozen=True):
    """A price as whole femto-dollars per token, at the standard rate."""

    input: int
    output: int
    cache_write_5m: int
    cache_write_1h: int
    cache_read: int


@cache
def rates(price: Price) -> Rates:
    """Exact up to nine decimals of a price, which is more than any has."""
    figures = (price.input, price.output, price.cache_write_5m, price.cache_write_1h, price.cache_read)
    return Rates(*(round(as_written(figure).scaleb(9)) for figure in figures))


class PriceTable(msgspec.Struct, frozen=True, kw_only=True):
    """Prices by model id, with another band for long prompts where a model has one."""

    as_of: str
    """The day the table was checked, `YYYY-MM-DD`."""
    standard: dict[str, Price]
    long_prompt: dict[str, Price] = {}
    web_search_per_thousand: float = 10
    """USD per 1,000 searches; batch does not halve it."""
    sources: dict[str, str] = {}
    """What each kind of source is, in words."""
    unverified: dict[str, str] = {}
    """Model id -> the kind of source, for prices that the service's own list did not confirm."""
    retires: dict[str, str] = {}
    """Model id -> the day it retires, as far as it was announced when the table was made."""
    own: tuple[str, ...] = ()
    """Models whose price the user's settings give."""

    def find(self, model: str, *, is_long: bool = False) -> Price | None:
        """The price of a model, also under a dated id such as `claude-sonnet-4-5-20250929`; None when unknown."""
        for table in (self.long_prompt, self.standard) if is_long else (self.standard,):
            price = table.get(model) or table.get(undated(model))
            if price is not None:
                return price
        return None

    def source_of(self, model: str) -> str:
        """The kind of source of a model's price: `service`, `settings`, or one that was not confirmed."""
        name = model if model in self.standard else undated(model)
        return "settings" if name in self.own else self.unverified.get(name, "service")

    def unconfirmed(self, models: Iterable[str]) -> tuple[str, ...]:
        """Those of the models whose price is known, but neither from the service's list nor from the user."""
        known = {model for model in models if self.find(model) is not None}
        return tuple(sorted(model for model in known if self.source_of(model) not in ("service", "settings")))

    def age_days(self, today: date) -> int:
        """How old the table is."""
        return (today - date.fromisoformat(self.as_of)).days

    def is_stale(self, today: date) -> bool:
        return self.age_days(today) > STALE_DAYS


def undated(model: str) -> str:
    """`claude-sonnet-4-5-20250929` -> `claude-sonnet-4-5`."""
    return _DATED.sub("", model)
