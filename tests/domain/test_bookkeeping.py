"""The ledger that each fold keeps up is the one that a look at everything would make."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from batchtui.domain.bookkeeping import ledger_of
from batchtui.domain.fold.apply import apply
from batchtui.domain.ids import label_order
from batchtui.domain.limits import load, next_turn, queue
from batchtui.domain.records import (
    BatchDeleted,
    BatchGone,
    BatchSeen,
    CancelIntended,
    ChunkSplit,
    Record,
    RunCanceled,
    RunHeld,
    SubmissionAbandoned,
    SubmissionAdopted,
    SubmissionConfirmed,
    SubmissionDisproved,
    SubmissionLooked,
    SubmissionNotAccepted,
    SubmissionRefused,
    SubmissionReleasing,
    SubmissionUnknown,
)
from batchtui.domain.run import ChunkPlan
from batchtui.domain.settings import Settings, SubmitSettings
from batchtui.domain.state import AppState
from batchtui.domain.submission import ChunkState
from tests.domain.builders import batch, ended, intended, planned
from tests.fakes import NOON

RUNS, LABELS = ("evals", "other"), ("0001", "0002", "0003")
SUBMISSIONS = ("sub_1", "sub_2", "sub_3")


def _halves(run: str, label: str) -> ChunkSplit:
    into = tuple(ChunkPlan(label=f"{label}{half}", requests=5, bytes=500, sha256="") for half in "ab")
    return ChunkSplit(at=NOON, run=run, chunk=label, into=into)


def _of_submissions(name: str, number: int) -> list[Record]:
    batch_id = batch(number).id
    return [
        SubmissionReleasing(at=NOON, submission=name),
        SubmissionConfirmed(at=NOON, submission=name, batch=batch(number)),
        SubmissionRefused(at=NOON, submission=name, status=400),
        SubmissionRefused(at=NOON, submission=name, status=429, retry_at=NOON),
        SubmissionNotAccepted(at=NOON, submission=name, why="cut", retry_at=NOON),
        SubmissionUnknown(at=NOON, submission=name, why="reset", ended_at=NOON),
        SubmissionLooked(at=NOON, submission=name, begun_at=NOON, is_not_found=True),
        SubmissionAdopted(at=NOON, submission=name, batch_id=batch_id),
        SubmissionDisproved(at=NOON, submission=name, batch_id=batch_id),
        SubmissionAbandoned(at=NOON, submission=name, returns=True),
        SubmissionAbandoned(at=NOON, submission=name),
    ]


EVERYTHING: list[Record] = [
    *(planned(run, chunks=3, priority=number) for number, run in enumerate(RUNS)),
    *(
        intended(label, run=run, submission=f"{name}_{run}_{label}")
        for run in RUNS
        for label in (*LABELS, "0001a")
        for name in SUBMISSIONS
    ),
    *(
        record
        for run in RUNS
        for number, label in enumerate((*LABELS, "0001a"))
        for name in SUBMISSIONS
        for record in _of_submissions(f"{name}_{run}_{label}", number)
    ),
    *(_halves(run, label) for run in RUNS for label in LABELS),
    *(RunCanceled(at=NOON, run=run) for run in RUNS),
    *(RunHeld(at=NOON, run=run, reason="wait") for run in RUNS),
    *(
        record
        for number in range(4)
        for record in (
            BatchSeen(at=NOON, batch=batch(number)),
            ended(number, succeeded=10),
            BatchGone(at=NOON, batch_id=batch(number).id),
            BatchDeleted(at=NOON, batch_id=batch(number).id),
            CancelIntended(at=NOON, batch_id=batch(number).id),
        )
    ),
]


def _looked_up(state: AppState) -> list[tuple[str, str]]:
    """What waits, by a look at every chunk."""
    runs = sorted(state.runs.values(), key=lambda run: -run.priority)
    return [
        (run.name, chunk.label)
        for run in runs
        for chunk in sorted(run.chunks.values(), key=lambda chunk: label_order(chunk.label))
        if chunk.may_still_be_sent
    ]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(st.sampled_from(EVERYTHING), min_size=1, max_size=6), max_size=30))
def test_kept_up_is_made_anew_whatever_comes_in_which_order(commits: list[list[Record]]) -> None:
    state = apply(AppState(), EVERYTHING[: len(RUNS)])
    for records in commits:
        state = apply(state, records)
        by_hand = replace(state, ledger=None)
        assert state.ledger == ledger_of(by_hand)
        assert [(run.name, chunk.label) for run, chunk in queue(state)] == _looked_up(state)
        assert load(state) == load(by_hand)
        assert {name for name, entry in state.submissions.items() if entry.state is ChunkState.SENDING} == {
            name for name, entry in ledger_of(state).doubtful.items() if entry.state is ChunkState.SENDING
        }


def _seconds_for(chunks: int) -> float:
    """The least that it took of some tries to find every turn of a run."""
    limits = Settings(submit=SubmitSettings(max_open_batches=10**6, max_queued_requests=10**9))
    found = []
    for _ in range(3):
        state, took = apply(AppState(), [planned(chunks=chunks)]), 0.0
        for number in range(chunks):
            begun = time.process_time()
            turn = next_turn(state, limits, NOON)
            took += time.process_time() - begun
            assert turn is not None
            name = f"sub_{number}"
            confirmed = SubmissionConfirmed(at=NOON, submission=name, batch=batch(number))
            state = apply(state, [intended(turn.chunk, submission=name), confirmed])
        found.append(took)
    return min(found)


@pytest.mark.parametrize("chunks", [100])
def test_finding_the_next_turn_does_not_grow_with_what_was_sent(chunks: int) -> None:
    assert _seconds_for(8 * chunks) < 24 * _seconds_for(chunks), "eight times as many; squared it would be 64 times"
