"""One leader at a time, gone with its process however that ends."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from batchtui.workspace import layout
from batchtui.workspace.lock import EngineLock, is_file_at, take

_LEADER = """
import subprocess, sys, time
from pathlib import Path
from batchtui.workspace.lock import EngineLock
lock = EngineLock(Path(sys.argv[1]))
assert lock.try_acquire()
child = subprocess.Popen(["sleep", "60"])
print(child.pid, flush=True)
time.sleep(60)
"""


def test_one_leads_and_the_other_is_told_who(root: Path) -> None:
    first, second = EngineLock(root), EngineLock(root)
    assert first.holder() is None
    assert first.try_acquire()
    assert first.is_held()
    assert not second.try_acquire()
    assert not second.is_held()
    assert second.holder() == first.holder() == f"pid {os.getpid()}"
    first.release()
    assert second.holder() is None
    assert second.try_acquire()


def test_acquiring_twice_is_harmless(root: Path) -> None:
    lock = EngineLock(root)
    assert lock.try_acquire()
    assert lock.try_acquire()
    lock.release()
    assert EngineLock(root).try_acquire()


def test_looking_for_the_holder_makes_no_file(root: Path) -> None:
    assert EngineLock(root).holder() is None
    assert not layout.engine_lock(root).exists()


def test_a_removed_lock_file_ends_leadership(root: Path) -> None:
    lock = EngineLock(root)
    lock.try_acquire()
    layout.engine_lock(root).unlink()
    assert not lock.is_held(), "another process can lead now"
    another = EngineLock(root)
    assert another.try_acquire()
    assert not lock.try_acquire()


def test_a_lock_file_that_is_removed_while_it_is_taken_keeps_nobody_out_and_is_taken_anew(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, flock = layout.engine_lock(root), fcntl.flock

    def removed_meanwhile(fd: int, how: int) -> None:
        flock(fd, how)
        if not removed:
            removed.append(True)
            path.unlink()

    removed: list[bool] = []
    monkeypatch.setattr(fcntl, "flock", removed_meanwhile)
    fd = take(path)
    assert fd is not None and is_file_at(path, fd)
    os.close(fd)


def test_a_killed_leader_leaves_the_lock_free_though_its_child_lives(root: Path) -> None:
    leader = subprocess.Popen([sys.executable, "-c", _LEADER, str(root)], stdout=subprocess.PIPE, text=True)
    assert leader.stdout is not None
    child = int(leader.stdout.readline())
    try:
        lock = EngineLock(root)
        assert not lock.try_acquire()
        assert lock.holder() == f"pid {leader.pid}"
        leader.kill()
        leader.wait()
        os.kill(child, 0)
        assert lock.try_acquire()
    finally:
        leader.kill()
        leader.stdout.close()
        os.kill(child, signal.SIGKILL)
