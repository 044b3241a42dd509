"""A file that is written in order and durable once closed: results as they arrive."""

import os
from pathlib import Path

from batchtui.workspace import atomic, syscalls
from batchtui.workspace.trouble import reported


class FileSink:
    """Fulfils ports.ByteSink."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with reported("make", path):
            self._fd = atomic.open_new(path)
        self._is_open = True

    def write(self, block: bytes) -> None:
        with reported("write", self._path):
            atomic.write_all(self._fd, block)

    def close(self) -> None:
        """Sync and close; closing twice is harmless."""
        if not self._is_open:
            return
        self._is_open = False
        try:
            with reported("write", self._path):
                syscalls.fsync(self._fd)
        finally:
            os.close(self._fd)
