"""A plan: what will be sent, shown before anything is, and what it needs to be agreed to."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from batchtui.domain.cost import CostRange
from batchtui.domain.forecasting.token_forecast import TokenForecast
from batchtui.domain.money import Usd, limit_words
from batchtui.domain.pilot import Pilot
from batchtui.domain.requests import CheckReport
from batchtui.domain.retry import Skip
from batchtui.domain.run import ChunkPlan, InputFile
from batchtui.domain.settings import ConfirmSettings
from batchtui.engine.jobs import Countable


class CachePlan(msgspec.Struct, frozen=True, kw_only=True):
    """The beginning that prompts share, and what it costs with a cache and without. Hits are best effort."""

    prefix_tokens: float
    """Of one request; a guess."""
    requests: int
    """That begin with it, by the sample."""
    ttl: str
    """`5m`, `1h`, or "" where it is not marked."""
    marked: int
    """Requests that `cache_control` is added to, because that was asked for."""
    saves_usd: Usd
    """If every request but the first reads it, against no caching at all."""
    loses_usd: Usd
    """If none does, and each writes it."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A submission or a retry that nobody has agreed to yet; its bodies lie in `staging` (None: nothing was built)."""

    run: str
    created_at: datetime
    report: CheckReport
    chunks: tuple[ChunkPlan, ...]
    cost: CostRange
    inputs: tuple[InputFile, ...] = ()
    staging: Path | None = None
    parent: str | None = None
    lineage: tuple[str, ...] = ()
    """The parent and its later attempts that were looked at: one made since may hold the same requests."""
    priority: int = 0
    already: str | None = None
    """The run of this very name and content, when it was sent before: nothing is left to do."""
    same_content: str | None = None
    """Another run with the same content: needs `--again`."""
    exceeds: str | None = None
    """Why it does not fit the budget."""
    included: int = 0
    skipped: tuple[Skip, ...] = ()
    classes: tuple[str, ...] = ()
    edits: tuple[str, ...] = ()
    not_included_running: int = 0
    attempts: dict[int, int] = {}
    """Which attempt of its request this is -> of how many of the included."""
    basis: tuple[str, ...] = ()
    """What was known of the earlier attempts when this was chosen; it must still be so when it is sent."""
    smaller_chunks: int | None = None
    """Requests of a chunk, fewer than usual because some expired in larger ones."""
    forecast: TokenForecast | None = None
    """The tokens that `cost` is reckoned from."""
    pilot: Pilot | None = None
    """A chunk that goes ahead; the others wait for it."""
    countable: tuple[Countable, ...] = ()
    """Requests that `count_tokens` may be asked about, where that was wished for."""
    count_note: str = ""
    """Why counting stopped early."""
    cache: CachePlan | None = None
    """What most prompts begin with, and what caching it may save."""

    @property
    def attempt(self) -> int:
        """The highest attempt of any of its requests."""
        return max(self.attempts, default=1)

    @property
    def fingerprint(self) -> str:
        """The plan in short: what would be sent, and what it was chosen from."""
        said = "\n".join((self.run, self.report.content_sha256, *(chunk.sha256 for chunk in self.chunks), *self.basis))
        return sha256(said.encode()).hexdigest()[:16]

    @property
    def stagings(self) -> tuple[Path, ...]:
        """Where its bodies lie; none where nothing was built."""
        return (self.staging,) if self.staging is not None else ()

    @property
    def requests(self) -> int:
        return self.report.requests

    @property
    def is_retry(self) -> bool:
        return self.parent is not None


LAST_CHEAP_ATTEMPT = 3
"""From the fourth attempt on the count has to be typed instead of a plain yes."""


def typed_reasons(plan: Plan, settings: ConfirmSettings) -> tuple[str, ...]:
    """Why the request count has to be typed before this plan is sent, weightiest first; empty when `y` is enough."""
    reasons = ["over budget"] if plan.exceeds else []
    reasons += size_reasons(plan.requests, plan.cost, settings)
    if plan.attempt > LAST_CHEAP_ATTEMPT:
        often = sum(number for attempt, number in plan.attempts.items() if attempt > LAST_CHEAP_ATTEMPT)
        reasons.append(f"attempt {plan.attempt}" if often == plan.included else f"attempt {plan.attempt} for {often:,}")
    return tuple(reasons)


def size_reasons(requests: int, cost: CostRange, settings: ConfirmSettings) -> tuple[str, ...]:
    """The reasons of anything that sends: many requests, much money, or nobody knows how much."""
    reasons = []
    if requests > settings.type_over_requests:
        reasons.append(f"over {settings.type_over_requests:,} requests")
    if cost.high_usd > settings.type_over_usd:
        reasons.append(f"over {limit_words(settings.type_over_usd)}")
    if cost.unknown_models:
        reasons.append(f"price unknown for {', '.join(cost.unknown_models)}")
    return tuple(reasons)
