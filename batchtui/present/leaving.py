"""The line after the dashboard has gone: what keeps running there and costs money, what waits here."""

from batchtui.domain.state import AppState
from batchtui.domain.submission import ChunkState
from batchtui.domain.words import several


def leaving_line(state: AppState) -> str:
    """Empty when nothing is under way."""
    open_batches = [known for known in state.batches.values() if known.is_open and known.run is not None]
    live_chunks = [chunk for run in state.runs.values() for chunk in run.live_chunks]
    held = [chunk for chunk in live_chunks if chunk.may_still_be_sent]
    unsure = [chunk for chunk in live_chunks if chunk.state in (ChunkState.UNKNOWN, ChunkState.SENDING)]
    parts = []
    if open_batches:
        total = sum(known.batch.request_counts.total for known in open_batches)
        runs = sorted({known.run or "" for known in open_batches})
        verb = "keeps" if len(open_batches) == 1 else "keep"
        batches, requests = several(len(open_batches), "batch", "batches"), several(total, "request")
        parts.append(f"{batches} {verb} running at the API, {requests} of {_list(runs)}")
    if held:
        parts.append(f"{several(len(held), 'chunk')} held here until batchtui or `batchtui watch` runs")
    if unsure:
        parts.append(f"{several(len(unsure), 'chunk')} unsure")
    return "; ".join(parts)


def _list(names: list[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
