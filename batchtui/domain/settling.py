"""Settling unknown submissions from complete reads of the list: who may be whose, and when nobody is.

A batch is adopted only when it is the one candidate of exactly one unknown submission; everything else waits
for custom_ids, which the service gives once a batch has ended.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from batchtui.domain.batch import Batch
from batchtui.domain.records import Record, SubmissionAdopted, SubmissionLooked, SubmissionNotAccepted
from batchtui.domain.settings import SubmitSettings
from batchtui.domain.state import AppState, KnownBatch, Run
from batchtui.domain.status import are_results_lost
from batchtui.domain.submission import ChunkState, Submission

LOOKS_APART = timedelta(minutes=1)
CLOCK_MARGIN = timedelta(seconds=5)
LATE_AT_MOST = timedelta(hours=1)
"""A batch made so long after the connection ended was not made by it."""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A complete read of the list: every batch down to the oldest cursor that matters, newest first."""

    begun_at: datetime
    """Local clock."""
    batches: tuple[Batch, ...]
    skew: timedelta = timedelta()
    """Server's clock minus ours."""
    since: datetime | None = None
    """When this process began to look: between two processes the clock may have been set."""


def candidates(state: AppState, submission: Submission, look: Look) -> tuple[str, ...]:
    """Batches that may be this submission's: newer than its cursor, of its size or named by its answer, known to no
    record."""
    return tuple(
        batch.id
        for batch in _newer(submission, look)
        if (batch.request_counts.total == submission.requests or batch.id == submission.answered)
        and batch.id not in submission.disproved
        and not _has_owner(state, batch.id)
        and not _was_there_before(state, submission, batch.id)
    )


def _newer(submission: Submission, look: Look) -> Iterator[Batch]:
    """Batches before the cursor in the list, and those behind it that are no older: made in the same moment, or listed
    out of order. By created_at in server time only when the cursor is gone."""
    ids = [batch.id for batch in look.batches]
    if submission.newest_batch_id in ids:
        place = ids.index(submission.newest_batch_id)
        cursor = look.batches[place]
        yield from look.batches[:place]
        yield from (batch for batch in look.batches[place + 1 :] if batch.created_at >= cursor.created_at)
        return
    earliest = (submission.listed_at or submission.intended_at + look.skew) - CLOCK_MARGIN
    yield from (batch for batch in look.batches if submission.newest_batch_id is None or batch.created_at >= earliest)


def _has_owner(state: AppState, batch_id: str) -> bool:
    known = state.batches.get(batch_id)
    return known is not None and known.run is not None


def _was_there_before(state: AppState, submission: Submission, batch_id: str) -> bool:
    known = state.batches.get(batch_id)
    return known is not None and known.seen_after <= submission.number


def settle(state: AppState, look: Look, settings: SubmitSettings, now: datetime) -> list[Record]:
    """What a complete read proves about every unknown submission."""
    claims = {entry.id: candidates(state, entry, look) for entry in state.unknown_submissions()}
    on_the_wire = _on_the_wire(state, look) if claims else frozenset()
    records: list[Record] = []
    for submission_id, claimed in claims.items():
        if not on_the_wire.isdisjoint(claimed):
            continue  # the answer that is awaited tells whose it is
        submission = state.submissions[submission_id]
        record = _conclude(submission, claimed, claims, look, settings, now)
        if record is not None:
            records.append(record)
    return records


def _on_the_wire(state: AppState, look: Look) -> frozenset[str]:
    """Batches that may be those of a POST under way: shown by the list before the answer to it was written down."""
    sending = (entry for entry in state.submissions.values() if entry.state == ChunkState.SENDING)
    return frozenset(batch_id for entry in sending for batch_id in candidates(state, entry, look))


def _conclude(
    submission: Submission,
    claimed: tuple[str, ...],
    claims: dict[str, tuple[str, ...]],
    look: Look,
    settings: SubmitSettings,
    now: datetime,
) -> Record | None:
    if not claimed:
        return _nobody(submission, look, settings, now)
    if len(claimed) == 1 and _is_sole_claim(claimed[0], claims) and _has_its_size(submission, claimed[0], look):
        return SubmissionAdopted(at=now, submission=submission.id, batch_id=claimed[0])
    if claimed == submission.candidates:
        return None
    return SubmissionLooked(at=now, submission=submission.id, begun_at=look.begun_at, candidates=claimed)


def _has_its_size(submission: Submission, batch_id: str, look: Look) -> bool:
    """Not what the answer named with another number of requests: only its custom_ids can tell."""
    return any(batch.id == batch_id and batch.request_counts.total == submission.requests for batch in look.batches)


def _is_sole_claim(batch_id: str, claims: dict[str, tuple[str, ...]]) -> bool:
    return sum(batch_id in claimed for claimed in claims.values()) == 1


def _nobody(submission: Submission, look: Look, settings: SubmitSettings, now: datetime) -> Record | None:
    """No candidate: reads begun too soon after the connection ended prove nothing."""
    ended_at = submission.ended_at or submission.intended_at
    if look.begun_at < ended_at + timedelta(seconds=settings.lost_look_seconds):
        return None
    first = submission.empty_since
    if first is None:
        return SubmissionLooked(at=now, submission=submission.id, begun_at=look.begun_at)
    own_first = max(first, look.since or first)
    if submission.may_return_alone and look.begun_at - own_first >= LOOKS_APART:
        return SubmissionNotAccepted(at=now, submission=submission.id, why=f"{submission.why}; two looks found nothing")
    lost_after = timedelta(minutes=settings.lost_after_minutes)
    if not submission.is_not_found and look.begun_at - first >= lost_after:
        return SubmissionLooked(at=now, submission=submission.id, begun_at=look.begun_at, is_not_found=True)
    return None


def undecidable(state: AppState, batch_id: str, now: datetime) -> str:
    """Why custom_ids will not tell whose a candidate is; empty as long as they may. `now` in the server's clock."""
    known = state.batches.get(batch_id)
    if known is None:
        return ""
    if known.is_gone or known.is_deleted:
        return "the service no longer knows it"
    if are_results_lost(known, now):
        return "its results are archived"
    if known.gave_up_collecting:
        return f"its results could not be read: {known.collect_why}"
    return ""


def needs_person(state: AppState, submission: Submission, now: datetime) -> bool:
    """Several batches or submissions may belong together, and nothing will ever tell which."""
    is_doubtful = submission.state == ChunkState.UNKNOWN and bool(submission.candidates)
    return is_doubtful and all(undecidable(state, batch_id, now) for batch_id in submission.candidates)


def unanswered(state: AppState) -> tuple[Submission, ...]:
    """Submissions that may have become a batch without our knowing."""
    doubtful = (ChunkState.SENDING, ChunkState.UNKNOWN)
    return tuple(entry for entry in state.submissions.values() if entry.state in doubtful)


def may_be_ours(known: KnownBatch, doubtful: Iterable[Submission]) -> bool:
    """It is on the list before the answer to its POST was written down, or that answer was lost."""
    return any(
        (entry.requests == known.batch.request_counts.total or entry.answered == known.batch.id)
        and entry.number < known.seen_after
        and known.batch.id not in entry.disproved
        for entry in doubtful
    )


def may_have_become(state: AppState, given_up: Submission) -> tuple[str, ...]:
    """Batches that a submission which somebody gave up may be after all, hidden ones aside: those were looked at."""
    if given_up.state != ChunkState.ABANDONED or not given_up.is_released:
        return ()
    sent_here = {entry.batch_id for entry in state.submissions.values() if entry.batch_id is not None}
    return tuple(
        batch_id
        for batch_id, known in state.batches.items()
        if batch_id not in sent_here and not known.is_hidden and not known.is_deleted and _fits(known, given_up)
    )


def _fits(known: KnownBatch, given_up: Submission) -> bool:
    """It has the size, came after the submission and not long after its end."""
    is_named = known.batch.id == given_up.answered
    if known.batch.id in given_up.disproved or not (is_named or known.batch.request_counts.total == given_up.requests):
        return False
    took = (given_up.ended_at or given_up.intended_at) - given_up.intended_at
    latest = (given_up.listed_at or given_up.intended_at) + took + LATE_AT_MOST
    return known.seen_after > given_up.number and known.batch.created_at <= latest


def oldest_cursor_needed(state: AppState) -> set[str | None]:
    """The cursors a read must reach to be complete for every unknown submission; None asks for the whole list."""
    return {entry.newest_batch_id for entry in state.unknown_submissions()}


def contested(state: AppState) -> Iterator[tuple[Submission, str]]:
    """Claims that only custom_ids can decide: candidates that have ended, with each submission that names them."""
    for submission in state.unknown_submissions():
        for batch_id in submission.candidates:
            known = state.batches.get(batch_id)
            if known is not None and known.batch.is_ended and known.run is None:
                yield submission, batch_id


def batches_of_run(state: AppState, run: Run) -> frozenset[str]:
    """Batches that are a run's, or were taken for one of its chunks' at some time."""
    own = {chunk.batch_id for chunk in run.chunks.values()}
    for name in (each for chunk in run.chunks.values() for each in chunk.submissions):
        entry = state.submissions.get(name)
        if entry is not None:
            own |= {entry.batch_id, *entry.candidates, *entry.disproved}
    return frozenset(batch_id for batch_id in own if batch_id is not None)
