"""The simulator as a process of its own."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from batchtui.simulator.main import main
from tests.simulator.conftest import BATCHES, Simulation, rows

ROOT = Path(__file__).parents[2]


@contextmanager
def process(*options: str, temporary: Path | None = None) -> Iterator[tuple[Simulation, "subprocess.Popen[str]"]]:
    """A simulator process that is listening."""
    environment = {**os.environ, **({"TMPDIR": str(temporary)} if temporary else {})}
    with subprocess.Popen(
        [sys.executable, "-m", "batchtui.simulator", *options],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            assert child.stdout is not None
            yield Simulation(child.stdout.readline().strip()), child
        finally:
            child.kill()


def test_no_two_services_give_out_the_same_id_unless_a_seed_is_wanted() -> None:
    """A workspace that was used with one would take the other's batch for its own, ended and collected long ago."""

    def first_id(*options: str) -> str:
        with process(*options) as (sim, _):
            return sim.submit(rows(1))

    assert first_id() != first_id()
    assert first_id("--seed", "7") == first_id("--seed", "7")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_at_once_even_with_an_answer_under_way(number: signal.Signals, tmp_path: Path) -> None:
    with process("--fault", "retrieve:hang:60", temporary=tmp_path) as (sim, child):
        sim.submit(rows(3))
        waiting = threading.Thread(target=_ignoring_errors, args=(sim, f"{BATCHES}/msgbatch_x"))
        waiting.start()
        while not sim.http.get(BATCHES).is_success:
            pass
        child.send_signal(number)
        assert child.wait(timeout=30) == 0
        assert child.stderr is not None
        assert child.stderr.read() == ""
        waiting.join(timeout=30)
    assert list(tmp_path.iterdir()) == []


def _ignoring_errors(sim: Simulation, path: str) -> None:
    try:
        httpx2.get(sim.url + path, headers={"x-api-key": "k"}, timeout=20)
    except httpx2.TransportError:
        return


def test_the_end_of_its_input_stops_it_when_asked_to() -> None:
    with process("--exit-with-parent") as (_, child):
        assert child.stdin is not None
        child.stdin.close()
        assert child.wait(timeout=30) == 0


def test_the_ledger_and_nothing_else_outlives_a_kill(tmp_path: Path) -> None:
    ledger, temporary = tmp_path / "ledger.jsonl", tmp_path / "tmp"
    temporary.mkdir()
    with process("--ledger", str(ledger), "--fault", "create:lost@2", temporary=temporary) as (sim, child):
        first = sim.submit(rows(3))
        with pytest.raises(httpx2.TransportError):
            sim.create(rows(2, "lost"))
        sim.http.post(f"{BATCHES}/{first}/cancel")
        child.kill()
        child.wait()
    entries = [json.loads(line) for line in ledger.read_text().splitlines()]
    assert [entry["event"] for entry in entries] == ["create", "create", "cancel"]
    assert entries[1]["custom_ids"] == ["lost0", "lost1"]
    assert list(temporary.iterdir()) == []


def test_its_memory_does_not_grow_with_the_batch(tmp_path: Path) -> None:
    status = Path("/proc/self/status")
    if not status.exists() or "RssAnon" not in status.read_text():
        pytest.skip("needs Linux's account of memory")
    with process("--speed", "100000", temporary=tmp_path) as (sim, child):
        batch_id = sim.submit(rows(100_000))
        while sim.batch(batch_id)["processing_status"] != "ended":
            pass
        with sim.http.stream("GET", f"{BATCHES}/{batch_id}/results") as answer:
            assert sum(block.count(b"\n") for block in answer.iter_bytes()) == 100_000
        account = Path(f"/proc/{child.pid}/status").read_text()
    kilobytes = next(int(line.split()[1]) for line in account.splitlines() if line.startswith("RssAnon"))
    assert kilobytes < 120_000


def test_scenarios_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-scenarios"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == ["plain", "demo", "trouble", "slow", "expiring", "flapping", "limits"]


@pytest.mark.parametrize("argv", [["--fault", "create:418"], ["--speed", "0"], ["--scenario", "bliss"]])
def test_bad_options_are_a_usage_error(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(argv)
    assert stopped.value.code == 2
    assert argv[1].split(":")[0] in capsys.readouterr().err
