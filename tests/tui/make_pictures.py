"""`python -m tests.tui.make_pictures docs/pictures`: the README's pictures, taken of the real dashboard on the demo."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from textual.pilot import Pilot

from batchtui.cli import demo
from batchtui.cli.demo_seed import seed
from batchtui.cli.demo_story import SETTINGS
from batchtui.engine.engine import Duty
from batchtui.tui.bridge import Bridge
from batchtui.tui.dashboard import Dashboard
from batchtui.tui.start import command_options, folder_words, look_for, workspace_name
from batchtui.wiring import Session, open_engine
from batchtui.workspace import folder, layout
from batchtui.workspace.settings import load_settings
from tests.tui.picture import save_picture

COLLECTING_SECONDS = 16.0
"""Until the past is collected and a first chunk of the run in progress has ended."""


async def take(session: Session, target: Path) -> None:
    """Open the pages one after another and keep a picture of each."""
    bridge = Bridge(open_engine(session), Duty.ALL)
    app = Dashboard(
        bridge,
        look_for(session, {"TERM": "xterm-256color", "COLORTERM": "truecolor"}),
        workspace=workspace_name(session),
        folder_words=folder_words(session),
        is_demo=True,
        command_options=command_options(session),
    )
    async with app.run_test(size=(120, 36)) as pilot:
        await asyncio.sleep(COLLECTING_SECONDS)
        await keep(pilot, target / "home")
        await press(pilot, "enter")
        await press(pilot, "t")
        await keep(pilot, target / "run")
        await press(pilot, "escape")
        for _ in range(6):
            await press(pilot, "n")
            if "nightly-eval-1120" in str(getattr(app.screen, "subject_ids", tuple)()):
                break
        await press(pilot, "e")
        await keep(pilot, target / "errors")
        await press(pilot, "R")
        await keep(pilot, target / "plan")
        await press(pilot, "escape")
    bridge.stop()
    bridge.join(10)


async def press(pilot: Pilot[object], key: str) -> None:
    await pilot.press(key)
    await asyncio.sleep(1.5)


async def keep(pilot: Pilot[object], path: Path) -> None:
    await pilot.pause()
    save_picture(pilot.app, path, title="batchtui")
    path.with_suffix(".svg").unlink()


def main() -> int:
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        demo.replace_environment(Path(scratch))
        root = Path(scratch) / "demo"
        folder.create(root)
        layout.settings(root).write_text(SETTINGS)
        settings = load_settings(root)
        with demo.simulator() as base_url:
            os.environ["ANTHROPIC_BASE_URL"] = base_url
            asyncio.run(seed(root, base_url, settings))
            asyncio.run(take(Session(root=root, settings=settings, may_create=True, uses_children=True), target))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
