"""Writes one body file with its index, a member at a time, so that memory does not grow with the chunk."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib

from batchtui.domain.run import ChunkPlan
from batchtui.workspace import atomic, syscalls
from batchtui.workspace.background import Beside
from batchtui.workspace.bodies import index
from batchtui.workspace.bodies.body import BETWEEN, GZIP_WBITS, HEAD, MEMBER_BYTES, TAIL, body_bytes

_LEVEL = 1
"""igzip's levels 1 to 3 differ by a percent in size; 0 saves no time."""


class BodyWriter:
    """Takes request lines in order; compresses, hashes and writes them beside the caller.

    The files are durable once the background has done what `close` queued; a crash before leaves them cut, in a
    folder that nothing refers to.
    """

    def __init__(self, label: str, body: Path, index_path: Path, *, beside: Beside) -> None:
        self.label = label
        self.requests = 0
        self._line_bytes = 0
        self._beside = beside
        self._pending = _Pending(0)
        self._is_begun = False
        self._stored = _Stored(body, index_path)

    def add_all(self, file: int, numbers: Sequence[int], lines: Sequence[bytes], custom_ids: Sequence[str]) -> None:
        """Append some requests of one file; at once where the member being gathered has room for all."""
        pending = self._pending
        line_bytes = sum(map(len, lines))
        size = pending.bytes + line_bytes + len(BETWEEN) * len(lines)
        if not pending.lines or pending.file != file or size > MEMBER_BYTES:
            for number, line, custom_id in zip(numbers, lines, custom_ids, strict=True):
                self.add(line, custom_id, file, number)
            return
        pending.lines += lines
        pending.ids += custom_ids
        pending.numbers += numbers
        pending.bytes = size
        self.requests += len(lines)
        self._line_bytes += line_bytes

    def add(self, line: bytes, custom_id: str, file: int, number: int) -> None:
        """Append one request; `file` and `number` say which input line it came from."""
        pending = self._pending
        if pending.lines and (pending.bytes + len(line) > MEMBER_BYTES or pending.file != file):
            self._flush(BETWEEN)
            pending = self._pending
        pending.file = file
        pending.lines.append(line)
        pending.ids.append(custom_id)
        pending.numbers.append(number)
        pending.bytes += len(line) + len(BETWEEN)
        self.requests += 1
        self._line_bytes += len(line)

    def close(self) -> None:
        """Write what is left, and the index."""
        self._flush(TAIL)
        requests = self.requests
        self._beside(lambda: self._stored.finish(requests))

    def plan(self) -> ChunkPlan:
        """The finished chunk; only once the background is done."""
        size = body_bytes(self.requests, self._line_bytes)
        return ChunkPlan(label=self.label, requests=self.requests, bytes=size, sha256=self._stored.sha256.hexdigest())

    def _flush(self, end: bytes) -> None:
        pending, self._pending = self._pending, _Pending(self._pending.file)
        begin = b"" if self._is_begun else HEAD
        self._is_begun = True
        self._beside(lambda: self._stored.write(pending, begin, end))


class _Pending:
    """The lines of the member being gathered."""

    __slots__ = ("bytes", "file", "ids", "lines", "numbers")

    def __init__(self, file: int) -> None:
        self.file = file
        self.bytes = 0
        self.lines: list[bytes] = []
        self.ids: list[str] = []
        self.numbers: list[int] = []


class _Stored:
    """The two files as they grow; used by the background only."""

    def __init__(self, body: Path, index_path: Path) -> None:
        self.sha256 = hashlib.sha256()
        self._index_path = index_path
        self._index: list[bytes] = []
        self._start = 0
        self._at = 0
        self._file = atomic.create(body)

    def write(self, pending: _Pending, begin: bytes, end: bytes) -> None:
        pending.lines[0] = begin + pending.lines[0]
        pending.lines[-1] += end
        text = BETWEEN.join(pending.lines)
        packed = isal_zlib.compress(text, _LEVEL, GZIP_WBITS)
        self.sha256.update(text)
        self._file.write(packed)
        self._index.append(index.encode(self._member(pending, len(packed))))
        self._at += len(packed)
        self._start += len(text)

    def finish(self, requests: int) -> None:
        header = index.Header(requests=requests, bytes=self._start, sha256=self.sha256.hexdigest())
        _sync_and_close(self._file)
        with atomic.create(self._index_path) as file:
            file.write(b"\n".join((index.encode(header), *self._index, b"")))
            _sync_and_close(file)
        self._index = []

    def _member(self, pending: _Pending, size: int) -> index.Member:
        numbers = pending.numbers
        is_consecutive = numbers[-1] - numbers[0] == len(numbers) - 1
        return index.Member(
            at=self._at,
            size=size,
            start=self._start,
            requests=len(numbers),
            file=pending.file,
            line=numbers[0],
            lines=() if is_consecutive else tuple(numbers),
            ids=tuple(pending.ids),
        )


def _sync_and_close(file: BinaryIO) -> None:
    with file:
        file.flush()
        syscalls.fsync(file.fileno())
