"""The figures of home's second header row."""

from msgspec import Struct

from batchtui.domain.alert import AlertKind
from batchtui.domain.budget import committed_today, is_today_measured
from batchtui.domain.money import Usd
from batchtui.domain.state import KnownBatch
from batchtui.domain.status import Status, run_counts, run_status
from batchtui.present.scene import Scene
from batchtui.present.signs import alert_count


class Totals(Struct, frozen=True, kw_only=True):
    """Over all runs; what was started elsewhere is counted apart."""

    runs: int
    running: int
    triage: int
    triage_bad: int
    in_flight: int
    elsewhere: int
    """Requests in flight that nobody sent from here."""
    spent_usd: Usd
    is_spent_measured: bool
    alerts: int


def totals(scene: Scene) -> Totals:
    """Of now; worked out anew when state, counts or the minute change."""
    link = scene.live.link
    key = (scene.live.moving, link.state, link.since, scene.this_minute)
    return scene.memory.get("totals", scene.state, key, lambda: _totals(scene))


def _totals(scene: Scene) -> Totals:
    state = scene.state
    open_batches = [known for known in state.batches.values() if known.is_open]
    open_runs = {known.run for known in open_batches if known.run is not None}
    names = [alert.run for alert in scene.alerts if alert.kind is AlertKind.BAD_RESULTS and alert.run]
    moving = scene.live.moving

    def processing(known: KnownBatch) -> int:
        return moving.get(known.batch.id, known.batch.request_counts).processing

    return Totals(
        runs=len(state.runs),
        running=sum(_is_running(scene, name) for name in open_runs),
        triage=len(names),
        triage_bad=sum(run_counts(state, state.runs[name]).bad for name in names),
        in_flight=sum(processing(known) for known in open_batches if known.run is not None),
        elsewhere=sum(processing(known) for known in open_batches if known.run is None),
        spent_usd=committed_today(state, scene.now),
        is_spent_measured=is_today_measured(state, scene.now),
        alerts=alert_count(scene.alerts),
    )


def _is_running(scene: Scene, name: str) -> bool:
    status = run_status(scene.state, scene.state.runs[name], scene.server_now)
    return status in (Status.IN_PROGRESS, Status.SENDING, Status.UNKNOWN)
