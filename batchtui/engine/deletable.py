"""Whether the service's copy of a batch may go: only while the one on this disk is whole."""

import asyncio

from batchtui.domain.failures import BadInput
from batchtui.domain.state import AppState, KnownBatch
from batchtui.engine.ports import Store


def must_be_deletable(state: AppState, known: KnownBatch) -> None:
    """Refuse to delete what no record says to be safely here.

    Raises:
        BadInput: with the reason.
    """
    batch_id = known.batch.id
    if known.is_deleted:
        return
    if not known.batch.is_ended:
        raise BadInput(f"{batch_id} has not ended", next="only ended batches can be deleted")
    if known.collected is None and not known.has_results_there:
        raise BadInput(
            f"results of {batch_id} are not here, and the service no longer has them",
            next=f"nothing can be fetched any more{_out_of_sight(known)}",
        )
    if known.collected is None:
        raise BadInput(f"results of {batch_id} are not collected", next=f"`batchtui collect {batch_id}` first")
    if not known.is_proved:
        raise BadInput(
            f"{batch_id} is not proved to be the chunk's own", next="`batchtui reconcile` tells what it is taken for"
        )
    if known.are_results_pruned:
        raise BadInput(
            f"results of {batch_id} were pruned here",
            next=f"`batchtui collect {batch_id}` fetches them again; until then the service has the only ones",
        )


def _out_of_sight(known: KnownBatch) -> str:
    return f"; `batchtui hide {known.batch.id}` takes it out of sight" if known.run is None else ""


async def must_be_unchanged(state: AppState, store: Store, batch_id: str) -> None:
    """Refuse to delete what is not on this disk exactly as it was verified: all of it is read.

    Raises:
        BadInput: with the reason.
    """
    known = state.batches[batch_id]
    must_be_deletable(state, known)
    if known.is_deleted or known.collected is None:
        return
    sha256, path = known.collected.sha256, store.results_path(batch_id, known.run)
    if not await asyncio.to_thread(store.is_unchanged, path, sha256=sha256):
        raise BadInput(
            f"results of {batch_id} are not on this disk as they were verified",
            next=f"bring {path} back from a backup; until then the service has the only ones",
        )
