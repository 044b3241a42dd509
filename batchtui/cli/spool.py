"""stdin in a private file: gone when it is no longer needed, or, after a kill, with the next process that reads one."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from batchtui.domain.failures import BadInput
from batchtui.workspace.lock import take

_PREFIX = "batchtui-stdin-"
_OWNER = "owner"
"""Locked for as long as the process lives that the folder belongs to."""


@contextmanager
def spooled() -> Iterator[Path]:
    """stdin, read to its end.

    Raises:
        BadInput: it cannot be kept.
    """
    _sweep(Path(tempfile.gettempdir()))
    folder, lock = _make_folder()
    try:
        yield _read_into(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _make_folder() -> tuple[Path, int]:
    """A folder with its lock held."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        with suppress(FileNotFoundError):
            lock = take(folder / _OWNER)
            if lock is not None:
                return folder, lock
        # Another process swept it before it was locked.


def _sweep(parent: Path) -> None:
    """Remove what killed processes left; somebody else's cannot be opened, and stays."""
    for owner in parent.glob(f"{_PREFIX}*/{_OWNER}"):
        try:
            lock = take(owner)
        except OSError:
            continue
        if lock is not None:
            shutil.rmtree(owner.parent, ignore_errors=True)
            os.close(lock)


def _read_into(folder: Path) -> Path:
    path = folder / "stdin.jsonl"
    path.touch(mode=0o600)
    try:
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file, 1 << 20)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise BadInput(f"stdin could not be kept in {folder}: {why}", next="name the file, or set TMPDIR") from error
    return path
