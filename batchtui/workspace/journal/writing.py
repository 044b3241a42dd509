"""The writing half of a journal: lines at its end or a file in its place, synced, or nothing. Called under the lock."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from batchtui.domain.records import Record
from batchtui.workspace import atomic, syscalls
from batchtui.workspace.journal import record_lines
from batchtui.workspace.journal.record_lines import Header


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


def write_generation(path: Path, records: Sequence[Record], *, position: int, end: int, torn: Path) -> None:
    """Replace the journal by these records; its header keeps how many there have been, so positions go on.

    Args:
        position: how many records have been written over all generations.
        end: where the last whole line ends; a torn tail beyond is put aside as before any append.
    """
    fd = syscalls.open_file(path, os.O_RDWR)
    try:
        put_torn_aside(fd, end=end, torn=torn)
    finally:
        os.close(fd)
    header = Header(position=position, records=len(records))
    atomic.write_file(path, record_lines.encode_header(header) + record_lines.encode(records))
