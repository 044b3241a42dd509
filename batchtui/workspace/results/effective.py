"""What became of each request over all its attempts, in the order of the input: any number in the memory of a chunk."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from batchtui.domain.results import Outcome
from batchtui.engine.jobs import AttemptRun
from batchtui.workspace.bodies import index
from batchtui.workspace.bodies.attempts import Sent, has_order, merged
from batchtui.workspace.results.chunk_results import AttemptResults, Found
from batchtui.workspace.results.result_lines import decode_kind, opened, placed_lines


class Effective(NamedTuple):
    """One request with the latest success of it, else its latest result."""

    custom_id: str
    run: str
    """The attempt that the result is of."""
    batch_id: str | None
    found: Found | None
    """None while no attempt has a result here."""
    first: Sent | None = None
    """The request as the input had it; None where what was sent is not here."""
    sent: Sent | None = None
    """The request as the attempt of the result sent it."""


def effective(lineage: Sequence[AttemptRun]) -> Iterator[Effective]:
    """Every request of the first run, once."""
    if not is_ordered(lineage):
        yield from _as_received(lineage[0])
        return
    readers = {run.run: AttemptResults() for run in lineage}
    try:
        for attempts in merged(lineage):
            yield _effective(attempts, readers)
    finally:
        for reader in readers.values():
            reader.close()


def is_ordered(lineage: Sequence[AttemptRun]) -> bool:
    """Whether the requests themselves are known: not those of a batch from elsewhere, nor of a pruned run."""
    return len(lineage) > 1 or has_order(lineage[0])


def count_requests(lineage: Sequence[AttemptRun]) -> int | None:
    """How many there will be; None where only reading all results would tell."""
    if not is_ordered(lineage):
        return None
    return sum(index.read_header(Path(chunk.index)).requests for chunk in lineage[0].chunks)


def _effective(attempts: tuple[Sent, ...], readers: dict[str, AttemptResults]) -> Effective:
    latest: tuple[Found, Sent] | None = None
    for attempt in reversed(attempts):
        found = readers[attempt.run.run].find(attempt.chunk, attempt.number)
        if found is not None and found.is_success:
            return _of(attempts[0], found, attempt)
        if found is not None:
            latest = latest or (found, attempt)
    return _of(attempts[0], *(latest or (None, attempts[-1])))


def _of(first: Sent, found: Found | None, sent: Sent) -> Effective:
    return Effective(first.custom_id, sent.run.run, sent.chunk.batch_id, found, first, sent)


def _as_received(run: AttemptRun) -> Iterator[Effective]:
    """There is no order but that of the results."""
    for chunk in run.chunks:
        if chunk.results is None:
            continue
        with opened(Path(chunk.results)) as file:
            for placed in placed_lines(file):
                kind = decode_kind(placed.text) if placed.text is not None else None
                if placed.text is not None and kind is not None:
                    yield Effective(kind[0], run.run, chunk.batch_id, Found(placed.text, kind[1] == Outcome.SUCCEEDED))
