"""Unknown submissions: candidates by cursor and count, sole claims, empty reads, not found."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from batchtui.domain.alerts import alerts
from batchtui.domain.batch import Batch
from batchtui.domain.fold.apply import apply
from batchtui.domain.link import Link
from batchtui.domain.outlook import Outlook, outlook
from batchtui.domain.records import (
    BatchSeen,
    CollectFailed,
    Record,
    SubmissionAdopted,
    SubmissionDisproved,
    SubmissionLooked,
    SubmissionNotAccepted,
    SubmissionReleasing,
    SubmissionUnknown,
)
from batchtui.domain.settings import Settings, SubmitSettings
from batchtui.domain.settling import Look, contested, may_be_ours, needs_person, settle, unanswered, undecidable
from batchtui.domain.state import AppState
from batchtui.domain.submission import ChunkState
from tests.domain.builders import batch, ended, folded, intended, lost, planned, sent
from tests.fakes import NOON

SETTINGS = SubmitSettings()
LATER = NOON + timedelta(seconds=30)


def look(*batches: Batch, after: float = 30) -> Look:
    return Look(begun_at=NOON + timedelta(seconds=after), batches=batches)


def step(state: AppState, seen: Look) -> tuple[AppState, list[Record]]:
    records = settle(state, seen, SETTINGS, seen.begun_at)
    return apply(state, records), records


def test_the_one_candidate_of_one_submission_is_adopted_unproved() -> None:
    old = batch(1)
    state = folded(BatchSeen(at=NOON, batch=old), planned(), lost("0001", newest="msgbatch_0001"))
    _, records = step(state, look(batch(2), old))
    assert records == [SubmissionAdopted(at=LATER, submission="sub_1", batch_id="msgbatch_0002")]


@pytest.mark.parametrize("later_seconds", [0, 2])
def test_a_batch_of_the_same_moment_may_be_listed_behind_the_cursor(later_seconds: float) -> None:
    old, same = batch(1), batch(2, at=NOON + timedelta(seconds=later_seconds))
    state = folded(BatchSeen(at=NOON, batch=old), planned(), lost("0001", newest="msgbatch_0001"))
    _, records = step(state, look(old, same))
    assert records == [SubmissionAdopted(at=LATER, submission="sub_1", batch_id="msgbatch_0002")]


def test_batches_below_the_cursor_of_another_size_or_with_an_owner_are_no_candidates() -> None:
    old, other_size, owned = batch(1), batch(2, 11), batch(3)
    state = folded(planned(chunks=3), sent("0002", 3), lost("0001", newest="msgbatch_0001"))
    _, records = step(state, look(owned, other_size, old))
    assert records == [SubmissionLooked(at=LATER, submission="sub_1", begun_at=LATER)]


def test_a_strangers_batch_of_the_same_count_makes_it_wait_for_custom_ids() -> None:
    state = folded(planned(), lost("0001"))
    state, records = step(state, look(batch(3), batch(2)))
    assert records == [
        SubmissionLooked(at=LATER, submission="sub_1", begun_at=LATER, candidates=("msgbatch_0003", "msgbatch_0002"))
    ]
    state = apply(state, [BatchSeen(at=NOON, batch=batch(3)), BatchSeen(at=NOON, batch=batch(2))])
    assert list(contested(state)) == []
    state = apply(state, [ended(2, succeeded=10)])
    assert [(entry.id, batch_id) for entry, batch_id in contested(state)] == [("sub_1", "msgbatch_0002")]


def test_one_batch_that_two_submissions_could_claim_belongs_to_none() -> None:
    state = folded(planned(), lost("0001"), lost("0002", submission="sub_2"))
    state, records = step(state, look(batch(5)))
    assert not any(isinstance(record, SubmissionAdopted) for record in records)
    assert state.submissions["sub_1"].candidates == ("msgbatch_0005",)
    assert state.submissions["sub_2"].candidates == ("msgbatch_0005",)


@pytest.mark.parametrize("jump", [timedelta(hours=-2), timedelta(hours=2)])
def test_what_was_there_before_is_told_by_the_order_of_the_journal_not_by_a_clock_that_jumped(jump: timedelta) -> None:
    before, after = batch(4), batch(5)
    state = folded(
        BatchSeen(at=NOON - jump, batch=before), planned(), lost("0001"), BatchSeen(at=NOON + jump, batch=after)
    )
    _, records = step(state, look(after, before))
    assert records == [SubmissionAdopted(at=LATER, submission="sub_1", batch_id="msgbatch_0005")]


def test_with_the_cursor_gone_a_clock_that_was_set_right_since_hides_no_candidate() -> None:
    ahead = NOON + timedelta(hours=2)  # our clock when it was sent; the server's was NOON
    intention = replace(intended(newest="msgbatch_gone"), at=ahead, listed_at=NOON)
    unknown = SubmissionUnknown(at=ahead, submission="sub_1", why="cut", ended_at=NOON)
    state = folded(planned(), intention, SubmissionReleasing(at=ahead, submission="sub_1"), unknown)
    _, records = step(state, look(batch(5, at=NOON + timedelta(seconds=3))))
    assert records == [SubmissionAdopted(at=LATER, submission="sub_1", batch_id="msgbatch_0005")]


def test_a_batch_on_the_list_before_its_answer_is_no_stranger_yet() -> None:
    sending = folded(planned(), intended(), BatchSeen(at=NOON, batch=batch(5)))
    assert may_be_ours(sending.batches["msgbatch_0005"], unanswered(sending))
    assert [alert.kind for alert in alerts(sending, Link(), Settings(), NOON)] == []
    earlier = folded(BatchSeen(at=NOON, batch=batch(5)), planned(), intended())
    assert not may_be_ours(earlier.batches["msgbatch_0005"], unanswered(earlier))
    refused = apply(sending, [SubmissionNotAccepted(at=NOON, submission="sub_1", why="cut")])
    assert not may_be_ours(refused.batches["msgbatch_0005"], unanswered(refused))


def test_a_disproved_batch_is_never_a_candidate_again() -> None:
    disproved = SubmissionDisproved(at=NOON, submission="sub_1", batch_id="msgbatch_0005")
    state = folded(planned(), lost("0001"), disproved)
    _, records = step(state, look(batch(5)))
    assert records == [SubmissionLooked(at=LATER, submission="sub_1", begun_at=LATER)]


def test_with_the_cursor_gone_created_at_decides_in_the_servers_time() -> None:
    state = folded(planned(), lost("0001", newest="msgbatch_gone"))
    hour = timedelta(hours=1)
    before = batch(2, at=NOON + hour - timedelta(minutes=1))
    after = batch(3, at=NOON + hour + timedelta(seconds=1))
    records = settle(state, Look(begun_at=LATER, batches=(after, before), skew=hour), SETTINGS, LATER)
    assert records == [SubmissionAdopted(at=LATER, submission="sub_1", batch_id="msgbatch_0003")]


def test_a_read_begun_too_soon_after_the_connection_ended_proves_nothing() -> None:
    state = folded(planned(), lost("0001"))
    _, records = step(state, look(after=9))
    assert records == []


def test_without_a_candidate_for_fifteen_minutes_it_is_not_found() -> None:
    state = folded(planned(), lost("0001"))
    state, _ = step(state, look(after=10))
    state, records = step(state, look(after=10 + 14 * 60))
    assert records == []
    state, _ = step(state, look(after=10 + 15 * 60))
    assert state.submissions["sub_1"].is_not_found
    assert state.submissions["sub_1"].state is ChunkState.UNKNOWN


def test_a_candidate_that_turns_up_late_ends_not_found() -> None:
    state = folded(planned(), lost("0001"))
    for seconds in (10, 10 + 15 * 60):
        state, _ = step(state, look(after=seconds))
    state, _ = step(state, look(batch(5), batch(6), after=2000))
    assert not state.submissions["sub_1"].is_not_found
    assert state.submissions["sub_1"].empty_since is None


def test_the_services_own_overload_returns_after_two_empty_reads_a_minute_apart() -> None:
    state = folded(planned(), lost("0001", may_return_alone=True))
    state, _ = step(state, look(after=10))
    state, records = step(state, look(after=60))
    assert records == []
    state, records = step(state, look(after=71))
    assert isinstance(records[0], SubmissionNotAccepted)
    assert state.runs["evals"].chunks["0001"].state is ChunkState.HELD


def test_any_other_unknown_never_returns_by_itself() -> None:
    state = folded(planned(), lost("0001"))
    for minutes in range(1, 300):
        state, records = step(state, look(after=60 * minutes))
        assert not any(isinstance(record, SubmissionNotAccepted) for record in records)


def two_claims() -> AppState:
    """One submission, two ended batches that may be its own."""
    state = folded(planned(chunks=1), lost("0001"))
    state, _ = step(state, look(batch(3), batch(2)))
    return apply(state, [ended(2, succeeded=10), ended(3, succeeded=10)])


def given_up(number: int) -> CollectFailed:
    return CollectFailed(at=NOON, batch_id=f"msgbatch_{number:04d}", why="half of it is missing", attempt=12)


def test_candidates_that_nothing_can_tell_apart_any_more_need_a_person_and_say_so() -> None:
    state, month = two_claims(), NOON + timedelta(days=30)
    submission = state.submissions["sub_1"]
    assert not needs_person(state, submission, NOON)
    assert outlook(state, state.runs["evals"], NOON) is Outlook.MOVING
    assert needs_person(state, submission, month)
    assert undecidable(state, "msgbatch_0002", month) == "its results are archived"
    assert outlook(state, state.runs["evals"], month) is Outlook.LOST, "waiting longer changes nothing"
    (alert,) = [alert for alert in alerts(state, Link(), Settings(), month) if alert.submission]
    assert alert.told.endswith("`batchtui reconcile` lists them, you decide")


def test_as_long_as_one_candidate_may_still_tell_nobody_is_asked() -> None:
    state = apply(two_claims(), [given_up(2)])
    assert "could not be read: half of it" in undecidable(state, "msgbatch_0002", NOON)
    assert not needs_person(state, state.submissions["sub_1"], NOON)
    state = apply(state, [given_up(3)])
    assert needs_person(state, state.submissions["sub_1"], NOON)


def test_a_clock_set_between_two_processes_does_not_send_a_chunk_again_before_a_minute_of_own_looks() -> None:
    state = folded(planned(), lost("0001", may_return_alone=True))
    state, _ = step(state, look(after=10))
    jumped = 600.0
    since = NOON + timedelta(seconds=jumped)
    first = replace(look(after=jumped + 1), since=since)
    state, records = step(state, first)
    assert records == []
    _, records = step(state, replace(look(after=jumped + 60), since=since))
    assert [type(record) for record in records] == [SubmissionNotAccepted]


def test_empty_reads_are_counted_from_the_first() -> None:
    state = folded(planned(), lost("0001"))
    for seconds in (30, 90):
        begun_at = NOON + timedelta(seconds=seconds)
        state = apply(state, [SubmissionLooked(at=begun_at, submission="sub_1", begun_at=begun_at)])
    assert state.submissions["sub_1"].empty_since == NOON + timedelta(seconds=30)


def test_with_the_cursor_gone_a_batch_that_seems_some_seconds_older_may_be_ours() -> None:
    """Times of creation may be rounded down, and clocks of servers differ a little."""
    for seconds, is_candidate in ((-4, True), (-6, False)):
        state = folded(planned(), lost("0001", newest="msgbatch_0001"))
        _, records = step(state, look(batch(2, at=NOON + timedelta(seconds=seconds))))
        assert isinstance(records[0], SubmissionAdopted) is is_candidate


def test_a_read_proves_nothing_that_began_too_soon_after_the_end_of_a_long_upload() -> None:
    state = folded(
        planned(),
        intended(),
        SubmissionReleasing(at=NOON, submission="sub_1"),
        SubmissionUnknown(at=NOON, submission="sub_1", why="cut", ended_at=NOON + timedelta(minutes=5)),
    )
    soon, later = timedelta(minutes=5, seconds=9), timedelta(minutes=5, seconds=10)
    assert step(state, look(after=soon.total_seconds()))[1] == []
    assert len(step(state, look(after=later.total_seconds()))[1]) == 1
