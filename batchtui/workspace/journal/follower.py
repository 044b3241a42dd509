"""Follows one append-only file up to its last whole line, and notices when it is another file than before."""

import os
from pathlib import Path
from typing import NamedTuple, Self

import msgspec

from batchtui.workspace.descriptor import Descriptor

ANCHOR_BYTES = 64


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """How far a file has been read."""

    offset: int = 0
    lines: int = 0
    anchor: bytes = b""
    """The last bytes before the offset: a file that has others there was cut or rewritten."""

    def after(self, data: bytes) -> Self:
        """The place once these whole lines are read as well."""
        return msgspec.structs.replace(
            self,
            offset=self.offset + len(data),
            lines=self.lines + data.count(b"\n"),
            anchor=(self.anchor + data[-ANCHOR_BYTES:])[-ANCHOR_BYTES:],
        )


class Fresh(NamedTuple):
    """Whole lines not read before; all there are, when the file was replaced."""

    data: bytes
    first_line: int
    is_replaced: bool
    rest: bytes = b""
    """Lines of the file before that were not read when it was replaced."""


class Follower:
    """Reads on from where it stopped. Keeps the file open, so that its inode can't be given to another one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.place = Place()
        self._file: Descriptor | None = None

    def read(self) -> Fresh:
        """What is new; nothing while the file was never there. Raises FileNotFoundError when it vanished."""
        is_replaced, rest = self._is_another_file(), b""
        if is_replaced:
            rest = self._rest()
            self.restart()
        if self._file is None and not self._open():
            return Fresh(b"", 1, is_replaced, rest)
        data = self._whole_lines()
        first_line = self.place.lines + 1
        self.place = self.place.after(data)
        return Fresh(data, first_line, is_replaced, rest)

    def skip(self, data: bytes) -> None:
        """Take lines as read that this process has just written at the end."""
        if self._file is None:
            self._open()
        self.place = self.place.after(data)

    def restart(self) -> None:
        """Forget what was read; the next read begins at the top."""
        self.place = Place()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> bool:
        try:
            self._file = Descriptor(os.open(self.path, os.O_RDONLY | os.O_CLOEXEC))
        except FileNotFoundError:
            return False
        return True

    def _is_another_file(self) -> bool:
        if self._file is None:
            return False
        there, ours = self.path.stat(), os.fstat(self._file.fd)
        if (there.st_ino, there.st_dev) != (ours.st_ino, ours.st_dev) or there.st_size < self.place.offset:
            return True
        anchor = self.place.anchor
        return os.pread(self._file.fd, len(anchor), self.place.offset - len(anchor)) != anchor

    def _rest(self) -> bytes:
        """What was appended to our file before another one took its name; nothing of one that was cut."""
        assert self._file is not None
        anchor = self.place.anchor
        is_ours = os.pread(self._file.fd, len(anchor), self.place.offset - len(anchor)) == anchor
        return self._whole_lines() if is_ours else b""

    def _whole_lines(self) -> bytes:
        assert self._file is not None
        wanted = os.fstat(self._file.fd).st_size - self.place.offset
        blocks: list[bytes] = []  # nearly always one, which is taken as it is
        while wanted > 0 and (block := os.pread(self._file.fd, wanted, self.place.offset + sum(map(len, blocks)))):
            blocks.append(block)
            wanted -= len(block)
        data = blocks[0] if len(blocks) == 1 else b"".join(blocks)
        return data[: data.rfind(b"\n") + 1]
