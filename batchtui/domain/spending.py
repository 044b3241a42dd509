"""What collected batches cost, summed by run, day, model or chunk, beside what was estimated. Batches not collected yet
are counted, never guessed."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from enum import StrEnum

import msgspec

from batchtui.domain.billing import ModelUsage, together
from batchtui.domain.cost import CostRange
from batchtui.domain.money import Usd
from batchtui.domain.results import TypeTallies
from batchtui.domain.state import AppState, Collection, KnownBatch, Run
from batchtui.domain.status import is_collected

NO_MODEL = "not recorded"
"""In place of a model, for results that an older version collected: it kept their cost, not what they used."""


class By(StrEnum):
    """What sums of spending are over."""

    RUN = "run"
    DAY = "day"
    MODEL = "model"
    CHUNK = "chunk"


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """One line: some batches, or one model's part of them."""

    name: str
    batches: int = 0
    """Collected ones."""
    waiting: int = 0
    """Batches whose cost is not known yet: running, or ended and not collected."""
    results: TypeTallies = TypeTallies()
    """Empty in a line of one model: what did not succeed names no model."""
    usage: ModelUsage = ModelUsage()
    expected: CostRange | None = None
    """The estimate for as many requests as were billed; None until every batch of it is collected."""

    @property
    def saving_usd(self) -> Usd | None:
        """Against the standard price."""
        usage = self.usage
        if usage.cost_usd is None or usage.standard_usd is None:
            return None
        return usage.standard_usd - usage.cost_usd

    def per_requests(self, requests: int, number: int) -> Usd | None:
        """USD for `number` requests when `requests` of them cost what this cost."""
        cost = self.usage.cost_usd
        return cost * number / requests if cost is not None and requests else None

    @property
    def cache_hit_share(self) -> float | None:
        """Of all prompt tokens, those that a cache held."""
        usage = self.usage
        prompt = (
            usage.input_tokens + usage.cache_read_tokens + usage.cache_write_5m_tokens + usage.cache_write_1h_tokens
        )
        return usage.cache_read_tokens / prompt if prompt else None

    @property
    def estimate_error(self) -> float | None:
        """How far the best guess was from what was measured, as a share of that: +0.1 is a tenth too much."""
        cost, expected = self.usage.cost_usd, self.expected
        return float((expected.guess_usd - cost) / cost) if cost and expected is not None else None

    @property
    def is_within(self) -> bool | None:
        """Whether the measured cost lies in the interval that was stated."""
        cost, expected = self.usage.cost_usd, self.expected
        return None if cost is None or expected is None else expected.holds(cost)


def spent_by(state: AppState, by: By, runs: Iterable[str] | None = None) -> list[Spent]:
    """Every line, runs and days newest first, models and chunks by name.

    Args:
        runs: only these; None for all, batches from elsewhere that were collected among them.
    """
    names = None if runs is None else set(runs)
    known = [entry for entry in state.batches.values() if _counts(entry, names)]
    match by:
        case By.RUN:
            return _by_run(state, known)
        case By.DAY:
            return sorted(_grouped(known, _day), key=lambda line: line.name, reverse=True)
        case By.MODEL:
            return sorted(_by_model(known), key=lambda line: line.name)
        case By.CHUNK:
            return sorted(_grouped(known, _chunk), key=lambda line: line.name)


def spent_in_all(state: AppState, runs: Iterable[str] | None = None) -> Spent:
    """Everything together."""
    names = None if runs is None else set(runs)
    found = [entry for entry in state.batches.values() if _counts(entry, names)]
    return _line("all", found) if found else Spent(name="all")


def spent_on(state: AppState, run: Run) -> Spent:
    """One run, with its estimate beside it once all of it is collected."""
    known = [entry for chunk in run.live_chunks if (entry := state.batch_of(chunk)) is not None]
    line = _line(run.name, known)
    if not is_collected(state, run) or run.cost.unknown_models or not run.cost.high_usd:
        return line
    return msgspec.structs.replace(line, expected=run.cost.share(line.usage.requests, run.requests))


def collected_usage(collection: Collection) -> dict[str, ModelUsage]:
    """By model; under no model's name where only the cost was kept."""
    if collection.usage or not collection.results:
        return collection.usage
    number = collection.tallies.succeeded
    entry = ModelUsage(requests=number, succeeded=number, cost_usd=collection.cost_usd, standard_usd=None)
    return {NO_MODEL: entry} if number else {}


def _counts(known: KnownBatch, runs: set[str] | None) -> bool:
    """Batches of runs, and those from elsewhere that somebody collected."""
    if known.run is None:
        return runs is None and known.collected is not None
    return runs is None or known.run in runs


def _by_run(state: AppState, known: Iterable[KnownBatch]) -> list[Spent]:
    own = {entry.run for entry in known if entry.run is not None}
    newest = sorted((state.runs[name] for name in own), key=lambda run: (run.created_at, run.name), reverse=True)
    elsewhere = [_line(entry.batch.id, [entry]) for entry in known if entry.run is None]
    return [*(spent_on(state, run) for run in newest), *elsewhere]


def _by_model(known: Iterable[KnownBatch]) -> Iterator[Spent]:
    found: dict[str, list[ModelUsage]] = {}
    for entry in known:
        if entry.collected is not None:
            for model, usage in collected_usage(entry.collected).items():
                found.setdefault(model, []).append(usage)
    for model, usages in found.items():
        yield Spent(name=model, batches=len(usages), usage=together(usages))


def _grouped(known: Iterable[KnownBatch], name_of: Callable[[KnownBatch], str]) -> list[Spent]:
    groups: dict[str, list[KnownBatch]] = {}
    for entry in known:
        groups.setdefault(name_of(entry), []).append(entry)
    return [_line(name, entries) for name, entries in groups.items()]


def _day(known: KnownBatch) -> str:
    """The UTC day of its creation: the budget counts so too."""
    return known.batch.created_at.astimezone(UTC).date().isoformat()


def _chunk(known: KnownBatch) -> str:
    return f"{known.run}#{known.chunk}" if known.run else known.batch.id


def _line(name: str, known: list[KnownBatch]) -> Spent:
    collected = [entry.collected for entry in known if entry.collected is not None]
    return Spent(
        name=name,
        batches=len(collected),
        waiting=len(known) - len(collected),
        results=_tallied(collected),
        usage=together(usage for entry in collected for usage in collected_usage(entry).values()),
    )


def _tallied(collected: Iterable[Collection]) -> TypeTallies:
    sums = dict.fromkeys(TypeTallies.__struct_fields__, 0)
    for entry in collected:
        for field in sums:
            sums[field] += getattr(entry.tallies, field)
    return TypeTallies(**sums)
