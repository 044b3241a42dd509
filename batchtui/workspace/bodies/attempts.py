"""The attempts of a run side by side, one request after another, in the order of its input.

Every body keeps the order of the input, and every index says which line of it a request came from. So attempts are
merged like sorted files: any number of requests in the memory of one chunk. What went ahead of a run was taken from
everywhere in it, and is merged back likewise.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.engine.jobs import AttemptChunk, AttemptRun
from batchtui.workspace.bodies import index


class Sent(NamedTuple):
    """One request in one attempt."""

    file: int
    line: int
    custom_id: str
    run: AttemptRun
    chunk: AttemptChunk
    member: index.Member
    place: int
    """Its place in the member, counted from 0."""
    number: int
    """Its place in the chunk, counted from 0."""


Wanted = Callable[[AttemptChunk], bool]


def any_chunk(_: AttemptChunk) -> bool:
    """For searches that leave no chunk out."""
    return True


def sent(run: AttemptRun, wanted: Wanted = any_chunk) -> Iterator[Sent]:
    """The requests of a run, or of the wanted chunks of it, in the order of its input."""
    chunks = [chunk for chunk in run.chunks if wanted(chunk)]
    ahead = [chunk for chunk in chunks if chunk.is_ahead]
    rest = _in_order(run, [chunk for chunk in chunks if not chunk.is_ahead])
    yield from heapq.merge(_in_order(run, ahead), rest, key=_place) if ahead else rest


def _place(request: Sent) -> tuple[int, int]:
    return request.file, request.line


def _in_order(run: AttemptRun, chunks: Iterable[AttemptChunk]) -> Iterator[Sent]:
    """The requests of chunks that follow each other in the input."""
    before = (-1, -1)
    for chunk in chunks:
        number = 0
        for member in index.members(Path(chunk.index)):
            for place, (custom_id, line) in enumerate(zip(member.ids, member.line_numbers, strict=True)):
                if (member.file, line) <= before:
                    raise WorkspaceDamaged(f"{chunk.index} is not in the order of its input, at {custom_id}")
                before = member.file, line
                yield Sent(member.file, line, custom_id, run, chunk, member, place, number)
                number += 1


def has_order(run: AttemptRun) -> bool:
    """Whether the order of its requests is known: not for a batch from elsewhere, nor once indexes were pruned."""
    return all(chunk.index and Path(chunk.index).exists() for chunk in run.chunks)


def merged(lineage: Sequence[AttemptRun], wanted: Wanted = any_chunk) -> Iterator[tuple[Sent, ...]]:
    """For each request of the first run, or of the wanted chunks of it, all its attempts, oldest first."""
    first, *later = lineage
    cursors = [Cursor(run) for run in later]
    for request in sent(first, wanted):
        yield (request, *(found for cursor in cursors if (found := cursor.find(request)) is not None))


class Cursor:
    """Goes along with the first run through a later one that holds some of its requests."""

    def __init__(self, run: AttemptRun) -> None:
        self._rest = sent(run)
        self._next = next(self._rest, None)

    def find(self, request: Sent) -> Sent | None:
        here = self._next
        while here is not None and (here.file, here.line) < (request.file, request.line):
            here = next(self._rest, None)
        self._next = here
        if here is None or (here.file, here.line) != (request.file, request.line):
            return None
        if here.custom_id != request.custom_id:
            raise WorkspaceDamaged(f"{here.chunk.index} has {here.custom_id} where {request.custom_id} was sent first")
        return here
