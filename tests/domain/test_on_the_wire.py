"""A batch on the list whose POST has no answer yet: it is nobody else's, however well its count fits."""

from datetime import timedelta

from batchtui.domain.fold.apply import apply
from batchtui.domain.records import BatchSeen, SubmissionAdopted, SubmissionConfirmed, SubmissionReleasing
from batchtui.domain.settings import SubmitSettings
from batchtui.domain.settling import Look, settle
from batchtui.domain.state import AppState
from batchtui.domain.submission import ChunkState
from tests.domain.builders import batch, folded, intended, lost, planned
from tests.fakes import NOON

LATER = NOON + timedelta(seconds=30)
LOOK = Look(begun_at=LATER, batches=(batch(2),))


def one_lost_one_on_the_wire() -> AppState:
    """Chunk 1 has no answer, chunk 2 of the same count is being sent, and its batch is on the list already."""
    state = folded(planned(), lost("0001"), intended("0002", submission="sub_2"))
    return apply(state, [SubmissionReleasing(at=NOON, submission="sub_2"), BatchSeen(at=LATER, batch=batch(2))])


def test_a_batch_that_a_post_under_way_may_have_made_is_not_adopted_for_another() -> None:
    state = one_lost_one_on_the_wire()
    assert settle(state, LOOK, SubmitSettings(), LATER) == []
    answered = apply(state, [SubmissionConfirmed(at=LATER, submission="sub_2", batch=batch(2))])
    settled = apply(answered, settle(answered, LOOK, SubmitSettings(), LATER))
    assert settled.submissions["sub_1"].state == ChunkState.UNKNOWN
    assert settled.submissions["sub_1"].empty_since == LATER


def test_an_answer_takes_its_batch_back_from_the_submission_it_was_adopted_for() -> None:
    adopted = SubmissionAdopted(at=LATER, submission="sub_1", batch_id="msgbatch_0002")
    answer = SubmissionConfirmed(at=LATER, submission="sub_2", batch=batch(2))
    state = apply(one_lost_one_on_the_wire(), [adopted, answer])
    assert state.batches["msgbatch_0002"].chunk == "0002"
    assert state.submissions["sub_1"].state == ChunkState.UNKNOWN
    assert state.submissions["sub_1"].disproved == ("msgbatch_0002",)
    first, second = state.runs["evals"].live_chunks
    assert (first.state, first.batch_id) == (ChunkState.UNKNOWN, None)
    assert (second.state, second.batch_id) == (ChunkState.CONFIRMED, "msgbatch_0002")
