"""From what was seen of a POST to the record that says what it came to."""

from datetime import datetime, timedelta

from batchtui.domain import submission as rules
from batchtui.domain.link import backoff_seconds
from batchtui.domain.records import (
    Record,
    SubmissionConfirmed,
    SubmissionNotAccepted,
    SubmissionRefused,
    SubmissionUnknown,
)
from batchtui.domain.state import Chunk
from batchtui.domain.submission import (
    Accepted,
    Broken,
    Conclusion,
    NoConnection,
    OtherAnswer,
    Seen,
    Undecodable,
    Unreadable,
)

FIRST_WAIT_SECONDS = 5.0


def outcome_record(
    submission: str, seen: Seen, chunk: Chunk, now: datetime, is_released: bool, *, foreign: str = ""
) -> Record:
    """The record for what was seen; the table itself is `domain.submission.conclude`.

    Args:
        foreign: words about the other account that the answer came from.
    """
    verdict = rules.conclude(seen, released=is_released)
    match verdict:
        case Conclusion.CONFIRMED if foreign:
            why = f"the answer came from another account: {foreign}"
            return SubmissionUnknown(at=now, submission=submission, why=why, ended_at=now, is_doubted=True)
        case Conclusion.CONFIRMED:
            return _confirmed(submission, seen, now)
        case Conclusion.UNKNOWN:
            return _unknown(submission, seen, now)
        case Conclusion.NOT_ACCEPTED:
            wait = _wait_seconds(seen, chunk)
            return SubmissionNotAccepted(
                at=now,
                submission=submission,
                why=words(seen),
                retry_at=now + timedelta(seconds=wait),
                trouble=rules.trouble_of(seen, size_bytes=chunk.bytes),
            )
        case Conclusion.REFUSED | Conclusion.WAIT | Conclusion.CAPPED | Conclusion.TOO_LARGE:
            return _refused(submission, seen, verdict, chunk, now)


def _confirmed(submission: str, seen: Seen, now: datetime) -> SubmissionConfirmed:
    if not isinstance(seen, Accepted):
        raise TypeError(f"a confirmation without a batch: {seen}")
    return SubmissionConfirmed(at=now, submission=submission, batch=seen.batch, request_id=seen.request_id)


def _unknown(submission: str, seen: Seen, now: datetime) -> SubmissionUnknown:
    return SubmissionUnknown(
        at=now,
        submission=submission,
        why=words(seen),
        ended_at=now,
        status=seen.status if isinstance(seen, OtherAnswer) else None,
        may_return_alone=isinstance(seen, OtherAnswer)
        and rules.may_return_alone(seen.status, is_service_envelope=seen.is_service_envelope),
    )


def _refused(submission: str, seen: Seen, verdict: Conclusion, chunk: Chunk, now: datetime) -> SubmissionRefused:
    if not isinstance(seen, OtherAnswer):
        raise TypeError(f"a refusal without a status: {seen}")
    is_wait = verdict is Conclusion.WAIT
    return SubmissionRefused(
        at=now,
        submission=submission,
        status=seen.status,
        type=seen.type,
        message=seen.message,
        request_id=seen.request_id,
        retry_at=now + timedelta(seconds=_wait_seconds(seen, chunk)) if is_wait else None,
        holds_run=verdict is Conclusion.CAPPED,
        is_held=verdict is Conclusion.TOO_LARGE and chunk.requests > 1,
    )


def _wait_seconds(seen: Seen, chunk: Chunk) -> float:
    asked = seen.retry_after_seconds if isinstance(seen, OtherAnswer) else None
    return backoff_seconds(failures=chunk.tries + 1, interval=FIRST_WAIT_SECONDS, jitter=0.5, retry_after=asked)


def words(seen: Seen) -> str:
    """What was seen, for people."""
    match seen:
        case Accepted():
            return f"accepted as {seen.batch.id}"
        case Undecodable():
            return f"answer {seen.status} cannot be read: {seen.why}"
        case OtherAnswer():
            return f"{seen.status} {seen.type or ''}: {seen.message}".replace(" :", ":")
        case NoConnection():
            return f"no connection: {seen.why}"
        case Broken() | Unreadable():
            return seen.why
