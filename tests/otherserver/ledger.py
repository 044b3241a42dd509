"""The account of what was accepted: every batch in order, and how often each custom_id came."""

import json
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """One accepted batch, answered or not."""

    batch_id: str
    custom_ids: tuple[str, ...]
    attempts: tuple[int, ...]
    """Of each custom_id at the same place: 1 for the first time this server accepted it."""
    at: float
    body_bytes: int
    body_sha256: str
    """Of the body as received; empty for a batch a test put in by hand."""


class Ledger:
    """Lists accepted batches in memory and, if asked, as JSON Lines in a file another process can read."""

    def __init__(self, file: Path | None) -> None:
        self.entries: list[Accepted] = []
        self._file = file
        self._attempts: Counter[str] = Counter()
        self._lock = threading.Lock()
        if file is not None:
            file.touch()

    def count(self, custom_ids: Sequence[str]) -> tuple[int, ...]:
        """Take the next attempt number of each custom_id."""
        with self._lock:
            self._attempts.update(custom_ids)
            return tuple(self._attempts[custom_id] for custom_id in custom_ids)

    def write(self, entry: Accepted) -> None:
        """Add the entry, in the file too, before anybody is told of the batch."""
        with self._lock:
            self.entries.append(entry)
            if self._file is not None:
                with self._file.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(asdict(entry)) + "\n")

    def attempts(self) -> Counter[str]:
        """Count how often each custom_id was accepted."""
        with self._lock:
            return self._attempts.copy()
