"""What a compaction keeps folds to the very state that all records made, whatever their history."""

from datetime import timedelta
from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from batchtui.domain.fold.apply import apply
from batchtui.domain.fold.compaction import WORTH_FACTOR, WORTH_RECORDS, is_worthwhile, shorten
from batchtui.domain.issues.grouping import GroupTally
from batchtui.domain.records import (
    AlertSeen,
    BatchDeleted,
    BatchGone,
    BatchHidden,
    BatchSeen,
    CancelConfirmed,
    CancelFailed,
    CancelIntended,
    ChunkSplit,
    Collected,
    CollectFailed,
    CollectOrdered,
    DeleteFailed,
    DeleteIntended,
    GroupMuted,
    ListRead,
    Record,
    RunCanceled,
    RunHeld,
    RunPruned,
    RunReleased,
    RunTriaged,
    SubmissionAbandoned,
    SubmissionAdopted,
    SubmissionDisproved,
    SubmissionLooked,
    SubmissionNotAccepted,
    SubmissionProved,
    SubmissionRefused,
    WorkspaceBound,
)
from batchtui.domain.results import TypeTallies
from batchtui.domain.run import ChunkPlan
from batchtui.domain.state import AppState
from tests.domain.builders import batch, ended, lost, planned, sent
from tests.fakes import NOON

LATER = NOON + timedelta(days=1)
ID, SUB = "msgbatch_0007", "sub_1"
HALVES = tuple(ChunkPlan(label=f"0002{half}", requests=5, bytes=500, sha256="") for half in "ab")
POOL: list[list[Record]] = [
    [WorkspaceBound(at=NOON, base_url="https://a", organization_id="o1")],
    [WorkspaceBound(at=NOON, base_url="https://a", api_workspace_id="w1")],
    [ListRead(at=NOON)],
    [planned()],
    [planned("evals.r1", chunks=1, size=1, parent="evals", priority=2)],
    [planned("other", chunks=3)],
    lost("0001"),
    sent("0001", 7),
    sent("0002", 8),
    [BatchSeen(at=NOON, batch=batch(7))],
    [BatchSeen(at=NOON, batch=batch(9), first_sight=True)],
    [ended(7, succeeded=9, errored=1)],
    [BatchGone(at=NOON, batch_id=ID)],
    [BatchHidden(at=NOON, batch_id="msgbatch_0009")],
    [RunHeld(at=NOON, run="evals", reason="spend cap")],
    [RunReleased(at=NOON, run="evals")],
    [RunCanceled(at=NOON, run="evals")],
    [RunPruned(at=NOON, run="evals", results=True)],
    [RunTriaged(at=LATER, run="evals")],
    [ChunkSplit(at=NOON, run="evals", chunk="0002", into=HALVES)],
    [SubmissionRefused(at=NOON, submission=SUB, status=429, message="wait", retry_at=LATER, is_held=True)],
    [SubmissionNotAccepted(at=NOON, submission=SUB, why="reset")],
    [SubmissionLooked(at=NOON, submission=SUB, begun_at=LATER, candidates=(ID,))],
    [SubmissionLooked(at=NOON, submission=SUB, begun_at=LATER, is_not_found=True)],
    [SubmissionAdopted(at=NOON, submission=SUB, batch_id=ID)],
    [SubmissionProved(at=NOON, submission=SUB)],
    [SubmissionDisproved(at=NOON, submission=SUB, batch_id=ID)],
    [SubmissionAbandoned(at=NOON, submission=SUB, returns=True, why="returned")],
    [CancelIntended(at=LATER, batch_id=ID)],
    [CancelConfirmed(at=NOON, batch_id=ID, batch=batch(7, status="canceling"))],
    [CancelFailed(at=NOON, batch_id=ID, why="500")],
    [CollectOrdered(at=NOON, batch_id=ID)],
    [CollectFailed(at=NOON, batch_id=ID, why="cut", attempt=2, retry_at=LATER)],
    [
        Collected(
            at=NOON,
            batch_id=ID,
            results=10,
            bytes=99,
            sha256="f" * 64,
            tallies=TypeTallies(succeeded=9, errored=1),
            issues=1,
            cost_usd=Decimal("0.125"),
            unpriced_models=("m",),
            groups=(GroupTally(cls="api_error", template="Internal server error", requests=1),),
        )
    ],
    [DeleteIntended(at=NOON, batch_id=ID)],
    [DeleteFailed(at=NOON, batch_id=ID, why="409")],
    [BatchDeleted(at=NOON, batch_id=ID)],
    [GroupMuted(at=NOON, cls="expired", template="", until=LATER)],
    [GroupMuted(at=NOON, cls="expired", template="", until=None)],
    [AlertSeen(at=NOON, alert="late:evals:msgbatch_0007")],
    [AlertSeen(at=NOON, alert="late:evals:msgbatch_0007", until=LATER)],
    [AlertSeen(at=NOON, alert="late:evals:msgbatch_0007", is_lifted=True)],
]


def through_a_file(records: list[Record]) -> list[Record]:
    lines = msgspec.json.Encoder().encode_lines(records)
    return msgspec.json.Decoder(Record).decode_lines(lines)


@given(st.lists(st.sampled_from(POOL), max_size=40))
def test_what_is_kept_folds_to_the_same_state_in_the_same_order(stories: list[list[Record]]) -> None:
    records = [record for story in stories for record in story]
    state = apply(AppState(), records)
    again = apply(AppState(), through_a_file(list(shorten(records))))
    assert again == state
    assert (list(again.runs), list(again.batches), list(again.submissions)) == (
        list(state.runs),
        list(state.batches),
        list(state.submissions),
    )


@given(st.lists(st.sampled_from(POOL), max_size=20), st.lists(st.sampled_from(POOL), max_size=20))
def test_history_goes_on_after_a_compaction_as_if_there_had_been_none(
    before: list[list[Record]], after: list[list[Record]]
) -> None:
    past = [record for story in before for record in story]
    future = [record for story in after for record in story]
    compacted = apply(AppState(), through_a_file(list(shorten(past))))
    assert apply(compacted, future) == apply(AppState(), [*past, *future])


def test_a_compacted_journal_is_not_worth_compacting_again() -> None:
    records = [planned(f"run-{number}", chunks=1) for number in range(10)]
    state = apply(AppState(), records)
    assert is_worthwhile(WORTH_RECORDS, state)
    assert not is_worthwhile(WORTH_RECORDS - 1, state)
    assert not is_worthwhile(len(shorten(records)), state)


def test_a_large_journal_that_is_all_needed_is_left_alone() -> None:
    state = apply(AppState(), [planned(f"run-{number}", chunks=1) for number in range(WORTH_RECORDS)])
    enough = int(WORTH_FACTOR * WORTH_RECORDS)
    assert not is_worthwhile(enough, state)
    assert is_worthwhile(enough + 1, state)
