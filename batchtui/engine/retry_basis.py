"""What a retry was chosen from, so that sending can see whether it still is so; and how large its chunks should be."""

from collections.abc import Sequence

from batchtui.domain.retry import RetryPolicy
from batchtui.domain.state import AppState, Chunk
from batchtui.domain.words import chunk_name

LEAST_CHUNK = 100
"""Below this, smaller chunks only make more batches."""


def retry_basis(state: AppState, lineage: Sequence[str]) -> tuple[str, ...]:
    """A line for each chunk that decided who is sent again.

    Of the run itself those with results; of later attempts every one, since what was refused there, and is therefore
    free to be sent by this plan, may be let go on by somebody else in the meantime.
    """
    first, *later = lineage
    own = [chunk for chunk in state.runs[first].live_chunks if _is_collected(state, chunk)]
    lines = [_line(state, first, chunk) for chunk in own]
    return (*lines, *(_line(state, name, chunk) for name in later for chunk in state.runs[name].live_chunks))


def changes_since(basis: Sequence[str], state: AppState, lineage: Sequence[str]) -> str:
    """Words about the first chunk that is not as it was; empty when all are. New results of the run itself are fine."""
    now = set(retry_basis(state, lineage))
    gone = next((line for line in basis if line not in now), None)
    if gone is None:
        return ""
    run, label, *_ = gone.split(" ")
    return f"{run} chunk {chunk_name(label)} has changed"


def _line(state: AppState, run: str, chunk: Chunk) -> str:
    known = state.batch_of(chunk)
    results = known.collected.sha256 if known is not None and known.collected is not None else "-"
    return f"{run} {chunk.label} {chunk.state} {chunk.batch_id or '-'} {results}"


def _is_collected(state: AppState, chunk: Chunk) -> bool:
    known = state.batch_of(chunk)
    return known is not None and known.collected is not None


def smaller_chunks(state: AppState, lineage: Sequence[str], policy: RetryPolicy, usual: int) -> int | None:
    """Half of the smallest chunk that some expired in, if that is less than usual; None when nothing did."""
    if policy.classes and "expired" not in policy.classes:
        return None
    sizes = [
        chunk.requests
        for name in lineage
        for chunk in state.runs[name].live_chunks
        if (known := state.batch_of(chunk)) is not None
        and known.collected is not None
        and known.collected.tallies.expired
    ]
    half = max(LEAST_CHUNK, min(sizes, default=0) // 2)
    return half if sizes and half < usual else None
