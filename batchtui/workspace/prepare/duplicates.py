"""Requests that occur twice: the same custom_id, or the same params under another one. Exact at any size."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from batchtui.domain.requests import Code
from batchtui.workspace.prepare.fingerprints import Fingerprints, Repeats
from batchtui.workspace.requests.check import envelope
from batchtui.workspace.requests.problems import Problems
from batchtui.workspace.requests.shape import STARTS

Numbered = tuple[int, int, bytes]
"""Number of the file, number of the line, the line."""


class Place(NamedTuple):
    """Where something was seen first."""

    file: int
    line: int
    custom_id: str
    exact: bytes
    """The custom_id, or a hash of the params: two hashes of 64 bits may be equal by chance."""


class Duplicates:
    """Gathers fingerprints while lines are read; `report` reads the suspects again and notes what is twice."""

    def __init__(self, folder: Path | None) -> None:
        self._ids = Fingerprints(folder)
        self._params = Fingerprints(folder)

    def extend(self, lines: list[bytes], custom_ids: list[str]) -> None:
        """Take the fingerprints of some requests."""
        self._ids.extend([hash(custom_id) for custom_id in custom_ids])
        self._params.extend([hash(params) for params in map(params_bytes, lines, custom_ids)])

    def close(self) -> None:
        self._ids.close()
        self._params.close()

    def find(self) -> "Suspects | None":
        """What must be read again; None when nothing occurs twice."""
        ids, params = self._ids.repeats(), self._params.repeats()
        return Suspects(ids, params) if ids.suspects or params.suspects else None


def params_bytes(line: bytes, custom_id: str) -> bytes:
    """The params of one line; of the two usual layouts without decoding, which would double the time of a check."""
    quoted = custom_id.encode()
    for layout in STARTS:
        start = layout % quoted
        if line.startswith(start):
            return line[len(start) : -1].rstrip()
    shape = envelope(line)
    return bytes(shape.params) if shape is not None else b""


class Suspects:
    """Lines that share a fingerprint with another one."""

    def __init__(self, ids: Repeats, params: Repeats) -> None:
        self._ids = ids
        self._params = params
        self._first_ids: dict[int, Place] = {}
        self._first_params: dict[int, Place] = {}

    def report(
        self, lines: Iterable[Numbered], files: tuple[str, ...], problems: Problems
    ) -> Iterator[tuple[int, int, str]]:
        """Read all lines again and note each repeat; yields file, line and words for repeated custom_ids."""
        for file, number, text in lines:
            line = envelope(text)
            if line is None:
                continue
            custom_id = line.custom_id
            first = self._seen_id(file, number, custom_id)
            if first is not None:
                message = f"the custom_id is also on line {_place(first, file, files)}"
                problems.add(Code.CUSTOM_ID_DUPLICATE, message, file=file, line=number, custom_id=custom_id)
                yield file, number, message
            elif (same := self._seen_params(file, number, custom_id, text)) is not None:
                message = f"the same params as {same.custom_id[:64]} on line {_place(same, file, files)}"
                problems.add(Code.BODY_DUPLICATE, message, file=file, line=number, custom_id=custom_id)
        self._count_beyond(problems)

    def _seen_id(self, file: int, number: int, custom_id: str) -> Place | None:
        fingerprint = hash(custom_id)
        if fingerprint not in self._ids.suspects:
            return None
        return _first(self._first_ids, fingerprint, Place(file, number, custom_id, custom_id.encode()))

    def _seen_params(self, file: int, number: int, custom_id: str, line: bytes) -> Place | None:
        params = params_bytes(line, custom_id)
        fingerprint = hash(params)
        if fingerprint not in self._params.suspects:
            return None
        digest = hashlib.blake2b(params, digest_size=16).digest()
        return _first(self._first_params, fingerprint, Place(file, number, custom_id, digest))

    def _count_beyond(self, problems: Problems) -> None:
        for code, repeats in ((Code.CUSTOM_ID_DUPLICATE, self._ids), (Code.BODY_DUPLICATE, self._params)):
            if repeats.beyond:
                message = f"{repeats.beyond:,} more like the ones listed"
                problems.add(code, message, file=0, line=0, times=repeats.beyond)


def _first(firsts: dict[int, Place], fingerprint: int, here: Place) -> Place | None:
    """The first place of exactly the same, or None when this is the first."""
    first = firsts.setdefault(fingerprint, here)
    if first is here:
        return None
    return first if first.exact == here.exact else _first(firsts, fingerprint + (1 << 64), here)


def _place(place: Place, file: int, files: tuple[str, ...]) -> str:
    return f"{place.line:,}" if place.file == file else f"{place.line:,} of {files[place.file]}"
