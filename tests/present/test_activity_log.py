"""The activity log: what happened is not buried under polls that brought nothing."""

from datetime import timedelta

from batchtui.engine.calls import Call
from batchtui.present.activity_log import COLUMNS, Entry, fold_polls, row_of_entry
from batchtui.present.cells import plain
from batchtui.present.glyphs import UNICODE
from batchtui.present.grid import lay_row, place_columns
from tests.present.scenes import scene_of
from tests.tui.still import NOW

SCENE = scene_of([])


def _poll(number: int, *, changed: int = 0) -> list[Entry]:
    """A list call and the poll that it was for, five seconds after those before."""
    at = NOW + timedelta(seconds=5 * number)
    call = Call(at=at, method="GET", path="/v1/messages/batches", status=200)
    return [
        Entry(id=f"c{number}", at=at, actor="engine", verb="get", role="dim", text="batches", call=call),
        Entry(
            id=f"n{number}",
            at=at,
            actor="engine",
            verb="poll",
            role="dim",
            text=f"75 batches, {changed} changed",
            is_quiet=not changed,
        ),
    ]


def test_polls_that_brought_nothing_are_one_line_that_keeps_its_id() -> None:
    first, more = [*_poll(0), *_poll(1)], _poll(2)
    one = fold_polls(SCENE, first)
    then = fold_polls(SCENE, [*first, *more])
    assert [entry.id for entry in one] == [entry.id for entry in then] == ["n0"]
    assert then[0].told == "nothing new in 3 polls since 14:02:00Z"
    assert then[0].at == more[-1].at and then[0].call == more[0].call


def test_what_changed_parts_them() -> None:
    found = fold_polls(SCENE, [*_poll(0), *_poll(1, changed=2), *_poll(2), *_poll(3)])
    assert [entry.id for entry in found] == ["n0", "n1", "n2"]
    assert found[1].told == "" and found[1].call is not None


def test_a_call_that_failed_keeps_its_own_line() -> None:
    call, poll = _poll(0)
    assert call.call is not None
    failed = Entry(
        id="c0",
        at=call.at,
        actor="engine",
        verb="get",
        role="warn",
        text="batches",
        call=Call(at=call.at, method="GET", path=call.call.path, status=529),
    )
    assert len(fold_polls(SCENE, [failed, poll])) == 2


def test_what_was_no_call_has_the_room_of_the_columns_of_calls() -> None:
    words = "nightly-eval-1121 chunk 4: 1,008 results verified, 3.0 MB"
    told = Entry(id="n1", at=NOW, actor="engine", verb="collected", role="text", text=words)
    grid = place_columns(COLUMNS, 78)
    line = plain(lay_row(grid, row_of_entry(SCENE, told), UNICODE))
    assert "nightly-eval-1121 chunk 4: 1,008 results, 3.0 MB" in line and line.endswith(" ")
    call = _poll(0)[0]
    assert plain(lay_row(grid, row_of_entry(SCENE, call), UNICODE)).rstrip().endswith("200")
