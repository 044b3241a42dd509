"""One Message Batch and its lifecycle, as a function of time: nothing here runs, everything is asked."""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from math import gcd
from typing import Any

from batchtui.simulator.clock import optional_timestamp, timestamp
from batchtui.simulator.outcomes import CANCELED, EXPIRED, OUTCOMES
from batchtui.simulator.spool import Span

EXPIRY_SECONDS = 24 * 3600.0
ARCHIVE_SECONDS = 29 * 24 * 3600.0
SLICES = 256
"""A batch is worked on in slices, so that its counts at any moment need no look at each request."""
FIRST_SLICES = 26
"""What is under way at once when a batch begins, so that even an early cancel leaves a part done."""
COUNTED = ("succeeded", "errored", "canceled", "expired")


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """What becomes of each request, if the batch gets to it."""

    codes: bytes
    by_slice: tuple[Counter[int], ...]


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What the service knows of one batch; times are simulated seconds since 1970."""

    id: str
    number: int
    """How many were made before it."""
    span: Span
    version: str
    """The anthropic-version it was created under."""
    created_at: float
    starts_at: float
    duration: float
    cancel_seconds: float
    canceled_at: float | None = None
    fixed_codes: bytes | None = None
    """Verdicts given by a seeder, 0 where the usual ones hold."""
    verdicts: Verdicts | None = None

    def __len__(self) -> int:
        return len(self.span)

    def rank(self, index: int) -> int:
        """The place of a request in the order of work: a fixed shuffle."""
        return (index * _stride(len(self)) + self.number) % len(self)

    def slice_of(self, index: int) -> int:
        """The slice of work that a request belongs to."""
        return self.rank(index) * SLICES // len(self)

    def shuffled(self, place: int) -> int:
        """The request at a place of the results, which come in an order of their own."""
        return (place * _stride(len(self)) + len(self) // 2) % len(self)

    @property
    def due_at(self) -> float:
        """When processing ends, provided the verdicts are known by then."""
        due = min(self.starts_at + self.duration, self.created_at + EXPIRY_SECONDS)
        return due if self.canceled_at is None else min(due, self.canceled_at + self.cancel_seconds)

    @property
    def last_slice(self) -> int:
        """How many slices are begun at all before a cancel or the expiry."""
        limits = [self._slices_at(self.created_at + EXPIRY_SECONDS)]
        if self.canceled_at is not None:
            limits.append(max(self._slices_at(self.canceled_at), FIRST_SLICES))
        return min(limits)

    @property
    def leftover_code(self) -> int:
        """What becomes of requests that were never begun."""
        return EXPIRED if self.canceled_at is None else CANCELED

    def code(self, index: int) -> int:
        """What became of a request of an ended batch."""
        assert self.verdicts is not None
        return self.verdicts.codes[index] if self.slice_of(index) < self.last_slice else self.leftover_code

    def has_ended(self, now: float) -> bool:
        """Whether results may be asked for."""
        return self.verdicts is not None and now >= self.due_at

    def is_archived(self, now: float) -> bool:
        """Whether the results are gone."""
        return now >= self.created_at + ARCHIVE_SECONDS

    def status(self, now: float) -> str:
        """`in_progress`, `canceling` or `ended`."""
        if self.has_ended(now):
            return "ended"
        return "in_progress" if self.canceled_at is None else "canceling"

    def counts(self, now: float, *, moving: bool) -> dict[str, int]:
        """Requests by what became of them; they leave `processing` at the end, or as they are done when moving."""
        done = Counter[str]()
        if self.verdicts is not None:
            if self.has_ended(now):
                done = self._tally(self.last_slice)
                done[OUTCOMES[self.leftover_code].result] += len(self) - done.total()
            elif moving:
                done = self._tally(min(self._slices_at(now), self.last_slice))
        processing = len(self) - done.total()
        done["errored"] += done.total() - sum(done[name] for name in COUNTED)  # types there is no count for
        return {"processing": processing, **{name: done[name] for name in COUNTED}}

    def rendered(self, now: float, *, base_url: str, moving: bool = False, skew: float = 0.0) -> dict[str, Any]:
        """The batch as JSON."""
        ended, archived = self.has_ended(now), self.is_archived(now)
        has_results = ended and not archived
        return {
            "id": self.id,
            "type": "message_batch",
            "processing_status": self.status(now),
            "request_counts": self.counts(now, moving=moving),
            "created_at": timestamp(self.created_at + skew),
            "expires_at": timestamp(self.created_at + EXPIRY_SECONDS + skew),
            "ended_at": timestamp(self.due_at + skew) if ended else None,
            "cancel_initiated_at": optional_timestamp(None if self.canceled_at is None else self.canceled_at + skew),
            "archived_at": timestamp(self.created_at + ARCHIVE_SECONDS + skew) if archived else None,
            "results_url": f"{base_url}/v1/messages/batches/{self.id}/results" if has_results else None,
        }

    def _slices_at(self, moment: float) -> int:
        """How many slices are begun at that moment."""
        if self.duration <= 0:
            return SLICES
        return max(0, min(SLICES, int((moment - self.starts_at) / self.duration * SLICES)))

    def _tally(self, slices: int) -> Counter[str]:
        tally = Counter[str]()
        for part in self.verdicts.by_slice[:slices] if self.verdicts else ():
            for code, requests in part.items():
                tally[OUTCOMES[code].result] += requests
        return tally


@cache
def _stride(count: int) -> int:
    """A step near the golden section that visits every number below count."""
    step = max(1, round(count * 0.618))
    while gcd(step, count) != 1:
        step += 1
    return step
