"""Questions on the smallest page: words that do not fit go on beneath, none is cut."""

from pathlib import Path

import pytest

from batchtui.domain.retry import RetryPolicy
from batchtui.present.export_choice import ExportWish
from batchtui.tui.screens.export import ExportScreen
from batchtui.tui.screens.retry import RetryScreen
from batchtui.tui.screens.submit import SubmitScreen
from tests.tui.filed import Filed, requests, write_requests
from tests.tui.still import Cockpit, cockpit, make_dashboard, make_engine
from tests.tui.waiting import read
from tests.tui.world import pictured

RUN = "nightly-eval-1120"
SMALLEST = (60, 16)


def panel_text(on: Cockpit) -> str:
    """What the page says between its header and its footer, without the panel's sides."""
    return " ".join(line.strip("│┃ ") for line in on.lines()[2:-2])


async def scrolled(on: Cockpit) -> str:
    """All of a page, however often that has to be scrolled."""
    seen = panel_text(on)
    for _ in range(40):
        await on.press("j")
        seen += panel_text(on)
    return seen


async def test_a_retry_says_everything_over_as_many_lines_as_that_takes(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh()), size=SMALLEST) as on:
        on.app.push_screen(RetryScreen(RUN, RetryPolicy()))
        await read(on)
        assert "j shows the rest, then y counts" in on.lines()[2], "also where the whole note does not fit"
        seen = await scrolled(on)
        assert "…" not in seen
        assert "not begun within" in seen and "needs an edit" in seen and "budget after it" in seen


async def test_a_submit_cuts_no_figure(nightly: Filed, tmp_path: Path) -> None:
    file = write_requests(tmp_path / "requests.jsonl", requests(30))
    async with cockpit(make_dashboard(nightly.fresh()), size=SMALLEST) as on:
        on.app.push_screen(SubmitScreen(file))
        await read(on)
        assert "…" not in (await scrolled(on)).replace(f"…{file.name}", "")


async def test_an_export_shows_every_format_and_what_becomes_of_the_file(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh()), size=SMALLEST) as on:
        on.app.push_screen(ExportScreen(ExportWish(name=RUN, what="71 overloaded_error", options=("--class", "x"))))
        await read(on)
        text = panel_text(on)
        assert "…" not in text and "parquet" in text and "it will be a new file" in text


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("b", "D"), ("batch at the API, 1,000 requests", "can read it then")),
        (("slash", *"elsewhere", "enter", "A"), ("a run: collect, errors, export", "stays as it is")),
    ],
)
async def test_a_sheet_cuts_nothing(keys: tuple[str, ...], said: tuple[str, ...]) -> None:
    async with cockpit(make_dashboard(make_engine(pictured())), size=SMALLEST) as on:
        await on.press(*keys)
        await read(on)
        sheet = max(number for number, line in enumerate(on.lines()) if line.startswith("╭─"))
        seen = ""
        for _ in range(8):
            seen += " ".join(line.strip("│┃ ") for line in on.lines()[sheet:-2]) + " "
            await on.press("down")
        assert "…" not in seen
        for words in said:
            assert words in seen or all(word in seen for word in words.split()), (words, seen)
