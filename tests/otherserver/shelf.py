"""All batches of the server, newest first: accepting, finding, paging, deleting."""

import hashlib
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from .batch import Batch
from .judge import JsonObject, Judge
from .ledger import Accepted, Ledger


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How batches move: their longest duration, the share of it a cancel takes, and whether counts move early."""

    seconds: float
    cancel_share: float = 0.4
    counts_move: bool = True


class Shelf:
    """Holds the batches behind one lock; times are wall-clock seconds."""

    def __init__(self, *, judge: Judge, pace: Pace, ledger: Ledger, seed: int) -> None:
        self.judge = judge
        self.pace = pace
        self.ledger = ledger
        self._seed = seed
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._made = 0
        self._batches: list[Batch] = []

    def accept(self, requests: Sequence[JsonObject], *, body: bytes = b"", age_seconds: float = 0.0) -> Batch:
        """Make a batch of checked requests and write it in the ledger."""
        digest = hashlib.sha256(body).hexdigest() if body else ""
        attempts = self.ledger.count([request["custom_id"] for request in requests])
        judged = [
            (request["custom_id"], self.judge(request["custom_id"], request["params"], attempt))
            for request, attempt in zip(requests, attempts, strict=True)
        ]
        with self._lock:
            batch = self._new_batch(judged, created=time.time() - age_seconds)
            self.ledger.write(
                Accepted(
                    batch_id=batch.id,
                    custom_ids=tuple(request["custom_id"] for request in requests),
                    attempts=attempts,
                    at=batch.created,
                    body_bytes=len(body),
                    body_sha256=digest,
                )
            )
            self._batches.append(batch)
            self._batches.sort(key=lambda one: (-one.created, -one.number))
        return batch

    def find(self, batch_id: str) -> Batch | None:
        """Look a batch up by its full id."""
        with self._lock:
            return next((batch for batch in self._batches if batch.id == batch_id), None)

    def remove(self, batch: Batch) -> None:
        """Forget a batch; the ledger keeps it."""
        with self._lock:
            self._batches.remove(batch)

    def newest_first(self) -> list[Batch]:
        """List every batch."""
        with self._lock:
            return list(self._batches)

    def shuffler(self) -> random.Random:
        """Give a source of disorder that follows from the seed."""
        with self._lock:
            return random.Random(self._random.random())

    def _new_batch(self, judged: list[tuple[str, JsonObject]], *, created: float) -> Batch:
        self._made += 1
        self._random.shuffle(judged)
        takes = self.pace.seconds * self._random.uniform(0.6, 1.0)  # so that a later batch can overtake
        return Batch(
            id=batch_id(self._seed, self._made),
            number=self._made,
            created=created,
            takes=takes,
            cancel_takes=self.pace.seconds * self.pace.cancel_share,
            custom_ids=tuple(custom_id for custom_id, _ in judged),
            outcomes=[outcome for _, outcome in judged],
            moves=self.pace.counts_move,
        )


def batch_id(seed: int, number: int) -> str:
    """Make an id that does not sort by age and looks like nobody else's: `msgbatch_1f0c-99ab-04d2`."""
    word = hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()[:12]
    return "msgbatch_" + "-".join((word[:4], word[4:8], word[8:]))
