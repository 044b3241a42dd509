"""Downloading results that are ready, as a command does before it looks at them."""

from collections.abc import Sequence

from batchtui.cli import diagnostics, notices
from batchtui.cli.working import working
from batchtui.domain.link import LinkState
from batchtui.domain.state import AppState, KnownBatch
from batchtui.domain.status import are_results_lost
from batchtui.domain.words import several
from batchtui.engine import verbs_batches
from batchtui.engine.engine import Duty, Engine
from batchtui.engine.live import Notice

PATIENCE_SECONDS = 90.0
"""Ended results have answered 404 for up to a minute; so long a download that failed is tried again."""


async def collect(engine: Engine, batch_ids: Sequence[str], *, again: bool = False) -> tuple[KnownBatch, ...]:
    """Fetch and verify what has ended, again where a download failed; what became of each batch.

    Args:
        again: also what was pruned here.
    """
    wanted = [batch_id for batch_id in dict.fromkeys(batch_ids) if is_ready(engine, batch_id, again=again)]
    if wanted:
        if (leader := engine.leader()) is not None:
            diagnostics.say(f"another process ({leader}) leads this workspace; waiting for it")
        async with working(engine, Duty.COLLECT_ORDERED, _tell):
            await verbs_batches.collect(engine, wanted, again=again)
            if not _are_all_done(engine.state, wanted):
                diagnostics.say(f"what is not complete is tried again for {PATIENCE_SECONDS:.0f} seconds")
                await engine.until(lambda state: _are_all_done(state, wanted), within=PATIENCE_SECONDS)
        _say_what_is_left(engine, wanted)
    return tuple(engine.state.batches[batch_id] for batch_id in dict.fromkeys(batch_ids))


async def collect_first(engine: Engine, batch_ids: Sequence[str]) -> None:
    """Bring results here before they are looked at, where this session may and the service is there."""
    is_reachable = engine.core.live.link.state in (LinkState.LIVE, LinkState.CACHED, LinkState.LIMITED)
    if engine.is_offline or engine.core.live.is_read_only or not is_reachable:
        return
    await collect(engine, batch_ids)


def is_ready(engine: Engine, batch_id: str, *, again: bool = False) -> bool:
    """Whether a batch has results that are not here yet."""
    known = engine.state.batches[batch_id]
    server_now = engine.core.live.link.server_now(engine.core.clock.now())
    is_missing = known.collected is None or (again and known.are_results_pruned)
    return is_missing and known.has_results_there and not are_results_lost(known, server_now)


def _are_all_done(state: AppState, batch_ids: Sequence[str]) -> bool | None:
    batches = [state.batches[batch_id] for batch_id in batch_ids]
    return None if any(known.wants_download and not known.gave_up_collecting for known in batches) else True


def _say_what_is_left(engine: Engine, batch_ids: Sequence[str]) -> None:
    """How it ended for what could not be brought here, and what goes on with it."""
    for known in (engine.state.batches[batch_id] for batch_id in batch_ids):
        if not known.are_results_here and known.collect_why:
            tries = several(known.collect_attempts, "try", "tries")
            how = f"`batchtui collect {known.batch.id}` or `batchtui watch` tries again"
            diagnostics.say(f"{known.batch.id} is not collected after {tries}: {known.collect_why}; {how}")


def _tell(notice: Notice) -> None:
    if notice.event in ("collect_failed", "alert", "connection"):
        diagnostics.say(notices.notice_line(notice))
