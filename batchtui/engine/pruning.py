"""Dropping local files of a settled run. Commit point: RunPruned, before anything is removed: it forbids sending.

A crash after it leaves some or all of the files, which the same verb removes.
"""

from datetime import datetime

from batchtui.domain.failures import BadInput
from batchtui.domain.records import Record, RunPruned
from batchtui.domain.state import AppState, KnownBatch, Run
from batchtui.domain.status import are_results_lost, is_run_settled
from batchtui.engine.engine import Engine


def must_be_prunable(engine: Engine, run: Run, *, results: bool) -> None:
    """Bodies are the only way to send a request again, and results may be the only ones: refuse while they are needed.

    Raises:
        BadInput
    """
    server_now = engine.core.live.link.server_now(engine.core.clock.now())
    if not is_run_settled(engine.state, run, server_now):
        raise BadInput(f"{run.name} is not settled", next="prune drops bodies of settled runs only")
    doomed = [known for known in batches_with_results(engine.state, run) if known.delete_intended_at is not None]
    if results and doomed:
        raise BadInput(
            f"{doomed[0].batch.id} of {run.name} is to be deleted on the server, so its results here are the last",
            next="once that is done, prune says so and asks",
        )


def batches_with_results(state: AppState, run: Run) -> list[KnownBatch]:
    """Those whose results are on this disk."""
    found = (state.batch_of(chunk) for chunk in run.live_chunks)
    return [known for known in found if known is not None and known.are_results_here]


def last_copies(state: AppState, run: Run, now: datetime) -> int:
    """Results here that the service does not have any more; `now` in the server's clock."""
    found = batches_with_results(state, run)
    gone = (known for known in found if not known.has_results_there or are_results_lost(known, now))
    return sum(known.collected.results for known in gone if known.collected is not None)


def prune(engine: Engine, run: str, *, results: bool) -> int:
    """Drop local bodies (and results) of a settled run; bytes freed. The record comes first: it forbids sending."""
    engine.core.must_be_allowed("prune")
    now = engine.core.clock.now()

    def decide(state: AppState) -> list[Record]:
        must_be_prunable(engine, state.runs[run], results=results)
        return [RunPruned(at=now, run=run, results=results)]

    engine.core.transact(decide)
    return engine.store.prune(run, results=results)
