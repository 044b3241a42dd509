"""`python -m tests.tui.gallery FOLDER [--sizes 80x24,160x48] [--themes dark,light,mono] [--only home,errors]`

Every page of the real dashboard on the demo, as pictures to look at beside LOOKS.md's: one folder a theme.
"""

import argparse
import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from textual.pilot import Pilot

from batchtui.cli import demo
from batchtui.cli.demo_seed import seed
from batchtui.cli.demo_story import SETTINGS
from batchtui.engine.engine import Duty
from batchtui.tui.bridge import Bridge
from batchtui.tui.dashboard import Dashboard
from batchtui.tui.look import Look
from batchtui.tui.start import command_options, folder_words, look_for, workspace_name
from batchtui.tui.theme import load_theme
from batchtui.wiring import Session, open_engine
from batchtui.workspace import folder, layout
from batchtui.workspace.settings import load_settings
from tests.tui.picture import save_picture

COLLECTING_SECONDS = 16.0
"""Until the past is collected and a first chunk of the run in progress has ended."""

TROUBLED = "nightly-eval-1120"

UNICODE_TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}


class Page(NamedTuple):
    """One picture: from home, the keys that lead to it; `@NAME` first puts the cursor on that run."""

    name: str
    keys: tuple[str, ...]


PAGES = (
    Page("home", ()),
    Page("batches", ("b",)),
    Page("attention", ("z",)),
    Page("run", ("@product-copy", "enter")),
    Page("timeline", ("@product-copy", "enter", "t")),
    Page("batch", (f"@{TROUBLED}", "enter", "enter")),
    Page("errors", (f"@{TROUBLED}", "e")),
    Page("members", (f"@{TROUBLED}", "e", "enter")),
    Page("inspector", (f"@{TROUBLED}", "e", "enter", "enter")),
    Page("request", (f"@{TROUBLED}", "e", "enter", "enter", "2")),
    Page("attempts", (f"@{TROUBLED}", "e", "enter", "enter", "4")),
    Page("retry", (f"@{TROUBLED}", "e", "R")),
    Page("cancel", ("@product-copy", "C")),
    Page("delete", (f"@{TROUBLED}", "enter", "enter", "D")),
    Page("submit", ("S", "=examples/requests.jsonl", "enter")),
    Page("settle", ("A",)),
    Page("activity", ("a",)),
    Page("info", ("i",)),
    Page("help", ("?",)),
    Page("planner", ("P",)),
    Page("export", (f"@{TROUBLED}", "w")),
    Page("filter", ("/", "=nightly")),
    Page("nothing", ("/", "=nosuchthing")),
    Page("sort", ("s",)),
    Page("columns", ("c",)),
    Page("palette", ("ctrl+p",)),
)


async def show(session: Session, look: Look, size: tuple[int, int], pages: list[Page], to: Path, wait: float) -> None:
    """Open one page after another, each from home."""
    bridge = Bridge(open_engine(session), Duty.ALL)
    app = Dashboard(
        bridge,
        look,
        workspace=workspace_name(session),
        folder_words=folder_words(session),
        is_demo=True,
        command_options=command_options(session),
    )
    async with app.run_test(size=size) as pilot:
        await asyncio.sleep(wait)
        for page in pages:
            for key in page.keys:
                await _press(pilot, key)
            await asyncio.sleep(0.8)
            path = to / f"{page.name}-{size[0]}x{size[1]}"
            save_picture(app, path, title="batchtui")
            path.with_suffix(".svg").unlink()
            await _go_home(pilot)
    bridge.stop()
    bridge.join(10)


async def _press(pilot: Pilot[object], key: str) -> None:
    if key.startswith("@"):
        await _press(pilot, "/")
        await _press(pilot, "=" + key[1:])
        await _press(pilot, "enter")
    elif key.startswith("="):
        for character in key[1:]:
            await pilot.press(_KEYS.get(character, character))
    else:
        await pilot.press(key)
    await pilot.pause(0.4)


async def _go_home(pilot: Pilot[object]) -> None:
    for _ in range(6):
        await pilot.press("escape")
    await pilot.pause(0.2)


_KEYS = {"-": "minus", "/": "slash", ".": "full_stop", "_": "underscore"}


@contextmanager
def demo_session() -> Iterator[Session]:
    """The demo's workspace with its past, against its simulator."""
    with tempfile.TemporaryDirectory() as scratch:
        demo.replace_environment(Path(scratch))
        root = Path(scratch) / "demo"
        folder.create(root)
        layout.settings(root).write_text(SETTINGS)
        settings = load_settings(root)
        with demo.simulator() as base_url:
            os.environ["ANTHROPIC_BASE_URL"] = base_url
            asyncio.run(seed(root, base_url, settings))
            yield Session(root=root, settings=settings, may_create=True, uses_children=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", default="80x24,160x48")
    parser.add_argument("--themes", default="dark,light,mono")
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    only = set(chosen.only.split(",")) - {""}
    pages = [page for page in PAGES if not only or page.name in only]
    with demo_session() as session:
        glyphs = look_for(session, UNICODE_TERMINAL).glyphs
        wait = COLLECTING_SECONDS
        for theme in chosen.themes.split(","):
            to = chosen.folder / theme
            to.mkdir(parents=True, exist_ok=True)
            look = Look(load_theme(theme, session.root / "themes"), glyphs)
            for size in chosen.sizes.split(","):
                width, height = (int(part) for part in size.split("x"))
                asyncio.run(show(session, look, (width, height), pages, to, wait))
                wait = 2.0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
