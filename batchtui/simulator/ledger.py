"""The ledger: everything the service accepted, in order, on disk before it is answered."""

import json
from pathlib import Path
from typing import Any


class Ledger:
    """Accepted calls; also appended to a file, if there is one, as JSON Lines."""

    def __init__(self, path: Path | None) -> None:
        self._file = path.open("a", encoding="utf-8") if path else None
        self.batches: list[dict[str, Any]] = []
        """Accepted batches, without their custom_ids."""

    def created(self, entry: dict[str, Any], custom_ids: list[str]) -> None:
        """Record an accepted batch."""
        self.batches.append(entry)
        self._write({"event": "create", **entry, "custom_ids": custom_ids})

    def recorded(self, event: str, batch_id: str, created_at: str) -> None:
        """Record a cancel or a delete."""
        self._write({"event": event, "id": batch_id, "at": created_at})

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()

    def _write(self, entry: dict[str, Any]) -> None:
        if self._file:
            self._file.write(json.dumps(entry, separators=(",", ":")) + "\n")
            self._file.flush()
