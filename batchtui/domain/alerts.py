"""What needs a person, derived from state: nothing is stored, so nothing can be forgotten or go stale."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from batchtui.domain.budget import committed_today
from batchtui.domain.link import Link, LinkState
from batchtui.domain.settings import Settings
from batchtui.domain.settling import may_be_ours, unanswered
from batchtui.domain.state import AppState, KnownBatch, Run
from batchtui.domain.status import Status, are_results_lost, batch_status, run_counts, run_status

LINK_DOWN = timedelta(minutes=10)
CANCELING_LONG = timedelta(hours=1)


class AlertKind(StrEnum):
    BAD_RESULTS = "bad_results"
    EXPIRY = "expiry"
    RESULTS_VANISH = "results_vanish"
    ERROR_SHARE = "error_share"
    UNSURE = "unsure"
    BUDGET = "budget"
    CANCELING_LONG = "canceling_long"
    LINK = "link"
    STRANGER = "stranger"
    HELD = "held"
    COLLECT = "collect"


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that needs a person; `key` is the same as long as it is the same thing."""

    kind: AlertKind
    text: str
    run: str | None = None
    batch_id: str | None = None
    submission: str | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.run or ''}:{self.batch_id or self.submission or ''}"


def alerts(state: AppState, link: Link, settings: Settings, now: datetime) -> list[Alert]:
    """All alerts, those about money and loss first; `now` is the local clock."""
    server_now = link.server_now(now)
    return [
        *_unsure(state),
        *_link(link, now),
        *_budget(state, settings, now),
        *_runs(state, settings, server_now),
        *_batches(state, settings, server_now),
    ]


def _unsure(state: AppState) -> Iterator[Alert]:
    for entry in state.unknown_submissions():
        words = "not found, R offers to send it again" if entry.is_not_found else "no answer, A settles"
        text = f"{entry.run} chunk {entry.chunk}: {words}"
        yield Alert(kind=AlertKind.UNSURE, text=text, run=entry.run, submission=entry.id)


def _link(link: Link, now: datetime) -> Iterator[Alert]:
    is_down = link.state in (LinkState.OFFLINE, LinkState.NOT_AUTHORIZED, LinkState.OTHER_ACCOUNT)
    if is_down and link.since is not None and now - link.since >= LINK_DOWN:
        yield Alert(kind=AlertKind.LINK, text=f"{link.state} for over ten minutes: {link.why}")


def _budget(state: AppState, settings: Settings, now: datetime) -> Iterator[Alert]:
    limit = settings.budget.daily_usd
    if limit is None or limit <= 0:
        return
    share = committed_today(state, now) / limit
    if share >= 0.8:
        word = "used up" if share >= 1 else f"{share:.0%} used"
        yield Alert(kind=AlertKind.BUDGET, text=f"the day's budget of ${limit:,.2f} is {word}")


def _runs(state: AppState, settings: Settings, now: datetime) -> Iterator[Alert]:
    for run in state.runs.values():
        if run.held_reason is not None and any(chunk.may_still_be_sent for chunk in run.live_chunks):
            yield Alert(kind=AlertKind.HELD, text=f"{run.name} is held: {run.held_reason}", run=run.name)
        status = run_status(state, run, now)
        if status.is_over:
            if needs_triage(state, run, status):
                bad = run_counts(state, run).bad
                yield Alert(kind=AlertKind.BAD_RESULTS, text=f"{run.name}: {bad:,} bad", run=run.name)
            continue
        yield from _error_share(state, run, settings)


def needs_triage(state: AppState, run: Run, status: Status) -> bool:
    """Ended with bad results that nobody looked at, canceled ones aside: those were somebody's wish."""
    if run.triaged_at is not None or status not in (Status.PARTIAL, Status.ERRORED, Status.EXPIRED):
        return False
    counts = run_counts(state, run)
    return counts.errored + counts.expired > 0 and not state.retries_of(run.name)


def _error_share(state: AppState, run: Run, settings: Settings) -> Iterator[Alert]:
    for chunk in run.live_chunks:
        known = state.batch_of(chunk)
        if known is None or not known.batch.is_ended:
            continue
        share = known.batch.request_counts.errored / max(1, chunk.requests)
        if share > settings.alerts.error_share and run.triaged_at is None:
            text = f"{run.name} chunk {chunk.label}: {share:.0%} errored while the run goes on"
            yield Alert(kind=AlertKind.ERROR_SHARE, text=text, run=run.name)
            return


def _batches(state: AppState, settings: Settings, now: datetime) -> Iterator[Alert]:
    doubtful = unanswered(state)
    for known in state.batches.values():
        if known.is_hidden:
            continue
        yield from _batch(state, known, settings, now)
        if known.run is None and not known.is_past and known.is_open and not may_be_ours(known, doubtful):
            batch_id = known.batch.id
            yield Alert(kind=AlertKind.STRANGER, text=f"{batch_id} was not sent from here", batch_id=batch_id)


def _batch(state: AppState, known: KnownBatch, settings: Settings, now: datetime) -> Iterator[Alert]:
    batch_id, run = known.batch.id, known.run
    name = f"{run} chunk {known.chunk}" if run else batch_id
    expires = known.batch.expires_at
    soon = timedelta(hours=settings.alerts.expiry_hours)
    if known.is_open and expires is not None and expires - now < soon:
        yield Alert(kind=AlertKind.EXPIRY, text=f"{name} expires soon", run=run, batch_id=batch_id)
    if run is not None and _will_vanish(state, known, settings, now):
        yield Alert(kind=AlertKind.RESULTS_VANISH, text=f"{name}: results vanish soon", run=run, batch_id=batch_id)
    canceled_at = known.batch.cancel_initiated_at
    if batch_status(known, now) is Status.CANCELING and canceled_at and now - canceled_at > CANCELING_LONG:
        yield Alert(kind=AlertKind.CANCELING_LONG, text=f"{name} is stopping for long", run=run, batch_id=batch_id)
    if run is not None and known.collect_attempts and known.collected is None and known.collect_retry_at is None:
        yield Alert(kind=AlertKind.COLLECT, text=f"{name}: {known.collect_why}", run=run, batch_id=batch_id)


def _will_vanish(state: AppState, known: KnownBatch, settings: Settings, now: datetime) -> bool:
    if known.collected is not None or not known.batch.is_ended or are_results_lost(known, now):
        return False
    return known.results_until - now < timedelta(days=settings.alerts.results_days)
