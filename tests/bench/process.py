"""What a program costs: time, processor time, and the peak memory of all its processes together."""

import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_SAMPLED_EVERY_SECONDS = 0.02
_KIB = 1024
_LEFT_OUT = ("ANTHROPIC", "BATCHTUI", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")


@dataclass(frozen=True)
class Cost:
    """One run of a program; `answer` is the JSON on the last line of its stdout."""

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    answer: Any
    output: str


class ProgramFailed(Exception):
    """A side of the benchmark did not do its work."""


def run(command: Sequence[str], env: Mapping[str, str] | None = None, *, expected: int = 0) -> Cost:
    """Run a program to its end and measure it with all its children.

    Raises:
        ProgramFailed: with the end of what it said.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with _watched(process.pid) as peak:
        output = _communicate(process)
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != expected:
        raise ProgramFailed(f"{' '.join(command)}: exit {process.returncode}\n{output[1][-2000:]}")
    return Cost(
        wall_seconds=wall,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_bytes=max(peak[0], usage.ru_maxrss * _KIB if not peak[0] else 0),
        answer=_answer(output[0]),
        output=output[0],
    )


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """The same for every program: no settings of this machine, and this checkout first on the path.

    Bytecode is kept, as it is for an installed program: without it this checkout alone would be compiled at each start.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}
    return {**kept, "PYTHONPATH": str(ROOT), "ANTHROPIC_API_KEY": "sk-bench-0000", **(changes or {})}


def get(url: str) -> Any:
    """The JSON that the bench's server gives about itself."""
    with urllib.request.urlopen(url) as response:
        return json.load(response)


def python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


@contextmanager
def server(folder: Path, *, known: int = 0) -> Iterator[str]:
    """The bench's server in a process of its own; its base URL."""
    folder.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        python("tests.bench.server", str(folder), str(known)),
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def _communicate(process: "subprocess.Popen[bytes]") -> tuple[str, str]:
    """Both streams to their ends, without reaping the process."""
    assert process.stdout is not None and process.stderr is not None
    errors: list[bytes] = []
    stderr = process.stderr
    reader = threading.Thread(target=lambda: errors.append(stderr.read()))
    reader.start()
    output = process.stdout.read()
    reader.join()
    process.stdout.close()
    process.stderr.close()
    return output.decode(errors="replace"), b"".join(errors).decode(errors="replace")


def _answer(output: str) -> Any:
    lines = output.strip().splitlines()
    with suppress(ValueError):
        return json.loads(lines[-1]) if lines else None
    return None


@contextmanager
def _watched(pid: int) -> Iterator[list[int]]:
    """The highest sum of memory over a process and its descendants, sampled until the block ends."""
    peak, is_over = [0], threading.Event()

    def sample() -> None:
        while not is_over.is_set():
            peak[0] = max(peak[0], sum(_proportional_bytes(member) for member in _tree(pid)))
            is_over.wait(_SAMPLED_EVERY_SECONDS)

    sampler = threading.Thread(target=sample, daemon=True)
    sampler.start()
    try:
        yield peak
    finally:
        is_over.set()
        sampler.join()


def _tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        with suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                children = map(int, (task / "children").read_text().split())
                found.extend(child for child in children if _command(child) != _command(parent))
    return found


def _command(pid: int) -> bytes:
    """A child that has not become its program yet borrows its parent's memory, and its name tells that."""
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _proportional_bytes(pid: int) -> int:
    """Memory of one process; pages shared with others are divided among them, so that sums are true."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * _KIB
    return 0
