"""Millions of 64-bit hashes in little memory, to find those that occur twice.

Hashes are dealt into partitions on disk, so that one partition's set is all that is ever in memory; ten million
take 80 MB of a temporary file. What shares a hash is a suspect, no more: whoever asks confirms by reading again.
"""

import os
import tempfile
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PARTITIONS = 256
DEALT_AT = 1 << 18
"""So many hashes wait in memory (2 MB) before they are dealt."""

MOST_SUSPECTS = 50_000
"""Beyond this many distinct suspects repeats are only counted: what is listed is at most a hundred anyway."""


class Repeats(NamedTuple):
    """Hashes that occur more than once, and how many further repeats were counted beyond those kept."""

    suspects: set[int]
    beyond: int


class Fingerprints:
    """Takes hashes in any number; `repeats` says which came more than once."""

    def __init__(self, folder: Path | None) -> None:
        self._recent = array("q")
        self._deals: list[array[int]] = []
        """Per deal: how many hashes went to each partition."""
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115  # open until `close`

    def extend(self, hashes: list[int]) -> None:
        self._recent.fromlist(hashes)
        if len(self._recent) >= DEALT_AT:
            self._deal()

    def repeats(self) -> Repeats:
        """Look at all hashes, one partition at a time."""
        self._deal()
        suspects: set[int] = set()
        beyond = 0
        for hashes in self._partitions():
            distinct = set(hashes)
            if len(distinct) == len(hashes):
                continue
            if len(suspects) > MOST_SUSPECTS:
                beyond += len(hashes) - len(distinct)
            else:
                suspects.update(_repeated(hashes))
        return Repeats(suspects, beyond)

    def close(self) -> None:
        self._file.close()

    def _deal(self) -> None:
        hands = [array("q") for _ in range(PARTITIONS)]
        for fingerprint in self._recent:
            hands[fingerprint % PARTITIONS].append(fingerprint)
        self._file.write(b"".join(hands))
        self._deals.append(array("L", map(len, hands)))
        self._recent = array("q")

    def _partitions(self) -> Iterator["array[int]"]:
        starts = []
        start = 0
        for deal in self._deals:
            starts.append(start)
            start += 8 * sum(deal)
        for partition in range(PARTITIONS):
            hashes = array("q")
            for at, deal in enumerate(self._deals):
                size = 8 * deal[partition]
                hashes.frombytes(os.pread(self._file.fileno(), size, starts[at]))
                starts[at] += size
            yield hashes


def _repeated(hashes: "array[int]") -> Iterator[int]:
    seen: set[int] = set()
    for fingerprint in hashes:
        if fingerprint in seen:
            yield fingerprint
        seen.add(fingerprint)
