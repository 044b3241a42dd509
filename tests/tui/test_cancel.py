"""Cancel and delete: nothing happens by accident, everything once."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace
from textual.events import Key, Paste

from batchtui.domain.batch import RequestCounts
from batchtui.domain.records import BatchSeen, CancelIntended
from batchtui.engine.engine import Duty
from batchtui.tui.screens.cancel import CancelSheet
from batchtui.tui.screens.delete import DeleteSheet
from tests.tui.still import NOW, Cockpit, NoFiles, calls_of, cockpit, make_dashboard, make_engine
from tests.tui.world import World, ago, batch_id, pictured

RUNNING = batch_id("backfill-docs/0001")


@pytest.fixture
async def home() -> AsyncIterator[Cockpit]:
    """The cursor on a run of one running batch; what is intended is carried out."""
    async with cockpit(make_dashboard(make_engine(pictured())), duties=Duty.STOP) as running:
        await running.press("j", "j", "j", "j")
        yield running


def is_open(running: Cockpit) -> bool:
    return isinstance(running.app.screen, CancelSheet)


async def canceled(running: Cockpit) -> int:
    """How many cancels the service was asked for, once everything is done."""
    await running.app.workers.wait_for_complete()
    await asyncio.sleep(0.05)
    return calls_of(running.app).count("cancel")


async def test_the_sheet_says_what_stops_what_may_be_billed_and_what_stays(home: Cockpit) -> None:
    await home.press("k", "k", "C")
    text = home.text()
    assert "cancel nightly-eval-1121" in text and "nothing sent yet" in text
    assert "5  batches at the API, 5,040 requests" in text
    assert "billed if so, up to ~$10.04" in text
    assert "4  chunks, 4,032 requests, $8.02 measured, results stay" in text
    assert "2  held chunks, 2,016 requests: will not be sent" in text
    assert "1  unsure chunk, 1,008 requests: not resent, A settles it" in text
    assert "batchtui cancel nightly-eval-1121" in text


async def test_what_may_be_billed_is_whole_on_the_smallest_screen() -> None:
    async with cockpit(make_dashboard(make_engine(pictured())), size=(60, 16)) as running:
        await running.press("j", "j", "C")
        assert "up to ~$10.04" in running.text()


async def test_what_may_be_billed_stays_whole_when_the_terminal_gets_narrower() -> None:
    async with cockpit(make_dashboard(make_engine(pictured()))) as running:
        await running.press("j", "j", "C")
        assert "billed if so, up to ~$10.04" in running.text()
        await running.pilot.resize_terminal(60, 16)
        await running.settle()
        assert is_open(running) and "up to ~$10.04" in running.text()


async def test_a_batch_that_was_not_sent_from_here_is_named_as_such(home: Cockpit) -> None:
    await home.press("k", "k", "k", "C")
    assert "elsewhere       1  not sent from here: msgbatch_01HkT8aWc2Nq5LzQe" in home.text()


async def test_a_run_of_ones_own_says_nothing_of_elsewhere(home: Cockpit) -> None:
    await home.press("C")
    assert is_open(home) and "not sent from here" not in home.text()


async def test_the_row_under_the_cursor_stays_in_sight(home: Cockpit) -> None:
    await home.press("G", "k", "k", "k", "k", "k", "k", "k", "k", "k", "C")
    assert "▌" in home.text() and is_open(home)


async def test_y_cancels_once(home: Cockpit) -> None:
    await home.press("C", "y")
    assert await canceled(home) == 1
    assert not is_open(home)
    intended = [r for r in home.app.bridge.engine.core.journal.records if isinstance(r, CancelIntended)]  # type: ignore[attr-defined]
    assert intended[-1].batch_id == RUNNING


async def test_what_was_asked_for_is_said_until_it_has_come_about(home: Cockpit) -> None:
    await home.press("C", "y")
    await canceled(home)
    await home.settle()
    assert "asked to cancel" in home.text()
    core = home.app.bridge.engine.core
    ended = replace(core.state.batches[RUNNING].batch, processing_status="ended", ended_at=NOW)
    core.commit(BatchSeen(at=NOW, batch=ended))
    await home.settle()
    assert "asked to cancel" not in home.text()


@pytest.mark.parametrize("no", ["enter", "escape", "n", "q"])
async def test_enter_and_esc_mean_no(home: Cockpit, no: str) -> None:
    await home.press("C", no)
    assert not is_open(home)
    assert await canceled(home) == 0


async def test_changing_ones_mind_first_leads_to_exactly_one_call(home: Cockpit) -> None:
    await home.press("C", "escape", "C", "enter", "C", "y", "y", "y")
    assert await canceled(home) == 1


async def test_a_key_typed_before_the_sheet_was_drawn_answers_nothing(home: Cockpit) -> None:
    home.app.post_message(Key("C", "C"))
    home.app.post_message(Key("y", "y"))
    await home.pilot.pause()
    await home.pilot.pause()
    assert is_open(home)
    assert await canceled(home) == 0


async def test_a_key_held_back_by_a_slow_line_counts_from_when_it_was_typed(home: Cockpit) -> None:
    early = Key("y", "y")
    await home.press("C")
    home.app.post_message(early)
    await home.pilot.pause()
    assert is_open(home)
    assert await canceled(home) == 0


async def test_a_paste_answers_nothing(home: Cockpit) -> None:
    await home.press("C")
    home.app.post_message(Paste("y"))
    await home.pilot.pause()
    assert is_open(home)


async def test_several_runs_want_the_request_count_typed(home: Cockpit) -> None:
    await home.press("space", "space", "C")  # backfill-docs and judge-haiku
    assert "2 at once: type 19880, then y" in home.text()
    await home.press("y")
    assert is_open(home) and "nothing is not 19880" in home.text()
    await home.press(*"19880", "y")
    assert await canceled(home) == 3


async def test_the_wrong_count_changes_nothing(home: Cockpit) -> None:
    await home.press("space", "space", "C", *"123", "y")
    assert is_open(home) and "123 is not 19880" in home.text()
    assert await canceled(home) == 0


async def test_a_batch_from_elsewhere_wants_the_end_of_its_id(home: Cockpit) -> None:
    await home.press("k", "k", "k", "C")
    assert "type LzQe, then y" in home.text()
    await home.press("y")
    assert is_open(home)
    await home.press("backspace", *"LzQe", "y")
    assert await canceled(home) == 1


async def test_an_id_that_has_a_y_in_it_can_be_typed() -> None:
    world = World()
    world.elsewhere("msgbatch_01aaaaaaaayYy9", ago(hours=1), 10)
    async with cockpit(make_dashboard(make_engine(world.records())), duties=Duty.STOP) as running:
        await running.press("C", *"yYy9", "y")
        assert await canceled(running) == 1


async def test_several_batches_from_elsewhere_want_their_request_count() -> None:
    world = World()
    for end in ("aaa1", "bbb2", "ccc3", "ddd4"):
        world.elsewhere(f"msgbatch_01aaaaaaaa{end}", ago(hours=1), 10)
    async with cockpit(make_dashboard(make_engine(world.records())), duties=Duty.STOP) as running:
        await running.press("space", "space", "C")
        assert "2 may not be yours: type 20, then y" in running.text() and "? help" in running.lines()[-1]
        await running.press("2", "y")
        assert is_open(running) and await canceled(running) == 0
        await running.press("0", "question_mark")
        assert "cancel 2 at once" not in running.text() and not is_open(running)
        await running.press("escape")
        assert "type 20, then y" in running.text()
        await running.press("y")
        assert await canceled(running) == 2


async def test_of_very_many_batches_the_sheet_tells_those_that_stop_in_a_few_lines() -> None:
    world = World()
    for number in range(1_200):
        counts = RequestCounts(succeeded=1_000) if number >= 56 else None
        world.elsewhere(f"msgbatch_01aaaaaaaa{number:04}", ago(hours=1 + number), 1_000, counts=counts)
    async with cockpit(make_dashboard(make_engine(world.records())), size=(80, 24), duties=Duty.STOP) as running:
        await running.press("asterisk", "C")
        assert "cancel 56 of 1,200" in running.text() and "and 53 more" in running.text()
        assert "56 may not be yours: type 56000, then y" in running.text()
        sheet = running.app.screen
        assert isinstance(sheet, CancelSheet) and len(sheet.command().split()) == 2 + 56


async def test_what_changed_meanwhile_is_shown_before_it_is_done(home: Cockpit) -> None:
    await home.press("k", "k", "C")
    known = home.app.bridge.engine.state.batches[batch_id("nightly-eval-1121/0005")]
    ended = replace(
        known.batch, processing_status="ended", request_counts=RequestCounts(succeeded=1008), ended_at=home.app.now
    )
    home.app.bridge.engine.core.commit(BatchSeen(at=home.app.now, batch=ended))
    await home.settle()
    await home.press("y")
    assert is_open(home) and "it changed meanwhile: look again" in home.text()
    assert "4  batches at the API, 4,032 requests" in home.text()
    assert await canceled(home) == 0


async def test_a_sheet_left_open_for_long_is_shown_anew(home: Cockpit) -> None:
    await home.press("C")
    home.app.bridge.engine.core.clock.advance(90)  # type: ignore[attr-defined]
    await home.press("y")
    assert is_open(home) and "this was 90s old: look again" in home.text()
    await home.press("y")
    assert await canceled(home) == 1


async def test_delete_wants_the_end_of_the_id_and_only_collected_batches() -> None:
    async with cockpit(make_dashboard(make_engine(pictured())), duties=Duty.STOP) as running:
        await running.press("b", "D")  # the newest one that ended: ablation-b 2
        selected = running.app.page.subject_ids()[0]  # type: ignore[union-attr]
        assert f"delete {selected}" in running.text() and "results, 3.0 MB, verified" in running.text()
        await running.press("y")
        assert calls_of(running.app).count("delete") == 0
        early = "" if selected[-4] == "y" else "y"
        await running.press("escape", "D", *early, *selected[-4:], "y")
        await running.app.workers.wait_for_complete()
        assert calls_of(running.app).count("delete") == 1
        await running.settle()
        await running.press("j", "D")
        assert "has not ended" in running.lines()[-2]


async def test_no_delete_is_offered_when_the_results_are_not_whole_on_this_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(NoFiles, "is_unchanged", lambda *_given, **_named: False)
    async with cockpit(make_dashboard(make_engine(pictured())), duties=Duty.STOP) as running:
        await running.press("b", "D")
        await running.app.workers.wait_for_complete()
        await running.settle()
        assert "are not on this disk" in running.text()
        assert not isinstance(running.app.screen, DeleteSheet)
