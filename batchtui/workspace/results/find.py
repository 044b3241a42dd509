"""Finds one request or one result among many, without reading the rest."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from batchtui.domain.ids import is_custom_id
from batchtui.engine.jobs import AttemptRun
from batchtui.engine.ports import FoundRequest
from batchtui.workspace import layout
from batchtui.workspace.bodies import index
from batchtui.workspace.bodies.reader import member_lines
from batchtui.workspace.results.result_lines import decode_kind, opened, placed_lines

_BLOCK_BYTES = 1 << 20
_WINDOW_BYTES = 1 << 16


def find_request(run: AttemptRun, custom_id: str) -> FoundRequest | None:
    """A request as it was sent; None when the run has no such request, or no bodies any more."""
    if not is_custom_id(custom_id):
        return None
    for chunk in run.chunks:
        if not chunk.index or not Path(chunk.index).exists() or not Path(chunk.body).exists():
            continue
        found = index.find(Path(chunk.index), custom_id)
        if found is not None:
            member, place = found
            return FoundRequest(
                line=member_lines(Path(chunk.body), member)[place],
                label=chunk.label,
                file=run.inputs[member.file] if member.file < len(run.inputs) else "",
                line_number=member.line_numbers[place],
            )
    return None


def first_request(folder: Path, label: str) -> FoundRequest | None:
    """The first request of a chunk that was built in a folder; None for a chunk without any.

    Raises:
        FileNotFoundError: what was built is gone.
    """
    member = next(index.members(layout.index(folder, label)), None)
    if member is None:
        return None
    line = member_lines(layout.body(folder, label), member)[0]
    return FoundRequest(line=line, label=label, file="", line_number=member.line_numbers[0])


def find_result(results: Path, custom_id: str) -> bytes | None:
    """A result line as received; None when the file has no such result."""
    if not results.exists():
        return None
    if not is_custom_id(custom_id):
        return _find_odd_result(results, custom_id)
    with results.open("rb", buffering=0) as file:
        end = 0
        for place in _places(file, b'"%s"' % custom_id.encode()):
            if place < end:
                continue
            start, end = _line_around(file.fileno(), place)
            line = os.pread(file.fileno(), end - start, start).strip()
            kind = decode_kind(line)
            if kind is not None and kind[0] == custom_id:
                return line
    return None


def _find_odd_result(results: Path, custom_id: str) -> bytes | None:
    """One whose custom_id can be written in JSON in more than one way: only decoding every line finds it."""
    with opened(results) as file:
        for placed in placed_lines(file):
            kind = None if placed.text is None else decode_kind(placed.text)
            if kind is not None and kind[0] == custom_id:
                return placed.text
    return None


def _places(file: BinaryIO, part: bytes) -> Iterator[int]:
    """Offsets of some bytes, searched block by block: a long search in one call would hold up the other threads."""
    tail, read = b"", 0
    while block := os.pread(file.fileno(), _BLOCK_BYTES, read):
        text = tail + block
        at = text.find(part)
        while at >= 0:
            yield read - len(tail) + at
            at = text.find(part, at + 1)
        read += len(block)
        tail = text[1 - len(part) :]


def _line_around(descriptor: int, place: int) -> tuple[int, int]:
    """Where the line starts and ends that an offset is in."""
    start = place
    while start > 0:
        size = min(_WINDOW_BYTES, start)
        before = os.pread(descriptor, size, start - size).rfind(b"\n")
        if before >= 0:
            start += before + 1 - size
            break
        start -= size
    end = place
    while window := os.pread(descriptor, _WINDOW_BYTES, end):
        after = window.find(b"\n")
        if after >= 0:
            return start, end + after
        end += len(window)
    return start, end
