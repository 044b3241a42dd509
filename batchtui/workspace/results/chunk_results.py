"""The results of one chunk by the place of their request: where each is in the file, and whether it succeeded."""

import os
from array import array
from pathlib import Path
from typing import NamedTuple

from batchtui.domain.results import Outcome
from batchtui.engine.jobs import AttemptChunk
from batchtui.workspace.bodies import index
from batchtui.workspace.results.result_lines import decode_kind, opened, placed_lines


class Found(NamedTuple):
    """One result line, as received."""

    text: bytes
    is_success: bool


class ChunkResults:
    """Reads the results once, then gives any of them by place; a few bytes a request are kept."""

    def __init__(self, chunk: AttemptChunk, results: Path) -> None:
        places = {custom_id: place for place, custom_id in enumerate(index.custom_ids(Path(chunk.index)))}
        self._offsets = array("q", bytes(8 * len(places)))
        self._lengths = array("q", bytes(8 * len(places)))
        self._succeeded = bytearray(len(places))
        self._file = opened(results)
        for placed in placed_lines(self._file):
            self._note(places, placed.offset, placed.length, placed.text)

    def find(self, place: int) -> Found | None:
        """The result of a request; None when there is none."""
        length = self._lengths[place]
        if not length:
            return None
        text = os.pread(self._file.fileno(), length, self._offsets[place])
        return Found(text, bool(self._succeeded[place]))

    def close(self) -> None:
        self._file.close()

    def _note(self, places: dict[str, int], offset: int, length: int, text: bytes | None) -> None:
        kind = decode_kind(text) if text is not None else None
        place = places.get(kind[0]) if kind is not None else None
        if kind is None or place is None:
            return
        self._offsets[place], self._lengths[place] = offset, length
        self._succeeded[place] = kind[1] == Outcome.SUCCEEDED


class AttemptResults:
    """The results of the chunk of an attempt that is being passed, and of the one that went ahead of it."""

    def __init__(self) -> None:
        self._held: dict[bool, tuple[AttemptChunk, ChunkResults | None]] = {}
        """By whether it went ahead: its requests are met between those of all the others."""

    def find(self, chunk: AttemptChunk, place: int) -> Found | None:
        """The result of a request of a chunk; None while the chunk is not collected."""
        held = self._held.get(chunk.is_ahead)
        if held is None or held[0] is not chunk:
            self._forget(chunk.is_ahead)
            held = chunk, ChunkResults(chunk, Path(chunk.results)) if chunk.results is not None else None
            self._held[chunk.is_ahead] = held
        return held[1].find(place) if held[1] is not None else None

    def close(self) -> None:
        for is_ahead in (True, False):
            self._forget(is_ahead)

    def _forget(self, is_ahead: bool) -> None:
        _, results = self._held.pop(is_ahead, (None, None))
        if results is not None:
            results.close()
