"""Records to state: where chunks, submissions and batches stand after each."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from batchtui.domain.fold.apply import apply
from batchtui.domain.limits import wants_smaller_split
from batchtui.domain.records import (
    BatchSeen,
    ChunkSplit,
    Record,
    RunCanceled,
    SubmissionAbandoned,
    SubmissionAdopted,
    SubmissionDisproved,
    SubmissionNotAccepted,
    SubmissionProved,
    SubmissionRefused,
    WorkspaceBound,
)
from batchtui.domain.run import ChunkPlan
from batchtui.domain.state import AppState
from batchtui.domain.submission import ChunkState, Trouble
from tests.domain.builders import batch, ended, folded, intended, lost, planned, sent
from tests.fakes import NOON


def chunk_state(state: AppState, label: str = "0001") -> ChunkState:
    return state.runs["evals"].chunks[label].state


def test_an_accepted_plan_holds_its_chunks() -> None:
    assert chunk_state(folded(planned())) is ChunkState.HELD


def test_an_intended_submission_is_sending_until_its_outcome() -> None:
    assert chunk_state(folded(planned(), intended())) is ChunkState.SENDING


def test_a_confirmed_submission_gives_the_batch_to_its_chunk() -> None:
    state = folded(planned(), sent("0001", 7))
    assert chunk_state(state) is ChunkState.CONFIRMED
    assert state.batches["msgbatch_0007"].run == "evals"
    assert state.batches["msgbatch_0007"].chunk == "0001"


def test_a_batch_seen_in_the_list_before_its_confirmation_stays_known_and_gets_its_owner() -> None:
    state = folded(planned(), BatchSeen(at=NOON, batch=batch(7)), sent("0001", 7))
    assert state.batches["msgbatch_0007"].run == "evals"


def test_a_refusal_for_good_and_one_that_waits() -> None:
    refusal = SubmissionRefused(at=NOON, submission="sub_1", status=400, message="no")
    assert chunk_state(folded(planned(), intended(), refusal)) is ChunkState.REFUSED
    waits = SubmissionRefused(at=NOON, submission="sub_1", status=429, retry_at=NOON)
    assert chunk_state(folded(planned(), intended(), waits)) is ChunkState.HELD


def test_a_spend_cap_holds_the_whole_run() -> None:
    capped = SubmissionRefused(at=NOON, submission="sub_1", status=429, message="cap", holds_run=True)
    state = folded(planned(), intended(), capped)
    assert chunk_state(state) is ChunkState.HELD
    assert state.runs["evals"].held_reason == "cap"


def not_accepted(submission: str, trouble: Trouble | None) -> SubmissionNotAccepted:
    return SubmissionNotAccepted(at=NOON, submission=submission, why="reset", trouble=trouble)


def test_cuts_in_a_row_are_counted_and_forgotten_after_a_success() -> None:
    cut, again = not_accepted("sub_1", Trouble.CUT), not_accepted("sub_2", Trouble.CUT)
    state = folded(planned(), intended(), cut, intended(submission="sub_2"), again)
    chunk = state.runs["evals"].chunks["0001"]
    assert (chunk.cuts, chunk.tries) == (2, 2)
    assert wants_smaller_split(chunk)
    chunk = apply(state, sent("0001", 9)).runs["evals"].chunks["0001"]
    assert (chunk.cuts, chunk.tries) == (0, 0)


def test_a_network_that_was_down_between_two_cuts_counts_as_a_try_and_not_as_a_cut() -> None:
    troubles = [Trouble.CUT, None, Trouble.CUT]
    records: list[list[Record]] = [
        [intended(submission=f"sub_{number}"), not_accepted(f"sub_{number}", trouble)]
        for number, trouble in enumerate(troubles)
    ]
    chunk = folded(planned(), *records).runs["evals"].chunks["0001"]
    assert (chunk.cuts, chunk.tries) == (2, 3)


def test_a_clock_that_was_set_back_makes_no_chunk_wait_a_day() -> None:
    later = NOON + timedelta(seconds=30)
    waits = SubmissionNotAccepted(at=NOON, submission="sub_1", why="reset", retry_at=later)
    chunk = folded(planned(), intended(), waits).runs["evals"].chunks["0001"]
    assert chunk.waits_at(NOON) and not chunk.waits_at(later)
    assert not chunk.waits_at(NOON - timedelta(days=1))


def test_a_disproved_batch_is_a_strangers_again_and_the_submission_unknown_again() -> None:
    adopted = SubmissionAdopted(at=NOON, submission="sub_1", batch_id="msgbatch_0007")
    disproved = SubmissionDisproved(at=NOON, submission="sub_1", batch_id="msgbatch_0007")
    state = folded(planned(), lost("0001"), BatchSeen(at=NOON, batch=batch(7)), adopted)
    assert chunk_state(state) is ChunkState.ADOPTED
    assert not state.batches["msgbatch_0007"].is_proved
    state = apply(state, [disproved])
    assert chunk_state(state) is ChunkState.UNKNOWN
    assert state.batches["msgbatch_0007"].run is None
    assert state.submissions["sub_1"].disproved == ("msgbatch_0007",)


def test_proof_makes_an_adopted_batch_the_chunks_own() -> None:
    state = folded(
        planned(),
        lost("0001"),
        BatchSeen(at=NOON, batch=batch(7)),
        SubmissionAdopted(at=NOON, submission="sub_1", batch_id="msgbatch_0007"),
        SubmissionProved(at=NOON, submission="sub_1"),
    )
    assert state.batches["msgbatch_0007"].is_proved


def test_an_abandoned_submission_returns_its_chunk_only_when_told() -> None:
    given_up = SubmissionAbandoned(at=NOON, submission="sub_1")
    returned = SubmissionAbandoned(at=NOON, submission="sub_1", returns=True)
    assert chunk_state(folded(planned(), lost("0001"), given_up)) is ChunkState.ABANDONED
    assert chunk_state(folded(planned(), lost("0001"), returned)) is ChunkState.HELD


def test_halves_take_the_place_of_a_split_chunk() -> None:
    halves = tuple(ChunkPlan(label=f"0001{half}", requests=5, bytes=500, sha256="") for half in "ab")
    state = folded(planned(chunks=1), ChunkSplit(at=NOON, run="evals", chunk="0001", into=halves))
    assert [chunk.label for chunk in state.runs["evals"].live_chunks] == ["0001a", "0001b"]


def test_a_canceled_run_drops_only_what_was_never_sent() -> None:
    state = folded(planned(), sent("0001", 7), RunCanceled(at=NOON, run="evals"))
    assert chunk_state(state, "0001") is ChunkState.CONFIRMED
    assert chunk_state(state, "0002") is ChunkState.ABANDONED


def test_an_ended_batch_never_runs_again_whatever_a_stale_answer_says() -> None:
    state = folded(planned(), sent("0001", 7), ended(7, succeeded=10), BatchSeen(at=NOON, batch=batch(7)))
    assert state.batches["msgbatch_0007"].batch.is_ended


def test_the_first_account_stands_and_only_absent_facts_are_filled_in() -> None:
    state = folded(
        WorkspaceBound(at=NOON, base_url="https://a", organization_id="o1"),
        WorkspaceBound(at=NOON, base_url="https://b", organization_id="o2", api_workspace_id="w2"),
    )
    assert state.binding is not None
    assert (state.binding.base_url, state.binding.organization_id) == ("https://a", "o1")
    assert state.binding.api_workspace_id == "w2"


STORY: list[Record] = [
    planned(),
    *lost("0001"),
    BatchSeen(at=NOON, batch=batch(7)),
    SubmissionAdopted(at=NOON, submission="sub_1", batch_id="msgbatch_0007"),
    *sent("0002", 8),
    ended(7, succeeded=9, errored=1),
    SubmissionProved(at=NOON, submission="sub_1"),
    ended(8, succeeded=10),
    planned("evals.r1", chunks=1, size=1, parent="evals"),
]


@given(st.integers(min_value=0, max_value=len(STORY)))
def test_any_prefix_folds_and_folding_in_two_parts_is_folding_at_once(cut: int) -> None:
    first = apply(AppState(), STORY[:cut])
    assert apply(first, STORY[cut:]) == apply(AppState(), STORY)


@given(st.lists(st.sampled_from(range(len(STORY))), max_size=4))
def test_a_record_read_twice_in_a_row_changes_nothing(doubled: list[int]) -> None:
    records = [copy for number, record in enumerate(STORY) for copy in [record] * (2 if number in doubled else 1)]
    assert apply(AppState(), records) == apply(AppState(), STORY)
