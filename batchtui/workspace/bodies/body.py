"""A chunk's body: the exact bytes that are POSTed, one request a line, kept as independent gzip members."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, cast

from isal import isal_zlib

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.workspace.bodies.index import Member

HEAD = b'{"requests":[\n'
BETWEEN = b",\n"
TAIL = b"\n]}"

GZIP_WBITS = 31
"""Tells zlib to read and write gzip members with their checksums."""

DAMAGED: Final = cast("type[Exception]", isal_zlib.error)
"""What inflating raises for bytes that are none of a member; isal's stubs call the class an instance."""

MEMBER_BYTES = 4_000_000
BLOCK_BYTES = 256 * 1024
LAST_BLOCK_BYTES = 4096
"""The least that is held back until the submission is released."""

_BLOCKS_AT_ONCE = 4
_STORED_BYTES = 128 * 1024


def body_bytes(requests: int, line_bytes: int) -> int:
    """Size of a body of so many requests whose lines have so many bytes together."""
    return len(HEAD) + line_bytes + len(BETWEEN) * max(0, requests - 1) + len(TAIL)


class GzipBody:
    """Fulfils `ports.Body` from a body file; inflates in a thread, a few blocks ahead of the connection."""

    def __init__(self, path: Path, size_bytes: int) -> None:
        self.size_bytes = size_bytes
        self._path = path

    async def blocks(self) -> AsyncIterator[bytes]:
        """The body from its start in blocks of at most 256 KiB; the last one has at least 4 KiB if the body has."""
        source = blocks(self._path, self.size_bytes)
        ahead = _taking(source)
        try:
            while taken := await ahead:
                ahead = _taking(source)
                for block in taken:
                    yield block
        finally:
            ahead.cancel()


def blocks(path: Path, size_bytes: int) -> Iterator[bytes]:
    """The uncompressed body as it is inflated; one that is not as long as it was built raises before its last block."""
    held = b""
    left = size_bytes
    for inflated in inflate(path):
        held = held + inflated if held else inflated  # only the last bytes are ever put together: a copy takes its time
        if len(held) > left:
            break
        if held and left - len(held) >= LAST_BLOCK_BYTES:
            yield held
            left -= len(held)
            held = b""
    if len(held) != left:
        raise WorkspaceDamaged(f"{path} does not hold the {size_bytes:,} bytes it was built with")
    if held:
        yield held


def inflate(path: Path) -> Iterator[bytes]:
    """The uncompressed bytes of a file of gzip members, piece by piece; damage raises WorkspaceDamaged."""
    with path.open("rb") as file:
        stored = file.read(_STORED_BYTES)
        while stored:
            member = isal_zlib.decompressobj(GZIP_WBITS)
            while not member.eof:
                stored = stored or file.read(_STORED_BYTES)
                piece = _inflate(path, member, stored)
                if not piece and not stored:
                    raise WorkspaceDamaged(f"{path} ends too early")
                yield piece
                stored = member.unconsumed_tail
            stored = member.unused_data or file.read(_STORED_BYTES)


def read_member(file: BinaryIO, member: Member) -> list[bytes]:
    """The request lines of one member, byte for byte."""
    file.seek(member.at)
    try:
        text = isal_zlib.decompress(file.read(member.size), GZIP_WBITS, MEMBER_BYTES)
    except DAMAGED as error:
        raise WorkspaceDamaged(f"{file.name} is damaged: {error}") from error
    lines = _between_frame(text)
    if len(lines) != member.requests:
        raise WorkspaceDamaged(f"{file.name} has {len(lines):,} requests where its index has {member.requests:,}")
    return lines


def _between_frame(text: bytes) -> list[bytes]:
    """The lines of a member; one alone may be tens of MB, of which each copy takes as long as to inflate it."""
    end = len(text) - (len(TAIL) if text.endswith(TAIL) else 0)
    end -= len(BETWEEN) if text.endswith(BETWEEN, 0, end) else 0
    start = len(HEAD) if text.startswith(HEAD) else 0
    is_alone = text.find(BETWEEN, start, end) < 0
    return [text[start:end]] if is_alone else text[start:end].split(BETWEEN)


def _taking(source: Iterator[bytes]) -> "asyncio.Task[list[bytes]]":
    """The next blocks, inflated in a thread while those before them are on their way."""
    task = asyncio.create_task(asyncio.to_thread(_take, source))
    task.add_done_callback(_seen)
    return task


def _take(source: Iterator[bytes]) -> list[bytes]:
    return list(islice(source, _BLOCKS_AT_ONCE))


def _seen(task: "asyncio.Task[list[bytes]]") -> None:
    """Nobody waits for blocks of a body that broke off before them, nor for what went wrong with those."""
    if not task.cancelled():
        task.exception()


def _inflate(path: Path, member: "isal_zlib.Decompress", stored: bytes) -> bytes:
    try:
        return member.decompress(stored, BLOCK_BYTES)
    except DAMAGED as error:
        raise WorkspaceDamaged(f"{path} is damaged: {error}") from error
