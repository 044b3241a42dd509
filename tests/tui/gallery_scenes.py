"""What the gallery's pages are of: the demo with request files beside it, and the workspace of the pictures."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from datetime import timedelta
from pathlib import Path
from shutil import copyfile

from batchtui.cli import demo
from batchtui.cli.demo_seed import seed
from batchtui.cli.demo_story import SETTINGS
from batchtui.data import data_dir
from batchtui.domain.link import Link, LinkState
from batchtui.domain.records import ListRead
from batchtui.domain.settings import BudgetSettings, Settings
from batchtui.engine.engine import Duty
from batchtui.tui.bridge import Bridge
from batchtui.tui.dashboard import Dashboard
from batchtui.tui.look import Look
from batchtui.tui.start import command_options, folder_words, workspace_name
from batchtui.wiring import Session, open_engine
from batchtui.workspace import folder, layout
from batchtui.workspace.prices import load_prices
from batchtui.workspace.settings.reading import load_settings
from tests.tui.filed import requests, write_requests
from tests.tui.still import NOW, StillBridge, live_link, make_engine
from tests.tui.world import World, pictured

TWIN = "msgbatch_01TwinTwinTwinTwAB"
EDITOR = """sed -i 's/"max_tokens": *[0-9]*/"max_tokens":64/'"""


class Lending(Dashboard):
    """Lets an editor run where there is no terminal to lend."""

    @contextmanager
    def suspend(self) -> Iterator[None]:
        yield


def still_dashboard(look: Look) -> Dashboard:
    """The pictured workspace, with a batch that the chunk without an answer may have become."""
    world = World()
    for number, record in enumerate(pictured()):
        world.told.append((record.at, number, record))
    world.elsewhere(TWIN, NOW.replace(hour=10, minute=53), 1008)
    settings = Settings(budget=BudgetSettings(daily_usd=200))
    engine = make_engine(world.records(), settings=settings, prices=load_prices({}))
    return Dashboard(
        StillBridge(engine, Duty.NONE), look, workspace="prod-evals", folder_words="~/evals/.batchtui", is_demo=False
    )


def home_of(scene: str, look: Look) -> Dashboard:
    """Home before anything was sent, before the first answer, without an answer, with a key that is not accepted."""
    links = {
        "first_start": live_link(),
        "loading": Link(state=LinkState.STARTING),
        "offline": live_link(
            state=LinkState.OFFLINE, as_of=NOW - timedelta(minutes=5), next_at=NOW + timedelta(seconds=30)
        ),
        "refused": live_link(state=LinkState.NOT_AUTHORIZED, why="401: invalid x-api-key"),
    }
    is_new = scene in ("first_start", "loading")
    records = pictured() if not is_new else [ListRead(at=NOW)] if scene == "first_start" else []
    engine = make_engine(records, settings=Settings(budget=BudgetSettings(daily_usd=200)))
    engine.core.change_live(link=links[scene])
    return Dashboard(
        StillBridge(engine, Duty.NONE),
        look,
        workspace="" if is_new else "prod-evals",
        folder_words=".batchtui, made when you first submit" if is_new else "~/evals/.batchtui",
        is_demo=False,
    )


def demo_dashboard(session: Session, look: Look) -> Dashboard:
    """The demo, with an engine of its own in a thread."""
    return Lending(
        Bridge(open_engine(session), Duty.ALL),
        look,
        workspace=workspace_name(session),
        folder_words=folder_words(session),
        is_demo=True,
        command_options=command_options(session),
    )


@contextmanager
def demo_session() -> Iterator[Session]:
    """The demo's workspace with its past, against its simulator; request files are in the folder it is run in."""
    with tempfile.TemporaryDirectory() as scratch:
        demo.replace_environment(Path(scratch))
        root = Path(scratch) / "demo"
        folder.create(root)
        layout.settings(root).write_text(SETTINGS)
        settings = load_settings(root)
        _write_files(Path(scratch) / "files")
        with demo.simulator() as base_url, chdir(Path(scratch) / "files"):
            os.environ["ANTHROPIC_BASE_URL"] = base_url
            os.environ["EDITOR"] = EDITOR
            asyncio.run(seed(root, base_url, settings))
            yield Session(root=root, settings=settings, may_create=True, uses_children=True)


def _write_files(to: Path) -> None:
    """What can be typed after `S`: small, with warnings, above the threshold, over the budget, faulty."""
    (to / "evals" / "old").mkdir(parents=True)
    copyfile(data_dir("examples") / "requests.jsonl", to / "requests.jsonl")
    write_requests(to / "smoke.jsonl", requests(12, max_tokens=64))
    write_requests(to / "evals" / "nightly-1121.jsonl", requests(900))
    write_requests(to / "evals" / "nightly-1122.jsonl", requests(12_096))
    write_requests(to / "evals" / "too-dear.jsonl", requests(30_000, max_tokens=64_000))
    faulty = [*requests(30), "{", *(line.replace("1024", "0") for line in requests(20)), '{"custom_id": "x"}']
    write_requests(to / "evals" / "faulty.jsonl", faulty)
