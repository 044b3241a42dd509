"""Where the files of every attempt of a run are: state and store put together for the jobs."""

from datetime import datetime

from batchtui.domain.failures import BadInput
from batchtui.domain.settling import may_have_become
from batchtui.domain.state import AppState, Chunk, KnownBatch, Run
from batchtui.domain.status import are_results_lost, can_come_again
from batchtui.domain.submission import ChunkState
from batchtui.engine.jobs import AttemptChunk, AttemptRun, Pruned
from batchtui.engine.ports import Store


def attempts(state: AppState, store: Store, run: str, now: datetime) -> tuple[AttemptRun, ...]:
    """The run and its later attempts, oldest first; `now` in the server's clock.

    Raises:
        BadInput: results of the run itself were pruned, so nothing true can be said of it.
    """
    found = tuple(attempt(state, store, state.runs[name], now) for name in state.lineage(run))
    if any(chunk.pruned is not None for chunk in found[0].chunks):
        raise BadInput(f"the results of {run} were pruned", next=_after_pruning(state, run, now))
    return found


def _after_pruning(state: AppState, run: str, now: datetime) -> str:
    """They can be had again for as long as the service keeps them."""
    pruned = [known for chunk in state.runs[run].live_chunks if (known := state.batch_of(chunk)) is not None]
    if any(can_come_again(known, now) for known in pruned):
        return f"`batchtui collect {run}` fetches them again"
    return f"nor does the service have them any more; `batchtui show {run}` tells what is still known"


def earlier_attempts(state: AppState, store: Store, run: str, now: datetime) -> tuple[AttemptRun, ...]:
    """The runs of its family that were made before it, oldest first."""
    own = set(state.lineage(run))
    return tuple(
        attempt(state, store, state.runs[name], now) for name in state.lineage(state.root_of(run)) if name not in own
    )


def attempt(state: AppState, store: Store, run: Run, now: datetime) -> AttemptRun:
    """One run's files for the jobs; `now` in the server's clock."""
    chunks = tuple(_chunk(state, store, run, chunk, now) for chunk in run.live_chunks)
    return AttemptRun(run=run.name, chunks=chunks, inputs=run.inputs, is_pruned=run.is_pruned)


def of_batch(store: Store, known: KnownBatch) -> AttemptRun:
    """A batch from elsewhere as an attempt without bodies."""
    batch_id = known.batch.id
    results, issues = _collected_files(store, known)
    chunk = AttemptChunk(label="", body="", index="", batch_id=batch_id, results=results, issues=issues)
    return AttemptRun(run=batch_id, chunks=(chunk,))


def _chunk(state: AppState, store: Store, run: Run, chunk: Chunk, now: datetime) -> AttemptChunk:
    known = state.batch_of(chunk)
    pruned = _pruned(store, run, known)
    results, issues = _collected_files(store, known) if pruned is None else (None, None)
    return AttemptChunk(
        label=chunk.label,
        body=str(store.body_path(run.name, chunk.label)) if chunk.sha256 else "",  # what no record knows orders nothing
        index=str(store.index_path(run.name, chunk.label)) if chunk.sha256 else "",
        is_live=_is_live(state, chunk, known, now),
        batch_id=chunk.batch_id,
        is_ahead=run.pilot is not None and run.pilot.holds(chunk.label),
        results=results,
        issues=issues,
        pruned=pruned,
    )


def _pruned(store: Store, run: Run, known: KnownBatch | None) -> Pruned | None:
    """None for results that are here, also when they were collected after the run was pruned."""
    if not run.are_results_pruned or known is None or known.collected is None:
        return None
    if store.results_path(known.batch.id, run.name).exists():
        return None
    tallies = known.collected.tallies
    return Pruned.ALL_SUCCEEDED if tallies.succeeded == tallies.total else Pruned.UNTOLD


def _is_live(state: AppState, chunk: Chunk, known: KnownBatch | None, now: datetime) -> bool:
    """It may still succeed, or may have: nothing that could be sent twice by a retry."""
    if known is None:
        newest = state.submissions.get(chunk.submissions[-1]) if chunk.submissions else None
        may_be_there = newest is not None and bool(may_have_become(state, newest))
        return may_be_there or chunk.state not in (ChunkState.REFUSED, ChunkState.ABANDONED)
    return known.collected is None and (known.is_open or not are_results_lost(known, now))


def _collected_files(store: Store, known: KnownBatch | None) -> tuple[str | None, str | None]:
    """Results and their index of issues, once they are complete."""
    if known is None or known.collected is None:
        return None, None
    batch_id = known.batch.id
    return str(store.results_path(batch_id, known.run)), str(store.issues_path(batch_id, known.run))
