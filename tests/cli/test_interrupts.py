"""Ended from outside at the worst moment: nothing is half done, and the exit code says it."""

import asyncio
import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path

import pytest

import batchtui.__main__ as program
from batchtui.cli.session import interruptible
from batchtui.domain.failures import ExitCode, Interrupted
from tests.cli.program import Program
from tests.cli.schemas import validate
from tests.otherserver import OtherServer
from tests.patience import PATIENT_SECONDS, at_most, until

ROOT = Path(__file__).parents[2]


@contextmanager
def started(*arguments: str, stdin: int = subprocess.DEVNULL) -> Iterator["subprocess.Popen[str]"]:
    """The program in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-m", "batchtui", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(server: OtherServer, operation: str) -> None:
    """Wait until the server was asked for something."""
    deadline = time.monotonic() + PATIENT_SECONDS
    while not any(seen.operation == operation for seen in server.requests_log):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_while_an_answer_is_due_waits_for_it(
    online: Program, server: OtherServer, requests_file: Path, number: signal.Signals
) -> None:
    server.delay_next("create", 1.0)
    with started("submit", str(requests_file), "--name", "evals", "--chunk-requests", "5", "--yes") as process:
        deadline = time.monotonic() + PATIENT_SECONDS
        while not server.ledger:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(number)
        assert process.wait(PATIENT_SECONDS) == ExitCode.INTERRUPTED
        assert process.stderr is not None
        assert "waiting for the answer" in process.stderr.read()
    assert len(server.ledger) == 1
    states = [chunk["state"] for chunk in online.json("show", "evals", "--offline").object["chunks"]]
    assert states == ["confirmed", "held"]


@pytest.mark.parametrize(
    ("number", "said"),
    [(signal.SIGINT, "interrupted"), (signal.SIGTERM, "ended by SIGTERM"), (signal.SIGHUP, "ended by SIGHUP")],
    ids=["SIGINT", "SIGTERM", "SIGHUP"],
)
def test_what_ended_it_is_said_and_a_program_that_reads_json_gets_an_object(
    online: Program, server: OtherServer, requests_file: Path, number: signal.Signals, said: str
) -> None:
    online("submit", str(requests_file), "--name", "evals", "--yes")
    server.finish()
    server.answer_next("results", 200, raw=b"", times=99)
    with started("collect", "evals", "--json") as process:
        wait_for(server, "results")
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENT_SECONDS)
    assert process.returncode == ExitCode.INTERRUPTED
    told = validate(json.loads(out))
    assert (told["schema"], told["exit"]) == ("batchtui.error/1", ExitCode.INTERRUPTED)
    assert told["error"]["what"] == said
    assert said in err


def test_a_watch_ends_at_once(online: Program, server: OtherServer, requests_file: Path) -> None:
    online("submit", str(requests_file), "--name", "evals", "--yes")
    before = len(server.requests_log)
    with started("watch", "--json") as process:
        until(lambda: len(server.requests_log) > before, "it asks")
        with at_most(2):
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENT_SECONDS) == ExitCode.INTERRUPTED
        assert process.stdout is not None
        assert all("event" in json.loads(line) for line in process.stdout), "each line is an event"


def test_a_reader_that_had_enough_ends_it_quietly(environment: Path) -> None:
    with started("help", "--keys") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(PATIENT_SECONDS) == 128 + signal.SIGPIPE
        assert process.stderr.read() == ""


def test_a_watch_ends_when_nobody_reads_it(online: Program, server: OtherServer) -> None:
    with started("watch", "--forever", "--json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.wait(PATIENT_SECONDS) == 128 + signal.SIGPIPE
        assert process.stderr.read() == ""


async def test_an_interrupt_just_before_a_question_is_not_lost() -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    with pytest.raises(KeyboardInterrupt), interruptible():
        pytest.fail("the question was asked")
    task.uncancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.sleep(0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
@pytest.mark.parametrize("command", ["check", "plan", "submit"])
def test_a_signal_while_stdin_is_read_leaves_nothing_of_it(
    environment: Path, monkeypatch: pytest.MonkeyPatch, command: str, number: signal.Signals
) -> None:
    kept = environment / "kept"
    kept.mkdir()
    monkeypatch.setenv("TMPDIR", str(kept))
    with started(command, "-", stdin=subprocess.PIPE) as process:
        until(lambda: any(kept.glob("*/*")), "stdin is kept")
        process.send_signal(number)
        assert process.wait(PATIENT_SECONDS) == ExitCode.INTERRUPTED
        assert not list(kept.iterdir())
        assert process.stderr is not None
        assert Interrupted(number.name).what in process.stderr.read()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="the system does not tell which files are open")
def test_a_signal_while_a_file_is_checked_ends_with_its_code(environment: Path) -> None:
    large = environment / "large.jsonl"
    large.write_bytes(b"{}\n" * (8 << 20))  # each of them is wrong, which is longer to say than anybody waits
    with started("check", str(large), "--json") as process:
        reads = Path(f"/proc/{process.pid}/fd")
        until(lambda: any(os.path.realpath(entry) == str(large) for entry in reads.iterdir()), "the file is read")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENT_SECONDS) == ExitCode.INTERRUPTED
        assert process.stdout is not None
        assert validate(json.loads(process.stdout.read()))["error"]["what"] == "ended by SIGTERM"


def test_what_a_kill_left_of_stdin_goes_with_the_next_that_reads_one(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = tmp_path / "spool"
    with reads_stdin(spool, monkeypatch) as killed:
        killed.kill()
        killed.wait()
    (left,) = spool.iterdir()
    with reads_stdin(spool, monkeypatch) as first, reads_stdin(spool, monkeypatch) as second:
        assert not left.exists()
        assert len(list(spool.iterdir())) == 2, "what a living one has stays"
        for process in (first, second):
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(PATIENT_SECONDS) == ExitCode.ERROR
    assert list(spool.iterdir()) == []


def spooled(spool: Path) -> set[str]:
    """Kept stdins. What goes while this looks is passed over, as `Path.glob` would not."""
    return set(glob(f"{spool}/*/stdin.jsonl"))


@contextmanager
def reads_stdin(spool: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["subprocess.Popen[str]"]:
    """A check of a stdin that has begun and does not end."""
    spool.mkdir(exist_ok=True)
    monkeypatch.setenv("TMPDIR", str(spool))
    before = spooled(spool)
    with started("check", "-", stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write("{}\n")
        process.stdin.flush()
        until(lambda: bool(spooled(spool) - before), "stdin is read")
        yield process


def test_ctrl_c_before_the_program_is_loaded_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupting:
        def find_spec(self, *_: object) -> None:
            raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "batchtui.cli.main")
    monkeypatch.setattr(sys, "meta_path", [Interrupting()])
    monkeypatch.setattr(sys, "argv", ["batchtui", "ls"])
    thresholds = gc.get_threshold()
    try:
        assert program.main() == ExitCode.INTERRUPTED
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
    assert capsys.readouterr().err == "batchtui: interrupted\n"
