"""The system calls that change the disk, and nothing else.

Everything durable in the workspace passes here through the module (`syscalls.fsync(fd)`), so that a test can
trace every step, stop the process between two of them, or forget what was never synced.
"""

import fcntl
import os
from pathlib import Path

_FULL_SYNC: int | None = getattr(fcntl, "F_FULLFSYNC", None)
"""macOS: plain fsync leaves data in the drive's cache."""


def open_file(path: Path, flags: int, mode: int = 0o600) -> int:
    """Open a file; children never inherit it, since an inherited descriptor keeps a lock alive."""
    return os.open(path, flags | os.O_CLOEXEC, mode)


def make_folder(path: Path, mode: int = 0o700) -> None:
    path.mkdir(mode)


def set_mode(fd: int, mode: int) -> None:
    os.fchmod(fd, mode)


def write(fd: int, data: bytes | memoryview) -> int:
    return os.write(fd, data)


def truncate(fd: int, length: int) -> None:
    os.ftruncate(fd, length)


def fsync(fd: int) -> None:
    """Return only when the file's data, or a folder's entries, would survive a power cut."""
    if _FULL_SYNC is not None:
        fcntl.fcntl(fd, _FULL_SYNC)
    else:
        os.fsync(fd)


def replace(source: Path, target: Path) -> None:
    """Rename; a file in the way is replaced, a folder that holds something is not."""
    source.replace(target)


def remove(path: Path) -> None:
    path.unlink()


def remove_tree(path: Path) -> None:
    """A folder with all that is in it."""
    import shutil  # it brings every compressor along, and commands that only look remove nothing

    shutil.rmtree(path)
