"""A run's page: its chunks, the one under the cursor, the picture of them all."""

from collections.abc import AsyncIterator

import pytest

from batchtui.tui.screens.batch import BatchScreen
from batchtui.tui.screens.detail import DetailScreen
from tests.tui.still import Cockpit, cockpit, make_dashboard, make_engine
from tests.tui.world import Part, World, ago, batch_id, pictured


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
    footer = detail.lines()[-2].split("  ")
    assert footer == [" 4 ended", "5 running", "1 unsure", "2 held", "31 bad so far", "1,260 requests/h"]


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


@pytest.mark.parametrize(("size", "name"), [((160, 48), "nightly-eval-1121"), ((120, 40), "nightly-eval-1121")])
async def test_with_room_for_all_chunks_neither_table_nor_picture_scrolls(size: tuple[int, int], name: str) -> None:
    async with cockpit(make_dashboard(make_engine(pictured())), size=size) as running:
        await running.press("j", "j", "enter")
        assert sum(" of 12" in line for line in running.lines()) == 0
        assert sum(line[1:12].split()[:2] == ["12", "held"] for line in running.lines()) == 2, name


@pytest.mark.parametrize("size", [(160, 48), (240, 60)])
async def test_a_run_of_which_nothing_has_ended_has_no_chart_of_zeros(size: tuple[int, int]) -> None:
    world = World()
    world.run("held", ago(hours=1), [Part(10), Part(10)])
    world.run("running", ago(hours=2), [Part(10, ago(hours=2))])
    async with cockpit(make_dashboard(make_engine(world.records())), size=size) as running:
        await running.press("enter")
        assert "requests ended" not in running.text() and "nothing has happened yet" in running.text()
        await running.press("escape", "j", "enter")
        assert "requests ended" not in running.text() and "now 14:02" in running.text()


async def test_the_columns_of_the_chart_fill_the_panel_at_the_first_sight_and_what_happened_fits_its_own() -> None:
    async with cockpit(make_dashboard(make_engine(pictured())), size=(160, 48)) as running:
        await running.press("j", "j", "enter")
        lines = running.lines()
        first = next(y for y, line in enumerate(lines) if "requests ended per hour" in line)
        last = next(y for y, line in enumerate(lines) if y > first and "╰" in line)
        assert "so far" in lines[last - 1] and "█" in lines[first + 1] and "█" in lines[last - 2]
        happened = [line for line in lines if " chunk 4: 1,003 ok" in line]
        assert happened and "nightly-eval-1121" not in happened[0]
        assert " of 1" not in lines[-3]


@pytest.mark.parametrize("size", [(120, 40), (160, 48), (240, 60)])
async def test_the_panel_of_a_chunk_breaks_no_id_over_two_lines(size: tuple[int, int]) -> None:
    async with cockpit(make_dashboard(make_engine(pictured())), size=size) as running:
        await running.press("j", "j", "enter")
        batch = next(line for line in running.lines() if " batch  " in line)
        wanted = batch_id("nightly-eval-1121/0001")
        assert wanted in batch if size[0] > 120 else f"…{wanted[-4:]}" in batch
        assert "$2.02 of ~$24.09" in running.text() and "12:41Z today, after 1h51" in running.text()


async def test_an_unsure_chunk_says_what_becomes_of_it_and_who_settles_it() -> None:
    async with cockpit(make_dashboard(make_engine(pictured())), size=(160, 48)) as running:
        await running.press("j", "j", "enter", *["j"] * 6)
        assert "It is not sent again until that is settled." in running.text() and "A  settles it" in running.text()
