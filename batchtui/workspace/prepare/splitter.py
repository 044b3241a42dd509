"""Deals request lines into chunks by the limits of number and bytes."""

from collections.abc import Container, Sequence
from pathlib import Path

from batchtui.domain.ids import chunk_label
from batchtui.domain.run import ChunkPlan
from batchtui.workspace import atomic, layout
from batchtui.workspace.background import Beside
from batchtui.workspace.bodies.body import BETWEEN, body_bytes
from batchtui.workspace.bodies.writer import BodyWriter


class Splitter:
    """Takes lines in order; with a staging folder it writes the bodies, without one it only plans them."""

    def __init__(
        self,
        *,
        chunk_requests: int,
        chunk_bytes: int,
        staging: Path | None,
        beside: Beside,
        ahead: Container[tuple[int, int]] = (),
    ) -> None:
        """`ahead` are (file, line) of requests that go into the first chunk, whatever stands between them."""
        self._most_requests = chunk_requests
        self._most_bytes = chunk_bytes
        self._staging = staging
        self._beside = beside
        self._chunks: list[_Planned | BodyWriter] = []
        self._open: _Planned | BodyWriter | None = None
        self._requests = self._bytes = 0
        if staging is not None:
            atomic.make_folder(layout.chunks(staging))
        self._places_ahead = ahead
        self._ahead = self._add_chunk() if ahead else None

    def add_all(self, file: int, numbers: Sequence[int], lines: Sequence[bytes], custom_ids: Sequence[str]) -> None:
        """Put some requests of one file into chunks; at once where the chunk being filled has room for all."""
        if self._ahead is not None:
            self._divert(file, numbers, lines, custom_ids)
            return
        self._add_rest(file, numbers, lines, custom_ids)

    def _divert(self, file: int, numbers: Sequence[int], lines: Sequence[bytes], custom_ids: Sequence[str]) -> None:
        """Those that go ahead one by one, the others together."""
        assert self._ahead is not None
        kept = []
        for at, number in enumerate(numbers):
            if (file, number) in self._places_ahead:
                self._ahead.add(lines[at], custom_ids[at], file, number)
            else:
                kept.append(at)
        if kept:
            self._add_rest(
                file, [numbers[at] for at in kept], [lines[at] for at in kept], [custom_ids[at] for at in kept]
            )

    def _add_rest(self, file: int, numbers: Sequence[int], lines: Sequence[bytes], custom_ids: Sequence[str]) -> None:
        size = self._bytes + sum(map(len, lines)) + len(BETWEEN) * len(lines)
        count = self._requests + len(lines)
        if self._open is not None and count <= self._most_requests and size <= self._most_bytes:
            self._requests, self._bytes = count, size
            self._open.add_all(file, numbers, lines, custom_ids)
            return
        for number, line, custom_id in zip(numbers, lines, custom_ids, strict=True):
            self.add(line, custom_id, file, number)

    def add(self, line: bytes, custom_id: str, file: int, number: int) -> None:
        """Put one request into the chunk being filled, or into a new one; it must fit a chunk alone."""
        size = self._bytes + len(BETWEEN) + len(line)
        if self._open is None or self._requests == self._most_requests or size > self._most_bytes:
            self._open = self._next_chunk()
            self._requests = 0
            size = body_bytes(1, len(line))
        self._requests += 1
        self._bytes = size
        self._open.add(line, custom_id, file, number)

    def close(self) -> None:
        """Nothing more comes."""
        self._close_open()
        if self._ahead is not None:
            self._ahead.close()
            self._ahead = None

    def _close_open(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def chunks(self) -> tuple[ChunkPlan, ...]:
        """The chunks in order; only once closed, and the background done."""
        return tuple(chunk.plan() for chunk in self._chunks)

    def _next_chunk(self) -> "_Planned | BodyWriter":
        self._close_open()
        return self._add_chunk()

    def _add_chunk(self) -> "_Planned | BodyWriter":
        label = chunk_label(len(self._chunks) + 1)
        chunk = _Planned(label) if self._staging is None else self._writer(self._staging, label)
        self._chunks.append(chunk)
        return chunk

    def _writer(self, staging: Path, label: str) -> BodyWriter:
        return BodyWriter(label, layout.body(staging, label), layout.index(staging, label), beside=self._beside)


class _Planned:
    """A chunk that is only counted."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._requests = self._line_bytes = 0

    def add(self, line: bytes, custom_id: str, file: int, number: int) -> None:
        self._requests += 1
        self._line_bytes += len(line)

    def add_all(self, file: int, numbers: Sequence[int], lines: Sequence[bytes], custom_ids: Sequence[str]) -> None:
        self._requests += len(lines)
        self._line_bytes += sum(map(len, lines))

    def close(self) -> None:
        pass

    def plan(self) -> ChunkPlan:
        size = body_bytes(self._requests, self._line_bytes)
        return ChunkPlan(label=self._label, requests=self._requests, bytes=size, sha256="")
