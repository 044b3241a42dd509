"""Giving the request file to a run that was made around a batch from elsewhere without one.

Commit point: the RunFurnished record, under the journal's lock. The bodies and the manifest are put in place just
before it; a crash in between leaves files that the same command puts there again, and the run is shown as before.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from batchtui.domain.failures import BadInput
from batchtui.domain.records import Record, RunFurnished
from batchtui.domain.run import Manifest
from batchtui.domain.state import AppState, KnownBatch, Run
from batchtui.engine.core import Core
from batchtui.engine.plans import Plan
from batchtui.engine.ports import Store


def is_bare(run: Run) -> bool:
    """Made around a batch whose requests are not here: nothing of it can be shown or sent again."""
    return not run.bytes and not run.is_pruned


def must_be_bare(state: AppState, known: KnownBatch) -> Run:
    """The run of a batch that its request file may still be given to.

    Raises:
        BadInput
    """
    run = state.runs.get(known.run or "")
    if run is None:
        raise BadInput(f"{known.batch.id} belongs to no run")
    if not is_bare(run):
        what = "its bodies were pruned" if run.is_pruned else "it has its requests"
        raise BadInput(f"{known.batch.id} belongs to {run.name}: {what}")
    if known.collected is None:
        how = "its custom_ids say whether the file is the right one"
        raise BadInput(f"the results of {known.batch.id} are not here yet", next=f"collect them first: {how}")
    return run


def furnish(core: Core, store: Store, plan: Plan, batch_id: str) -> str:
    """Put what was built from the file into the run; returns its name. The plan's requests are the batch's.

    Raises:
        BadInput: somebody was faster.
    """
    core.must_be_allowed("adopt")
    assert plan.staging is not None, "a plan that matched was built"
    staging = plan.staging

    def decide(state: AppState) -> Sequence[Record]:
        run = must_be_bare(state, state.batches[batch_id])
        store.furnish(staging, _furnished(store.manifest(run.name), plan))
        return [_record(plan, run.name, core.clock.now())]

    try:
        (record,) = core.transact(decide)
    finally:
        store.discard(staging)
    assert isinstance(record, RunFurnished)
    return record.run


def _furnished(manifest: Manifest, plan: Plan) -> Manifest:
    (chunk,) = plan.chunks
    return replace(
        manifest,
        bytes=chunk.bytes,
        models=plan.report.models,
        content_sha256=plan.report.content_sha256,
        inputs=plan.inputs,
        chunks=plan.chunks,
        cost=plan.cost,
    )


def _record(plan: Plan, run: str, now: datetime) -> RunFurnished:
    (chunk,) = plan.chunks
    return RunFurnished(
        at=now,
        run=run,
        bytes=chunk.bytes,
        models=plan.report.models,
        content_sha256=plan.report.content_sha256,
        chunk=chunk,
        cost=plan.cost,
        inputs=tuple(entry.path for entry in plan.inputs),
        forecast=plan.forecast,
    )
