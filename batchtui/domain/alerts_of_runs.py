"""Alerts about runs and their batches."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from batchtui.domain.again import declined, is_ordered
from batchtui.domain.alert import Alert, AlertKind, Remedy
from batchtui.domain.budget import run_committed
from batchtui.domain.forecasting.estimate import History
from batchtui.domain.limits import split_offer, wants_smaller_split
from batchtui.domain.money import as_written, limit_words
from batchtui.domain.never_accepted import never_accepted
from batchtui.domain.per_run import PerRun
from batchtui.domain.pilot import Stage, asks, stage
from batchtui.domain.settings import Settings
from batchtui.domain.settling import may_be_ours, may_have_become, unanswered
from batchtui.domain.state import AppState, KnownBatch, Run
from batchtui.domain.status import Status, are_results_lost, batch_status, can_come_again, run_counts, run_status
from batchtui.domain.submission import Trouble
from batchtui.domain.unsendable import PRUNED, batch_of_bare
from batchtui.domain.words import Moment, chunk_name, moment_of, several, share_words

CANCELING_LONG = timedelta(hours=1)
NEARLY_USED_UP = 0.8
TRIES_BEFORE_ALERT = 2
"""One download that is cut is the network's; the next is complete."""


AlertsOfRuns = PerRun[tuple[Alert, ...]]
"""Alerts kept from one look to the next."""


def alerts_of_runs(
    state: AppState, settings: Settings, now: datetime, kept: AlertsOfRuns | None = None
) -> Iterator[Alert]:
    """`now` in the server's clock, here and below."""
    retried = {run.parent for run in state.runs.values()}

    def look(run: Run) -> tuple[Alert, ...]:
        return tuple(_alerts_of_run(state, run, settings, now, is_retried=run.name in retried))

    for found in (kept or AlertsOfRuns()).values(state, look):
        yield from found


def _alerts_of_run(
    state: AppState, run: Run, settings: Settings, now: datetime, *, is_retried: bool
) -> Iterator[Alert]:
    is_waiting = any(chunk.may_still_be_sent for chunk in run.live_chunks)
    if run.held_reason is not None and (is_waiting or is_ordered(state, run)):
        text = f"{run.name} is held: {run.held_reason}{'' if is_waiting else '; its retry waits'}"
        yield Alert(kind=AlertKind.HELD, text=text, run=run.name, episode=short_hash(run.held_reason))
    yield from _pilot(state, run)
    yield from _declined(state, run)
    yield from _sending_trouble(run)
    yield from _never_accepted(state, run)
    yield from _other_file(run)
    status = run_status(state, run, now)
    if not status.is_over:
        yield from _error_share(state, run, settings)
        yield from _budget(state, run, settings)
    elif needs_triage(state, run, status, is_retried=is_retried):
        yield from _bad_results(state, run, now)


def _pilot(state: AppState, run: Run) -> Iterator[Alert]:
    """The rest of a run waits for a person, not for time."""
    if run.pilot is None or run.held_reason is not None or not asks(state, run):
        return
    found = stage(state, run)
    what = "came to nothing" if found is Stage.LOST else f"is back{f' ({run.pilot_why})' if run.pilot_why else ''}"
    text = f"{run.name} waits: its {run.pilot.kind} {what}"
    yield Alert(kind=AlertKind.PILOT, text=text, run=run.name, episode=found, remedy=Remedy.CONTINUE)


def _declined(state: AppState, run: Run) -> Iterator[Alert]:
    """The program would have sent it again by itself, and left that to a person."""
    why = declined(state, run)
    if why:
        text, episode = f"{run.name} is not sent again by itself: {why}", str(len(state.lineage(run.name)))
        yield Alert(kind=AlertKind.RETRY_DECLINED, text=text, run=run.name, episode=episode, remedy=Remedy.RETRY)


def _sending_trouble(run: Run) -> Iterator[Alert]:
    """Held chunks that trying again will hardly send; the first of a kind stands for all of them."""
    waiting = [chunk for chunk in run.live_chunks if chunk.may_still_be_sent]
    unreadable = next((chunk for chunk in waiting if chunk.trouble is Trouble.DISK), None)
    if unreadable is not None:
        text = f"{run.name} chunk {chunk_name(unreadable.label)} was not sent: {unreadable.why}"
        yield Alert(kind=AlertKind.UNREADABLE, text=text, run=run.name, episode=unreadable.label)
    too_large = next((chunk for chunk in waiting if wants_smaller_split(chunk)), None)
    if too_large is not None:
        text = f"{run.name} chunk {chunk_name(too_large.label)}: {split_offer(run, too_large)}"
        yield Alert(kind=AlertKind.SMALLER_SPLIT, text=text, run=run.name, episode=too_large.label)


def _never_accepted(state: AppState, run: Run) -> Iterator[Alert]:
    """The service said no: nobody would look for results of these, and none will come."""
    found = never_accepted(state, run)
    if found:
        yield Alert(
            kind=AlertKind.NEVER_ACCEPTED,
            text=f"{run.name}: {found.words}",
            run=run.name,
            episode=short_hash(" ".join(found.submissions)),
            remedy=Remedy.LOST if found.can_go_again else None,
        )


def _other_file(run: Run) -> Iterator[Alert]:
    """What its batch was made from is not known: it can be looked at, not sent again."""
    if run.other_file:
        name = run.other_file.rpartition("/")[2]
        which = f"the file it was adopted with holds other requests than its batch ({name})"
        step = f"`batchtui adopt {batch_of_bare(run)} --input FILE` gives it the right one"
        text = f"{run.name}: {which}; its results are here without it, {step}"
        yield Alert(kind=AlertKind.OTHER_FILE, text=text, run=run.name)


def _bad_results(state: AppState, run: Run, now: datetime) -> Iterator[Alert]:
    """With what can still be done once the files of the run were pruned; nobody is called where nothing can."""
    text = f"{run.name}: {run_counts(state, run).bad:,} bad"
    batches = [known for chunk in run.live_chunks if (known := state.batch_of(chunk)) is not None]
    if run.are_results_pruned and not any(known.are_results_here for known in batches):
        until = max((known.results_until for known in batches if can_come_again(known, now)), default=None)
        if until is None:
            return
        text += f", pruned here; `batchtui collect {run.name}` fetches the results again until {until:%Y-%m-%d}"
    elif run.is_pruned:
        text += f"; nothing of it can be sent again from here: {PRUNED}"
    yield Alert(kind=AlertKind.BAD_RESULTS, text=text, run=run.name)


def needs_triage(state: AppState, run: Run, status: Status, *, is_retried: bool) -> bool:
    """Ended with bad results that nobody looked at, canceled ones aside: those were somebody's wish."""
    if run.triaged_at is not None or status not in (Status.PARTIAL, Status.ERRORED, Status.EXPIRED) or is_retried:
        return False
    counts = run_counts(state, run)
    return counts.errored + counts.untold + counts.expired > 0


def _error_share(state: AppState, run: Run, settings: Settings) -> Iterator[Alert]:
    for chunk in run.live_chunks:
        known = state.batch_of(chunk)
        if known is None or not known.batch.is_ended:
            continue
        share = known.batch.request_counts.errored / max(1, chunk.requests)
        if share > settings.alerts.error_share and run.triaged_at is None:
            remedy = Remedy.HOLD if can_be_held(run) else None
            text = f"{run.name} chunk {chunk_name(chunk.label)}: {share_words(share)} errored so far"
            yield Alert(kind=AlertKind.ERROR_SHARE, text=text, run=run.name, remedy=remedy)
            return


def _budget(state: AppState, run: Run, settings: Settings) -> Iterator[Alert]:
    """From 80 % on while more of it may be sent; used up as long as it runs, unless somebody agreed to that."""
    limit = settings.budget.run_usd
    if limit is None or limit <= 0 or run.over_budget:
        return
    share = run_committed(state, run) / as_written(limit)
    is_used_up = share >= 1
    if is_used_up or (share >= NEARLY_USED_UP and any(chunk.may_still_be_sent for chunk in run.live_chunks)):
        word = "used up" if is_used_up else f"{share_words(share)} used"
        text = f"{run.name}: its budget of {limit_words(limit)} is {word}"
        yield Alert(kind=AlertKind.RUN_BUDGET, text=text, run=run.name, episode="100" if is_used_up else "80")


def alerts_of_batches(
    state: AppState, settings: Settings, now: datetime, history: Callable[[], History]
) -> Iterator[Alert]:
    """Those about single batches, ours and others'; hidden ones are nobody's concern."""
    doubtful = unanswered(state)
    given_up = dict(_given_up(state))
    for known in state.batches.values():
        if known.is_hidden or (known.collected is not None and known.batch.is_ended):
            continue  # what is here and over asks for nobody; there are thousands of them
        yield from _batch(state, known, settings, now)
        yield from _turned_up(state, known)
        if known.is_open and known.run is not None:
            yield from _late(state, known, now, history)
        if known.run is None and not known.is_past and known.is_open and not may_be_ours(known, doubtful):
            batch_id = known.batch.id
            text = f"{batch_id} was not sent from here{given_up.get(batch_id, '')}"
            yield Alert(kind=AlertKind.STRANGER, text=text, batch_id=batch_id)


def _given_up(state: AppState) -> Iterator[tuple[str, str]]:
    """Batches that may be what somebody gave up here, with words about it."""
    for entry in state.submissions.values():
        for batch_id in may_have_become(state, entry):
            yield batch_id, f", or is what was given up of {entry.run} chunk {chunk_name(entry.chunk)}"


def _batch(state: AppState, known: KnownBatch, settings: Settings, now: datetime) -> Iterator[Alert]:
    batch_id, run = known.batch.id, known.run
    name = _name(known)
    expires = known.batch.expires_at
    soon = timedelta(hours=settings.alerts.expiry_hours)
    if known.is_open and expires is not None and expires - now < soon:
        out = several(known.batch.request_counts.total, "request")
        moment = moment_of(expires, now)
        text = f"{name} expires at {moment.words()}, {out} still out"
        yield Alert(kind=AlertKind.EXPIRY, text=text, run=run, batch_id=batch_id, moment=moment)
    if run is not None and _will_vanish(state, known, settings, now):
        text = f"{name}: results are not here and vanish there on {known.results_until:%Y-%m-%d}"
        yield Alert(kind=AlertKind.RESULTS_VANISH, text=text, run=run, batch_id=batch_id)
    if run is not None and known.is_gone and known.collected is None:
        text = f"{name}: the service no longer knows {batch_id}, and its results are not here"
        yield Alert(kind=AlertKind.GONE, text=text, run=run, batch_id=batch_id)
    canceled_at = known.batch.cancel_initiated_at
    if batch_status(known, now) is Status.CANCELING and canceled_at and now - canceled_at > CANCELING_LONG:
        yield Alert(kind=AlertKind.CANCELING_LONG, text=f"{name} is stopping for long", run=run, batch_id=batch_id)
    if run is not None and known.collected is None:
        yield from _collect_trouble(known, run)


def _collect_trouble(known: KnownBatch, run: str) -> Iterator[Alert]:
    """A download that keeps failing is told while it is still tried again: the results are kept for so long only."""
    retry_at, tries = known.collect_retry_at, known.collect_attempts
    if not tries or (retry_at is not None and tries < TRIES_BEFORE_ALERT):
        return
    text, moment = f"{_name(known)}: {known.collect_why}", None
    if retry_at is not None:
        moment = Moment(retry_at, "%H:%M:%S")
        again = f"tried again at {moment.words()}"
        kept = f"kept there until {known.results_until:%Y-%m-%d}"
        text = f"{_name(known)}: {tries} downloads have failed, {again}, {kept}: {known.collect_why}"
    episode = "" if retry_at is None else "again"
    yield Alert(kind=AlertKind.COLLECT, text=text, run=run, batch_id=known.batch.id, episode=episode, moment=moment)


def _turned_up(state: AppState, known: KnownBatch) -> Iterator[Alert]:
    """Its run was canceled while nobody knew of it. It may be another's, so only a person stops it."""
    run = state.runs.get(known.run or "")
    chunk = run.chunks.get(known.chunk or "") if run is not None else None
    if chunk is None or not chunk.is_dropped or not known.is_open or known.batch.is_canceling:
        return
    if known.cancel_intended_at is None:
        text = f"{_name(known)} was canceled, but what is taken for its batch goes on: {known.batch.id}"
        yield Alert(kind=AlertKind.TURNED_UP, text=text, run=known.run, batch_id=known.batch.id, remedy=Remedy.CANCEL)


def _will_vanish(state: AppState, known: KnownBatch, settings: Settings, now: datetime) -> bool:
    if known.collected is not None or not known.batch.is_ended or are_results_lost(known, now):
        return False
    return known.results_until - now < timedelta(days=settings.alerts.results_days)


def can_be_held(run: Run) -> bool:
    """Something of it waits to be sent, and nothing holds it yet."""
    return run.held_reason is None and any(chunk.may_still_be_sent for chunk in run.live_chunks)


def _late(state: AppState, known: KnownBatch, now: datetime, history: Callable[[], History]) -> Iterator[Alert]:
    """With the service for longer than nine of ten chunks like it were."""
    run = state.runs.get(known.run or "")
    chunk = run.chunks.get(known.chunk or "") if run is not None else None
    if run is None or chunk is None:
        return
    eta = history().eta(run, chunk, known, now)
    if eta is not None and eta.is_late:
        text = f"{_name(known)} is later than 9 of 10 like it ({eta.basis.chunks:,} seen)"
        yield Alert(kind=AlertKind.LATE, text=text, run=run.name, batch_id=known.batch.id)


def _name(known: KnownBatch) -> str:
    return f"{known.run} chunk {chunk_name(known.chunk or '')}" if known.run else known.batch.id


def short_hash(text: str) -> str:
    """A few characters that differ when the text does, for a key."""
    from hashlib import sha256  # seldom there is a reason to shorten

    return sha256(text.encode(errors="replace")).hexdigest()[:8]
