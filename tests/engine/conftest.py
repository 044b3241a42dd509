"""An engine on a real workspace folder with real jobs; the clock and the service are fakes."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from batchtui.domain.settings import PollSettings, Settings, SubmitSettings
from batchtui.engine.engine import Engine
from batchtui.engine.ports import Alarm, Journal, Witness
from batchtui.engine.submit_options import SubmitOptions
from batchtui.workspace import folder
from batchtui.workspace.jobs import LocalJobs
from batchtui.workspace.journal.file_journal import FileJournal
from batchtui.workspace.journal.readonly import ReadOnlyJournal
from batchtui.workspace.library import FileLibrary
from batchtui.workspace.lock import EngineLock
from batchtui.workspace.prices import load_prices
from batchtui.workspace.store import FileStore
from tests.fakes import FakeClock, FakeService, request_line

SETTINGS = Settings(submit=SubmitSettings(chunk_requests=3), poll=PollSettings(after_action=1, running=2, idle=5))


class Bench:
    """A workspace, and as many engines on it as a test starts, one after another or side by side."""

    def __init__(self, root: Path) -> None:
        self.root = root / "workspace"
        self.inputs = root
        self.clock = FakeClock()
        self.service = FakeService(self.clock)
        self.engines: list[Engine] = []
        self.witness: Witness | None = None
        folder.create(self.root)

    def start(
        self,
        settings: Settings = SETTINGS,
        *,
        leads: bool = True,
        is_read_only: bool = False,
        alarms: Sequence[Alarm] = (),
    ) -> Engine:
        journal: Journal = ReadOnlyJournal(self.root) if is_read_only else FileJournal(self.root)
        engine = Engine(
            service=self.service,
            journal=journal,
            store=FileStore(self.root),
            jobs=LocalJobs(),
            library=FileLibrary(),
            leadership=EngineLock(self.root),
            clock=self.clock,
            settings=settings,
            prices=lambda: load_prices({}),
            alarms=alarms,
            is_read_only=is_read_only,
            witness=self.witness,
        )
        engine.open()
        if leads and not is_read_only:
            assert engine.try_lead()
        self.engines.append(engine)
        return engine

    def die(self, engine: Engine) -> None:
        """What a kill leaves: the lock is free, nothing was written on the way out."""
        engine._leadership.release()
        self.engines.remove(engine)

    def write(self, ids: Sequence[str], name: str = "in.jsonl", **params: Any) -> Path:
        path = self.inputs / name
        path.write_text("".join(request_line(custom_id, **params) + "\n" for custom_id in ids))
        return path

    async def submit(self, engine: Engine, ids: Sequence[str], run: str = "evals") -> str:
        """Plan and accept a run; nothing is sent yet."""
        plan = await engine.planner.plan_submit([self.write(ids)], SubmitOptions(name=run), builds=True)
        return engine.planner.accept(plan)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    for engine in made.engines:
        engine._leadership.release()
