"""One batch and how it changes with the time that passes."""

import random
from dataclasses import dataclass, field

from .judge import JsonObject

DAY = 24 * 3600.0
RESULTS_KEPT = 29 * DAY
KINDS = {"succeeded": b"s", "errored": b"e", "canceled": b"c", "expired": b"x"}


@dataclass(kw_only=True)
class Batch:
    """The outcomes are known from the start, in the order they come true; the clock says how many have."""

    id: str
    number: int
    created: float
    takes: float
    cancel_takes: float
    custom_ids: tuple[str, ...]
    outcomes: list[JsonObject]
    moves: bool
    """Whether the counts move before the batch has ended."""
    cancel_initiated: float | None = None
    kept: int | None = None
    """How many outcomes a cancel leaves standing; the rest are canceled."""
    kinds: bytes = field(init=False)

    def __post_init__(self) -> None:
        # A kind nobody documented is tallied as errored: the counts have no place for it and must add up.
        self.kinds = b"".join(KINDS.get(outcome["type"], b"e") for outcome in self.outcomes)

    @property
    def ends(self) -> float:
        """The moment processing has ended, or will."""
        natural = self.created + self.takes
        if self.cancel_initiated is None:
            return natural
        return min(natural, self.cancel_initiated + self.cancel_takes)

    def status(self, now: float) -> str:
        """Tell the processing_status."""
        if now >= self.ends:
            return "ended"
        return "in_progress" if self.cancel_initiated is None else "canceling"

    def is_archived(self, now: float) -> bool:
        """Say whether the results are gone."""
        return now >= self.created + RESULTS_KEPT

    def cancel(self, now: float) -> None:
        """Begin to cancel; one request in flight still finishes."""
        if self.cancel_initiated is None:
            self.kept = min(len(self.kinds), self._came_true(now) + 1)
            self.cancel_initiated = now

    def finish(self, now: float) -> None:
        """End the batch now, if it has not."""
        self.takes = min(self.takes, max(0.0, now - self.created))

    def counts(self, now: float) -> dict[str, int]:
        """Tally the requests by what became of them."""
        total = len(self.kinds)
        if self.status(now) == "ended":
            done = total if self.kept is None else self.kept
            tally = self._tally(done)
            tally["canceled"] += total - done
            return tally | {"processing": 0}
        done = self._came_true(now) if self.moves else 0
        return self._tally(done) | {"processing": total - done}

    def results(self, order: random.Random) -> list[JsonObject]:
        """Give every result of the ended batch, in an order that differs at each call."""
        kept = len(self.outcomes) if self.kept is None else self.kept
        rows = [
            {"result": outcome if place < kept else {"type": "canceled"}, "lane": place % 5, "custom_id": custom_id}
            for place, (custom_id, outcome) in enumerate(zip(self.custom_ids, self.outcomes, strict=True))
        ]
        order.shuffle(rows)
        return rows

    def _came_true(self, now: float) -> int:
        """Count the outcomes reached; never all of them before the end."""
        if self.kept is not None:
            return min(self.kept, len(self.kinds) - 1)
        share = (now - self.created) / self.takes if self.takes else 1.0
        return max(0, min(len(self.kinds) - 1, int(share * len(self.kinds))))

    def _tally(self, done: int) -> dict[str, int]:
        return {kind: self.kinds.count(letter, 0, done) for kind, letter in KINDS.items()}
