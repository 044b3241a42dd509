"""`python -m tests.tui.gallery FOLDER [--sizes 80x24,160x48] [--themes dark,light,mono] [--only home,errors] [--ascii]`

Every page of the real dashboard, as pictures to look at: one folder a theme.
"""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

from textual.pilot import Pilot

from batchtui.present.glyphs import ASCII, UNICODE, Glyphs
from batchtui.tui.dashboard import Dashboard
from batchtui.tui.look import Look
from batchtui.tui.theme import load_theme
from batchtui.wiring import Session
from tests.tui.gallery_pages import DEMO_PAGES, HOMES, PAGES, STILL_PAGES, Page
from tests.tui.gallery_scenes import demo_dashboard, demo_session, home_of, still_dashboard
from tests.tui.picture import save_picture
from tests.tui.still import StillBridge, until

REST_SECONDS = 2.5
COLLECTING_SECONDS = 16.0
"""Until the past is collected and a first chunk of the run in progress has ended."""


async def show(app: Dashboard, size: tuple[int, int], pages: Sequence[Page], to: Path, wait: float) -> None:
    """Open one page after another, each from home."""
    async with app.run_test(size=size) as pilot:
        await asyncio.sleep(wait)
        for page in pages:
            for key in page.keys:
                await _press(pilot, key)
            await asyncio.sleep(0.4)
            path = to / f"{page.name}-{size[0]}x{size[1]}"
            save_picture(app, path, title="batchtui")
            path.with_suffix(".svg").unlink()
            await _go_home(pilot)


async def show_demo(
    session: Session, look: Look, size: tuple[int, int], pages: Sequence[Page], to: Path, wait: float
) -> None:
    """Pages of the demo."""
    app = demo_dashboard(session, look)
    await show(app, size, pages, to, wait)
    app.bridge.stop()
    app.bridge.join(10)


async def _press(pilot: Pilot[Any], key: str) -> None:
    """Without waiting for idleness after each key: the demo's engine, in the same process, is seldom idle."""
    with patch("textual.app.wait_for_idle", _barely):
        await _press_at_once(pilot, key)


async def _barely(_least_seconds: float) -> None:
    await asyncio.sleep(0.01)


async def _press_at_once(pilot: Pilot[Any], key: str) -> None:
    if key.startswith("@"):
        await _press_at_once(pilot, "/")
        await _press_at_once(pilot, "=" + key[1:])
        await _press_at_once(pilot, "enter")
    elif key.startswith("="):
        for character in key[1:]:
            await pilot.press(_KEYS.get(character, character))
    elif key == "~rest":  # while keys come one after the other, what changes is painted more seldom
        await asyncio.sleep(REST_SECONDS)
    elif key == "~drawn":  # keys typed before a plan was drawn are dropped
        await until(lambda: getattr(pilot.app.screen, "drawn_at", None))
    elif key == "~told":  # an engine whose loops do not run tells nothing by itself
        await pilot.app.workers.wait_for_complete()
        cast("StillBridge", cast("Dashboard", pilot.app).bridge).refresh()
    else:
        await pilot.press(key)
    await pilot.pause(0.15)


async def _go_home(pilot: Pilot[Any]) -> None:
    for _ in range(6):
        await _press(pilot, "escape")


_KEYS = {"-": "minus", "/": "slash", ".": "full_stop", "_": "underscore", " ": "space"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", default="80x24,160x48")
    parser.add_argument("--themes", default="dark,light,mono")
    parser.add_argument("--only", default="")
    parser.add_argument("--ascii", action="store_true")
    chosen = parser.parse_args()
    only = set(chosen.only.split(",")) - {""}
    if unknown := only - {page.name for page in PAGES}:
        parser.error(f"no page {', '.join(sorted(unknown))}")
    glyphs = ASCII if chosen.ascii else UNICODE
    looks = list(_looks(chosen.folder.absolute(), chosen.themes, chosen.sizes, glyphs))
    still = [page for page in STILL_PAGES if not only or page.name in only]
    for look, size, to in looks if still else ():
        asyncio.run(show(still_dashboard(look), size, still, to, 0.5))
    for look, size, to in looks:
        for scene in HOMES:
            page = Page(f"home_{scene}", ())
            if not only or page.name in only:
                asyncio.run(show(home_of(scene, look), size, [page], to, 0.5))
    pages = [page for page in DEMO_PAGES if not only or page.name in only]
    if pages:
        _show_demo_in(looks, pages)
    return 0


def _show_demo_in(looks: Sequence[tuple[Look, tuple[int, int], Path]], pages: Sequence[Page]) -> None:
    with demo_session() as session:
        wait = COLLECTING_SECONDS
        for look, size, to in looks:
            asyncio.run(show_demo(session, look, size, pages, to, wait))
            wait = 2.0


def _looks(folder: Path, themes: str, sizes: str, glyphs: Glyphs) -> Iterator[tuple[Look, tuple[int, int], Path]]:
    for theme in themes.split(","):
        to = folder / (f"{theme}-ascii" if glyphs is ASCII else theme)
        to.mkdir(parents=True, exist_ok=True)
        for size in sizes.split(","):
            width, height = (int(part) for part in size.split("x"))
            yield Look(load_theme(theme), glyphs), (width, height), to


if __name__ == "__main__":
    raise SystemExit(main())
