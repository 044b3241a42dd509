"""Whether a disk can hold the bodies of a run, said before anything is written."""

import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from isal import isal_zlib

from batchtui.domain.failures import BadInput
from batchtui.workspace.bodies.body import GZIP_WBITS
from batchtui.workspace.requests.inputs import first_bytes, is_compressed, is_gzip, total_bytes

_SAMPLE_BYTES = 4_000_000
_MOST_SAMPLES = 16
_MARGIN = 1.1
_CUSTOM_ID = re.compile(rb'"custom_id" ?: ?("[^"]*")')
_READ_BYTES = 1 << 14


def check_room(staging: Path, inputs: Sequence[str]) -> None:
    """BadInput, with both numbers, when what is free would not hold the bodies; samples tell how they compress."""
    sizes = [total_bytes([path]) for path in inputs]
    shares = [_share(path) for path in inputs[:_MOST_SAMPLES]]
    others = sum(shares) / len(shares)
    needed = round(_MARGIN * sum(size * share for size, share in zip_longest(sizes, shares, fillvalue=others)))
    free = shutil.disk_usage(staging).free
    if needed > free:
        raise BadInput(
            f"the disk of {staging} has {free:,} bytes free, the bodies need about {needed:,}",
            next="free some space, or name a workspace on another disk with --workspace",
        )


class _Sample(NamedTuple):
    """The begin of an input, and how many bytes of the file it takes."""

    text: bytes = b""
    stored_bytes: int = 0


def _share(path: str) -> float:
    """What a byte of an input becomes: its part of a body and of the index beside it."""
    sample = _Sample()
    # Broad: what is damaged is told, with its place, when the file is read in earnest.
    with suppress(Exception):
        sample = _sample(first_bytes(path, _SAMPLE_BYTES))
    if not sample.text:
        return 1.0
    body_bytes = len(isal_zlib.compress(sample.text, 1, GZIP_WBITS))
    index_bytes = sum(len(custom_id) + len(",") for custom_id in _CUSTOM_ID.findall(sample.text))
    return (body_bytes + index_bytes) / sample.stored_bytes


def _sample(stored: bytes) -> _Sample:
    if not is_compressed(stored):
        return _Sample(stored, len(stored))
    if is_gzip(stored):
        member = isal_zlib.decompressobj(GZIP_WBITS)
        text = member.decompress(stored, _SAMPLE_BYTES)
        return _Sample(text, len(stored) - len(member.unconsumed_tail) - len(member.unused_data))
    import zstandard  # only for compressed inputs

    source = BytesIO(stored)
    stream = zstandard.ZstdDecompressor().stream_reader(source, read_across_frames=True, read_size=_READ_BYTES)
    return _Sample(stream.read(_SAMPLE_BYTES), source.tell())
