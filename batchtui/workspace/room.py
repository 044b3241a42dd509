"""Whether a disk can hold the bodies of a run, said before anything is written."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from isal import isal_zlib

from batchtui.domain.failures import BadInput
from batchtui.workspace.bodies import GZIP_WBITS
from batchtui.workspace.inputs import first_bytes, is_compressed, total_bytes

_SAMPLE_BYTES = 4_000_000
_MARGIN = 1.1


def check_room(staging: Path, inputs: Sequence[str]) -> None:
    """BadInput, with both numbers, when what is free would not hold the bodies; a sample tells how they compress."""
    needed = round(total_bytes(inputs) * _share(inputs[0]) * _MARGIN)
    free = shutil.disk_usage(staging).free
    if needed > free:
        raise BadInput(
            f"the disk of {staging} has {free:,} bytes free, the bodies need about {needed:,}",
            next="free some space, or name a workspace on another disk with --workspace",
        )


def _share(path: str) -> float:
    """What is left of the bytes of an input as a body; one that is compressed already stays about as it is."""
    sample = first_bytes(path, _SAMPLE_BYTES)
    if not sample or is_compressed(sample):
        return 1.0
    return len(isal_zlib.compress(sample, 1, GZIP_WBITS)) / len(sample)
