"""A process killed between any two system calls leaves a workspace that opens, with all it had promised."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from batchtui.workspace import folder, layout, syscalls
from batchtui.workspace.journal.file_journal import FileJournal
from batchtui.workspace.lock import EngineLock
from batchtui.workspace.store import FileStore
from tests.workspace.records import held, names
from tests.workspace.runs import BATCH, build, manifest


def session(root: Path, promised: Callable[[str], object]) -> None:
    """Everything a session writes; tells each time something has been promised."""
    folder.create(root)
    EngineLock(root).try_acquire()
    journal, store = FileJournal(root), FileStore(root)
    _append(journal, 1)
    promised("run-1")
    staging = store.new_staging()
    build(staging)
    store.accept(staging, manifest())
    promised("accepted")
    _append(journal, 2)
    promised("run-2")
    partial = store.partial_path(BATCH, "evals")
    sink = store.open_partial(partial)
    sink.write(b"results")
    sink.close()
    store.publish([(partial, store.results_path(BATCH, "evals"))])
    promised("published")
    _append(journal, 3)
    promised("run-3")
    journal.compact(lambda records: records)
    store.prune("evals", results=False)


def _append(journal: FileJournal, number: int) -> None:
    with journal.transaction() as transaction:
        transaction.append([held(number)])


def count_steps(root: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many system calls a whole session makes."""
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    with monkeypatch.context() as patches:
        _before_each_call(patches, step)
        session(root, lambda _: None)
    return steps


def die_at(step: int, root: Path) -> list[str]:
    """Run a session in a process that is killed before that step; what it had promised until then."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        _be_killed(step, root, lambda what: os.write(writer, what.encode() + b"\n"))
    os.close(writer)
    with open(reader) as promises:
        told = promises.read().split()
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    return told


def _be_killed(step: int, root: Path, promised: Callable[[str], object]) -> None:
    left = step

    def count_down() -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    try:
        _before_each_call(pytest.MonkeyPatch(), count_down)
        session(root, promised)
    finally:
        os._exit(1)


def _before_each_call(patches: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    for name in ("open_file", "make_folder", "set_mode", "write", "truncate", "fsync", "replace", "remove"):
        patches.setattr(syscalls, name, _after(act, getattr(syscalls, name)))


def _after(act: Callable[[], None], call: Callable[..., object]) -> Callable[..., object]:
    def both(*arguments: object) -> object:
        act()
        return call(*arguments)

    return both


def test_a_kill_between_any_two_calls_keeps_every_promise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = count_steps(tmp_path / "whole", monkeypatch)
    assert steps > 50
    for step in range(steps):
        root = tmp_path / str(step)
        told = die_at(step, root)
        folder.create(root)
        _check_records(root, told)
        _check_files(root, told)


def _check_records(root: Path, told: list[str]) -> None:
    journal = FileJournal(root)
    found = names(journal.load())
    assert journal.warnings == ()
    assert found in (["run-1", "run-2", "run-3"][:count] for count in range(4))
    assert [name for name in told if name.startswith("run-")] == found[: sum(name.startswith("run-") for name in told)]
    _append(journal, 9)
    assert names(FileJournal(root).load()) == [*found, "run-9"]


def _check_files(root: Path, told: list[str]) -> None:
    assert EngineLock(root).try_acquire(), "nobody leads any more"
    store = FileStore(root)
    store.sweep()
    left = [path.name for path in root.rglob("*") if path.is_file() and "staging" in path.parts]
    assert left in ([], ["gate.lock"])
    assert not list(root.rglob("*.partial"))
    runs = store.unrecorded(set())
    assert runs in ((), ("evals",))
    if runs:
        assert store.manifest("evals") == manifest()
    if "accepted" in told:
        assert runs
        assert layout.index(layout.run(root, "evals"), "0001").read_bytes() == b"an index"
    if "published" in told:
        assert store.results_path(BATCH, "evals").read_bytes() == b"results"
