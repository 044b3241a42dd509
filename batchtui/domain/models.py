"""What the service says of its models, and what that means for a request: known, retired, able, long enough."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec

from batchtui.domain.prices import undated

SOON = timedelta(days=90)
"""A model that retires within this is worth a warning."""

STALE = timedelta(days=1)
"""A list older than this is asked for again before a plan, where the service is in reach."""


class ModelFact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry of the service's models list; None where it does not say."""

    id: str
    max_tokens: int | None = None
    max_input_tokens: int | None = None
    retires_at: str | None = None
    lifecycle: str | None = None
    supports_batch: bool = True

    def retires_on(self) -> date | None:
        """The day it retires; None where none is announced, or what is said is no date."""
        try:
            return date.fromisoformat((self.retires_at or "")[:10])
        except ValueError:
            return None

    def is_retired(self, today: date) -> bool:
        day = self.retires_on()
        return self.lifecycle == "retired" or (day is not None and day <= today)

    def retires_soon(self, today: date) -> bool:
        """Announced, and near or without a date."""
        day = self.retires_on()
        if day is None:
            return self.lifecycle == "deprecated"
        return today < day <= today + SOON


class ModelList(msgspec.Struct, frozen=True, kw_only=True):
    """The service's list as it was answered."""

    as_of: datetime
    models: tuple[ModelFact, ...]

    def is_stale(self, now: datetime) -> bool:
        return not timedelta() <= now - self.as_of <= STALE


def find_model(model: str, models: Iterable[ModelFact]) -> ModelFact | None:
    """The entry of a model, by its own name first, else by the name without a date."""
    named = {fact.id: fact for fact in models}
    if model in named:
        return named[model]
    return next((fact for name, fact in named.items() if undated(name) == undated(model)), None)
