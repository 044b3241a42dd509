"""Locks that the system lets go of when their holder dies: one held for life, one held for milliseconds."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.workspace import atomic, layout, syscalls
from batchtui.workspace.descriptor import Descriptor
from batchtui.workspace.trouble import reported

PATIENCE_SECONDS = 10.0
_FIRST_WAIT_SECONDS = 0.0005
_LONGEST_WAIT_SECONDS = 0.02


def take(path: Path) -> int | None:
    """Take a lock file if it is free, without waiting; the descriptor holds it until it is closed."""
    while True:
        fd = syscalls.open_file(path, os.O_RDWR | os.O_CREAT, atomic.FILE_MODE)
        try:
            syscalls.set_mode(fd, atomic.FILE_MODE)
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return None
        except BaseException:
            os.close(fd)
            raise
        if is_file_at(path, fd):
            return fd
        os.close(fd)  # removed between open and flock: such a lock keeps nobody out


def is_file_at(path: Path, fd: int) -> bool:
    """Whether the open file is still the one at that path."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    ours = os.fstat(fd)
    return (there.st_ino, there.st_dev) == (ours.st_ino, ours.st_dev)


@contextmanager
def short_lock(path: Path, *, patience_seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold a lock for a moment. Waits, but not for ever: its holder may be a stopped process (ctrl+z)."""
    fd = _wait_for(path, patience_seconds)
    try:
        yield
    finally:
        os.close(fd)


def _wait_for(path: Path, patience_seconds: float) -> int:
    give_up_at = time.monotonic() + patience_seconds
    wait_seconds = _FIRST_WAIT_SECONDS
    while True:
        with reported("lock", path):
            fd = take(path)
        if fd is not None:
            return fd
        if time.monotonic() >= give_up_at:
            raise WorkspaceDamaged(
                f"another process has held {path} for {patience_seconds:.0f} seconds",
                next="look for a stopped batchtui (`jobs`, `ps`), then continue or end it",
            )
        time.sleep(wait_seconds)
        wait_seconds = min(wait_seconds * 2, _LONGEST_WAIT_SECONDS)


class EngineLock:
    """`engine.lock`: whoever holds it is the one process that polls and sends. Fulfils ports.Leadership."""

    def __init__(self, root: Path) -> None:
        self._path = layout.engine_lock(root)
        self._file: Descriptor | None = None

    def try_acquire(self) -> bool:
        """Become the leader if nobody is; also True when this process already is."""
        if self.is_held():
            return True
        self.release()
        with reported("lock", self._path):
            fd = take(self._path)
            if fd is None:
                return False
            self._file = Descriptor(fd)
            syscalls.truncate(fd, 0)
            atomic.write_all(fd, f"{os.getpid()}\n".encode())
        return True

    def is_held(self) -> bool:
        """Whether this process leads; no longer when the lock file was removed, since another may lead then."""
        return self._file is not None and is_file_at(self._path, self._file.fd)

    def holder(self) -> str | None:
        if self.is_held():
            return f"pid {os.getpid()}"
        try:
            fd = syscalls.open_file(self._path, os.O_RDONLY)
        except OSError:
            return None
        try:
            return _holder_of(fd)
        finally:
            os.close(fd)

    def is_stopped(self) -> bool:
        kind, _, pid = (self.holder() or "").partition(" ")
        return kind == "pid" and _is_stopped(pid)

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _holder_of(fd: int) -> str | None:
    """Who holds the lock of this open file; the probe lets go at once and never waits."""
    with suppress(BlockingIOError):
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    pid = os.pread(fd, 32, 0).decode("ascii", "replace").strip()
    return f"pid {pid}" if pid.isdigit() else "another process"


def _is_stopped(pid: str) -> bool:
    """By what the system says of it, where it says that in /proc; T is stopped, t is under a debugger."""
    try:
        words = Path("/proc", pid, "stat").read_text(errors="replace")
    except OSError:
        return False
    return words.rpartition(")")[2].split()[:1] in (["T"], ["t"])
