"""Starts a child, gives it tasks, listens to it, and leaves neither the child nor half-done files behind."""

import asyncio
import os
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import Self

import msgspec
from msgspec import UNSET

import batchtui
from batchtui.domain.failures import Failure, WorkspaceDamaged
from batchtui.domain.run import ChunkPlan
from batchtui.engine.jobs import (
    Exported,
    ExportTask,
    Prepared,
    PrepareTask,
    RetryPrepared,
    RetryTask,
    SplitTask,
    Verified,
    VerifyTask,
)
from batchtui.engine.ports import ProgressSink
from batchtui.workspace import layout
from batchtui.workspace.child.lines import as_failure, decode_line, write_order
from batchtui.workspace.child.work import Answer, Task
from batchtui.workspace.export.target import partial_path

LONGEST_LINE_BYTES = 64 << 20
"""An answer lists every chunk of a run."""

NICENESS = 10
"""Below the screen that waits for a key beside it; where nobody else wants a core it costs nothing."""

GRACE_SECONDS = 2.0
"""So long a child may take to remove what it had begun before it is killed."""

_ANSWERS: dict[type[Task], object] = {
    PrepareTask: Prepared,
    RetryTask: RetryPrepared,
    SplitTask: tuple[ChunkPlan, ChunkPlan],
    VerifyTask: Verified,
    ExportTask: Exported,
}


class Child:
    """One process, which does one task at a time."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.is_ready = True
        """It waits for an order."""

    @classmethod
    async def start(cls) -> Self:
        return cls(await _start())

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    async def do(self, task: Task, progress: ProgressSink) -> Answer:
        """The answer, or the failure raised here; when it is canceled the child is not ready any more: `end` it."""
        self.is_ready = False
        answer = await _converse(self._process, task, progress)
        self.is_ready = self.is_alive
        if isinstance(answer, Failure):
            raise answer
        return answer

    async def end(self, task: Task | None = None) -> None:
        """Wait for its end, or bring it about; what it had begun of a task is removed."""
        await asyncio.shield(_end(self._process, task))


async def _start() -> Process:
    # A session of its own: Ctrl-C and a dying terminal reach the parent alone, which then tells the child.
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "batchtui.workspace.child",
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        limit=LONGEST_LINE_BYTES,
        start_new_session=True,
        close_fds=True,
        env=_environment(),
    )
    with suppress(OSError):  # by the parent, since half of a short task is the start of the interpreter
        os.setpriority(os.PRIO_PROCESS, process.pid, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)
    return process


def _environment() -> dict[str, str]:
    """The parent's, without the service's keys, and with this very package first."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANTHROPIC_")}
    package = str(Path(batchtui.__file__).parents[1])
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    # glibc would give back and fetch again every buffer of a few MB: a fifth of the time of preparing.
    kept.setdefault("MALLOC_MMAP_THRESHOLD_", str(64 << 20))
    kept.setdefault("MALLOC_TRIM_THRESHOLD_", str(128 << 20))
    return kept


async def _converse(process: Process, task: Task, progress: ProgressSink) -> Answer | Failure:
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    with suppress(ConnectionError):  # it died at once; what it said on stderr tells why
        process.stdin.write(write_order(task))
        await process.stdin.drain()
    while text := await process.stdout.readline():
        line = decode_line(text)
        if line.progress is not UNSET:
            progress(line.progress)
        if line.failure is not UNSET:
            return as_failure(line.failure)
        if line.answer is not UNSET:
            answer: Answer = msgspec.json.decode(line.answer, type=_ANSWERS[type(task)])
            return answer
    raise await _died(process)


async def _died(process: Process) -> WorkspaceDamaged:
    assert process.stderr is not None
    last_words = (await process.stderr.read()).decode(errors="replace").strip().splitlines()
    code = await process.wait()
    if code == -signal.SIGKILL:
        return WorkspaceDamaged(
            "the worker process was killed by SIGKILL; nothing it began is left",
            next="systems that are short of memory do that: try again when there is more",
        )
    why = last_words[-1] if last_words else f"exit code {code}"
    return WorkspaceDamaged(f"the worker process ended without an answer: {why}", next="try again; then report this")


async def _end(process: Process, task: Task | None) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), GRACE_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
    if process.returncode != 0:
        with suppress(OSError):  # what could not be made cannot be removed; why it failed is what matters
            _remove_leftovers(process.pid, task)


def _remove_leftovers(pid: int, task: Task | None) -> None:
    """What a child that was killed could not remove itself."""
    match task:
        case PrepareTask(staging=str(staging)) | RetryTask(staging=str(staging)):
            shutil.rmtree(layout.chunks(Path(staging)), ignore_errors=True)
        case ExportTask(target=target):
            partial_path(target, pid).unlink(missing_ok=True)
        case VerifyTask(issues=issues):
            Path(issues).unlink(missing_ok=True)
        case _:
            return
