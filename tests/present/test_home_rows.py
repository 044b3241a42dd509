"""Rows of home: statuses in words, money, times, and what is quiet once it is settled."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from batchtui.domain.cost import CostRange
from batchtui.domain.fold.apply import apply
from batchtui.domain.records import BatchGone, BatchHidden, BatchSeen, Record, RunPlanned
from batchtui.domain.settings import Settings
from batchtui.domain.state import AppState
from batchtui.domain.status import Status
from batchtui.engine.live import Live, Snapshot
from batchtui.present.cells import plain
from batchtui.present.facts import lay_facts
from batchtui.present.glyphs import ASCII, UNICODE, Glyphs
from batchtui.present.grid import lay_row, place_columns
from batchtui.present.home.home_lines import selection_line, totals_line
from batchtui.present.home.rows import COLUMNS, fitted, is_quiet, run_row, shown_status, unsure_row
from batchtui.present.home.source import HomeSource
from batchtui.present.home.totals import totals
from batchtui.present.preview.preview import preview_lines
from batchtui.present.remembered import Remembered
from batchtui.present.run.chunk_panel import chunk_lines
from batchtui.present.scene import Scene
from batchtui.present.selection import from_row, of_batch, of_chunk, of_run, owner
from batchtui.present.status_words import status_word
from tests.domain.builders import ended, intended, lost, planned, sent
from tests.domain.test_per_run import a_life
from tests.domain.test_spending import collected
from tests.fakes import NOON
from tests.present.scenes import scene_of
from tests.tui.still import NOW, live_link
from tests.tui.world import Part, World, ago, only_elsewhere, pictured

SCENE = scene_of(pictured())
SOURCE = HomeSource()


def cells(name: str, key: str) -> str:
    content = SOURCE.row(SCENE, of_run(name).row_id).cells[key]
    return plain(content if isinstance(content, tuple) else content.fill(16, SCENE.glyphs))


def test_every_status_has_its_word() -> None:
    words = {status: status_word(status) for status in Status}
    assert words[Status.IN_PROGRESS] == "running" and words[Status.CANCELING] == "stopping"
    assert words[Status.UNKNOWN] == "unsure" and words[Status.SUCCEEDED] == "ok"
    assert len(set(words.values())) == len(Status)


def test_a_run_with_an_unsure_chunk_still_says_that_it_runs() -> None:
    view = SCENE.views.run(SCENE.state.runs["nightly-eval-1121"])
    assert view.status is Status.UNKNOWN and shown_status(view) is Status.IN_PROGRESS


def test_a_run_of_nothing_but_an_unsure_chunk_is_unsure() -> None:
    world = World()
    world.run("lost", ago(hours=1), [Part(10, ago(hours=1), is_unsure=True)])
    scene = scene_of(world.records())
    assert shown_status(scene.views.run(scene.state.runs["lost"])) is Status.UNKNOWN


def test_estimated_money_has_a_tilde_and_measured_money_has_none() -> None:
    assert cells("nightly-eval-1121", "cost").startswith("~$24.")
    assert cells("nightly-eval-1120", "cost") == "$47.12"


def test_left_is_hours_to_expiry_while_running_and_days_of_results_afterwards() -> None:
    assert cells("judge-haiku", "left") == "1h29!"
    assert cells("backfill-docs", "left") == "17h20 "
    assert cells("embeddings-qa", "left") == "27d "


def test_results_that_will_vanish_uncollected_are_flagged() -> None:
    world = World()
    day = ago(days=27)
    world.run("late", day, [Part(10, day, day + timedelta(hours=1), ok=10, is_collected=False)])
    scene = scene_of(world.records())
    row = SOURCE.row(scene, "run:late")
    assert plain(row.cells["left"]) == "2d!" and row.sign is not None and row.sign.text == "!"  # type: ignore[arg-type]


def test_quiet_is_what_ended_well_or_was_looked_at() -> None:
    views = {view.run: view for view in SCENE.views.runs()}
    assert is_quiet(views["embeddings-qa"]) and is_quiet(views["long-ctx-sweep"])
    assert not is_quiet(views["nightly-eval-1120"]) and not is_quiet(views["backfill-docs"])


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@pytest.mark.parametrize("width", [58, 78, 98])
def test_an_attempt_is_told_from_the_first_however_narrow_the_name(width: int, glyphs: Glyphs) -> None:
    world = World()
    for name in ("nightly-eval-2026-1120", "nightly-eval-2026-1120.r1"):
        world.run(name, ago(hours=1), [Part(10, ago(hours=1))])
    row = SOURCE.row(scene_of(world.records()), of_run("nightly-eval-2026-1120.r1").row_id)
    assert f"{glyphs.cut}0.r1 " in plain(lay_row(place_columns(COLUMNS, width), row, glyphs))


def test_a_batch_from_elsewhere_is_cut_once() -> None:
    scene = scene_of(only_elsewhere(1))
    batch_id = next(iter(scene.state.batches))
    row = SOURCE.row(scene, of_batch(batch_id).row_id)
    for width in (58, 78, 98):
        line = plain(lay_row(place_columns(COLUMNS, width), row, UNICODE))
        assert line.count(UNICODE.cut) == 1 and f"{UNICODE.cut}{batch_id[-2:]} " in line


def test_hidden_batches_are_out_of_sight() -> None:
    records = only_elsewhere(3)
    hidden = records[-1]
    assert isinstance(hidden, BatchSeen)
    assert len(SOURCE.ids(scene_of(records))) == 3
    shown = SOURCE.ids(scene_of([*records, BatchHidden(at=NOW, batch_id=hidden.batch.id)]))
    assert len(shown) == 2 and of_batch(hidden.batch.id).row_id not in shown


def test_what_a_row_stands_for_survives_its_id() -> None:
    for one in (of_run("a:b"), of_batch("msgbatch_1"), of_chunk("run#x", "0007a")):
        assert from_row(one.row_id) == one
    assert of_chunk("nightly", "0007").run == "nightly" and of_chunk("nightly", "0007").chunk == "0007"
    assert owner(SCENE.state, of_batch("msgbatch_01HkT8aWc2Nq5LzQe")) is None


def test_totals_add_up() -> None:
    sums = totals(SCENE)
    assert (sums.running, sums.triage, sums.triage_bad, sums.in_flight, sums.alerts) == (3, 2, 162, 27_920, 4)
    assert sums.elsewhere == 1_500


def test_what_is_in_flight_elsewhere_is_counted_apart() -> None:
    shown = [plain(fact) for fact in totals_line(scene_of(only_elsewhere(3))).left]
    assert shown[:2] == ["0 running", "0 in flight"] and "1,500 in flight elsewhere" in shown


def spent_words(*records: Record | Sequence[Record]) -> str:
    flat: list[Record] = []
    for entry in records:
        flat.extend([entry] if isinstance(entry, Record) else entry)
    (words,) = [words for fact in totals_line(scene_of(flat, now=NOON)).left if "today" in (words := plain(fact))]
    return words


def test_money_spent_today_is_measured_only_where_all_of_it_is() -> None:
    run, measured = planned(chunks=2), [*sent("0001", 1), ended(1), collected(1, cost="0.01")]
    assert spent_words(run, measured) == "$0.01 today"
    assert spent_words(run, measured, intended("0002")) == "~$0.51 today"
    assert spent_words(run, measured, lost("0002")) == "~$0.51 today"
    assert spent_words(run, measured, sent("0002", 2), ended(2)) == "~$0.51 today"


@pytest.mark.parametrize("stands", [True, False], ids=["in one minute", "while a month goes by"])
def test_rows_that_were_kept_are_those_of_a_look_at_everything(stands: bool) -> None:
    memory, state = Remembered(), AppState()
    for record, at in a_life():
        state = apply(state, [record])
        kept, fresh = (_scene(state, NOW if stands else at, seen) for seen in (memory, None))
        for row_id in SOURCE.ids(fresh):
            assert SOURCE.row(kept, row_id) == SOURCE.row(fresh, row_id), (record, row_id)


def _scene(state: AppState, now: datetime, memory: Remembered | None) -> Scene:
    return Scene(Snapshot(state=state, live=Live(), version=1, as_of=now), Settings(), now, UNICODE, memory=memory)


@pytest.mark.parametrize("width", [58, 64, 70, 78, 100])
def test_the_remedy_of_what_is_unsure_is_said_in_words_at_every_width(width: int) -> None:
    scene = scene_of(pictured())
    (submission,) = scene.state.unknown_submissions()
    line = plain(lay_row(place_columns(COLUMNS, width), unsure_row(scene, submission), UNICODE))
    assert "chunk 7: no answer" in line and "A settles" in line and len(line) == width


def test_a_clock_that_is_wrong_puts_no_run_before_a_batch_from_elsewhere_that_is_newer() -> None:
    world = World()
    world.run("ours", NOW - timedelta(minutes=30), [Part(10)])
    world.elsewhere("msgbatch_theirs", NOW + timedelta(hours=2) - timedelta(minutes=5), 10)
    behind = scene_of(world.records(), link=live_link(skew_seconds=7200))
    assert SOURCE.ids(behind) == [of_batch("msgbatch_theirs").row_id, of_run("ours").row_id]
    ahead = scene_of(world.records(), link=live_link(skew_seconds=9000))
    assert SOURCE.ids(ahead) == [of_run("ours").row_id, of_batch("msgbatch_theirs").row_id]


@pytest.mark.parametrize("chunks", [3, 40, 250, 1000])
def test_however_many_chunks_a_run_has_they_are_told_and_slashes_stay_in_line(chunks: int) -> None:
    world = World()
    world.run("many", ago(hours=1), [Part(10, ago(hours=1)) for _ in range(chunks)])
    world.run("few", ago(hours=2), [Part(10, ago(hours=2))])
    scene = scene_of(world.records())
    columns = place_columns(fitted(COLUMNS, scene), 78)
    many, few = (plain(lay_row(columns, SOURCE.row(scene, of_run(name).row_id), UNICODE)) for name in ("many", "few"))
    assert f"0/{chunks}" in many and "0/1" in few and len(many) == 78
    assert many.index("/") == few.index("/")


def test_a_run_of_unknown_price_has_no_cost_of_nothing() -> None:
    world = World()
    world.run("exotic", ago(hours=1), [Part(10, sent=ago(hours=1))], model="nobody-knows-1", cost=0.0)
    unpriced = CostRange(priced_at="2026-11-21", unknown_models=("nobody-knows-1",))
    told = [replace(each, cost=unpriced) if isinstance(each, RunPlanned) else each for each in world.records()]
    scene = scene_of(told)
    view = scene.views.run(scene.state.runs["exotic"])
    assert view.cost_high_usd is None
    row = run_row(scene, view, needs_you=False).cells["cost"]
    assert isinstance(row, tuple) and plain(row) == UNICODE.unknown
    (chunk,) = scene.views.chunks(scene.state.runs["exotic"])
    lines = [*preview_lines(scene, view, 60), *chunk_lines(scene, chunk, 60, is_tall=True)]
    assert not any("$" in plain(line) for line in lines)


def test_what_the_service_lost_is_not_called_collected_too_late() -> None:
    seen = scene_of([planned(chunks=1), *sent("0001", 1), BatchGone(at=NOON, batch_id="msgbatch_0001")])
    view = seen.views.run(seen.state.runs["evals"])
    facts = plain(lay_facts(selection_line(seen, view), 120))
    shown = " ".join(" ".join(plain(line) for line in preview_lines(seen, view, 60)).split())
    for words in (facts, shown):
        assert "the service no longer knows its batch" in words
        assert "29 days" not in words
