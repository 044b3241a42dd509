"""What the state knows of a run, or of a batch from elsewhere, that the page of its errors needs."""

from collections.abc import Mapping
from datetime import datetime

from batchtui.domain.money import ZERO
from batchtui.domain.never_accepted import never_accepted
from batchtui.domain.state import KnownBatch
from batchtui.present.errors.rows import Triage
from batchtui.present.scene import Scene


def triage_of(
    scene: Scene,
    name: str,
    *,
    seen_at: datetime | None,
    under_way: Mapping[str, tuple[str, int]] | None = None,
    seen_before: Mapping[tuple[str, str], datetime] | None = None,
) -> Triage:
    """The facts as they are now.

    Args:
        seen_at: when somebody last looked before this page was opened.
    """
    run = scene.state.runs.get(name)
    batches = _batches_of(scene, name)
    collected = {known.batch.id: known.collected for known in batches if known.collected is not None}
    return Triage(
        name=name,
        requests=run.requests if run else sum(known.batch.request_counts.total for known in batches),
        read=sum(entry.results for entry in collected.values()),
        now=scene.now,
        cost_high_usd=run.cost.high_usd if run else ZERO,
        seen_at=seen_at,
        collected_at={batch_id: entry.at for batch_id, entry in collected.items()},
        muted=scene.state.muted,
        muted_below=scene.state.muted_below,
        seen_before=seen_before or {},
        under_way=under_way or {},
        results_until=min((known.results_until for known in batches), default=None),
        refused=never_accepted(scene.state, run) or None if run else None,
    )


def signature(scene: Scene, name: str) -> tuple[object, ...]:
    """Changes when the groups of a run may have: something was collected, sent again or settled."""
    runs = scene.state.lineage(name) if name in scene.state.runs else ()
    chunks = [chunk for run in runs for chunk in scene.state.runs[run].live_chunks]
    files = [known.batch.id for run in (runs or (name,)) for known in _batches_of(scene, run) if known.collected]
    return (scene.live.grouping_revision, *runs, *(f"{chunk.label} {chunk.state}" for chunk in chunks), *files)


def downloads_of(scene: Scene, name: str) -> tuple[object, ...]:
    """Changes when more of a run's results has arrived, or a download of it begins or ends."""
    runs = scene.state.lineage(name) if name in scene.state.runs else (name,)
    ids = [known.batch.id for run in runs for known in _batches_of(scene, run) if known.collected is None]
    work = scene.live.work
    return tuple(found for each in ids for word in ("collect", "verify") if (found := work.get(f"{word} {each}")))


def _batches_of(scene: Scene, name: str) -> list[KnownBatch]:
    run = scene.state.runs.get(name)
    if run is None:
        known = scene.state.batches.get(name)
        return [known] if known is not None else []
    return [known for chunk in run.live_chunks if (known := scene.state.batch_of(chunk)) is not None]
