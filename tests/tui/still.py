"""A dashboard for tests: an engine on fakes, a clock that stands still, and a keyboard that can be read back."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from textual.events import Paste
from textual.pilot import Pilot

from batchtui.domain.batch import RequestCounts
from batchtui.domain.issues.grouping import Grouping
from batchtui.domain.issues.triage import DEFAULT_RULES, Group, TriageRules
from batchtui.domain.link import Link, LinkState
from batchtui.domain.prices import PriceTable
from batchtui.domain.records import Record
from batchtui.domain.settings import Settings
from batchtui.engine.engine import Duty, Engine
from batchtui.engine.jobs import AttemptRun
from batchtui.engine.ports import Account, Body
from batchtui.present.glyphs import UNICODE, Glyphs
from batchtui.tui.bridge import Bridge, Picture, Verb
from batchtui.tui.dashboard import Dashboard
from batchtui.tui.look import Look
from batchtui.tui.theme import load_theme
from batchtui.workspace.jobs import LocalJobs
from tests.fakes import FakeClock, FakeService, MemoryJournal
from tests.patience import PATIENT_SECONDS

NOW = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)


class StillClock(FakeClock):
    """The time never changes by itself, while sleepers really sleep a little, so that loops do not spin."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.05))


class NoFiles:
    """A store without files, which is all that the screens here need."""

    root = Path("workspace")

    def read_counts(self) -> tuple[dict[str, RequestCounts], Link | None]:
        return {}, None

    def write_counts(self, counts: dict[str, RequestCounts], link: Link) -> None:
        return None

    def results_of(self, run: str) -> frozenset[str]:
        return frozenset()

    def body(self, run: str, label: str) -> Body:
        """An engine whose loops run may come to a held chunk before it is stopped."""
        raise FileNotFoundError(self.body_path(run, label))

    def body_path(self, run: str, label: str) -> Path:
        return self.root / run / label

    def index_path(self, run: str, label: str) -> Path:
        return self.root / run / label

    def results_path(self, batch_id: str, run: str | None) -> Path:
        return self.root / batch_id

    def issues_path(self, batch_id: str, run: str | None) -> Path:
        return self.root / batch_id

    def is_unchanged(self, path: Path, *, sha256: str) -> bool:
        return True

    def read_grouping(self) -> Grouping:
        return Grouping()

    def sweep(self) -> int:
        return 0

    def release(self) -> None:
        return None

    def unrecorded(self, known: set[str]) -> tuple[str, ...]:
        return ()


class NoLibrary:
    """Nothing can be looked up."""

    def groups(self, lineage: Sequence[AttemptRun], rules: TriageRules = DEFAULT_RULES) -> tuple[Group, ...]:
        return ()


class Alone:
    """Nobody else has the workspace open."""

    def try_acquire(self) -> bool:
        return True

    def is_held(self) -> bool:
        return True

    def holder(self) -> str | None:
        return None

    def is_stopped(self) -> bool:
        return False

    def release(self) -> None:
        return None


class StillBridge(Bridge):
    """Shows what it was made with; verbs run in the test's own loop, on an engine whose loops do not run."""

    def start(self, deliver: Any, ended: Any) -> None:
        self._show = deliver

    async def call(self, verb: Verb) -> Any:
        return await self._do(verb)

    def refresh(self) -> None:
        """Show what the engine knows by now."""
        core = self.engine.core
        self._picture = Picture(core.snapshot(), tuple(core.notices_since(0)), self.engine.calls.newest())
        self._show(self._picture)


def make_engine(
    records: Sequence[Record] = (),
    *,
    settings: Settings | None = None,
    is_read_only: bool = False,
    clock: FakeClock | None = None,
    service: FakeService | None = None,
    prices: PriceTable | None = None,
) -> Engine:
    """An engine that knows these records and has no files."""
    clock = clock or StillClock(NOW)
    service = service or FakeService(clock)
    engine = Engine(
        service=service,
        journal=MemoryJournal(records),
        store=cast("Any", NoFiles()),
        jobs=LocalJobs(),
        library=cast("Any", NoLibrary()),
        leadership=Alone(),
        clock=clock,
        settings=settings or Settings(),
        prices=lambda: prices or PriceTable(as_of="2026-11-21", standard={}),
        is_read_only=is_read_only,
    )
    engine.open()
    known = sorted(engine.state.batches.values(), key=lambda entry: entry.batch.created_at, reverse=True)
    service.batches = [entry.batch for entry in known]
    binding = engine.state.binding
    if binding is not None:
        service.account = Account(
            base_url=binding.base_url,
            organization_id=binding.organization_id,
            api_workspace_id=binding.api_workspace_id,
        )
    engine.core.change_live(link=live_link())
    return engine


def live_link(**changes: Any) -> Link:
    """The link of the pictures: answered 4 s ago, asked again in 26 s."""
    fields = {
        "state": LinkState.LIVE,
        "as_of": NOW - timedelta(seconds=4),
        "next_at": NOW + timedelta(seconds=26),
        "since": NOW - timedelta(minutes=4),
    }
    return Link(**{**fields, **changes})


def make_dashboard(
    engine: Engine,
    *,
    theme: str = "dark",
    glyphs: Glyphs = UNICODE,
    workspace: str = "prod-evals",
    folder_words: str = "~/evals/.batchtui",
    is_demo: bool = False,
) -> Dashboard:
    """A dashboard on an engine whose loops do not run."""
    look = Look(load_theme(theme), glyphs)
    return Dashboard(
        StillBridge(engine, Duty.NONE), look, workspace=workspace, folder_words=folder_words, is_demo=is_demo
    )


class Cockpit:
    """A running dashboard with its keyboard."""

    def __init__(self, app: Dashboard, pilot: Pilot[int]) -> None:
        self.app, self.pilot = app, pilot

    async def press(self, *keys: str) -> None:
        """Press keys and let everything settle."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def paste(self, text: str) -> None:
        """Long words at once; what is typed key by key is repainted key by key."""
        self.app.post_message(Paste(text))
        await self.pilot.pause()

    async def settle(self) -> None:
        """Wait for workers, then for what they changed to be painted."""
        await self.app.workers.wait_for_complete()
        cast("StillBridge", self.app.bridge).refresh()
        await self.pilot.pause()

    def lines(self) -> list[str]:
        """The screen as text."""
        width, height = self.app.size
        painted = self.app.screen._compositor.render_strips(self.app.size)
        return ["".join(segment.text for segment in strip)[:width].rstrip() for strip in painted][:height]

    def text(self) -> str:
        return "\n".join(self.lines())


@asynccontextmanager
async def cockpit(
    app: Dashboard, *, size: tuple[int, int] = (80, 24), duties: Duty = Duty.NONE
) -> AsyncIterator[Cockpit]:
    """Run a dashboard without a terminal; with duties its engine's loops run too, in the test's own loop."""
    engine = app.bridge.engine
    async with AsyncExitStack() as stack:
        if duties:
            await stack.enter_async_context(engine.running(duties))
        pilot = await stack.enter_async_context(app.run_test(size=size))
        await pilot.pause()
        yield Cockpit(app, pilot)


def calls_of(app: Dashboard) -> list[str]:
    """What the service was asked for, in order."""
    return cast("FakeService", app.bridge.engine.service).calls


async def until(is_done: Callable[[], object], seconds: float = PATIENT_SECONDS) -> None:
    """Wait for something another thread does."""
    async with asyncio.timeout(seconds):
        while not is_done():  # noqa: ASYNC110  what is waited for may be anything
            await asyncio.sleep(0.01)
