"""Whose unfinished files are whose: each process marks its own with a token, held by a lock that ends with it."""

import os
import re
from contextlib import suppress
from pathlib import Path

from batchtui.workspace import atomic, layout, syscalls
from batchtui.workspace.descriptor import Descriptor
from batchtui.workspace.lock import short_lock, take

_NAME = re.compile(r"(\A|\.)(?P<token>[0-9a-f]{8})-[0-9]+(\.|\Z)")


class Owner:
    """This process's claim on its unfinished files; takes it when the first one is made."""

    def __init__(self, root: Path) -> None:
        self._folder = layout.staging(root)
        self._token = os.urandom(4).hex()
        self._lock: Descriptor | None = None
        self._made = 0

    def new_name(self) -> str:
        """A name no other file has, such as `3fa9c01b-2`; it tells that this process is its owner."""
        if self._lock is None:
            self._claim()
        self._made += 1
        return f"{self._token}-{self._made}"

    def release(self) -> bool:
        """Give the claim up at the end; whether there was one. What is still unfinished is nobody's from now on."""
        if self._lock is None:
            return False
        with suppress(FileNotFoundError):
            syscalls.remove(_lock_path(self._folder, self._token))
        self._lock.close()
        self._lock = None
        return True

    @property
    def token(self) -> str:
        return self._token

    def _claim(self) -> None:
        atomic.make_folder(self._folder)
        with short_lock(_gate(self._folder)):
            fd = take(_lock_path(self._folder, self._token))
            self._lock = None if fd is None else Descriptor(fd)


def token_of(name: str) -> str | None:
    """The owner's token in the name of an unfinished file; None for any other file."""
    match = _NAME.search(name)
    return match["token"] if match else None


def live_tokens(root: Path) -> frozenset[str]:
    """The owners that still run; the locks of dead ones are removed."""
    folder = layout.staging(root)
    if not folder.is_dir():
        return frozenset()
    # The gate keeps out an owner whose lock file is made but not locked yet.
    with short_lock(_gate(folder)):
        return frozenset(path.stem for path in folder.glob("*.owner") if not _is_dead(path))


def _is_dead(path: Path) -> bool:
    fd = take(path)
    if fd is None:
        return False
    syscalls.remove(path)
    os.close(fd)
    return True


def _lock_path(folder: Path, token: str) -> Path:
    return folder / f"{token}.owner"


def _gate(folder: Path) -> Path:
    return folder / "gate.lock"
