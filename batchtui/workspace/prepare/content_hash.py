"""The hash by which the same requests are known again, whatever files and chunks they are in."""

import hashlib
from collections.abc import Sequence

from batchtui.workspace.background import Beside

_HASHED_AT_BYTES = 1 << 20


class ContentHash:
    """Of all request lines joined by new lines; takes them in order."""

    def __init__(self, beside: Beside) -> None:
        self._sha256 = hashlib.sha256()
        self._beside = beside
        self._between = b""
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0

    def add(self, lines: Sequence[bytes], size_bytes: int) -> None:
        """Take some lines, which have so many bytes together."""
        self._waiting += lines
        self._waiting_bytes += size_bytes
        if self._waiting_bytes > _HASHED_AT_BYTES:
            self.close()

    def close(self) -> None:
        """Queue what waits; the hash is whole once the queue is done."""
        lines, self._waiting, self._waiting_bytes = self._waiting, [], 0
        if lines:
            between, self._between = self._between, b"\n"
            self._beside(lambda: self._sha256.update(between + b"\n".join(lines)))

    def hexdigest(self) -> str:
        return self._sha256.hexdigest()
