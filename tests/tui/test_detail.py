"""A run's page: its chunks, the one under the cursor, the picture of them all."""

from collections.abc import AsyncIterator

import pytest

from batchtui.tui.screens.batch import BatchScreen
from batchtui.tui.screens.detail import DetailScreen
from tests.tui.still import Cockpit, cockpit, make_dashboard, make_engine
from tests.tui.world import batch_id, pictured


@pytest.fixture
async def detail() -> AsyncIterator[Cockpit]:
    async with cockpit(make_dashboard(make_engine(pictured()))) as running:
        await running.press("j", "j", "enter")
        assert isinstance(running.app.screen, DetailScreen)
        yield running


async def test_every_chunk_has_a_row_with_what_the_service_said_of_it(detail: Cockpit) -> None:
    lines = detail.lines()
    assert lines[1].split("   ")[0].strip() == "nightly-eval-1121" and "12,096 requests" in lines[1]
    assert lines[5].split()[2:] == [
        "partial",
        "━━━━━━━━━━━━━━━━━━■╌",
        "1,008",
        "996",
        "4",
        "8",
        "0",
        "3h12",
        "28d",
        "│",
    ]
    assert lines[8].split()[4:9] == ["1,008", "–", "–", "–", "–"]
    assert "? no answer" in lines[10]


async def test_the_panel_follows_the_cursor(detail: Cockpit) -> None:
    assert "chunk 1" in detail.text()
    await detail.press("j", "j", "j", "j")
    assert "chunk 5" in detail.text() and "counts come when it ends  done by ~15:52Z" in detail.text()
    await detail.press("G")
    assert "waits for chunk 7" in detail.text()


async def test_t_shows_the_picture_with_the_same_cursor_and_back(detail: Cockpit) -> None:
    await detail.press("j", "j", "t")
    assert "now 14:02" in detail.text() and "24 h limit" in detail.text()
    assert "3  partial" in next(line for line in detail.lines() if "▌" in line)
    await detail.press("j", "t")
    assert "4  partial" in next(line for line in detail.lines() if "▌" in line)
    assert "now 14:02" not in detail.text()


async def test_y_is_about_the_chunk_and_c_about_the_run(detail: Cockpit) -> None:
    await detail.press("j", "y")
    assert "sent to the terminal: nightly-eval-1121#0002" in detail.lines()[-2]
    await detail.press("C")
    assert "cancel nightly-eval-1121 " in detail.text()


async def test_d_deletes_the_batch_of_the_chunk_under_the_cursor(detail: Cockpit) -> None:
    await detail.press("D")
    assert f"delete {batch_id('nightly-eval-1121/0001')}" in detail.text()


async def test_the_footer_says_how_many_chunks_are_where(detail: Cockpit) -> None:
    assert detail.lines()[-2].split("  ") == [" 4 ended", "5 running", "1 unsure", "2 held"]


async def test_esc_leads_home_with_the_cursor_where_it_was(detail: Cockpit) -> None:
    await detail.press("escape")
    assert "nightly-eval-1121" in next(line for line in detail.lines() if "▌" in line)


async def test_wide_and_tall_shows_table_picture_hours_and_activity_at_once() -> None:
    async with cockpit(make_dashboard(make_engine(pictured())), size=(160, 48)) as running:
        await running.press("j", "j", "enter")
        text = running.text()
        for words in ("BATCH", "now 14:02", "requests ended per hour", "2,016", "activity", "~15:52"):
            assert words in text
        await running.press("j")
        assert sum("▌" in line for line in running.lines()) == 2


async def test_a_batch_from_elsewhere_opens_what_is_known_of_it() -> None:
    async with cockpit(make_dashboard(make_engine(pictured()))) as running:
        await running.press("j", "enter")
        assert isinstance(running.app.screen, BatchScreen)
        assert "not sent from this workspace" in running.text() and "with the API     1,500" in running.text()


async def test_b_lists_every_batch_and_finds_one_by_part_of_its_id() -> None:
    wanted = batch_id("embeddings-qa/0002")
    async with cockpit(make_dashboard(make_engine(pictured()))) as running:
        await running.press("b", "slash", *wanted[-6:-1])
        assert "batches 1 of 44" in running.lines()[2]
        assert wanted[-4:] in running.lines()[4]
        await running.press("enter", "escape", "b")
        assert "runs 11" in running.lines()[2]
