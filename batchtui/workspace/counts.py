"""`counts.json`: the newest counts of open batches and the state of the link, for those who follow. May be lost."""

from pathlib import Path

import msgspec

from batchtui.domain.batch import RequestCounts
from batchtui.domain.link import Link
from batchtui.workspace import atomic


class _Counts(msgspec.Struct, frozen=True, kw_only=True):
    link: Link
    batches: dict[str, RequestCounts]


_ENCODER = msgspec.json.Encoder(order="sorted")
_DECODER = msgspec.json.Decoder(_Counts)


def write(path: Path, counts: dict[str, RequestCounts], link: Link) -> None:
    """Replace the file. Not synced: it is written at every poll, and the next poll brings it back."""
    atomic.write_file(path, _ENCODER.encode(_Counts(link=link, batches=counts)), is_durable=False)


def read(path: Path) -> tuple[dict[str, RequestCounts], Link | None]:
    """({}, None) when there is none or it cannot be read."""
    try:
        found = _DECODER.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}, None
    return found.batches, found.link
