"""From a job and a pace to what will come of it: when, for how much, with which failures and which risk."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from heapq import heappop, heappush

import msgspec

from batchtui.domain.cost import CostRange
from batchtui.domain.forecasting.durations import Range, chance_to_expire
from batchtui.domain.forecasting.job import Job, failing, rounds
from batchtui.domain.forecasting.pace import Pace


class Trip(msgspec.Struct, frozen=True, kw_only=True):
    """A batch that is only imagined: seconds from the start of the job to its POST, and to its end."""

    number: int
    attempt: int
    requests: int
    goes: float
    ends: float
    ends_at_worst: float


class TripStage(StrEnum):
    """Where an imagined batch is at some moment."""

    WAITING = "waiting"
    RUNNING = "running"
    ENDED = "ended"


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be expected of a job."""

    job: Job
    pace: Pace
    trips: tuple[Trip, ...]
    """Every batch with the likely times, retries included, in the order of sending."""
    batches: int
    """Of the first attempt."""
    finish: Range
    first_results: Range
    cost: CostRange
    """Low: what failed is free, as documented. High: every failed attempt is billed like a full answer."""
    failed_first: int
    retried: int
    """Requests sent again, counted as often as they are."""
    failed_finally: int
    risk_share: float
    """The share of requests expected in batches that need more than 24 h."""
    lost_if_one_misses: int
    """Requests that one batch can lose at most if it needs more than 24 h."""

    @property
    def sent(self) -> int:
        return self.job.requests + self.retried

    @property
    def answered(self) -> int:
        """Requests that succeed in the end, each once."""
        return self.job.requests - self.failed_finally

    @property
    def billed_at_most(self) -> int:
        """As if each failed attempt were billed like a full answer."""
        return max(self.sent, self.answered)


def stage_at(trip: Trip, moment: float) -> TripStage:
    """What a batch is doing at a moment, with the likely times."""
    if moment < trip.goes:
        return TripStage.WAITING
    return TripStage.RUNNING if moment < trip.ends else TripStage.ENDED


def forecast(job: Job, pace: Pace, one_pass: CostRange) -> Forecast:
    """All of it.

    Args:
        one_pass: what all requests cost when each is answered once.
    """
    quick, likely, slow = (_trips(job, pace, which) for which in (_low, _likely, _high))
    trips = tuple(
        msgspec.structs.replace(trip, ends_at_worst=max(trip.ends, trip.goes + later.ends - later.goes))
        for trip, later in zip(likely, slow, strict=True)
    )
    lost = failing(job, job.max_attempts)
    sent = sum(trip.requests for trip in trips)
    return Forecast(
        job=job,
        pace=pace,
        trips=trips,
        batches=sum(trip.attempt == 1 for trip in trips),
        finish=Range(_last(quick), _last(likely), _last(slow)),
        first_results=Range(_first(quick), _first(likely), _first(slow)),
        cost=_cost(one_pass, job.requests, answered=job.requests - lost, billed=max(sent, job.requests - lost)),
        failed_first=failing(job, 1),
        retried=sent - job.requests,
        failed_finally=lost,
        risk_share=_risk(job, pace, trips),
        lost_if_one_misses=max((trip.requests for trip in trips), default=0),
    )


Which = Callable[[Range], float]


def _low(seconds: Range) -> float:
    return seconds.low


def _likely(seconds: Range) -> float:
    return seconds.likely


def _high(seconds: Range) -> float:
    return seconds.high


def _trips(job: Job, pace: Pace, which: Which) -> list[Trip]:
    """Every batch of every attempt, if all of them are quick, or likely, or slow: one queue serves them all."""
    notice = which(Range(0.0, job.poll_seconds / 2, job.poll_seconds))
    trips: list[Trip] = []
    begins = 0.0
    for attempt in rounds(job):
        at_once = _at_once(job, attempt.portions)
        known: dict[int, float] = {}
        begins += attempt.wait_seconds
        for goes, requests in _departures(job, attempt.portions, begins, notice, known, pace, at_once, which):
            trips.append(
                Trip(
                    number=len(trips) + 1,
                    attempt=attempt.attempt,
                    requests=requests,
                    goes=goes,
                    ends=goes + known[requests],
                    ends_at_worst=goes + known[requests],
                )
            )
        begins = max(trip.ends for trip in trips) + notice
    return trips


def _departures(
    job: Job,
    portions: tuple[int, ...],
    begins: float,
    notice: float,
    known: dict[int, float],
    pace: Pace,
    at_once: int,
    which: Which,
) -> Iterator[tuple[float, int]]:
    """When each batch of an attempt goes: as soon as a slot is free and the service's queue has room for it."""
    waiting, now, queued = deque(portions), begins, 0
    running: list[tuple[float, int]] = []
    while waiting:
        size = waiting[0]
        has_room = not queued or queued + size <= job.queue_limit
        if len(running) < job.open_batches and has_room:
            waiting.popleft()
            if size not in known:
                known[size] = which(pace.seconds(size, at_once=max(size, at_once)))
            heappush(running, (now + known[size] + notice, size))
            queued += size
            yield now, size
        else:
            now, ended = heappop(running)
            queued -= ended


def _at_once(job: Job, portions: Iterable[int]) -> int:
    """Requests with the service at the same time, when as much goes as may."""
    largest_first = sorted(portions, reverse=True)[: job.open_batches]
    return min(sum(largest_first), max(job.queue_limit, largest_first[0]))


def _last(trips: list[Trip]) -> float:
    return max((trip.ends for trip in trips), default=0.0)


def _first(trips: list[Trip]) -> float:
    return min((trip.ends for trip in trips), default=0.0)


def _cost(one_pass: CostRange, requests: int, *, answered: int, billed: int) -> CostRange:
    low, high = one_pass.share(answered, requests), one_pass.share(billed, requests)
    return msgspec.structs.replace(low, high_usd=high.high_usd, standard_high_usd=high.standard_high_usd)


def _risk(job: Job, pace: Pace, trips: tuple[Trip, ...]) -> float:
    first = [trip.requests for trip in trips if trip.attempt == 1]
    at_once = _at_once(job, first)
    chances = {size: chance_to_expire(pace.seconds(size, at_once=max(size, at_once))) for size in set(first)}
    return sum(size * chances[size] for size in first) / max(1, sum(first))
