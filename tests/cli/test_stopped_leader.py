"""A command that waits for a process which leads and stands still: it says so, and what to do."""

import os
import re
import signal

import pytest

from batchtui.domain.failures import ExitCode
from batchtui.workspace.lock import EngineLock
from tests.cli.program import Program
from tests.cli.test_interrupts import started
from tests.otherserver import OtherServer
from tests.patience import until


def test_a_submit_behind_a_stopped_leader_names_it_and_the_way_on(
    online: Program, server: OtherServer, requests_file: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batchtui.cli.sending.PATIENCE_WITH_OTHERS_SECONDS", 3.0)
    online.settings(
        "[poll]\nafter_action = 1\nrunning = 60\nidle = 60\n"
    )  # else it is stopped with journal.lock in hand
    with started("watch", "--forever") as leader:
        lock = EngineLock(online.workspace)
        until(lambda: lock.holder() == f"pid {leader.pid}", "it leads")
        counts = online.workspace / "counts.json"
        until(lambda: counts.exists() and b"live" in counts.read_bytes(), "its first poll is over")
        assert not lock.is_stopped()
        os.kill(leader.pid, signal.SIGSTOP)
        try:
            until(lock.is_stopped, "it is stopped")
            ending = online("submit", str(requests_file), "--name", "evals", "--yes")
            assert ending.code == ExitCode.DONE
            assert server.ledger == []
            stopped = rf"pid {leader.pid} leads this workspace and is stopped .*: nothing was heard of it since \d\d:"
            assert re.search(stopped, ending.stderr)
            assert f"`kill -CONT {leader.pid}`" in ending.stderr
            assert ending.stderr.count("is stopped") == 1
        finally:
            os.kill(leader.pid, signal.SIGCONT)
        until(lambda: len(server.ledger) == 1, "it sends what waits once it goes on")
