"""The lines of a results file with their places, each decoded just far enough."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from batchtui.domain.failures import BadInput
from batchtui.domain.half_pairs import decode_with_halves
from batchtui.domain.results import Result, ResultLine
from batchtui.workspace.jsonl import Oversized, split

BLOCK_BYTES = 1 << 20
LONGEST_LINE_BYTES = 256 << 20
"""No result is nearly so long; a server that never ends its line must not fill the memory."""


class Placed(NamedTuple):
    """One line that is not blank; `text` is None when it is too long to be kept."""

    number: int
    offset: int
    length: int
    text: bytes | None


class _AnyResult(msgspec.Struct, frozen=True):
    type: str


class _AnyLine(msgspec.Struct, frozen=True):
    """The least that makes a line a result."""

    custom_id: str
    result: _AnyResult


_decode = msgspec.json.Decoder(ResultLine).decode
_decode_any = msgspec.json.Decoder(_AnyLine).decode


def placed_lines(file: BinaryIO, *, each_block: Callable[[bytes], None] = lambda _: None) -> Iterator[Placed]:
    """All lines with their offsets in the file; blank ones hold no result and are passed over.

    Args:
        each_block: hears the bytes as they are read, to hash them or to tell how far it is.
    """
    offset = 0
    for found in split(_blocks(file, each_block), limit=LONGEST_LINE_BYTES):
        if isinstance(found, Oversized):
            yield Placed(found.number, offset, found.size_bytes, None)
            offset += found.size_bytes + 1
            continue
        for number, raw in enumerate(found.lines, found.first):
            text = raw.strip()
            if text:
                start = offset if len(text) == len(raw) else offset + raw.index(text)
                yield Placed(number, start, len(text), text)
            offset += len(raw) + 1


def decode(text: bytes) -> ResultLine | None:
    """A result as far as it can be understood; None when it is none at all, or cut.

    A result in a shape this version does not know keeps its custom_id and type: it must neither pass for a plain
    success nor keep the others from being collected.
    """
    try:
        if not text.isascii():
            text.decode()
        return decode_with_halves(_decode, text)
    except msgspec.ValidationError:
        return _decode_loosely(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def decode_kind(text: bytes) -> tuple[str, str] | None:
    """custom_id and result type alone."""
    try:
        line = decode_with_halves(_decode_any, text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return line.custom_id, line.result.type


def _decode_loosely(text: bytes) -> ResultLine | None:
    kind = decode_kind(text)
    return kind and ResultLine(custom_id=kind[0], result=Result(type=kind[1]))


def _blocks(file: BinaryIO, each_block: Callable[[bytes], None]) -> Iterator[bytes]:
    while block := file.read(BLOCK_BYTES):
        each_block(block)
        yield block


def opened(path: Path) -> BinaryIO:
    """A results file, unbuffered: it is read in large blocks anyway."""
    try:
        return path.open("rb", buffering=0)
    except FileNotFoundError as error:
        raise BadInput(f"{path} is not there", next="were the results pruned?") from error
