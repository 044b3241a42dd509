"""The ground for kills: a simulator in a process of its own with a ledger on disk, a workspace, and the verdict."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from batchtui.domain.fold.apply import apply
from batchtui.domain.state import AppState
from batchtui.domain.submission import ChunkState
from batchtui.workspace.journal.file_journal import FileJournal
from tests.fakes import request_line

SETTINGS = """\
[submit]
chunk_requests = 4
lost_look_seconds = 0.3
lost_after_minutes = 0.05

[poll]
after_action = 0.1
running = 0.2
idle = 0.5
"""

KILLED = -9
STEP_SECONDS = 90.0


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """One workspace and one server; `environ` is what the program gets."""

    workspace: Path
    requests: Path
    ledger: Path
    environ: dict[str, str]

    def start(
        self, *args: str, kill_at: int | None = None, full_at: int | None = None, trace: Path | None = None
    ) -> subprocess.Popen[bytes]:
        """Start the real program on this ground."""
        environ = dict(self.environ)
        if kill_at is not None:
            environ["BATCHTUI_KILL_AT"] = str(kill_at)
        if full_at is not None:
            environ["BATCHTUI_FULL_AT"] = str(full_at)
        if trace is not None:
            environ["BATCHTUI_KILL_TRACE"] = str(trace)
        command = [sys.executable, "-m", "tests.reliability.victim", "--workspace", str(self.workspace), *args]
        return subprocess.Popen(
            command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def run(self, *args: str, kill_at: int | None = None, trace: Path | None = None) -> int:
        """Run the program to its end; its exit code, -9 when it was killed."""
        process = self.start(*args, kill_at=kill_at, trace=trace)
        out, err = process.communicate(timeout=STEP_SECONDS)
        if process.returncode not in (0, 4, 6, KILLED, 124):
            raise AssertionError(
                f"{args} ended with {process.returncode}: {err.decode()[-2000:]} {out.decode()[-500:]}"
            )
        return process.returncode

    def return_lost(self) -> bool:
        """Do as a person does with submissions that were not found: send their chunks again; whether there were any."""
        lost = {entry.run for entry in self.state().unknown_submissions() if entry.is_not_found}
        for run in sorted(lost):
            self.run("retry", run, "--lost", "--yes")
        return bool(lost)

    def accepted(self) -> list[list[str]]:
        """The custom_ids of every batch the server made, by its own ledger, oldest first."""
        lines = self.ledger.read_text().splitlines() if self.ledger.exists() else []
        entries = [json.loads(line) for line in lines]
        return [entry["custom_ids"] for entry in entries if entry.get("event", "create") == "create"]

    def accepted_batches(self) -> list[str]:
        lines = self.ledger.read_text().splitlines() if self.ledger.exists() else []
        entries = [json.loads(line) for line in lines]
        return [entry["id"] for entry in entries if entry.get("event", "create") == "create"]

    def state(self) -> AppState:
        return apply(AppState(), FileJournal(self.workspace).load())


JOB: tuple[tuple[str, ...], ...] = (
    ("submit", "{requests}", "--name", "evals", "--yes"),
    ("watch", "evals", "--timeout", "60"),
    ("retry", "evals", "--yes"),
    ("watch", "--timeout", "60"),
)
"""The whole life of a run by commands; every step may be repeated, so a killed one is simply run again."""


def step_args(ground: Ground, number: int) -> list[str]:
    return [word.format(requests=ground.requests) for word in JOB[number]]


@contextmanager
def ground(
    folder: Path, *, total: int = 12, faults: Sequence[str] = (), seed: int = 1, speed: int = 3600, settings: str = ""
) -> Iterator[Ground]:
    """A fresh workspace, and a simulator that outlives every kill of the program."""
    folder.mkdir(parents=True, exist_ok=True)
    ledger, requests, workspace = folder / "ledger.jsonl", folder / "requests.jsonl", folder / "workspace"
    requests.write_text("".join(_line(number) for number in range(total)))
    workspace.mkdir(mode=0o700)
    (workspace / "batchtui.toml").write_text(SETTINGS + settings)
    command = [sys.executable, "-m", "batchtui.simulator", "--speed", str(speed), "--seed", str(seed)]
    command += ["--ledger", str(ledger), "--exit-with-parent"]
    command += [word for fault in faults for word in ("--fault", fault)]
    simulator = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert simulator.stdout is not None and simulator.stdin is not None
    try:
        url = simulator.stdout.readline().decode().strip()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANTHROPIC_", "BATCHTUI_"))}
        environ = {**kept, "ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "sk-ant-test-kill"}
        yield Ground(workspace=workspace, requests=requests, ledger=ledger, environ=environ)
    finally:
        simulator.stdin.close()
        simulator.wait(timeout=60)


def _line(number: int) -> str:
    custom_id = f"doc-{number:03d}"
    if number % 3 == 0:
        return request_line(custom_id, metadata={"user_id": "sim:overloaded"}) + "\n"
    return request_line(custom_id) + "\n"


def verdict(ground: Ground, *, total: int) -> list[str]:
    """What is wrong after the job was carried through, by the server's ledger; empty when nothing is."""
    wrong: list[str] = []
    state = ground.state()
    sent = Counter(custom_id for ids in ground.accepted() for custom_id in ids)
    for number in range(total):
        expected = 2 if number % 3 == 0 else 1
        if sent[f"doc-{number:03d}"] != expected:
            wrong.append(f"doc-{number:03d} was accepted {sent[f'doc-{number:03d}']} times, not {expected}")
    for batch_id in ground.accepted_batches():
        known = state.batches.get(batch_id)
        if known is None or known.run is None:
            wrong.append(f"{batch_id} was accepted, and the workspace does not own it")
        elif known.collected is None:
            wrong.append(f"{batch_id} was never collected")
    for run in state.runs.values():
        for chunk in run.live_chunks:
            if chunk.state not in (ChunkState.CONFIRMED, ChunkState.ADOPTED):
                wrong.append(f"{run.name}/{chunk.label} ended as {chunk.state}")
    return wrong
