"""What is with the API stands in the order it may end, and says on what that rests."""

from batchtui.present.cells import plain
from batchtui.present.glyphs import UNICODE
from batchtui.present.grid import lay_row, place_columns
from batchtui.present.open_rows import OPEN, open_rows
from batchtui.present.planner.waiting_rows import WAITING
from tests.present.scenes import scene_of
from tests.tui.world import pictured


def test_every_open_batch_has_a_row_and_what_has_no_answer_too() -> None:
    scene = scene_of(pictured())
    lines = [plain(lay_row(place_columns(OPEN, 155), row, UNICODE)) for row in open_rows(scene)]
    assert len(lines) == 13
    assert "nightly-eval-1121" in lines[0] and "p50 of" in lines[0]
    (unsure,) = [line for line in lines if "unsure" in line]
    assert "7/12" in unsure and "no answer: A settles" in unsure
    assert "msgbatch_01Hk" in lines[-1] and "elsewhere" in lines[-1]
    done = [word for line in lines for word in line.split() if word.startswith("~") and word.endswith("Z")]
    assert done == sorted(done)


def test_it_stands_at_the_edges_of_what_waits_here() -> None:
    for width in (78, 118, 158, 238):
        out, waits = place_columns(OPEN, width), place_columns(WAITING, width)
        assert [(place.column.key, place.x) for place in out.places] == [
            (place.column.key, place.x) for place in waits.places
        ]
