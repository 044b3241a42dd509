"""How batches went: durations, pace, errors and retries of this workspace's own, and what follows from them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from batchtui.domain.batch import RequestCounts
from batchtui.domain.records import BatchSeen, Record
from batchtui.domain.state import AppState
from batchtui.domain.statistics import statistics
from tests.domain.builders import batch, folded, planned, sent
from tests.fakes import NOON


def took(number: int, minutes: float, *, run: str, errored: int = 0, expired: int = 0) -> Sequence[Record]:
    """A run of one chunk of ten requests that took so long, created at noon."""
    counts = RequestCounts(succeeded=10 - errored - expired, errored=errored, expired=expired)
    done = replace(batch(number, status="ended"), request_counts=counts, ended_at=NOON + timedelta(minutes=minutes))
    return [planned(run, chunks=1), *sent("0001", number, run=run), BatchSeen(at=NOON, batch=done)]


def history(*minutes: float) -> list[Record]:
    return [record for number, lasted in enumerate(minutes, 1) for record in took(number, lasted, run=f"r{number}")]


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def test_nothing_is_said_of_nothing() -> None:
    found = statistics(AppState(), NOON)
    assert (found.durations.batches, found.durations.p50_seconds, found.pace.per_hour) == (0, None, None)
    assert (found.volume.error_share, found.filling.mean_share, found.advice) == (None, None, ())


def test_durations_and_their_histogram() -> None:
    found = statistics(folded(history(4, 6, 7, 8, 90)), at(24)).durations
    assert (found.batches, found.p50_seconds, found.longest_seconds) == (5, 7 * 60, 90 * 60)
    assert [(bar.to_seconds, bar.batches) for bar in found.histogram] == [
        (300, 1), (600, 3), (1200, 0), (1800, 0), (3600, 0), (7200, 1)
    ]  # fmt: skip


def test_a_batch_that_took_exactly_a_bound_is_within_it() -> None:
    (bar,) = statistics(folded(history(5)), at(24)).durations.histogram
    assert (bar.from_seconds, bar.to_seconds) == (0, 300)


def test_two_batches_are_too_few_for_a_median() -> None:
    assert statistics(folded(history(4, 6)), at(24)).durations.p50_seconds is None


def test_throughput_counts_the_time_in_which_something_was_with_the_service_once() -> None:
    found = statistics(folded(history(30, 60)), at(1.2)).pace
    assert (found.last_hour, found.last_day, found.per_hour) == (20, 20, 20)
    assert statistics(folded(history(30, 60)), at(1.75)).pace.last_hour == 10


def test_errors_and_expiries_bring_advice() -> None:
    found = statistics(folded(took(1, 30, run="a", errored=1, expired=2)), at(24))
    assert (found.volume.error_share, found.volume.expired, found.near_limit) == (0.1, 2, 1)
    assert any("smaller chunks" in words for words in found.advice)
    assert any("systematic" in words for words in found.advice)


def test_batches_near_the_limit_of_a_day_are_told() -> None:
    found = statistics(folded(history(60 * 20 + 1, 60 * 20, 10)), at(30))
    assert found.near_limit == 1
    assert found.durations.histogram[-1].to_seconds is None


def test_retries_are_counted_beside_what_was_sent() -> None:
    retry = [planned("a.r1", chunks=1, parent="a"), *sent("0001", 2, run="a.r1")]
    done = BatchSeen(at=NOON, batch=batch(2, status="ended", succeeded=10))
    found = statistics(folded(took(1, 5, run="a"), retry, done), at(2))
    assert (found.volume.requests, found.volume.retried, found.volume.retry_share) == (20, 10, 0.5)


def test_an_open_run_has_an_estimate_with_its_basis_and_says_when_it_is_late() -> None:
    open_run = [planned("open", chunks=2), *sent("0001", 9, run="open"), *sent("0002", 10, run="open")]
    half = BatchSeen(at=NOON, batch=batch(10, status="ended", succeeded=10))
    state = folded(history(10, 20, 30), open_run, half)
    (early,) = statistics(state, at(0.1)).open_runs
    assert (early.eta, early.late_chunks, early.ended) == (NOON + timedelta(minutes=25), 0, 10)
    assert early.basis_chunks == 4
    (late,) = statistics(state, at(2)).open_runs
    assert (late.late_chunks, late.per_hour) == (1, 5)
    assert any("longer than nine of ten" in words for words in statistics(state, at(2)).advice)


def test_a_run_with_a_part_that_was_never_sent_has_no_estimate() -> None:
    state = folded(history(10, 20, 30), planned("open", chunks=2), sent("0001", 9, run="open"))
    (run,) = statistics(state, at(0.1)).open_runs
    assert (run.eta, run.basis_chunks) == (None, 0)
