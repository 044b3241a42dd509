"""While a submission is looked at, its candidates keep the figures they were read with, and what settles it is told."""

import pytest
from msgspec import structs

from batchtui.domain.fold.apply import apply
from batchtui.domain.records import BatchSeen, Record, SubmissionAbandoned, SubmissionAdopted, SubmissionNotAccepted
from batchtui.present.cells import plain
from batchtui.present.preview.unsure import unsure_lines
from batchtui.present.settle import Unsettled, newest_of
from tests.domain.builders import batch, folded, lost, planned
from tests.fakes import NOON
from tests.present.scenes import scene_of


def test_a_candidate_that_comes_in_stands_behind_those_that_were_read() -> None:
    state = folded(planned(), lost("0001"), BatchSeen(at=NOON, batch=batch(8)), BatchSeen(at=NOON, batch=batch(7)))
    seventh = state.batches["msgbatch_0007"]
    shown = Unsettled(submission=state.submissions["sub_1"], candidates=(structs.replace(seventh, seen_after=9),))
    found = newest_of(state, shown)
    assert [known.batch.id for known in found.candidates] == ["msgbatch_0007", "msgbatch_0008"]
    assert found.candidates[0] == seventh


def test_a_candidate_that_falls_away_keeps_its_figure() -> None:
    state = folded(planned(), lost("0001"), BatchSeen(at=NOON, batch=batch(8)))
    gone = structs.replace(state.batches["msgbatch_0008"], batch=batch(9))
    found = newest_of(state, Unsettled(submission=state.submissions["sub_1"], candidates=(gone,)))
    assert [known.batch.id for known in found.candidates] == ["msgbatch_0009", "msgbatch_0008"]


@pytest.mark.parametrize(
    "record",
    [
        SubmissionAdopted(at=NOON, submission="sub_1", batch_id="msgbatch_0008"),
        SubmissionAbandoned(at=NOON, submission="sub_1", why="given up by the operator"),
        SubmissionNotAccepted(at=NOON, submission="sub_1", why="never came"),
    ],
)
def test_what_is_settled_meanwhile_offers_no_candidate_any_more(record: Record) -> None:
    state = folded(planned(), lost("0001"), BatchSeen(at=NOON, batch=batch(8)))
    shown = Unsettled(submission=state.submissions["sub_1"], candidates=(state.batches["msgbatch_0008"],))
    found = newest_of(apply(state, [record]), shown)
    assert found.is_settled and found.candidates == ()


def test_beside_a_list_stand_the_candidates_that_the_sheet_offers() -> None:
    """A batch that was listed after the loss is offered before any look for it was written down."""
    scene = scene_of([planned(), *lost("0001"), BatchSeen(at=NOON, batch=batch(8))])
    lines = [plain(line).split() for line in unsure_lines(scene, scene.state.submissions["sub_1"], 60)]
    assert ["candidates", "1"] in lines and ["msgbatch_0008"] in lines
