"""Where an export goes: stdout, or a file that is either the old or the whole new one.

Commit point: the rename onto the target. A crash, a failure and a cancel before it leave the old file, if there was
one, and nothing else; where the system knows no files without a name, a kill leaves a hidden partial one, which the
next export to the same target removes.
"""

import glob
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from batchtui.domain.failures import BadInput
from batchtui.workspace import atomic, syscalls

STDOUT = "-"


@contextmanager
def opened(target: str) -> Iterator[BinaryIO]:
    """The file to write into; it takes the target's place when the block ends well."""
    if target == STDOUT:
        yield sys.stdout.buffer
        return
    try:
        path = Path(target).resolve()
        if path.is_dir():
            raise BadInput(f"{target} is a folder", next="name a file in it")
        # A device or a pipe has no content to keep, and must not be replaced by a file.
        with _replaced(path) if path.is_file() or not path.exists() else path.open("wb") as file:
            yield file
    except (OSError, RuntimeError) as error:
        raise _unwritable(target, error) from error


def _unwritable(target: str, error: OSError | RuntimeError) -> BadInput:
    """A link that leads to itself is no error of the system in Python 3.11."""
    why = (error.strerror or str(error)).lower() if isinstance(error, OSError) else "a link leads in a circle"
    return BadInput(f"cannot write {target}: {why}", next="name another file with -o")


def partial_path(target: str, pid: int) -> Path:
    """Where a process gathers an export before it takes the target's place."""
    path = Path(target).resolve()
    return path.with_name(f".{path.name}.{pid}.partial")


@contextmanager
def _replaced(path: Path) -> Iterator[BinaryIO]:
    _sweep(path)
    nameless = _open_nameless(path.parent)
    if nameless is None:
        with _replaced_by_name(path) as file:
            yield file
        return
    with os.fdopen(nameless, "wb") as file:
        yield file
        file.flush()
        syscalls.fsync(file.fileno())
        _give_name(file.fileno(), path)
    atomic.sync_folder(path.parent)


def _open_nameless(folder: Path) -> int | None:
    """A file without a name, which is gone with its process whatever ends that; None where there are none."""
    if not Path("/proc/self/fd").is_dir():
        return None  # it could not be given a name
    try:
        return syscalls.open_file(folder, os.O_WRONLY | os.O_TMPFILE, atomic.FILE_MODE)
    except (AttributeError, OSError):  # not Linux, or a filesystem that has none: the next step says what is wrong
        return None


def _give_name(descriptor: int, path: Path) -> None:
    """Put the finished file in the target's place: a name beside it first, since a link replaces nothing."""
    temporary = partial_path(str(path), os.getpid())
    with suppress(FileNotFoundError):
        temporary.unlink()
    # Only with the descriptor of a folder does Python make the call that follows the link to the file itself.
    folder = syscalls.open_file(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.link(f"/proc/self/fd/{descriptor}", temporary.name, dst_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)
    try:
        syscalls.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


@contextmanager
def _replaced_by_name(path: Path) -> Iterator[BinaryIO]:
    temporary = partial_path(str(path), os.getpid())
    with suppress(FileNotFoundError):
        temporary.unlink()
    try:
        with atomic.create(temporary) as file:
            yield file
            file.flush()
            syscalls.fsync(file.fileno())
        syscalls.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    atomic.sync_folder(path.parent)


def _sweep(path: Path) -> None:
    """Remove what exports to the same target left that were killed."""
    with suppress(OSError):
        for left in path.parent.glob(f".{glob.escape(path.name)}.*.partial"):
            pid = left.name.removesuffix(".partial").rpartition(".")[2]
            if pid.isdecimal() and not _is_alive(int(pid)):
                left.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
