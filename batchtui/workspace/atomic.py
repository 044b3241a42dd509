"""Files that are either the old or the new one, private to the user, and there after a power cut.

The only place that makes files and folders in a workspace: 0600 and 0700 whatever the umask.
"""

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from batchtui.workspace import syscalls

FILE_MODE = 0o600
FOLDER_MODE = 0o700
TEMPORARY_SUFFIX = ".tmp"

_NO_FOLDER_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EACCES})
"""Some filesystems cannot sync a folder, and a parent may be closed to us; there is nothing more to do then."""


def write_file(path: Path, data: bytes, *, is_durable: bool = True) -> None:
    """Put `data` at `path`. Commit point: the rename; a crash before it leaves the old file and a `.tmp`.

    Args:
        is_durable: False for what may be lost in a power cut; readers must then bear an empty file.
    """
    temporary = path.with_name(f"{path.name}.{os.urandom(4).hex()}{TEMPORARY_SUFFIX}")
    try:
        _write_new(temporary, data, is_durable=is_durable)
        syscalls.replace(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            syscalls.remove(temporary)
        raise
    if is_durable:
        sync_folder(path.parent)


def create(path: Path) -> BinaryIO:
    """A new private file to write a stream into; whoever publishes it syncs it. Raises FileExistsError."""
    return os.fdopen(open_new(path), "wb")


def open_new(path: Path) -> int:
    """The descriptor of a new private file, for reading and writing."""
    fd = syscalls.open_file(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE_MODE)
    syscalls.set_mode(fd, FILE_MODE)
    return fd


def write_all(fd: int, data: bytes) -> None:
    """Write every byte, however many calls that takes."""
    rest = memoryview(data)
    while rest:
        written = syscalls.write(fd, rest)
        if not written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        rest = rest[written:]


def publish(temporary: Path, target: Path) -> None:
    """Sync a finished file and rename it into place; the caller syncs the folder, once for several files."""
    sync_file(temporary)
    syscalls.replace(temporary, target)


def sync_file(path: Path) -> None:
    """Make the data of a file durable, whoever wrote it."""
    fd = syscalls.open_file(path, os.O_RDONLY)
    try:
        syscalls.fsync(fd)
    finally:
        os.close(fd)


def sync_folder(path: Path) -> None:
    """Make the entries of a folder durable: files made in it, renamed into it, removed from it."""
    try:
        fd = syscalls.open_file(path, os.O_RDONLY | os.O_DIRECTORY)
    except PermissionError:
        return
    try:
        syscalls.fsync(fd)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(fd)


def make_folder(path: Path) -> None:
    """A private folder whose entry is durable, also when a crash came between making and syncing it before."""
    try:
        syscalls.make_folder(path, FOLDER_MODE)
        path.chmod(FOLDER_MODE)
    except FileExistsError:
        if not path.is_dir():
            raise
    sync_folder(path.parent)


def make_folders(path: Path) -> None:
    """A private folder with those above it that are missing."""
    for folder in reversed((path, *path.parents)):
        if folder == path or not folder.is_dir():
            make_folder(folder)


def _write_new(path: Path, data: bytes, *, is_durable: bool) -> None:
    fd = open_new(path)
    try:
        write_all(fd, data)
        if is_durable:
            syscalls.fsync(fd)
    finally:
        os.close(fd)
