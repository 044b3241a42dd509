"""While a submission is looked at, its candidates keep the figures they were read with."""

from msgspec import structs

from batchtui.domain.records import BatchSeen
from batchtui.present.settle import Unsettled, newest_of
from tests.domain.builders import batch, folded, lost, planned
from tests.fakes import NOON


def test_a_candidate_that_comes_in_stands_behind_those_that_were_read() -> None:
    state = folded(planned(), lost("0001"), BatchSeen(at=NOON, batch=batch(8)), BatchSeen(at=NOON, batch=batch(7)))
    eighth, seventh = state.batches["msgbatch_0008"], state.batches["msgbatch_0007"]
    submission = state.submissions["sub_1"]
    shown = Unsettled(submission=submission, candidates=(eighth,))
    newer = Unsettled(submission=submission, candidates=(seventh, structs.replace(eighth, seen_after=9)))
    found = newest_of(shown, newer)
    assert [known.batch.id for known in found.candidates] == ["msgbatch_0008", "msgbatch_0007"]
    assert found.candidates[0].seen_after == 9
    assert newest_of(shown, None) is shown
