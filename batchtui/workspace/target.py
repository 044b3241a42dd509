"""Where an export goes: stdout, or a file that is either the old or the whole new one.

Commit point: the rename onto the target. A crash, a failure and a cancel before it leave the old file, if there was
one, and after a crash a hidden partial one beside it.
"""

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
    path = Path(target).resolve()
    if path.is_dir():
        raise BadInput(f"{target} is a folder", next="name a file in it")
    try:
        # A device or a pipe has no content to keep, and must not be replaced by a file.
        with _replaced(path) if path.is_file() or not path.exists() else path.open("wb") as file:
            yield file
    except OSError as error:
        raise BadInput(f"cannot write {target}: {(error.strerror or str(error)).lower()}") from error


def partial_path(target: str, pid: int) -> Path:
    """Where a process gathers an export before it takes the target's place."""
    path = Path(target).resolve()
    return path.with_name(f".{path.name}.{pid}.partial")


@contextmanager
def _replaced(path: Path) -> Iterator[BinaryIO]:
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
