"""Nothing on the way to a POST could go without its fsync: a power cut at each step leaves what the next process needs.

A folder or file may be synced twice (bodies are by the child that writes them, so that accepting a plan takes no time
under the journal's lock): then both must be taken away to be missed.
"""

import os
from collections.abc import Awaitable, Callable, Container, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from batchtui.domain.failures import Failure
from batchtui.domain.fold.apply import apply
from batchtui.domain.settings import Settings
from batchtui.domain.state import AppState
from batchtui.domain.submission import Seen
from batchtui.engine.engine import Engine
from batchtui.engine.ports import Answer, Body
from batchtui.engine.submit_options import SubmitOptions
from batchtui.workspace import folder
from batchtui.workspace.jobs import LocalJobs
from batchtui.workspace.journal.file_journal import FileJournal
from batchtui.workspace.library import FileLibrary
from batchtui.workspace.lock import EngineLock
from batchtui.workspace.prices import load_prices
from batchtui.workspace.store import FileStore
from tests.fakes import FakeClock, FakeService, request_line
from tests.workspace.disk import Disk

RUN, CHUNK = "evals", "0001"

NEEDED = (
    ".",
    "runs",
    "runs/evals",
    "runs/evals/run.toml",
    "runs/evals/chunks",
    "runs/evals/chunks/0001.json.gz",
    "runs/evals/chunks/0001.index",
    "journal.jsonl",
)
NOT_NEEDED = ("staging",)
"""What is left of it is swept."""

RECORDS = ("accepted", "bound to an account", "intended", "released", "answered")
"""The journal's syncs in their order. What binds the account is said again by the next answer."""


class ForgetfulDisk(Disk):
    """Ignores chosen syncs, and notes what each one was for."""

    def __init__(self, root: Path, patches: pytest.MonkeyPatch, *, ignored: Container[int]) -> None:
        self.synced: list[int] = []
        self._ignored = ignored
        super().__init__(root, patches)

    def _fsync(self, fd: int) -> None:
        self.synced.append(os.fstat(fd).st_ino)
        if len(self.synced) - 1 not in self._ignored:
            super()._fsync(fd)

    def name_of(self, inode: int) -> str:
        """The name of what has that inode now, below the root."""
        found = (path for path in (self.root, *self.root.rglob("*")) if path.stat().st_ino == inode)
        return next((path.relative_to(self.root).as_posix() for path in found), "")


class PowerCuts(FakeService):
    """Looks at what a power cut would leave: before the first byte, and once the last block may be handed over."""

    def __init__(self, clock: FakeClock, look: Callable[[str], None]) -> None:
        super().__init__(clock)
        self._look = look

    async def submit(
        self, body: Body, *, release: Callable[[], Awaitable[None]], sent: Callable[[int], None]
    ) -> tuple[Seen, Answer | None]:
        self._look("intended")

        async def released() -> None:
            await release()
            self._look("released")

        return await super().submit(body, release=released, sent=sent)


@contextmanager
def watched(root: Path, ignored: Container[int]) -> Iterator[ForgetfulDisk]:
    with pytest.MonkeyPatch.context() as patches:
        disk = ForgetfulDisk(root, patches, ignored=ignored)
        try:
            yield disk
        finally:
            disk.close()


def is_left(step: str, left: Path) -> bool:
    """Whether a power cut at this step leaves the next process what it needs to know and to have."""
    state = apply(AppState(), FileJournal(left).load())
    run = state.runs.get(RUN)
    if run is None or not FileStore(left).manifest(RUN).chunks:
        return False
    if (
        not FileStore(left).body_path(RUN, CHUNK).read_bytes()
        or not FileStore(left).index_path(RUN, CHUNK).read_bytes()
    ):
        return False
    submissions = list(state.submissions.values())
    match step:
        case "accepted":
            return True
        case "intended":
            return len(submissions) == 1
        case "released":
            return len(submissions) == 1 and submissions[0].is_released
        case _:
            return len(submissions) == 1 and submissions[0].batch_id is not None


class Way(NamedTuple):
    """One way from a file to a batch."""

    left: dict[str, bool]
    """For each step, whether a power cut there leaves what is needed."""
    synced: dict[str, list[int]]
    """The numbers of the syncs of each file and folder."""


async def way(place: Path, ignored: Container[int]) -> Way:
    """Plan, accept, intend, release, send, on a disk that ignores these syncs."""
    root, requests = place / "space", place / "requests.jsonl"
    folder.create(root)
    requests.write_text(request_line("doc-1") + "\n")
    with watched(root, ignored) as disk:
        left: dict[str, bool] = {}

        def look(step: str) -> None:
            try:
                left[step] = is_left(step, disk.restore_into(place / step))
            except (Failure, OSError, ValueError):
                left[step] = False

        engine = engine_on(root, look)
        plan = await engine.planner.plan_submit([requests], SubmitOptions(name=RUN), builds=True)
        engine.planner.accept(plan)
        look("accepted")
        assert await engine.sender.send_next()
        look("answered")
        await engine.close()
        return Way(left=left, synced=_by_name(disk))


def _by_name(disk: ForgetfulDisk) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = {}
    for number, inode in enumerate(disk.synced):
        numbers.setdefault(disk.name_of(inode), []).append(number)
    return numbers


def engine_on(root: Path, look: Callable[[str], None]) -> Engine:
    clock = FakeClock()
    engine = Engine(
        service=PowerCuts(clock, look),
        journal=FileJournal(root),
        store=FileStore(root),
        jobs=LocalJobs(),
        library=FileLibrary(),
        leadership=EngineLock(root),
        clock=clock,
        settings=Settings(),
        prices=lambda: load_prices({}),
    )
    engine.open()
    assert engine.try_lead()
    return engine


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Path]:
    """A new empty folder at each call."""
    numbers = count()

    def make() -> Path:
        made = tmp_path / str(next(numbers))
        made.mkdir()
        return made

    return make


async def test_every_file_and_folder_on_the_way_must_be_synced(fresh: Callable[[], Path]) -> None:
    whole = await way(fresh(), ())
    assert whole.left == {"accepted": True, "intended": True, "released": True, "answered": True}
    assert set(whole.synced) == {*NEEDED, *NOT_NEEDED}
    for name in NEEDED:
        without = await way(fresh(), whole.synced[name])
        assert not all(without.left.values()), name
    for name in NOT_NEEDED:
        assert all((await way(fresh(), whole.synced[name])).left.values()), name


async def test_no_record_of_a_submission_goes_unsynced(fresh: Callable[[], Path]) -> None:
    whole = await way(fresh(), ())
    records = dict(zip(RECORDS, whole.synced["journal.jsonl"], strict=True))
    for step, number in records.items():
        without = await way(fresh(), (number,))
        missed = {name for name, is_there in without.left.items() if not is_there}
        assert missed == ({step} if step in whole.left else set()), step
