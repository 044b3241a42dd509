"""Records as JSON lines, both ways. A line that cannot be read is reported with its number, never an error."""

from collections.abc import Iterator, Sequence

import msgspec

from batchtui.domain.records import Record

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_DECODER = msgspec.json.Decoder(Record)
_HEADER_START = b'{"kind":"journal"'
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

KNOWN_KINDS = frozenset(str(record_type.__struct_config__.tag) for record_type in Record.__args__)


class Header(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="journal"):
    """The first line of a compacted journal; a journal that never was has none."""

    version: int = 1
    position: int
    """How many records had been written when this generation was made; they are not counted again."""
    records: int
    """How many of the following lines stand for all of those."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a stretch of the journal says, and which of its lines say nothing."""

    records: list[Record]
    warnings: tuple[str, ...] = ()
    header: Header | None = None


def encode(records: Sequence[Record]) -> bytes:
    """One line a record, the last one ended as well."""
    return _ENCODER.encode_lines(records)


def encode_header(header: Header) -> bytes:
    """The first line of a compacted journal."""
    return _ENCODER.encode(header) + b"\n"


def decode(data: bytes, *, first_line: int) -> Reading:
    """Read whole lines, all at once where nothing is wrong: 40,000 records in a tenth of a second.

    Args:
        first_line: the number of the first of these lines in the file.
    """
    header, data = _take_header(data, first_line)
    first_line += header is not None
    try:
        return Reading(records=_DECODER.decode_lines(data), header=header)
    except _UNREADABLE:
        return _decode_slowly(data, first_line, header)


def _take_header(data: bytes, first_line: int) -> tuple[Header | None, bytes]:
    if first_line != 1 or not data.startswith(_HEADER_START):
        return None, data
    line, _, rest = data.partition(b"\n")
    try:
        return msgspec.json.decode(line, type=Header), rest
    except _UNREADABLE:
        return None, data


def _decode_slowly(data: bytes, first_line: int, header: Header | None) -> Reading:
    records: list[Record] = []
    warnings: list[str] = []
    for number, line in enumerate(_lines(data), first_line):
        if not line.strip():
            continue
        try:
            records.append(_DECODER.decode(line))
        except _UNREADABLE as error:
            warnings.append(f"line {number}: {_diagnose(line, error)}")
    return Reading(records=records, warnings=tuple(warnings), header=header)


def _lines(data: bytes) -> Iterator[bytes]:
    """Split at new lines only: `splitlines` would also cut elsewhere and upset the numbers."""
    lines = data.split(b"\n")
    return iter(lines[:-1] if not lines[-1] else lines)


class _Kind(msgspec.Struct):
    kind: str


def _diagnose(line: bytes, error: Exception) -> str:
    try:
        kind = msgspec.json.decode(line, type=_Kind).kind
    except _UNREADABLE:
        return "damaged, skipped and kept"
    if kind not in KNOWN_KINDS:
        return f"a record of kind {kind!r}, which only a newer batchtui understands; skipped and kept"
    return f"a damaged record of kind {kind!r}, skipped and kept: {error}"
