"""A disk that forgets what was not synced: stands in for a power cut.

It watches `workspace.syscalls` and keeps, beside the real files, what would be left of each file and folder.
"""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from batchtui.workspace import syscalls


class Disk:
    """Everything below `root`, as a power cut would leave it.

    Args:
        ignore_sync: the number of the one fsync (from 0) that does nothing; None keeps all.
    """

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, *, ignore_sync: int | None = None) -> None:
        self.root = root
        self.steps: list[str] = []
        self.syncs = 0
        self._ignore_sync = ignore_sync
        self._contents: dict[int, bytes] = {}
        self._entries: dict[int, dict[str, int]] = {}
        self._paths: dict[int, Path] = {}
        self._keep: list[int] = []
        self._remember(root)
        for name, watched in self._watched().items():
            monkeypatch.setattr(syscalls, name, watched)

    def after_power_cut(self) -> dict[str, bytes]:
        """Path below the root -> content, of all files that would still be there."""
        found: dict[str, bytes] = {}
        self._walk(self.root.stat().st_ino, "", found)
        return found

    def restore_into(self, target: Path) -> Path:
        """Write what a power cut would leave to another folder."""
        target.mkdir()
        for name, content in self.after_power_cut().items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return target

    def _walk(self, folder: int, prefix: str, found: dict[str, bytes]) -> None:
        for name, inode in self._entries.get(folder, {}).items():
            if inode in self._entries:
                self._walk(inode, f"{prefix}{name}/", found)
            else:
                found[prefix + name] = self._contents.get(inode, b"")

    def _remember(self, folder: Path) -> None:
        """What is there at the start counts as durable."""
        entries: dict[str, int] = {}
        for path in folder.iterdir():
            inode = path.stat().st_ino
            entries[path.name] = inode
            if path.is_dir():
                self._remember(path)
            else:
                self._contents[inode] = path.read_bytes()
        self._entries[folder.stat().st_ino] = entries

    def _watched(self) -> dict[str, Callable[..., object]]:
        plain = ("write", "truncate", "replace", "set_mode")
        return {
            **{name: self._noting(getattr(syscalls, name)) for name in plain},
            "open_file": self._open_file,
            "make_folder": self._make_folder,
            "fsync": self._fsync,
            "remove": self._remove,
        }

    def _noting(self, call: Callable[..., object]) -> Callable[..., object]:
        def noted(*arguments: object) -> object:
            self.steps.append(call.__name__)
            return call(*arguments)

        return noted

    def _open_file(self, path: Path, flags: int, mode: int = 0o600) -> int:
        self.steps.append("open_file")
        fd = os.open(path, flags | os.O_CLOEXEC, mode)
        self._paths[fd] = path
        self._hold(path)
        return fd

    def _make_folder(self, path: Path, mode: int = 0o700) -> None:
        self.steps.append("make_folder")
        path.mkdir(mode)
        self._entries[path.stat().st_ino] = {}
        self._hold(path)

    def _remove(self, path: Path) -> None:
        self.steps.append("remove")
        path.unlink()

    def _fsync(self, fd: int) -> None:
        number, self.syncs = self.syncs, self.syncs + 1
        self.steps.append("fsync")
        if number == self._ignore_sync:
            return
        about = os.fstat(fd)
        if stat.S_ISDIR(about.st_mode):
            self._entries[about.st_ino] = {entry.name: entry.inode() for entry in os.scandir(self._paths[fd])}
        else:
            self._contents[about.st_ino] = os.pread(fd, about.st_size, 0)

    def _hold(self, path: Path) -> None:
        """Keep the inode from being given to another file. Opened anew: a copy would keep locks alive."""
        self._keep.append(os.open(path, os.O_RDONLY))

    def close(self) -> None:
        for fd in self._keep:
            os.close(fd)
