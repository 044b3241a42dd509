"""The writing half of a journal: whole lines at its end, synced, or nothing at all. Called under the lock."""

import os
from contextlib import suppress
from pathlib import Path

from batchtui.workspace import atomic, syscalls


def append_lines(path: Path, data: bytes, *, end: int, torn: Path) -> None:
    """Append and sync. Commit point: the fsync; a crash before it leaves a torn tail or lines nobody acted upon.

    Args:
        end: where the last whole line ends; what lies beyond was never finished, and is put aside first.
        torn: the file for such bytes.
    """
    # Made only for the first line: a journal that had lines and is gone must not begin anew.
    fd = _open(path, may_create=end == 0)
    try:
        if end == 0:
            # Before the first line, not after: a journal with lines then always has a durable entry in its folder.
            atomic.sync_folder(path.parent)
        put_torn_aside(fd, end=end, torn=torn)
        _append_or_undo(fd, data, end=end)
    finally:
        os.close(fd)


def put_torn_aside(fd: int, *, end: int, torn: Path) -> None:
    """Copy what follows the last whole line into `torn`, durably, then cut it off."""
    size = os.fstat(fd).st_size
    if size <= end:
        return
    aside = _open(torn, may_create=True)
    try:
        atomic.write_all(aside, os.pread(fd, size - end, end) + b"\n")
        syscalls.fsync(aside)
    finally:
        os.close(aside)
    atomic.sync_folder(torn.parent)
    syscalls.truncate(fd, end)


def _open(path: Path, *, may_create: bool) -> int:
    fd = syscalls.open_file(path, os.O_RDWR | os.O_APPEND | (os.O_CREAT if may_create else 0), atomic.FILE_MODE)
    if may_create:
        syscalls.set_mode(fd, atomic.FILE_MODE)
    return fd


def _append_or_undo(fd: int, data: bytes, *, end: int) -> None:
    try:
        atomic.write_all(fd, data)
        syscalls.fsync(fd)
    except BaseException:
        with suppress(OSError):
            syscalls.truncate(fd, end)
            syscalls.fsync(fd)
        raise
