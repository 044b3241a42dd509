"""Late, doubled and contradictory records: nothing that was accepted is ever put back in the queue."""

from datetime import timedelta

import pytest

from batchtui.domain.fold.apply import apply
from batchtui.domain.ids import chunk_label, label_order
from batchtui.domain.records import (
    BatchHidden,
    BatchSeen,
    ChunkSplit,
    Collected,
    Record,
    RunCanceled,
    SubmissionAbandoned,
    SubmissionAdopted,
    SubmissionConfirmed,
    SubmissionNotAccepted,
    SubmissionRefused,
    SubmissionUnknown,
)
from batchtui.domain.results import TypeTallies
from batchtui.domain.run import ChunkPlan
from batchtui.domain.state import AppState
from batchtui.domain.submission import ChunkState
from tests.domain.builders import batch, folded, intended, lost, planned, sent
from tests.fakes import NOON

NOT_ACCEPTED = SubmissionNotAccepted(at=NOON, submission="sub_1", why="the program ended")
RETURNED = SubmissionAbandoned(at=NOON, submission="sub_1", returns=True)


def chunk_state(state: AppState, label: str = "0001") -> ChunkState:
    return state.runs["evals"].chunks[label].state


@pytest.mark.parametrize(
    "late",
    [
        NOT_ACCEPTED,
        SubmissionRefused(at=NOON, submission="sub_1", status=429, retry_at=NOON),
        SubmissionRefused(at=NOON, submission="sub_1", status=413, is_held=True),
        SubmissionUnknown(at=NOON, submission="sub_1", why="reset", ended_at=NOON),
        RETURNED,
    ],
)
def test_a_late_outcome_of_an_earlier_submission_does_not_touch_what_was_sent_again(late: Record) -> None:
    state = folded(planned(), intended(), NOT_ACCEPTED, sent("0001", 9), late)
    assert chunk_state(state) is ChunkState.CONFIRMED
    assert state.runs["evals"].chunks["0001"].batch_id == "msgbatch_0009"


@pytest.mark.parametrize(
    "doubled",
    [
        NOT_ACCEPTED,
        RETURNED,
        SubmissionRefused(at=NOON, submission="sub_1", status=429, retry_at=NOON),
        SubmissionUnknown(at=NOON, submission="sub_1", why="reset", ended_at=NOON),
        SubmissionAdopted(at=NOON, submission="sub_1", batch_id="msgbatch_0005"),
    ],
)
def test_what_a_confirmation_proved_is_not_undone(doubled: Record) -> None:
    confirmed = SubmissionConfirmed(at=NOON, submission="sub_1", batch=batch(7))
    state = folded(planned(), intended(), BatchSeen(at=NOON, batch=batch(5)), confirmed, doubled)
    assert chunk_state(state) is ChunkState.CONFIRMED
    assert state.submissions["sub_1"].state is ChunkState.CONFIRMED
    assert state.runs["evals"].chunks["0001"].batch_id == "msgbatch_0007"
    assert state.batches["msgbatch_0005"].run is None


def test_an_outcome_of_an_earlier_submission_leaves_the_chunk_to_the_one_on_its_way() -> None:
    state = folded(planned(), intended(), intended(submission="sub_2"), NOT_ACCEPTED)
    assert chunk_state(state) is ChunkState.SENDING


def test_a_late_confirmation_leaves_the_chunk_with_the_batch_it_was_sent_as_since() -> None:
    confirmed = SubmissionConfirmed(at=NOON, submission="sub_1", batch=batch(7))
    state = folded(planned(), lost("0001"), RETURNED, sent("0001", 9), confirmed)
    assert state.runs["evals"].chunks["0001"].batch_id == "msgbatch_0009"
    assert state.batches["msgbatch_0007"].run == "evals", "it is ours, and paid for, all the same"


def test_a_late_confirmation_does_not_put_a_chunk_together_again_that_was_halved() -> None:
    confirmed = SubmissionConfirmed(at=NOON, submission="sub_1", batch=batch(7))
    halves = tuple(ChunkPlan(label=label, requests=5, bytes=500, sha256="") for label in ("0001a", "0001b"))
    split = ChunkSplit(at=NOON, run="evals", chunk="0001", into=halves)
    state = folded(planned(), intended(), NOT_ACCEPTED, split, confirmed)
    assert chunk_state(state) is ChunkState.SPLIT


def test_what_was_returned_once_is_not_returned_again_after_it_was_sent() -> None:
    state = folded(planned(), lost("0001"), RETURNED, lost("0001", submission="sub_2"), RETURNED)
    assert chunk_state(state) is ChunkState.UNKNOWN


def test_a_late_confirmation_takes_a_chunk_out_of_the_queue_again() -> None:
    confirmed = SubmissionConfirmed(at=NOON, submission="sub_1", batch=batch(7))
    assert chunk_state(folded(planned(), lost("0001"), RETURNED, confirmed)) is ChunkState.CONFIRMED
    refused_again = SubmissionNotAccepted(at=NOON, submission="sub_2", why="cut")
    state = folded(planned(), lost("0001"), RETURNED, intended(submission="sub_2"), refused_again, confirmed)
    assert chunk_state(state) is ChunkState.CONFIRMED


def test_a_confirmation_gives_a_strangers_batch_back_that_was_adopted_by_its_count() -> None:
    adopted = SubmissionAdopted(at=NOON, submission="sub_1", batch_id="msgbatch_0005")
    confirmed = SubmissionConfirmed(at=NOON, submission="sub_1", batch=batch(7))
    state = folded(planned(), lost("0001"), BatchSeen(at=NOON, batch=batch(5)), adopted, confirmed)
    assert state.runs["evals"].chunks["0001"].batch_id == "msgbatch_0007"
    assert state.batches["msgbatch_0005"].run is None


def test_a_batch_with_an_owner_is_not_adopted_again() -> None:
    first = SubmissionAdopted(at=NOON, submission="sub_1", batch_id="msgbatch_0005")
    second = SubmissionAdopted(at=NOON, submission="sub_2", batch_id="msgbatch_0005")
    seen = BatchSeen(at=NOON, batch=batch(5))
    state = folded(planned(), lost("0001"), lost("0002", submission="sub_2"), seen, first, second)
    assert chunk_state(state, "0002") is ChunkState.UNKNOWN
    assert state.batches["msgbatch_0005"].chunk == "0001"


@pytest.mark.parametrize("state", ["sending", "confirmed", "unknown", "abandoned"])
def test_only_a_chunk_that_waits_can_be_halved(state: str) -> None:
    stories: dict[str, list[Record]] = {
        "sending": [intended()],
        "confirmed": sent("0001", 7),
        "unknown": lost("0001"),
        "abandoned": [RunCanceled(at=NOON, run="evals")],
    }
    halves = tuple(ChunkPlan(label=f"0001{half}", requests=5, bytes=500, sha256="") for half in "ab")
    folded_state = folded(planned(), stories[state], ChunkSplit(at=NOON, run="evals", chunk="0001", into=halves))
    assert chunk_state(folded_state) == state
    assert "0001a" not in folded_state.runs["evals"].chunks


@pytest.mark.parametrize(
    "back",
    [
        NOT_ACCEPTED,
        SubmissionRefused(at=NOON, submission="sub_1", status=429, retry_at=NOON),
        SubmissionRefused(at=NOON, submission="sub_1", status=413, is_held=True),
    ],
)
def test_what_was_on_the_wire_when_its_run_was_canceled_is_not_sent_again(back: Record) -> None:
    state = folded(planned(), intended(), RunCanceled(at=NOON, run="evals"), back)
    assert chunk_state(state) is ChunkState.ABANDONED


def test_an_order_returns_even_a_chunk_of_a_canceled_run() -> None:
    state = folded(planned(), lost("0001"), RunCanceled(at=NOON, run="evals"), RETURNED)
    assert chunk_state(state) is ChunkState.HELD
    again: list[Record] = [intended(submission="sub_2"), SubmissionNotAccepted(at=NOON, submission="sub_2", why="cut")]
    assert chunk_state(apply(state, again)) is ChunkState.HELD


def test_results_fetched_before_an_adoption_are_not_taken_for_the_chunks() -> None:
    collected = Collected(
        at=NOON, batch_id="msgbatch_0005", results=10, bytes=1, sha256="", tallies=TypeTallies(succeeded=10), issues=0
    )
    seen, hidden = BatchSeen(at=NOON, batch=batch(5)), BatchHidden(at=NOON, batch_id="msgbatch_0005")
    adopted = SubmissionAdopted(at=NOON, submission="sub_1", batch_id="msgbatch_0005")
    known = folded(planned(), lost("0001"), seen, collected, hidden, adopted).batches["msgbatch_0005"]
    assert known.collected is None
    assert not known.is_hidden


def test_chunks_beyond_9999_and_halves_stay_in_the_order_of_the_input() -> None:
    labels = [chunk_label(1), "0007a", "0007ba", "0007bb", chunk_label(8), chunk_label(9999), chunk_label(10_000)]
    assert sorted(set(labels), key=label_order) == labels
    state = folded(planned(chunks=10_001, size=1))
    assert [chunk.label for chunk in state.runs["evals"].live_chunks][-3:] == ["9999", "10000", "10001"]


def test_a_lineage_holds_every_later_attempt_of_the_family_whoever_its_parent_is() -> None:
    earlier = NOON - timedelta(hours=1)  # a clock that jumped back
    state = folded(
        planned(),
        planned("evals.r1", parent="evals"),
        planned("other"),
        planned("evals.r2", parent="evals", at=earlier),
        planned("evals.r3", parent="evals.r1", at=earlier),
    )
    assert state.lineage("evals") == ("evals", "evals.r1", "evals.r2", "evals.r3")
    assert state.lineage("evals.r1") == ("evals.r1", "evals.r2", "evals.r3")
    assert state.lineage("evals.r3") == ("evals.r3",)
    assert state.lineage("other") == ("other",)


def test_a_journal_that_confirms_two_chunks_as_one_batch_leaves_it_with_the_first() -> None:
    shared = SubmissionConfirmed(at=NOON, submission="sub_1", batch=batch(7))
    state = folded(planned(), sent("0002", 7), intended(), shared)
    assert state.batches["msgbatch_0007"].chunk == "0002"
    assert chunk_state(state, "0002") is ChunkState.CONFIRMED
    assert chunk_state(state) is ChunkState.UNKNOWN
