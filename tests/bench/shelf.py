"""The batches the bench's server keeps: custom_ids and results on disk, a few words about each in memory."""

import itertools
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.data import BRIEF, ERRORED, SUCCEEDED


@dataclass
class StoredBatch:
    """One batch; `ids` is None for one that only has to be listed."""

    id: str
    requests: int
    ids: Path | None
    created_at: datetime
    ended_at: datetime | None = None
    errored: int = 0

    def counts(self) -> dict[str, int]:
        """All in processing until it has ended, as the API does it."""
        is_over = self.ended_at is not None
        return {
            "processing": 0 if is_over else self.requests,
            "succeeded": self.requests - self.errored if is_over else 0,
            "errored": self.errored,
            "canceled": 0,
            "expired": 0,
        }


class Shelf:
    """Everything that was sent."""

    def __init__(self, folder: Path) -> None:
        self.batches: dict[str, StoredBatch] = {}
        self._folder = folder
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def new_ids(self) -> Path:
        with self._lock:
            return self._folder / f"{next(self._numbers):06d}.ids"

    def add(self, *, requests: int, ids: Path | None) -> StoredBatch:
        """Accept a batch."""
        with self._lock:
            name = f"msgbatch_bench{len(self.batches) + 1:019d}"
            batch = StoredBatch(name, requests, ids, datetime.now(UTC))
            self.batches[batch.id] = batch
            return batch

    def results_path(self, batch_id: str) -> Path:
        return self._folder / f"{batch_id}.jsonl"

    def end_all(self, *, errors_every: int, is_brief: bool) -> int:
        """End what is open, with results made from the ids that were sent; how many batches.

        Args:
            errors_every: one in so many is overloaded; 0 for none.
            is_brief: answers of a word instead of a few sentences.
        """
        opened = [batch for batch in self.batches.values() if batch.ended_at is None]
        succeeded = BRIEF if is_brief else SUCCEEDED
        for batch in opened:
            if batch.ids is not None:
                batch.errored = self._write_results(batch, batch.ids, errors_every, succeeded)
            batch.ended_at = datetime.now(UTC)
        return len(opened)

    def _write_results(self, batch: StoredBatch, ids: Path, errors_every: int, succeeded: bytes) -> int:
        errored = 0
        with ids.open("rb") as lines, self.results_path(batch.id).open("wb") as file:
            for number, identity in enumerate(map(bytes.rstrip, lines), 1):
                is_bad = errors_every > 0 and number % errors_every == 0
                errored += is_bad
                file.write((ERRORED if is_bad else succeeded) % (identity, identity))
        ids.unlink()
        batch.ids = None
        return errored
