"""The custom_ids of a body that comes in blocks, one a line in a file, so that memory does not grow with them."""

import re
from pathlib import Path
from typing import Self

_KEY = b'"custom_id"'
_ID = re.compile(_KEY + rb': ?"([^"]+)"')
_BLOCK_BYTES = 1 << 18
_LONGEST_BYTES = 128
"""Of a key with its custom_id, which two blocks may share."""


class IdsFile:
    """Bytes of a body are put where `room` says; `took` looks through them where they are."""

    def __init__(self, path: Path, *, block_bytes: int = _BLOCK_BYTES) -> None:
        self.path = path
        self.count = 0
        self._buffer = bytearray(_LONGEST_BYTES + block_bytes)
        self._kept = 0
        """Bytes at the begin of the buffer that may belong to a custom_id whose end is still to come."""

    def __enter__(self) -> Self:
        self._file = self.path.open("wb")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def room(self, most: int) -> memoryview:
        """Where the next bytes go, at most so many."""
        return memoryview(self._buffer)[self._kept : self._kept + most]

    def took(self, size: int) -> None:
        """So many bytes were put there."""
        filled = self._kept + size
        found = _ID.findall(self._buffer, 0, filled)
        self._file.writelines(b"%b\n" % custom_id for custom_id in found)
        self.count += len(found)
        start = self._unfinished(filled)
        self._kept = filled - start
        self._buffer[: self._kept] = self._buffer[start:filled]

    def _unfinished(self, filled: int) -> int:
        """Where the last custom_id begins, or what may be a part of its key, when its end is not there."""
        last = self._buffer.rfind(_KEY, 0, filled)
        whole = _ID.match(self._buffer, max(last, 0), filled)
        if last >= 0 and whole is None:
            return last
        return max(whole.end() if whole else 0, filled - len(_KEY) + 1)
