"""What of a run has no good result after all its attempts, from counts alone."""

from msgspec.structs import replace

from batchtui.domain.cost import CostRange
from batchtui.domain.outstanding import is_fixed, outstanding, questionable
from batchtui.domain.results import TypeTallies
from batchtui.domain.state import AppState, Chunk, Collection, KnownBatch, Run
from batchtui.domain.submission import ChunkState
from tests.domain.builders import batch
from tests.fakes import NOON


def state_of(*runs: tuple[str, str | None, int, int | None], stopped: int = 0) -> AppState:
    """Runs of one chunk: name, parent, requests, and how many are issues; None where nothing is collected."""
    made, batches = {}, {}
    for number, (name, parent, requests, issues) in enumerate(runs):
        known = batch(number, requests, status="ended")
        collected = None
        if issues is not None:
            errored = issues - (stopped if number == 0 else 0)
            tallies = TypeTallies(succeeded=requests - errored, errored=errored)
            collected = Collection(
                at=NOON, results=requests, bytes=1, sha256="x", tallies=tallies, issues=issues, cost_usd=None
            )
        batches[known.id] = KnownBatch(batch=known, seen_at=NOON, run=name, chunk="0001", collected=collected)
        chunk = Chunk(
            label="0001", requests=requests, bytes=1, sha256="x", state=ChunkState.CONFIRMED, batch_id=known.id
        )
        made[name] = Run(
            name=name, created_at=NOON, requests=requests, bytes=1, models={}, content_sha256=name,
            cost=CostRange(), chunks={"0001": chunk}, parent=parent,
        )  # fmt: skip
    return AppState(runs=made, batches=batches)


def test_each_good_result_of_a_later_attempt_fixes_one() -> None:
    state = state_of(("evals", None, 100, 12), ("evals.r1", "evals", 12, 5), ("evals.r2", "evals.r1", 5, 1))
    assert outstanding(state, state.runs["evals"]) == 1
    assert outstanding(state, state.runs["evals.r1"]) == 1
    assert not is_fixed(state, state.runs["evals"])


def test_what_another_attempt_of_the_first_run_fixed_may_be_anothers_request() -> None:
    apart = state_of(("evals", None, 3, 2), ("evals.r1", "evals", 1, 1), ("evals.r2", "evals", 1, 0))
    assert outstanding(apart, apart.runs["evals"]) == 1
    assert outstanding(apart, apart.runs["evals.r1"]) == 1
    assert not is_fixed(apart, apart.runs["evals.r1"])


def test_where_nothing_of_the_first_run_is_outstanding_nothing_of_its_attempts_is() -> None:
    state = state_of(("evals", None, 3, 2), ("evals.r1", "evals", 1, 1), ("evals.r2", "evals", 2, 0))
    assert is_fixed(state, state.runs["evals"]) and is_fixed(state, state.runs["evals.r1"])


def test_a_run_is_fixed_when_nothing_is_outstanding_and_something_was() -> None:
    fixed = state_of(("evals", None, 100, 12), ("evals.r1", "evals", 12, 0))
    assert is_fixed(fixed, fixed.runs["evals"])
    assert not is_fixed(fixed, fixed.runs["evals.r1"])


def test_an_attempt_that_is_not_collected_fixes_nothing_yet() -> None:
    state = state_of(("evals", None, 100, 12), ("evals.r1", "evals", 12, None))
    assert outstanding(state, state.runs["evals"]) == 12
    assert outstanding(state, state.runs["evals.r1"]) is None


def test_a_run_of_which_a_chunk_is_not_collected_is_not_fixed() -> None:
    state = state_of(("evals", None, 100, 12), ("evals.r1", "evals", 12, 0))
    run = state.runs["evals"]
    more = replace(run, chunks={**run.chunks, "0002": replace(run.chunks["0001"], label="0002", batch_id="other")})
    assert not is_fixed(replace(state, runs={**state.runs, "evals": more}), more)


def test_answers_that_were_cut_are_ok_and_still_counted() -> None:
    state = state_of(("evals", None, 100, 12), stopped=9)
    assert questionable(state, state.runs["evals"]) == 9
