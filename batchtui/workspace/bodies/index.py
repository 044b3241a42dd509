"""The `.index` beside a body: which requests each gzip member holds, and where they came from.

JSON Lines: a header, then one line a member. A person can read it, and a program needs only the line it looks for.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from batchtui.domain.failures import BadInput, WorkspaceDamaged

SCHEMA = "batchtui.index/1"


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The body as a whole, uncompressed."""

    schema: str = SCHEMA
    requests: int
    bytes: int
    sha256: str


class Member(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One gzip member: consecutive requests that came from one input file."""

    at: int
    """Offset in the compressed file."""
    size: int
    """Bytes in the compressed file."""
    start: int
    """Offset in the uncompressed body."""
    requests: int
    file: int = 0
    """Number of the input file, counted from 0."""
    line: int
    """Line number of the first request in that file, counted from 1."""
    lines: tuple[int, ...] = ()
    """All line numbers, where they are not consecutive."""
    ids: tuple[str, ...]

    @property
    def line_numbers(self) -> Sequence[int]:
        return self.lines or range(self.line, self.line + self.requests)


encode = msgspec.json.Encoder().encode
_decode_header = msgspec.json.Decoder(Header).decode
_decode_member = msgspec.json.Decoder(Member).decode


def read_header(path: Path) -> Header:
    """Requests, bytes and hash of a body, from its index."""
    with _opened(path) as file:
        return _header(path, file.readline())


def members(path: Path) -> Iterator[Member]:
    """The members of a body in order, one at a time."""
    with _opened(path) as file:
        header = _header(path, file.readline())
        requests = 0
        for line in file:
            member = _member(path, line)
            requests += member.requests
            yield member
        if requests != header.requests:
            raise WorkspaceDamaged(f"{path} lists {requests:,} requests, its header says {header.requests:,}")


def custom_ids(path: Path) -> Iterator[str]:
    """The custom_ids of a body in order."""
    for member in members(path):
        yield from member.ids


def find(path: Path, custom_id: str) -> tuple[Member, int] | None:
    """The member that holds a request and its place in it; decodes nothing else."""
    quoted = b'"%s"' % custom_id.encode()
    with _opened(path) as file:
        _header(path, file.readline())
        for line in file:
            if quoted not in line:
                continue
            member = _member(path, line)
            if custom_id in member.ids:
                return member, member.ids.index(custom_id)
    return None


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except (FileNotFoundError, IsADirectoryError) as error:
        raise BadInput(
            f"{path} is not there",
            next="its requests are not known: it was pruned, or adopted without its request file",
        ) from error


def _header(path: Path, line: bytes) -> Header:
    try:
        header = _decode_header(line)
    except msgspec.DecodeError as error:
        raise WorkspaceDamaged(f"{path} is no index of a body: {error}") from error
    if header.schema != SCHEMA:
        raise WorkspaceDamaged(f"{path} has the unknown schema {header.schema!r}", next="use the version that wrote it")
    return header


def _member(path: Path, line: bytes) -> Member:
    try:
        return _decode_member(line)
    except msgspec.DecodeError as error:
        raise WorkspaceDamaged(f"{path} is damaged: {error}") from error
