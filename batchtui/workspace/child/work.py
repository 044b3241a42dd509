"""Carries out a task, whoever asked: the child process, or a thread of a command without a screen."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

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
from batchtui.workspace.pace import Pace

Task = PrepareTask | RetryTask | SplitTask | VerifyTask | ExportTask
Answer = Prepared | RetryPrepared | tuple[ChunkPlan, ChunkPlan] | Verified | Exported

NAMES: dict[type[Task], str] = {
    PrepareTask: "prepare",
    RetryTask: "prepare_retry",
    SplitTask: "split",
    VerifyTask: "verify",
    ExportTask: "export",
}

_SWITCH_SECONDS = 0.0005
"""The threads beside the reader want the interpreter lock for microseconds; the usual 5 ms would starve them."""


def perform(task: Task, pace: Pace) -> Answer:
    """Do the work; each kind is imported only when it is asked for, since a child starts for a single task."""
    with _quick_switching():
        match task:
            case PrepareTask():
                from batchtui.workspace.prepare.files import prepare

                return prepare(task, pace)
            case RetryTask():
                from batchtui.workspace.retry.build import build_retry

                return build_retry(task, pace)
            case SplitTask():
                from batchtui.workspace.bodies.halving import split_body

                return split_body(task, pace)
            case VerifyTask():
                from batchtui.workspace.results.verify import verify

                return verify(task, pace)
            case ExportTask():
                from batchtui.workspace.export.writing import export

                return export(task, pace)


@contextmanager
def _quick_switching() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
