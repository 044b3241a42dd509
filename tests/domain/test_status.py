"""Status of what is called ended while its counts say otherwise."""

from msgspec.structs import replace

from batchtui.domain.batch import RequestCounts
from batchtui.domain.fold.apply import apply
from batchtui.domain.records import BatchSeen, Collected, CollectFailed, RunHeld, RunReleased, SubmissionRefused
from batchtui.domain.results import TypeTallies
from batchtui.domain.status import RunCounts, Status, batch_status, is_run_settled, run_counts, run_status
from tests.domain.builders import batch, ended, folded, intended, planned, sent
from tests.fakes import NOON


def ended_so(**counts: int) -> BatchSeen:
    return BatchSeen(at=NOON, batch=replace(batch(1, status="ended"), request_counts=RequestCounts(**counts)))


def test_an_ended_batch_whose_requests_are_all_processing_has_not_succeeded() -> None:
    state = folded(planned(chunks=1), sent("0001", 1), ended_so(processing=10))
    assert batch_status(state.batches["msgbatch_0001"], NOON) is Status.IN_PROGRESS
    assert run_status(state, state.runs["evals"], NOON) is Status.IN_PROGRESS


def test_once_its_results_were_given_up_what_nobody_told_of_counts_as_no_success() -> None:
    state = folded(planned(chunks=1), sent("0001", 1), ended_so(processing=6, succeeded=4))
    state = apply(state, [CollectFailed(at=NOON, batch_id="msgbatch_0001", why="counts disagree", attempt=12)])
    assert batch_status(state.batches["msgbatch_0001"], NOON) is Status.ERRORED
    assert run_status(state, state.runs["evals"], NOON) is Status.ERRORED
    assert is_run_settled(state, state.runs["evals"], NOON), "nobody waits for it for ever"


def test_counts_that_come_a_poll_later_are_taken() -> None:
    state = folded(planned(chunks=1), sent("0001", 1), ended_so(processing=10), ended_so(succeeded=10))
    assert batch_status(state.batches["msgbatch_0001"], NOON) is Status.SUCCEEDED


def test_once_collected_results_of_an_unknown_type_are_no_success_whatever_the_service_counts_them_as() -> None:
    collected = Collected(
        at=NOON,
        batch_id="msgbatch_0001",
        results=10,
        bytes=1,
        sha256="",
        tallies=TypeTallies(succeeded=9, unknown=1),
        issues=1,
        cost_usd=None,
    )
    state = folded(planned(chunks=1), sent("0001", 1), ended_so(succeeded=10), collected)
    assert batch_status(state.batches["msgbatch_0001"], NOON) is Status.PARTIAL
    assert run_status(state, state.runs["evals"], NOON) is Status.PARTIAL
    counts = run_counts(state, state.runs["evals"])
    assert counts == RunCounts(succeeded=9, untold=1)
    assert (counts.bad, counts.total) == (1, 10)


def test_a_run_that_the_service_refused_and_that_is_held_is_not_sending() -> None:
    refused = SubmissionRefused(at=NOON, submission="sub_1", status=401, message="invalid key")
    held = RunHeld(at=NOON, run="evals", reason="401: invalid key")
    state = folded(planned(), intended(), refused, held)
    assert run_status(state, state.runs["evals"], NOON) is Status.PLANNED
    state = apply(state, [RunReleased(at=NOON, run="evals")])
    assert run_status(state, state.runs["evals"], NOON) is Status.SENDING


def test_a_held_run_with_a_batch_under_way_is_in_progress_until_that_ends() -> None:
    state = folded(planned(), sent("0001", 1), RunHeld(at=NOON, run="evals", reason="wait"))
    assert run_status(state, state.runs["evals"], NOON) is Status.IN_PROGRESS
    state = apply(state, [ended(1, succeeded=10)])
    assert run_status(state, state.runs["evals"], NOON) is Status.PLANNED
