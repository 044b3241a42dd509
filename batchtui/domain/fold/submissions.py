"""Folding of records about submissions: what each POST came to, and where that leaves its chunk and its batch.

Records may be doubled, or come late from a process that has lost its lead: only the newest submission of a chunk
can put it back in the queue, and only while nothing is settled.
"""

from typing import Any, assert_never

from msgspec.structs import replace

from batchtui.domain.fold.draft import Draft
from batchtui.domain.never_accepted import NO_WORDS
from batchtui.domain.records import (
    SubmissionAbandoned,
    SubmissionAdopted,
    SubmissionConfirmed,
    SubmissionDisproved,
    SubmissionIntended,
    SubmissionLooked,
    SubmissionNotAccepted,
    SubmissionProved,
    SubmissionRefused,
    SubmissionReleasing,
    SubmissionUnknown,
)
from batchtui.domain.state import KnownBatch
from batchtui.domain.submission import ChunkState, Submission, Trouble

SubmissionRecord = (
    SubmissionIntended | SubmissionReleasing | SubmissionConfirmed | SubmissionRefused | SubmissionNotAccepted
    | SubmissionUnknown | SubmissionLooked | SubmissionAdopted | SubmissionProved | SubmissionDisproved
    | SubmissionAbandoned
)  # fmt: skip


_UNSETTLED = frozenset({ChunkState.SENDING, ChunkState.UNKNOWN})
_RETURNABLE = frozenset({ChunkState.UNKNOWN, ChunkState.ABANDONED, ChunkState.REFUSED})
_PROVED_ABSENT = frozenset({ChunkState.REFUSED, ChunkState.NOT_ACCEPTED})
"""What stays known of a submission when its chunk is given up or returned."""
_FRESH: dict[str, Any] = {"tries": 0, "cuts": 0, "trouble": None}
"""What an answer leaves of the failures before it."""

_ON_ITS_WAY = frozenset({ChunkState.SENDING, ChunkState.CONFIRMED, ChunkState.ADOPTED})


def fold(draft: Draft, record: SubmissionRecord) -> None:
    """Take one record into the draft; one that comes late or doubled changes nothing."""
    if isinstance(record, SubmissionIntended):
        _intended(draft, record)
        return
    submission = draft.submissions.get(record.submission)
    if submission is None:
        return
    match record:
        case SubmissionReleasing():
            draft.change_submission(submission.id, is_released=True)
        case SubmissionConfirmed():
            _confirmed(draft, submission, record)
        case SubmissionRefused() if submission.state in _UNSETTLED:
            _refused(draft, submission, record)
        case SubmissionNotAccepted() if submission.state in _UNSETTLED:
            _not_accepted(draft, submission, record)
        case SubmissionUnknown() if submission.state in _UNSETTLED:
            _unknown(draft, submission, record)
        case SubmissionLooked() if submission.state in _UNSETTLED:
            _looked(draft, submission, record)
        case SubmissionAdopted() if _may_adopt(draft, submission, record):
            _adopted(draft, submission, record)
        case SubmissionProved():
            _proved(draft, submission)
        case SubmissionDisproved():
            _disproved(draft, submission, record)
        case SubmissionAbandoned():
            _abandoned(draft, submission, record)
        case (
            SubmissionRefused() | SubmissionNotAccepted() | SubmissionUnknown() | SubmissionLooked()
            | SubmissionAdopted()
        ):  # fmt: skip
            return  # late or doubled: what is settled stays settled
        case other:
            assert_never(other)


def _is_newest(draft: Draft, submission: Submission) -> bool:
    """Whether its chunk stands where this submission left it."""
    chunk = draft.chunk(submission.run, submission.chunk)
    return chunk is not None and chunk.submissions[-1:] == (submission.id,)


def _change_chunk(draft: Draft, submission: Submission, **changes: Any) -> None:
    """Change the chunk of a submission, unless it was sent again since."""
    if _is_newest(draft, submission):
        draft.change_chunk(submission.run, submission.chunk, **changes)


def _back(draft: Draft, submission: Submission) -> ChunkState:
    """Where a chunk goes that may be sent again: nowhere, if its run was canceled meanwhile."""
    chunk = draft.chunk(submission.run, submission.chunk)
    return ChunkState.ABANDONED if chunk is not None and chunk.is_dropped else ChunkState.HELD


def _is_with_another(draft: Draft, submission: Submission) -> bool:
    """Whether its chunk was split, or is on its way by a newer submission."""
    chunk = draft.chunk(submission.run, submission.chunk)
    if chunk is None or chunk.state == ChunkState.SPLIT:
        return True
    return chunk.state in _ON_ITS_WAY and not _is_newest(draft, submission)


def _may_adopt(draft: Draft, submission: Submission, record: SubmissionAdopted) -> bool:
    known = draft.batches.get(record.batch_id)
    return submission.state == ChunkState.UNKNOWN and (known is None or known.run is None)


def _intended(draft: Draft, record: SubmissionIntended) -> None:
    if record.submission in draft.submissions:
        return
    intended = Submission(
        id=record.submission,
        run=record.run,
        chunk=record.chunk,
        requests=record.requests,
        bytes=record.bytes,
        intended_at=record.at,
        number=len(draft.submissions),
        newest_batch_id=record.newest_batch_id,
        listed_at=record.listed_at,
    )
    draft.put_submission(intended)
    chunk = draft.chunk(record.run, record.chunk)
    if chunk is not None:
        draft.change_chunk(
            record.run,
            record.chunk,
            state=ChunkState.SENDING,
            submissions=(*chunk.submissions, record.submission),
            not_before=None,
            trouble=None,
        )


def _confirmed(draft: Draft, submission: Submission, record: SubmissionConfirmed) -> None:
    """True whenever it comes, unless its batch is another chunk's: a batch that was taken for this one goes back."""
    if _is_confirmed_for_another(draft, submission, record):
        why = f"the answer names {record.batch.id}, which is another chunk's"
        doubted = SubmissionUnknown(
            at=record.at, submission=submission.id, why=why, ended_at=record.at, is_doubted=True
        )
        if submission.state in _UNSETTLED:
            _unknown(draft, submission, doubted)
        return
    if submission.state == ChunkState.ADOPTED and submission.batch_id and submission.batch_id != record.batch.id:
        draft.change_batch(submission.batch_id, run=None, chunk=None, is_proved=True, collected=None)
    _take_from_another(draft, submission, record)
    draft.change_submission(
        submission.id, state=ChunkState.CONFIRMED, batch_id=record.batch.id, is_proved=True, candidates=()
    )
    if not _is_with_another(draft, submission):
        draft.change_chunk(
            submission.run, submission.chunk, state=ChunkState.CONFIRMED, batch_id=record.batch.id, why="", **_FRESH
        )
    earlier = draft.batches.get(record.batch.id)
    known = earlier or KnownBatch(batch=record.batch, seen_at=record.at, seen_after=len(draft.submissions))
    draft.put_batch(replace(known, run=submission.run, chunk=submission.chunk, is_proved=True, is_hidden=False))


def _is_confirmed_for_another(draft: Draft, submission: Submission, record: SubmissionConfirmed) -> bool:
    """Journals of older versions may confirm two chunks as one batch: the first stands."""
    known = draft.batches.get(record.batch.id)
    chunk = draft.chunk(known.run or "", known.chunk or "") if known is not None else None
    owners = [draft.submissions.get(name) for name in (chunk.submissions if chunk is not None else ())]
    return any(
        entry is not None
        and entry.id != submission.id
        and entry.batch_id == record.batch.id
        and entry.state is ChunkState.CONFIRMED
        for entry in owners
    )


def _take_from_another(draft: Draft, submission: Submission, record: SubmissionConfirmed) -> None:
    """A batch that was adopted for another submission, by its count, is not that one's."""
    known = draft.batches.get(record.batch.id)
    if known is None or known.run is None or known.chunk is None:
        return
    chunk = draft.chunk(known.run, known.chunk)
    for name in chunk.submissions if chunk is not None else ():
        other = draft.submissions.get(name)
        if other is not None and other.id != submission.id and other.batch_id == record.batch.id:
            _disproved(draft, other, SubmissionDisproved(at=record.at, submission=other.id, batch_id=record.batch.id))


def _refused(draft: Draft, submission: Submission, record: SubmissionRefused) -> None:
    draft.change_submission(
        submission.id, state=ChunkState.REFUSED, why=record.message, status=record.status, ended_at=record.at
    )
    held = record.is_held or record.holds_run or record.retry_at is not None
    chunk = draft.chunk(submission.run, submission.chunk)
    tries = chunk.tries + 1 if chunk is not None and record.retry_at is not None else 0
    _change_chunk(
        draft,
        submission,
        state=_back(draft, submission) if held else ChunkState.REFUSED,
        why=f"{record.status} {record.type or 'refused'}: {record.message}",
        not_before=record.retry_at,
        put_off_at=record.at,
        **{**_FRESH, "tries": tries},
    )
    if record.holds_run:
        draft.change_run(submission.run, held_reason=record.message or NO_WORDS)


def _not_accepted(draft: Draft, submission: Submission, record: SubmissionNotAccepted) -> None:
    draft.change_submission(
        submission.id, state=ChunkState.NOT_ACCEPTED, why=record.why, ended_at=record.at, candidates=()
    )
    chunk = draft.chunk(submission.run, submission.chunk)
    if chunk is None:
        return
    _change_chunk(
        draft,
        submission,
        state=_back(draft, submission),
        why=record.why,
        not_before=record.retry_at,
        put_off_at=record.at,
        tries=chunk.tries + 1,
        cuts=chunk.cuts + (record.trouble is Trouble.CUT),
        trouble=record.trouble,
    )


def _unknown(draft: Draft, submission: Submission, record: SubmissionUnknown) -> None:
    draft.change_submission(
        submission.id,
        state=ChunkState.UNKNOWN,
        why=record.why,
        status=record.status,
        may_return_alone=record.may_return_alone,
        is_doubted=record.is_doubted,
        answered=record.answered,
        ended_at=record.ended_at,
    )
    _change_chunk(draft, submission, state=ChunkState.UNKNOWN, why=record.why)


def _looked(draft: Draft, submission: Submission, record: SubmissionLooked) -> None:
    if record.candidates:
        draft.change_submission(submission.id, candidates=record.candidates, empty_since=None, is_not_found=False)
        return
    draft.change_submission(
        submission.id,
        candidates=(),
        empty_since=submission.empty_since or record.begun_at,
        is_not_found=record.is_not_found,
    )


def _adopted(draft: Draft, submission: Submission, record: SubmissionAdopted) -> None:
    draft.change_submission(
        submission.id,
        state=ChunkState.ADOPTED,
        batch_id=record.batch_id,
        is_proved=record.is_proved,
        candidates=(),
        is_not_found=False,
    )
    _change_chunk(draft, submission, state=ChunkState.ADOPTED, batch_id=record.batch_id, why="", **_FRESH)
    draft.give_batch(record.batch_id, submission.run, submission.chunk, is_proved=record.is_proved)


def _proved(draft: Draft, submission: Submission) -> None:
    draft.change_submission(submission.id, is_proved=True)
    if submission.batch_id:
        draft.change_batch(submission.batch_id, is_proved=True)


def _disproved(draft: Draft, submission: Submission, record: SubmissionDisproved) -> None:
    """The batch goes back to being somebody else's; the submission is unknown again unless it has another batch."""
    disproved = tuple(dict.fromkeys((*submission.disproved, record.batch_id)))
    candidates = tuple(entry for entry in submission.candidates if entry != record.batch_id)
    draft.change_submission(submission.id, disproved=disproved, candidates=candidates)
    if submission.batch_id != record.batch_id or submission.state not in (ChunkState.ADOPTED, ChunkState.CONFIRMED):
        return
    is_doubted = submission.is_doubted or submission.state is ChunkState.CONFIRMED
    why = f"the answer named {record.batch_id}, which has other custom_ids" if is_doubted else submission.why
    draft.change_submission(
        submission.id,
        state=ChunkState.UNKNOWN,
        batch_id=None,
        is_proved=True,
        empty_since=None,
        is_doubted=is_doubted,
        why=why,
    )
    _change_chunk(draft, submission, state=ChunkState.UNKNOWN, batch_id=None, why=why if is_doubted else "")
    draft.change_batch(record.batch_id, run=None, chunk=None, is_proved=True, collected=None)


def _abandoned(draft: Draft, submission: Submission, record: SubmissionAbandoned) -> None:
    chunk = draft.chunk(submission.run, submission.chunk)
    if chunk is None or chunk.state not in _RETURNABLE or not _is_newest(draft, submission):
        return
    state = submission.state if submission.state in _PROVED_ABSENT else ChunkState.ABANDONED
    draft.change_submission(submission.id, state=state, candidates=(), is_not_found=False)
    draft.change_chunk(
        submission.run,
        submission.chunk,
        state=ChunkState.HELD if record.returns else ChunkState.ABANDONED,
        why=record.why,
        batch_id=None,
        is_dropped=False,
    )
